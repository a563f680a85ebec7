"""Reading what clients send, and writing what PostgreSQL and every parser can keep."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.listen.events.json_text import NotJson, TooDeep, encode, parse

DEEP = "[" * 5_000 + "]" * 5_000
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec=None)), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"\xef\xbb\xbf[1]", [1]),
        (b'["\xff"]', ["\ufffd"]),
        (b'["\\ud83d\\ude00"]', ["😀"]),
        ('["می\u200cخواهم"]'.encode(), ["می\u200cخواهم"]),
    ],
)
def test_json_is_read(raw, value):
    assert parse(raw) == value


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"{'a': 1}", b"\x00", b'["a]', DEEP.encode(), b'{"batch": [1', b"nope"]
)
def test_what_is_not_json_says_so(raw):
    with pytest.raises(NotJson):
        parse(raw)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\ud800", "\ufffd"),
        ({"\x00": float("nan")}, {"\ufffd": None}),
        ([float("inf"), float("-inf")], [None, None]),
        (2**70, str(2**70)),
        ("\\u0000", "\\u0000"),
        (True, True),
    ],
)
def test_what_cannot_be_kept_is_made_safe(value, written):
    assert orjson.loads(encode(value)) == written


def test_what_is_nested_too_deeply_is_refused():
    value = []
    for _ in range(400):
        value = [value]

    with pytest.raises(ValueError, match="nested"):
        encode(value)


def test_only_the_deep_element_of_a_batch_is_lost():
    raw = '{"sentAt": "x, [", "batch" : [ {"a": "]}\\""} , %s,{"b": %s}, 5 ], "writeKey": "k"}' % (
        DEEP,
        '{"c": []}',
    )

    assert parse(raw.encode()) == {
        "sentAt": "x, [", "writeKey": "k", "batch": [{"a": ']}"'}, TooDeep(DEEP), {"b": {"c": []}}, 5],
    }  # fmt: skip


@given(ANY_JSON)
def test_whatever_json_comes_in_can_be_kept(value):
    raw = json.dumps(value).encode()

    kept = encode(parse(raw))

    assert b"\\u0000" not in kept
    assert orjson.loads(kept.decode()) == orjson.loads(encode(orjson.loads(kept)))
