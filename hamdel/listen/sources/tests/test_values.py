from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hamdel.listen.sources import conditions  # noqa: F401
from hamdel.listen.sources.values import LINES, OPERATORS, Grammar, MappingError, RowRejected

ROW = {
    "id": "7",
    "price": "۱۲٬۵۰۰",
    "city": "شیراز",
    "none": "",
    "paid": "2026-11-01",
    "came": "2026-11-04",
    "n": 17850.0,
}
GRAMMAR = Grammar(ZoneInfo("UTC"), frozenset(ROW))


def value(written, row=None):
    return GRAMMAR.value(written, "here")(ROW if row is None else row)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("plain", "plain"),
        (5, 5),
        (None, None),
        (True, True),
        ("{city}", "شیراز"),
        ("{none}", None),
        ("order-{id}-{none}-{city}", "order-7--شیراز"),
        ("{{id}}", "{id}"),
        ("{n}", 17850.0),
        ("c-{n}", "c-17850"),
        ({"number": "{price}"}, 12500),
        ({"number": "{none}"}, None),
        ({"text": "{n}"}, "17850"),
        ({"lower": "ABC"}, "abc"),
        ({"date": "{paid}"}, datetime(2026, 11, 1, tzinfo=UTC)),
        ({"add": ["{price}", 1, "2.5"]}, 12503.5),
        ({"add": ["{price}", "{none}"]}, None),
        ({"subtract": ["{price}", 500]}, 12000),
        ({"multiply": [2.55, 6]}, 15.3),
        ({"divide": ["{price}", 2]}, 6250.0),
        ({"round": "2.345", "digits": 1}, 2.3),
        ({"at_least": [0.5, 1]}, 1),
        ({"at_most": [9, 5]}, 5),
        ({"days": ["{paid}", "{came}"]}, 3.0),
        ({"hours": ["{paid}", "{came}"]}, 72.0),
        ({"if": {"filled": "{none}"}, "then": "a", "else": "b"}, "b"),
        ({"first": ["{none}", "{city}"]}, "شیراز"),
        ({"lookup": "{city}", "in": {"شیراز": "south"}, "else": "other"}, "south"),
        ({"lookup": "{id}", "in": {"شیراز": "south"}, "else": "other"}, "other"),
        ({"json": '[1, {{"a": 2}}]'}, [1, {"a": 2}]),
        (["{id}", "{none}", "x"], ["7", "x"]),
        ({"object": {"city": "{city}", "none": "{none}"}}, {"city": "شیراز"}),
        ({"filled": "{id}"}, True),
        ({"equals": ["{id}", 7]}, True),
        ({"one_of": ["{id}", [6, 7]]}, True),
        ({"starts_with": ["{city}", "شی"]}, True),
        ({"more": ["{price}", 12_499]}, True),
        ({"less": ["{price}", "{none}"]}, False),
        ({"later": ["{came}", "{paid}"]}, True),
        ({"later": ["{none}", "{paid}"]}, False),
        ({"all": [True, {"not": False}]}, True),
        ({"any": [False, {"filled": "{none}"}]}, False),
    ],
)
def test_a_value_is_computed(written, expected):
    assert value(written) == expected


def test_lines_of_a_group_are_summed_listed_and_counted():
    lines = [{**ROW, "n": 2, "price": "10"}, {**ROW, "n": 3, "price": "1.1"}]
    row = {**lines[0], LINES: lines}

    assert value({"sum_lines": {"multiply": ["{n}", "{price}"]}}, row) == 23.3
    assert value({"each_line": {"object": {"n": "{n}"}}, "when": {"more": ["{n}", 2]}}, row) == [{"n": 3}]
    assert value({"count_lines": {"more": ["{n}", 1]}}, row) == 2


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{pryce}", "no column 'pryce'; 'price'"),
        ({"nubmer": "{price}"}, "did you mean 'number'"),
        ({"number": "{price}", "text": "{id}"}, "more than one operator"),
        ({"number": "{price}", "digits": 2}, "number does not take digits"),
        ({"later": ["{paid}"]}, "a list of 2"),
        ({"date": "{paid}", "calendar": "mayan"}, "calendar is one of"),
        ({"date": "{paid}", "timezone": "Mars/Olympus"}, "not.date"),
        ({"lookup": "{id}", "in": []}, "needs an object"),
        ({}, "is not an operator"),
    ],
)
def test_a_mistake_in_the_mapping_names_its_place(written, says):
    with pytest.raises(MappingError, match=says):
        value({"not": written})


@pytest.mark.parametrize(
    "written",
    [
        {"number": "{city}"},
        {"number": "nan"},
        {"date": "{city}"},
        {"json": "{city}"},
        {"divide": ["{id}", 0]},
    ],
)
def test_a_cell_that_cannot_be_read_refuses_the_row(written):
    with pytest.raises(RowRejected):
        value(written)


@pytest.mark.parametrize("language", ["", "fa/"])
def test_every_operator_is_in_the_guide(language):
    guide = (Path(__file__).parents[4] / "docs" / language / "guides/import.md").read_text()

    assert [name for name in OPERATORS if f"`{name}`" not in guide] == []
