"""The JSON form of a rule: written by builders, kept in databases, read strictly.

{"all": [{"field": "score", "operator": "≤", "value": 6},
{"did": "Order Completed", "where": {"field": "total", "operator": ">", "value": 1000000},
"times": {"at least": 2}, "within": {"days": 90}},
{"not": {"did not": "Conversation Started"}}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hamdel.ground.rules.fields import EVENT_FIELDS, Fields
from hamdel.ground.rules.rule import (
    FITTING,
    ORDERING,
    WITH_LIST,
    WITHOUT_VALUE,
    All,
    AnyOf,
    Bound,
    Did,
    DidNot,
    Is,
    Kind,
    Not,
    Operator,
    Rule,
    Times,
    Unit,
    Within,
)
from hamdel.ground.rules.values import kind_of, typed

DEEPEST = 20
LONGEST_LIST = 1_000
MOST_TIMES = 1_000_000
LARGEST = 1e15
# Ways to write an operator on a keyboard that lacks the sign.
ALSO = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "in list": "in"}


class NotARule(Exception):
    """The JSON is not a rule. The message says where (as in `all[1].value`) and what belongs there."""


def parse(form: Any, *, fields: Fields | None = None) -> Rule:
    """Return the rule of its JSON form. Raises NotARule, its message in the active language.

    With `fields`, only these may be named, and operator and value must fit their kind.
    """
    return _Reader(fields).read(form, "", 0)


def as_json(rule: Rule) -> dict[str, Any]:
    """Return the JSON form; `parse` reads it back to the same rule."""
    match rule:
        case All(parts):
            return {"all": [as_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [as_json(part) for part in parts]}
        case Not(part):
            return {"not": as_json(part)}
        case Did(event, where, times, within):
            times_form = {} if times == Times() else {"times": {times.bound.value: times.count}}
            return {"did": event, **_where(where), **times_form, **_within(within)}
        case DidNot(event, where, within):
            return {"did not": event, **_where(where), **_within(within)}
        case Is(field, operator, value):
            form: dict[str, Any] = {"field": field, "operator": operator.value}
            shown = list(value) if isinstance(value, tuple) else value
            return form if operator in WITHOUT_VALUE else {**form, "value": shown}


def _where(where: Rule | None) -> dict[str, Any]:
    return {"where": as_json(where)} if where else {}


def _within(within: Within | None) -> dict[str, Any]:
    return {"within": {within.unit.value: within.amount}} if within else {}


class _Reader:
    """Reads one rule; inside `where` the fields are those of an event, and any property may be named."""

    def __init__(self, fields: Fields | None, *, in_event: bool = False) -> None:
        self.fields, self.in_event = fields, in_event

    def read(self, form: Any, path: str, depth: int) -> Rule:
        if depth > DEEPEST:
            raise _wrong(path, _("Rules are nested at most %(depth)s deep.") % {"depth": DEEPEST})
        if not isinstance(form, Mapping):
            raise _wrong(path, _("A rule is an object."))
        for word, reader in self._readers.items():
            if word in form:
                return reader(self, form, path, depth)
        raise _wrong(path, _("A rule is one of all, any, not, did, did not, or a field with an operator."))

    def _several(self, form: Mapping[str, Any], path: str, depth: int) -> Rule:
        word = "all" if "all" in form else "any"
        _only(form, {word}, path)
        parts = form[word]
        if not isinstance(parts, list) or len(parts) > LONGEST_LIST:
            raise _wrong(f"{path}{word}", _("Here belongs a list of rules."))
        read = tuple(self.read(part, f"{path}{word}[{n}].", depth + 1) for n, part in enumerate(parts))
        return All(read) if word == "all" else AnyOf(read)

    def _not(self, form: Mapping[str, Any], path: str, depth: int) -> Rule:
        _only(form, {"not"}, path)
        return Not(self.read(form["not"], f"{path}not.", depth + 1))

    def _did(self, form: Mapping[str, Any], path: str, depth: int) -> Rule:
        if self.in_event:
            raise _wrong(path, _("Inside “where” only the event's own properties can be compared."))
        word = "did" if "did" in form else "did not"
        _only(form, {word, "where", "within"} | ({"times"} if word == "did" else set()), path)
        event = form[word]
        if not isinstance(event, str) or not event or "\x00" in event:
            raise _wrong(f"{path}{word}", _("Here belongs the name of an event."))
        where = None
        if "where" in form:
            where = _Reader(EVENT_FIELDS, in_event=True).read(form["where"], f"{path}where.", depth + 1)
        within = self._within(form["within"], path) if "within" in form else None
        if word == "did not":
            return DidNot(event, where, within)
        return Did(event, where, self._times(form["times"], path) if "times" in form else Times(), within)

    @staticmethod
    def _times(form: Any, path: str) -> Times:
        found = _one_number(form, [bound.value for bound in Bound], least=0, most=MOST_TIMES)
        if found is None:
            raise _wrong(f"{path}times", _('Write how often as in {"at least": 2}, at most or exactly.'))
        return Times(Bound(found[0]), found[1])

    @staticmethod
    def _within(form: Any, path: str) -> Within:
        found = _one_number(form, [unit.value for unit in Unit], least=1, most=100_000)
        if found is None:
            raise _wrong(f"{path}within", _('Write a span as in {"days": 90}, minutes, hours or weeks.'))
        return Within(found[1], Unit(found[0]))

    def _is(self, form: Mapping[str, Any], path: str, _depth: int) -> Rule:
        _only(form, {"field", "operator", "value"}, path)
        field, sign = form["field"], form.get("operator")
        if not isinstance(field, str) or not field or "\x00" in field:
            raise _wrong(f"{path}field", _("Here belongs the name of a field."))
        if self.fields is not None and not self.in_event and field not in self.fields:
            raise _wrong(f"{path}field", _("There is no field “%(field)s”.") % {"field": field})
        sign = ALSO.get(sign, sign) if isinstance(sign, str) else None
        if sign not in {operator.value for operator in Operator}:
            known = ", ".join(Operator)
            raise _wrong(
                f"{path}operator", _("Here belongs one of these: %(operators)s.") % {"operators": known}
            )
        operator = Operator(sign)
        return Is(field, operator, self._value(form, field, operator, path))

    def _value(self, form: Mapping[str, Any], field: str, operator: Operator, path: str) -> Any:
        if operator in WITHOUT_VALUE:
            if form.get("value") is not None:
                raise _wrong(
                    f"{path}value", _("“%(operator)s” takes no value.") % {"operator": operator.value}
                )
            return None
        value = form.get("value")
        items = value if operator in WITH_LIST else [value]
        if not isinstance(items, list) or len(items) > LONGEST_LIST:
            raise _wrong(
                f"{path}value", _("“%(operator)s” takes a list of values.") % {"operator": operator.value}
            )
        kind = self._kind(field, operator, items)
        if operator not in FITTING[kind]:
            shown = {"operator": operator.value, "kind": KINDS[kind]()}
            raise _wrong(f"{path}operator", _("“%(operator)s” does not fit a %(kind)s.") % shown)
        if not all(_fits(item, kind) for item in items):
            raise _wrong(f"{path}value", _("Here belongs a %(kind)s.") % {"kind": KINDS[kind]()})
        if operator == Operator.BETWEEN and len(items) != 2:
            raise _wrong(f"{path}value", _("“between” takes two values, the lower one first."))
        return tuple(items) if operator in WITH_LIST else value

    def _kind(self, field: str, operator: Operator, items: list) -> Kind:
        if self.fields and field in self.fields:
            return self.fields[field].kind
        return kind_of(items, is_ordered=operator in ORDERING)

    _readers = {"all": _several, "any": _several, "not": _not, "did": _did, "did not": _did, "field": _is}


KINDS = {
    Kind.TEXT: lambda: _("text"),
    Kind.NUMBER: lambda: _("number"),
    Kind.MOMENT: lambda: _("moment such as 2026-03-21"),
    Kind.BOOLEAN: lambda: _("yes or no (true or false)"),
}


def _fits(item: Any, kind: Kind) -> bool:
    """Tell whether a value is of the JSON type its kind is written in, and can be bound."""
    if kind == Kind.NUMBER:
        return isinstance(item, int | float) and not isinstance(item, bool) and abs(item) <= LARGEST
    if kind == Kind.BOOLEAN:
        return isinstance(item, bool)
    if not isinstance(item, str) or not item or "\x00" in item:
        return False
    return _is_utf8(item) and typed(item, kind) is not None


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character, which JSON can write and nothing can store
        return False
    return True


def _one_number(form: Any, words: list[str], *, least: int, most: int) -> tuple[str, int] | None:
    if not isinstance(form, Mapping) or len(form) != 1:
        return None
    [(word, number)] = form.items()
    fits = isinstance(number, int) and not isinstance(number, bool) and least <= number <= most
    return (word, number) if word in words and fits else None


def _only(form: Mapping[str, Any], allowed: set[str], path: str) -> None:
    strangers = sorted(str(key) for key in form if key not in allowed)
    if strangers:
        raise _wrong(path, _("“%(word)s” does not belong here.") % {"word": strangers[0]})


def _wrong(path: str, message: str) -> NotARule:
    place = path.rstrip(".")
    return NotARule(f"{place}: {message}" if place else message)
