"""What an address chooses responses by and nobody can read: said where it is looked at, refused where something is handed out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hamdel.ground.calendar.days import start_of_day
from hamdel.ground.calendar.periods import PeriodError, parse_day
from hamdel.ground.rules import Rule
from hamdel.listen.surveys.models import Survey

# So much of what somebody wrote is repeated to them.
SHOWN = 40


@dataclass(frozen=True)
class Unread:
    """One choice that is not made. `code` is what a program is told, `text` what a person reads."""

    code: str
    text: str


def read_days(
    query: Mapping[str, str], survey: Survey
) -> tuple[datetime | None, datetime | None, list[Unread]]:
    """Return the instants the days of an address begin and end at, and what of them cannot be read."""
    found: dict[str, datetime | None] = {}
    unread = []
    for name, whole in (("from", 0), ("to", 1)):
        text = query.get(name, "").strip()
        found[name] = _instant(text, whole, survey)
        if text and found[name] is None:
            unread.append(Unread("unreadable_day", _no_day(text)))
    start, end = found["from"], found["to"]
    if start and end and start >= end:
        return None, None, [Unread("empty_period", _("The last day must not be before the first."))]
    return start, end, unread


def _no_day(text: str) -> str:
    return _("“%(text)s” is no day. Write it as 1405/07/01 or 2026-09-23.") % {"text": text[:SHOWN]}


def _instant(text: str, whole: int, survey: Survey) -> datetime | None:
    try:
        return start_of_day(parse_day(text) + timedelta(days=whole), survey.workspace.timezone)
    except (PeriodError, OverflowError):
        return None


def unread_version(text: str, *, is_known: bool) -> list[Unread]:
    if not text or is_known:
        return []
    words = _("This survey has no version “%(text)s”.") % {"text": text[:SHOWN]}
    return [Unread("unknown_version", words)]


def unread_rule(text: str, rule: Rule | None) -> list[Unread]:
    """Return that a rule cannot be read; one that chooses all can be."""
    if not text or rule is not None or _chooses_all(text):
        return []
    return [
        Unread("bad_rule", _("The rule cannot be read, or speaks of a question this survey does not have."))
    ]


def _chooses_all(rule: str) -> bool:
    try:
        return json.loads(rule) == {"all": []}
    except ValueError:
        return False
