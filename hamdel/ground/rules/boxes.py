"""What the template of the rule builder shows of a node: its choices in words, and which input its value takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hamdel.ground.rules.fields import EVENT_FIELDS, Field, Fields
from hamdel.ground.rules.nodes import Node
from hamdel.ground.rules.rule import FITTING, WITHOUT_VALUE, Bound, Kind, Operator, Unit

Choices = list[tuple[str, str]]
# In the order people look for them.
ORDER = [
    Operator.IS, Operator.IS_NOT, Operator.ABOVE, Operator.AT_LEAST, Operator.BELOW, Operator.AT_MOST, Operator.BETWEEN,
    Operator.CONTAINS, Operator.STARTS, Operator.IN, Operator.SET, Operator.UNSET,
]  # fmt: skip


def operator_words(kind: Kind | None) -> dict[Operator, str]:
    """Return each operator in words; moments are before and after, not less and more."""
    words = {
        Operator.IS: _("is"),
        Operator.IS_NOT: _("is not"),
        Operator.BELOW: _("is less than"),
        Operator.AT_MOST: _("is at most"),
        Operator.ABOVE: _("is more than"),
        Operator.AT_LEAST: _("is at least"),
        Operator.BETWEEN: _("is between"),
        Operator.CONTAINS: _("contains"),
        Operator.STARTS: _("starts with"),
        Operator.IN: _("is one of"),
        Operator.SET: _("is known"),
        Operator.UNSET: _("is not known"),
    }
    if kind == Kind.MOMENT:
        words |= {
            Operator.BELOW: _("is before"),
            Operator.AT_MOST: _("is not after"),
            Operator.ABOVE: _("is after"),
            Operator.AT_LEAST: _("is not before"),
        }
    return words


@dataclass(frozen=True)
class Box:
    """A node as the page shows it."""

    node: Node
    fields: Fields
    has_events: bool
    is_root: bool = False

    @property
    def path(self) -> str:
        return self.node.path

    @property
    def id(self) -> str:
        return self.node.path.replace(".", "-")

    @property
    def parts(self) -> list[Box]:
        return [Box(part, self.fields, self.has_events) for part in self.node.parts]

    @property
    def where(self) -> Box | None:
        return Box(self.node.where, self.fields, has_events=False) if self.node.where else None

    @property
    def may_have_events(self) -> bool:
        return self.has_events and not self.node.in_event

    @property
    def values(self) -> dict[str, str]:
        return self.node.values

    @property
    def kinds(self) -> Choices:
        """Return the ways a group can be meant."""
        return [
            ("all", _("All of these hold")),
            ("any", _("At least one of these holds")),
            ("none", _("None of these holds")),
            ("not_all", _("Not all of these hold")),
        ]

    # A condition over a field

    @property
    def known(self) -> Field | None:
        return (EVENT_FIELDS if self.node.in_event else self.fields).get(self.node.values.get("field", ""))

    @property
    def groups(self) -> Iterator[tuple[str, Choices]]:
        """Return the fields to choose from, under their headings; those without one come first."""
        headings: dict[str, Choices] = {"": []}
        for name, one in self.fields.items():
            headings.setdefault(str(one.group), []).append((name, str(one.label or name)))
        return ((heading, choices) for heading, choices in headings.items() if choices)

    @property
    def operators(self) -> Choices:
        kind = self.known.kind if self.known else None
        fitting = FITTING[kind] if kind else set(Operator)
        if self.known and self.known.choices:
            fitting = {Operator.IS, Operator.IS_NOT, Operator.SET, Operator.UNSET}
        if kind == Kind.BOOLEAN:
            fitting = {Operator.IS, Operator.SET, Operator.UNSET}
        chosen = self.node.values.get("operator")
        words = operator_words(kind)
        return [(one.value, words[one]) for one in ORDER if one in fitting or one.value == chosen]

    @property
    def widget(self) -> str:
        """Return which input the value takes: none, choices, truth, number, day, list or text."""
        operator = self.node.values.get("operator", "")
        if operator in {one.value for one in WITHOUT_VALUE}:
            return "none"
        if operator == Operator.IN:
            return "list"
        if self.known and self.known.choices:
            return "choices"
        kinds = {Kind.BOOLEAN: "truth", Kind.NUMBER: "number", Kind.MOMENT: "day"}
        return kinds.get(self.known.kind, "text") if self.known else "text"

    @property
    def may_have_two(self) -> bool:
        """Tell whether `between` can be chosen: its second value is shown by the style sheet when it is."""
        return any(value == Operator.BETWEEN for value, _words in self.operators)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return list(self.known.choices) if self.known else []

    # A condition over an event

    @property
    def bounds(self) -> Choices:
        return [
            (Bound.AT_LEAST.value, _("at least")),
            (Bound.AT_MOST.value, _("at most")),
            (Bound.EXACTLY.value, _("exactly")),
            ("never", _("not once")),
        ]

    @property
    def units(self) -> Choices:
        return [
            ("", _("at any time")),
            (Unit.MINUTES.value, _("in the last … minutes")),
            (Unit.HOURS.value, _("in the last … hours")),
            (Unit.DAYS.value, _("in the last … days")),
            (Unit.WEEKS.value, _("in the last … weeks")),
        ]
