"""The one rule language: a condition, written once.

    {"all": [{"field": "score", "operator": "<=", "value": 6}, {"not": {"field": "channel", "operator": "=", "value": "kiosk"}}]}

This is its tree, its JSON form and its first back end, a Python predicate.
"""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hamdel.ground.persian.text import fold

Value = str | int | float | bool | list | None
DEEPEST = 20


class NotARule(Exception):
    """The JSON is not a rule; the message says which part and what belongs there."""


@dataclass(frozen=True)
class Is:
    """One field compared with one value."""

    field: str
    operator: str
    value: Value = None


@dataclass(frozen=True)
class All:
    """True when every part is; an empty one is true."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class Any_:
    """True when at least one part is; an empty one is false."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class Not:
    """True when its part is not."""

    part: Rule


Rule = Is | All | Any_ | Not


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, str) and isinstance(wanted, str):
        return fold(found) == fold(wanted)
    return found == wanted


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(found: Any, wanted: Any) -> bool:
        try:
            return compare(float(found), float(wanted))
        except (TypeError, ValueError):
            return isinstance(found, str) and isinstance(wanted, str) and compare(found, wanted)

    return holds


# Every operator but "is not set" is false for a field that has no value.
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": _same,
    "≠": lambda found, wanted: not _same(found, wanted),
    "<": _ordered(python.lt),
    "<=": _ordered(python.le),
    ">": _ordered(python.gt),
    ">=": _ordered(python.ge),
    "contains": lambda found, wanted: fold(str(wanted)) in fold(str(found)),
    "starts with": lambda found, wanted: fold(str(found)).startswith(fold(str(wanted))),
    "in": lambda found, wanted: any(_same(found, item) for item in wanted),
    "is set": lambda found, _wanted: True,  # noqa: ARG005
    "is not set": lambda found, _wanted: False,  # noqa: ARG005
}
WITHOUT_VALUE = {"is set", "is not set"}
WORDS = {
    "=": _("is"), "≠": _("is not"), "<": _("is less than"), "<=": _("is at most"), ">": _("is more than"),
    ">=": _("is at least"), "contains": _("contains"), "starts with": _("starts with"), "in": _("is one of"),
    "is set": _("is set"), "is not set": _("is not set"),
}  # fmt: skip


def holds(rule: Rule, fields: Mapping[str, Any]) -> bool:
    """Tell whether `rule` is true of `fields`."""
    match rule:
        case All(parts):
            return all(holds(part, fields) for part in parts)
        case Any_(parts):
            return any(holds(part, fields) for part in parts)
        case Not(part):
            return not holds(part, fields)
        case Is(field, operator, value):
            found = fields.get(field)
            if found is None or found == "":
                return operator == "is not set"
            return OPERATORS[operator](found, value)


def parse(form: Any, *, depth: int = 0) -> Rule:
    """Return the rule of its JSON form. Raises NotARule."""
    if not isinstance(form, Mapping) or depth > DEEPEST:
        raise NotARule(f"A rule is an object, nested at most {DEEPEST} deep; this is not: {str(form)[:80]}")
    keys = set(form)
    if keys == {"all"} or keys == {"any"}:
        [(kind, parts)] = form.items()
        if not isinstance(parts, list):
            raise NotARule(f"{kind!r} takes a list of rules.")
        made = tuple(parse(part, depth=depth + 1) for part in parts)
        return All(made) if kind == "all" else Any_(made)
    if keys == {"not"}:
        return Not(parse(form["not"], depth=depth + 1))
    return _comparison(form)


def _comparison(form: Mapping[str, Any]) -> Is:
    if not {"field", "operator"} <= set(form) <= {"field", "operator", "value"}:
        raise NotARule("A comparison has field, operator and value; or write all, any or not.")
    field, operator, value = form["field"], form["operator"], form.get("value")
    if not isinstance(field, str) or not field:
        raise NotARule("`field` must be the name of a field.")
    if operator not in OPERATORS:
        raise NotARule(f"There is no operator {operator!r}; there are {', '.join(OPERATORS)}.")
    if operator == "in" and not isinstance(value, list):
        raise NotARule("`in` takes a list of values.")
    if operator not in WITHOUT_VALUE and value is None:
        raise NotARule(f"{operator!r} needs a value.")
    return Is(field, operator, value)


def as_json(rule: Rule) -> dict[str, Any]:
    """Return the JSON form; `parse` reads it back to the same rule."""
    match rule:
        case All(parts):
            return {"all": [as_json(part) for part in parts]}
        case Any_(parts):
            return {"any": [as_json(part) for part in parts]}
        case Not(part):
            return {"not": as_json(part)}
        case Is(field, operator, value):
            form: dict[str, Any] = {"field": field, "operator": operator}
            return form if operator in WITHOUT_VALUE else {**form, "value": value}


def sentence(rule: Rule, labels: Mapping[str, Any] | None = None) -> str:
    """Say the rule in the active language. `labels` names the fields."""
    match rule:
        case All(parts):
            return _joined(parts, _(" and "), _("always"), labels)
        case Any_(parts):
            return _joined(parts, _(" or "), _("never"), labels)
        case Not(part):
            return _("not (%(rule)s)") % {"rule": sentence(part, labels)}
        case Is(field, operator, value):
            name = str((labels or {}).get(field, field))
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            words = f"{name} {WORDS[operator]}"
            return words if operator in WITHOUT_VALUE else f"{words} {shown}"


def _joined(parts: tuple[Rule, ...], word: Any, empty: Any, labels: Mapping[str, Any] | None) -> str:
    if not parts:
        return str(empty)
    said = (f"({sentence(p, labels)})" if isinstance(p, All | Any_) and len(p.parts) > 1 else sentence(p, labels) for p in parts)
    return str(word).join(said)
