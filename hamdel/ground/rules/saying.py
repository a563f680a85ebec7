"""The third back end: say a rule in the active language, Persian or English."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hamdel.ground.calendar.digits import format_number
from hamdel.ground.calendar.words import format_day
from hamdel.ground.rules.fields import Field, Fields
from hamdel.ground.rules.rule import (
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

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def sentence(rule: Rule, fields: Fields | None = None) -> str:
    """Return the rule in words. A field without a label is called by its name."""
    match rule:
        case All(parts):
            return _joined(parts, fields, _("%(first)s and %(second)s"), _("always"))
        case AnyOf(parts):
            return _joined(parts, fields, _("%(first)s or %(second)s"), _("never"))
        case Not(part):
            return _("not (%(rule)s)") % {"rule": sentence(part, fields)}
        case Did(event, where, times, within):
            said = _("did %(event)s %(times)s") % {"event": _quoted(event), "times": _times(times)}
            return _told(said, where, within)
        case DidNot(event, where, within):
            return _told(_("did not do %(event)s") % {"event": _quoted(event)}, where, within)
        case Is():
            return _is(rule, fields)


def _joined(parts: tuple[Rule, ...], fields: Fields | None, frame: str, empty: str) -> str:
    if not parts:
        return empty
    said = [_bracketed(part, fields) if len(parts) > 1 else sentence(part, fields) for part in parts]
    whole = said[0]
    for part in said[1:]:
        whole = frame % {"first": whole, "second": part}
    return whole


def _bracketed(part: Rule, fields: Fields | None) -> str:
    said = sentence(part, fields)
    is_long = (isinstance(part, All | AnyOf) and len(part.parts) > 1) or (
        isinstance(part, Did | DidNot) and part.where
    )
    return f"({said})" if is_long else said


FRAMES = {
    Operator.IS: lambda: _("%(field)s is %(value)s"),
    Operator.IS_NOT: lambda: _("%(field)s is not %(value)s"),
    Operator.BELOW: lambda: _("%(field)s is less than %(value)s"),
    Operator.AT_MOST: lambda: _("%(field)s is at most %(value)s"),
    Operator.ABOVE: lambda: _("%(field)s is more than %(value)s"),
    Operator.AT_LEAST: lambda: _("%(field)s is at least %(value)s"),
    Operator.BETWEEN: lambda: _("%(field)s is from %(low)s to %(high)s"),
    Operator.CONTAINS: lambda: _("%(field)s contains %(value)s"),
    Operator.STARTS: lambda: _("%(field)s starts with %(value)s"),
    Operator.IN: lambda: _("%(field)s is one of %(value)s"),
    Operator.SET: lambda: _("%(field)s is known"),
    Operator.UNSET: lambda: _("%(field)s is not known"),
}


def _is(rule: Is, fields: Fields | None) -> str:
    known = fields.get(rule.field) if fields else None
    words = {
        "field": str(known.label) if known and known.label else rule.field,
        "value": _value(rule.value, known),
    }
    if rule.operator == Operator.BETWEEN and isinstance(rule.value, tuple):
        words |= {"low": _value(rule.value[0], known), "high": _value(rule.value[-1], known)}
    if isinstance(rule.value, bool) and rule.operator == Operator.IS:
        return _("%(field)s: %(value)s") % words
    return FRAMES[rule.operator]() % words


def _value(value: Any, known: Field | None = None) -> str:
    if isinstance(value, tuple):
        return _(", ").join(_value(one, known) for one in value) if value else _("none")
    if known and known.choices:
        label = next((label for choice, label in known.choices if choice == value), value)
        return _quoted(str(label))
    if known and known.kind == Kind.MOMENT and DAY.fullmatch(str(value)):
        return _day(str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return _number(value)
    return _quoted(str(value))


def _day(text: str) -> str:
    """Return a day as readers of the active language count it; what is no day is quoted."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _quoted(text)
    language = "fa" if get_language() == "fa" else "en"
    return format_day(day, language, "jalali" if language == "fa" else "gregorian")


def _quoted(text: str) -> str:
    return _("“%(text)s”") % {"text": text}


def _number(value: float) -> str:
    # As a Decimal, so that no digit is rounded away: the sentence must mean what the rule does.
    return format_number(Decimal(str(value)), "fa" if get_language() == "fa" else "en")


def _times(times: Times) -> str:
    frames = {
        Bound.AT_LEAST: ngettext("at least %(count)s time", "at least %(count)s times", times.count),
        Bound.AT_MOST: ngettext("at most %(count)s time", "at most %(count)s times", times.count),
        Bound.EXACTLY: ngettext("exactly %(count)s time", "exactly %(count)s times", times.count),
    }
    return frames[times.bound] % {"count": _number(times.count)}


def _told(said: str, where: Rule | None, within: Within | None) -> str:
    if within:
        said = _("%(did)s in the last %(span)s") % {"did": said, "span": _span(within)}
    return _("%(did)s, where %(rule)s") % {"did": said, "rule": sentence(where)} if where else said


def _span(within: Within) -> str:
    frames = {
        Unit.MINUTES: ngettext("%(count)s minute", "%(count)s minutes", within.amount),
        Unit.HOURS: ngettext("%(count)s hour", "%(count)s hours", within.amount),
        Unit.DAYS: ngettext("%(count)s day", "%(count)s days", within.amount),
        Unit.WEEKS: ngettext("%(count)s week", "%(count)s weeks", within.amount),
    }
    return frames[within.unit] % {"count": _number(within.amount)}
