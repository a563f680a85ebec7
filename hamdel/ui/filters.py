"""The filter bar above a page: a period and a few choices, all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hamdel.ground.calendar import periods
from hamdel.ground.calendar.periods import Period, PeriodError
from hamdel.ui import formats

Words = str | Promise

NOT_READ = _("The dates were not understood; write them like 1403/05/12 or 2024-08-02.")
REVERSED = _("The last day lies before the first; choose them the other way round.")
PRESETS: dict[str, Words] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "last_7_days": _("Last 7 days"),
    "last_30_days": _("Last 30 days"),
    "last_90_days": _("Last 90 days"),
    "last_365_days": _("Last 365 days"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
}


@dataclass(frozen=True)
class Choice:
    """One select of the bar. `options` are (value, label); the empty value means any."""

    name: str
    label: Words
    options: Sequence[tuple[str, Words]]
    chosen: str = ""


@dataclass(frozen=True)
class FilterBar:
    """What the reader filters by. `error` says why a typed period was not understood; the default holds then."""

    period: Period | None
    preset: str = ""
    choices: list[Choice] = field(default_factory=list)
    error: str = ""
    typed_from: str = ""
    typed_to: str = ""

    def __getitem__(self, name: str) -> str:
        """Return the chosen value of a choice, "" for any. KeyError: there is no such choice."""
        return {choice.name: choice.chosen for choice in self.choices}[name]

    @property
    def is_filtered(self) -> bool:
        return any(choice.chosen for choice in self.choices)

    @property
    def presets(self) -> list[tuple[str, Words]]:
        return list(PRESETS.items())

    @property
    def period_label(self) -> Words:
        return PRESETS.get(self.preset) or (self.period.label if self.period else "")


def read(
    query: Mapping[str, str], *, now: datetime, choices: Sequence[Choice] = (), default: str = "last_30_days"
) -> FilterBar:
    """Read the bar from an address: `period=last_30_days`, or `from=` and `to=` in either calendar, and choices.

    A choice takes only values it offers. Nothing is ever refused: what cannot be read falls back to `default`.
    """
    chosen = [_chosen(choice, query.get(choice.name, "")) for choice in choices]
    first, last = query.get("from", "").strip(), query.get("to", "").strip()
    display, language = formats.current(), formats.language()
    if first or last:
        try:
            typed = periods.parse_period(
                first or last, last or first, display.timezone, display.calendar, language
            )
            return FilterBar(typed, "", chosen, typed_from=first, typed_to=last)
        except PeriodError as problem:
            error = str(REVERSED if problem.code == "empty_period" else NOT_READ)
    else:
        error = ""
    preset = query.get("period", "")
    preset = preset if preset in PRESETS else default
    period = periods.preset(preset, now, display.calendar, display.timezone, language)
    return FilterBar(period, preset, chosen, error, first, last)


def _chosen(choice: Choice, value: str) -> Choice:
    known = {str(option) for option, _label in choice.options}
    return Choice(choice.name, choice.label, choice.options, value if value in known else "")
