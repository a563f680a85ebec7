"""Random rules and the people they may be true of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from hamdel.ground.rules import (
    All,
    AnyOf,
    Bound,
    Did,
    DidNot,
    Field,
    Is,
    Kind,
    Not,
    Operator,
    Times,
    Unit,
    Within,
)

NOW = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
KINDS = {"city": Kind.TEXT, "visits": Kind.NUMBER, "joined": Kind.MOMENT, "vip": Kind.BOOLEAN}
FIELDS = {name: Field(kind, f"traits['{name}']") for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Event:
    """An event as rules see it."""

    name: str
    occurred_at: datetime
    touchpoint: str = ""
    channel: str = ""
    properties: dict = field(default_factory=dict)


# Close values and ways of typing meet often; anything else comes now and then.
texts = st.sampled_from(
    ["تهران", "تهران‌", "كرج", "کرج", "آمل", "امل", "Tehran", "TEHRAN", "12", "۱۲", "true", "ـ", "a\tb\\'"]
) | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=4)
numbers = (
    st.integers(-3, 15)
    | st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
    | st.sampled_from([0.1, 12, 1e15])
)
moments = st.sampled_from(
    [
        "2024-02-29",
        "2023-02-29",
        "2024-02-29T00:00:00Z",
        "2024-02-29 03:30:00+03:30",
        "1969-12-31T23:59:59.999Z",
        "2024-01-01T25:00",
        "2026-11-01T08:30:00.123456Z",
        "yesterday",
    ]
) | st.datetimes(datetime(1901, 1, 1), datetime(2198, 1, 1)).map(lambda moment: moment.isoformat())  # noqa: DTZ001
VALUES = {
    Kind.TEXT: texts,
    Kind.NUMBER: numbers,
    Kind.MOMENT: moments.filter(lambda text: text not in {"2023-02-29", "2024-01-01T25:00", "yesterday"}),
    Kind.BOOLEAN: st.booleans(),
}
anything = st.one_of(texts, numbers, moments, st.booleans(), st.none(), st.just(""))

ORDERED = [Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST]
SINGLE = {
    Kind.TEXT: [Operator.IS, Operator.IS_NOT, Operator.CONTAINS, Operator.STARTS],
    Kind.NUMBER: [Operator.IS, Operator.IS_NOT, *ORDERED],
    Kind.MOMENT: [Operator.IS, Operator.IS_NOT, *ORDERED],
    Kind.BOOLEAN: [Operator.IS, Operator.IS_NOT],
}
SEVERAL = {
    Kind.TEXT: [Operator.IN],
    Kind.NUMBER: [Operator.IN, Operator.BETWEEN],
    Kind.MOMENT: [Operator.BETWEEN],
    Kind.BOOLEAN: [],
}


@st.composite
def comparisons(draw, names=KINDS):
    name, kind = draw(st.sampled_from(sorted(names.items())))
    # A moment is told from a text by how it is compared, where no registered field says it.
    untyped = names is not KINDS and kind == Kind.MOMENT
    choices = [*(ORDERED if untyped else SINGLE[kind]), *SEVERAL[kind], Operator.SET, Operator.UNSET]
    operator = draw(st.sampled_from(choices))
    if operator in {Operator.SET, Operator.UNSET}:
        return Is(name, operator)
    if operator == Operator.BETWEEN:
        return Is(name, operator, (draw(VALUES[kind]), draw(VALUES[kind])))
    if operator == Operator.IN:
        least = 1 if names is not KINDS else 0
        return Is(name, operator, tuple(draw(st.lists(VALUES[kind], min_size=least, max_size=3))))
    return Is(name, operator, draw(VALUES[kind]))


def combined(leaves):
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(All, st.lists(inner, max_size=3).map(tuple)),
            st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Not, inner),
        ),
        max_leaves=6,
    )


PROPERTIES = {
    "total": Kind.NUMBER,
    "topic": Kind.TEXT,
    "due": Kind.MOMENT,
    "late": Kind.BOOLEAN,
    "channel": Kind.TEXT,
}
names = st.sampled_from(["Order Completed", "Order Delivered"])
wheres = st.none() | combined(comparisons(PROPERTIES))
withins = st.none() | st.builds(Within, st.integers(1, 60), st.sampled_from(Unit))
times = st.builds(Times, st.sampled_from(Bound), st.integers(0, 3))
deeds = st.builds(Did, names, wheres, times, withins) | st.builds(DidNot, names, wheres, withins)
rules = combined(comparisons() | deeds)

events = st.builds(
    Event,
    names,
    st.integers(-10, 70 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds)) | st.just(NOW),
    touchpoint=st.sampled_from(["", "delivery"]),
    channel=st.just("") | texts,
    properties=st.dictionaries(st.sampled_from(["total", "topic", "due", "late"]), anything, max_size=4),
)
people = st.tuples(
    st.dictionaries(st.sampled_from(sorted(KINDS)), anything, max_size=4), st.lists(events, max_size=5)
)
