"""The form of working hours: a week and its holidays, as a person types them."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hamdel.ground.calendar.days import Calendar
from hamdel.ground.calendar.periods import PeriodError, parse_day
from hamdel.ground.calendar.words import weekday_name
from hamdel.ground.workspaces.hours import hours_of
from hamdel.ground.workspaces.models import Workspace
from hamdel.ui.clock import ClockField
from hamdel.ui.formats import day_number

A_MONDAY = date(2024, 1, 1)
SATURDAY_FIRST, MONDAY_FIRST = (5, 6, 0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)
MOST_HOLIDAYS = 400


class HoursForm(forms.Form):
    """When the company is open on each day of the week, and on which days it is not.

    A day without hours is closed; a close of 00:00 is the end of the day.
    """

    official = forms.BooleanField(
        label=_("Closed on Iran's official holidays with a fixed date"),
        help_text=_("Nowruz, 12 and 13 Farvardin, 14 and 15 Khordad, 22 Bahman, 29 Esfand."),
        required=False,
    )
    holidays = forms.CharField(
        label=_("Other days off"),
        help_text=_(
            "One day a line, in either calendar: 1405/01/04 or 2026-03-24. Lunar holidays move: enter them."
        ),
        required=False,
        widget=forms.Textarea({"rows": 6, "dir": "ltr"}),
    )

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        self.workspace = workspace
        super().__init__(*args, **{"initial": self._initial(), **kwargs})
        for weekday in self._weekdays():
            name = weekday_name(A_MONDAY + timedelta(days=weekday), "fa" if get_language() == "fa" else "en")
            for part, label in (("opens", _("%(day)s, from")), ("closes", _("%(day)s, to"))):
                self.fields[f"{part}_{weekday}"] = ClockField(label=label % {"day": name}, required=False)

    def _weekdays(self) -> tuple[int, ...]:
        return SATURDAY_FIRST if self.workspace.calendar == Calendar.JALALI else MONDAY_FIRST

    def _initial(self) -> dict[str, Any]:
        hours = hours_of(self.workspace)
        is_jalali = self.workspace.calendar == Calendar.JALALI
        kept = self.workspace.hours.get("holidays", [])
        found: dict[str, Any] = {
            "official": self.workspace.hours.get("official", is_jalali),
            "holidays": "\n".join(day_number(date.fromisoformat(day)) for day in kept),
        }
        for weekday, spans in hours.week.items():
            for opens, closes in spans[:1]:
                found |= {f"opens_{weekday}": opens, f"closes_{weekday}": closes}
        return found

    def days(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the two fields of each day, the first day of the week first."""
        return [(self[f"opens_{weekday}"], self[f"closes_{weekday}"]) for weekday in self._weekdays()]

    def clean_holidays(self) -> list[str]:
        lines = [line for line in self.cleaned_data["holidays"].splitlines() if line.strip()]
        if len(lines) > MOST_HOLIDAYS:
            raise forms.ValidationError(_("Write at most 400 days."))
        try:
            return sorted({parse_day(line).isoformat() for line in lines})
        except PeriodError as error:
            wrong = _("“%(text)s” is not a day. Write 1405/01/04 or 2026-03-24.") % {"text": error.value}
            raise forms.ValidationError(wrong) from error

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for weekday in self._weekdays():
            opens, closes = given.get(f"opens_{weekday}"), given.get(f"closes_{weekday}")
            if (opens is None) != (closes is None):
                self.add_error(
                    f"closes_{weekday}", _("Fill in both times, or leave both empty for a day off.")
                )
            elif opens and closes and closes != time.min and closes <= opens:
                self.add_error(f"closes_{weekday}", _("The day must end after it begins."))
        if not self.errors and not any(self._week().values()):
            raise forms.ValidationError(
                _("Leave at least one day open: due times are counted in working hours.")
            )
        return given

    def _week(self) -> dict[str, list[list[str]]]:
        week: dict[str, list[list[str]]] = {}
        for weekday in self._weekdays():
            opens, closes = self.cleaned_data[f"opens_{weekday}"], self.cleaned_data[f"closes_{weekday}"]
            week[str(weekday)] = (
                [] if opens is None or closes is None else [[f"{opens:%H:%M}", f"{closes:%H:%M}"]]
            )
        return week

    def save(self) -> None:
        given = self.cleaned_data
        self.workspace.hours = {
            "week": self._week(),
            "holidays": given["holidays"],
            "official": given["official"],
        }
        self.workspace.save(update_fields=["hours"])
