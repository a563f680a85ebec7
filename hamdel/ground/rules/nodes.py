"""A rule while it is being built: what was typed so far, complete or not, and the JSON form it makes.

A node is a group of nodes, a condition over a field, or one over an event. Everything in it is text, as forms send it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hamdel.ground.calendar.days import day_of
from hamdel.ground.calendar.digits import to_latin
from hamdel.ground.rules.fields import EVENT_FIELDS, Fields
from hamdel.ground.rules.rule import ORDERING, WITHOUT_VALUE, Kind, Operator
from hamdel.ground.rules.values import number_of

GROUPS = ("all", "any", "none", "not_all")
VALUES = {
    "is": ("field", "operator", "value", "value2"),
    "did": ("event", "bound", "count", "amount", "unit"),
}
LONGEST = 500
DAY = re.compile(r"(\d{3,4})[-/](\d{1,2})[-/](\d{1,2})")
# Years below are Jalali, whatever calendar the page was shown in.
FIRST_GREGORIAN_YEAR = 1700


class Incomplete(Exception):
    """Something is missing or does not fit. The message says what belongs there."""


@dataclass
class Node:
    """One box or row of the builder. `path` is the prefix of its fields: "rule.0.1"."""

    path: str
    kind: str
    values: dict[str, str] = field(default_factory=dict)
    parts: list[Node] = field(default_factory=list)
    where: Node | None = None
    error: str = ""
    in_event: bool = False

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPS

    def walk(self) -> Iterator[Node]:
        """Return this node and all below it."""
        yield self
        for part in [*self.parts, *([self.where] if self.where else [])]:
            yield from part.walk()

    def number(self, path: str) -> None:
        """Give this node and all below it the paths they have where they stand now."""
        self.path = path
        for n, part in enumerate(self.parts):
            part.number(f"{path}.{n}")
        if self.where:
            self.where.number(f"{path}.where")


# From what was posted


def read(posted: Mapping[str, str], path: str, *, depth: int, in_event: bool = False) -> Node | None:
    """Return the node of this prefix; None when nothing was posted of it, or it is nested too deep."""
    kind = posted.get(f"{path}.kind", "")
    if depth < 0 or (kind not in GROUPS and kind not in VALUES) or (in_event and kind == "did"):
        return None
    values = {name: posted.get(f"{path}.{name}", "")[:LONGEST] for name in VALUES.get(kind, ())}
    node = Node(path, kind, values, in_event=in_event)
    if node.is_group:
        while part := read(posted, f"{path}.{len(node.parts)}", depth=depth - 1, in_event=in_event):
            node.parts.append(part)
    if kind == "did":
        node.where = read(posted, f"{path}.where", depth=depth - 1, in_event=True)
    return node


# From the JSON form


def unfold(form: Mapping[str, Any], path: str, *, in_event: bool = False) -> Node:
    """Return the node of a rule's JSON form; every rule has one."""
    if "not" in form:
        return _negated(form["not"], path, in_event=in_event)
    for kind in ("all", "any"):
        if kind in form:
            parts = [unfold(part, f"{path}.{n}", in_event=in_event) for n, part in enumerate(form[kind])]
            return Node(path, kind, parts=parts, in_event=in_event)
    if "field" in form:
        return Node(path, "is", _typed(form), in_event=in_event)
    return _event(form, path)


def _negated(form: Mapping[str, Any], path: str, *, in_event: bool) -> Node:
    inner = unfold(form, path, in_event=in_event)
    opposite = {"all": "not_all", "any": "none"}.get(inner.kind)
    if opposite:
        inner.kind = opposite
        return inner
    group = Node(path, "none", parts=[inner], in_event=in_event)
    group.number(path)
    return group


def _typed(form: Mapping[str, Any]) -> dict[str, str]:
    value = form.get("value")
    texts = {"field": form["field"], "operator": str(form["operator"]), "value": "", "value2": ""}
    if form["operator"] == Operator.BETWEEN:
        return {**texts, "value": _text(value[0]), "value2": _text(value[1])}  # type: ignore[index]
    if isinstance(value, list | tuple):
        return {**texts, "value": ", ".join(map(_text, value))}
    return {**texts, "value": _text(value)}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _event(form: Mapping[str, Any], path: str) -> Node:
    is_never = "did not" in form
    bound, count = next(iter(form.get("times", {"at least": 1}).items()))
    unit, amount = next(iter(form.get("within", {"": ""}).items()))
    values = {
        "event": form["did not" if is_never else "did"],
        "bound": "never" if is_never else bound,
        "count": str(count),
        "amount": str(amount),
        "unit": unit,
    }
    node = Node(path, "did", values)
    if "where" in form:
        inner = unfold(form["where"], f"{path}.where", in_event=True)
        node.where = inner if inner.is_group else Node(f"{path}.where", "all", parts=[inner], in_event=True)
        node.where.number(f"{path}.where")
    return node


# To the JSON form


def fold(node: Node, fields: Fields, *, skips_incomplete: bool = False) -> dict[str, Any]:
    """Return the JSON form. What is incomplete raises, or is left out and marked with its error."""
    if node.is_group:
        return _fold_group(node, fields, skips_incomplete=skips_incomplete)
    node.error = ""
    try:
        return (
            _fold_is(node, fields) if node.kind == "is" else _fold_did(node, fields, skips=skips_incomplete)
        )
    except Incomplete as missing:
        if not any(inner.error for inner in node.walk()):
            node.error = str(missing)
        raise


def _fold_group(node: Node, fields: Fields, *, skips_incomplete: bool) -> dict[str, Any]:
    parts = []
    for part in node.parts:
        try:
            folded = fold(part, fields, skips_incomplete=skips_incomplete)
        except Incomplete:
            if not skips_incomplete:
                raise
        else:
            if not (skips_incomplete and part.is_group and not _has_parts(folded)):
                parts.append(folded)
    form = {"any" if node.kind in {"any", "none"} else "all": parts}
    return {"not": form} if node.kind in {"none", "not_all"} else form


def _has_parts(form: Mapping[str, Any]) -> bool:
    inner = form.get("not", form)
    return bool(inner.get("all") or inner.get("any"))


def _fold_is(node: Node, fields: Fields) -> dict[str, Any]:
    name, sign = node.values["field"].strip(), node.values["operator"]
    known = (EVENT_FIELDS if node.in_event else fields).get(name)
    if not name or (known is None and not node.in_event):
        raise Incomplete(_("Choose what to compare."))
    operator = Operator(sign) if sign in set(Operator) else Operator.IS
    form: dict[str, Any] = {"field": name, "operator": operator.value}
    if operator in WITHOUT_VALUE:
        return form
    kind = known.kind if known else None
    first = node.values["value"]
    if operator == Operator.BETWEEN:
        form["value"] = [_valued(text, kind, operator) for text in (first, node.values["value2"])]
    elif operator == Operator.IN:
        texts = [text for text in re.split(r"[,،\n]", first) if text.strip()]
        form["value"] = [_valued(text, kind, operator) for text in texts or [""]]
    else:
        form["value"] = _valued(first, kind, operator)
    return form


def _valued(text: str, kind: Kind | None, operator: Operator) -> str | float | bool:
    """Return a typed text as the value of its kind; a field nobody registered takes what the text looks like."""
    text = text.strip()
    if not text:
        raise Incomplete(_("Fill in what to compare with."))
    looks = _looks_like(text, operator) if kind is None else kind
    if looks == Kind.NUMBER:
        number = number_of(to_latin(text).replace("٬", "").replace(",", "").replace("٫", "."))
        if number is None:
            raise Incomplete(_("Here belongs a number."))
        return int(number) if number.is_integer() else number
    if looks == Kind.BOOLEAN:
        return text == "true"
    return _day(text) if looks == Kind.MOMENT else text


def _looks_like(text: str, operator: Operator) -> Kind:
    if number_of(text) is not None:
        return Kind.NUMBER
    if text in {"true", "false"}:
        return Kind.BOOLEAN
    return Kind.MOMENT if operator in ORDERING else Kind.TEXT


def _day(text: str) -> str:
    """Return a day, Jalali or Gregorian, as rules keep it: 2026-03-21. A moment in full stays as it is."""
    latin = to_latin(text)
    found = DAY.fullmatch(latin)
    if not found:
        if re.match(r"\d{4}-\d\d-\d\dT", latin):
            return latin
        raise Incomplete(_("Here belongs a day."))
    year, month, day = map(int, found.groups())
    try:
        return day_of(year, month, day, "jalali" if year < FIRST_GREGORIAN_YEAR else "gregorian").isoformat()
    except ValueError:
        raise Incomplete(_("There is no such day.")) from None


def _fold_did(node: Node, fields: Fields, *, skips: bool) -> dict[str, Any]:
    event = node.values["event"].strip()
    if not event:
        raise Incomplete(_("Choose an event."))
    is_never = node.values["bound"] == "never"
    form: dict[str, Any] = {"did not" if is_never else "did": event}
    if not is_never:
        times = {node.values["bound"] or "at least": _whole(node.values["count"] or "1", least=0)}
        form |= {} if times == {"at least": 1} else {"times": times}
    if node.values["unit"]:
        form["within"] = {node.values["unit"]: _whole(node.values["amount"], least=1)}
    if node.where and node.where.parts:
        where = fold(node.where, fields, skips_incomplete=skips)
        form |= {"where": where} if _has_parts(where) else {}
    return form


def _whole(text: str, *, least: int) -> int:
    latin = to_latin(text).strip()
    if not latin.isdecimal() or not least <= int(latin) <= 100_000:
        raise Incomplete(_("Here belongs a whole number."))
    return int(latin)
