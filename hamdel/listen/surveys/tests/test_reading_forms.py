"""The fast reader of forms reads what the standard library's reads."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.listen.surveys.reading_forms import read_form


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=6))
def test_what_a_browser_writes_is_read_back(fields):
    assert read_form(urlencode(fields).encode(), most_fields=50) == fields


@given(st.binary(max_size=80))
def test_anything_is_read_as_the_standard_library_reads_it_or_refused(body):
    try:
        read = read_form(body, most_fields=50)
    except ValueError:
        return
    pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50, errors="strict")
    assert read == dict(pairs) or b"%" in body


def test_backslashes_and_escapes_are_only_text():
    assert read_form(rb"a=\x41%5Cn\u0041&b=%2525", most_fields=50) == {"a": r"\x41\n\u0041", "b": "%25"}


def test_too_many_fields_are_refused():
    with pytest.raises(ValueError, match="many"):
        read_form(b"a=1&" * 60, most_fields=50)
