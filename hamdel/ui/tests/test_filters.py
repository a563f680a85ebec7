"""A period typed into the address: read, or refused with what to do."""

from datetime import UTC, datetime

import pytest

from hamdel.ui import filters
from hamdel.ui.filters import NOT_READ, REVERSED

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize(("first", "last", "error"), [
    ("1405/08/01", "1405/08/30", ""), ("۱۴۰۵/۰۸/۰۱", "", ""),
    ("1405/08/30", "1405/08/01", REVERSED), ("2026-11-02", "2026-11-01", REVERSED),
    ("1405/13/40", "", NOT_READ), ("tomorrow", "x", NOT_READ),
])  # fmt: skip
def test_a_period_is_read_or_refused_with_what_to_do(first, last, error):
    bar = filters.read({"from": first, "to": last}, now=NOW, choices=[])

    assert bar.error == str(error)
    assert bar.period
    assert (bar.typed_from, bar.typed_to) == (first, last)
