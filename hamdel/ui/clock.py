"""A time of day as people type it: 09:30, ۹:۳۰, 9.30, 930 or 9; always by the 24-hour clock, whatever the browser speaks."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hamdel.ground.calendar.digits import in_digits_of, to_latin

# Seconds, which programs send, are passed over.
_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.٫]?\s*(\d{2})(?::\d{2})?)?")


class ClockInput(forms.TextInput):
    """Numbers suffice: telephones show their keys for them, and no colon is needed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off", "maxlength": "8"}
        super().__init__({**usual, **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return shown(value) if isinstance(value, time) else super().format_value(value)

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return {**attrs, "placeholder": shown(time(9, 30))}


class ClockField(forms.Field):
    """A time of day. 24:00 is midnight."""

    widget = ClockInput

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, time):
            return value
        if value in self.empty_values:
            return None
        found = _CLOCK.fullmatch(to_latin(str(value)).strip())
        hour, minute = (int(part or 0) for part in found.groups()) if found else (99, 0)
        if (hour, minute) == (24, 0):
            return time.min
        if hour > 23 or minute > 59:
            raise forms.ValidationError(
                _("Write the time by the 24-hour clock, such as %(example)s.")
                % {"example": shown(time(9, 30))}
            )
        return time(hour, minute)


def shown(moment: time) -> str:
    """Return a time of day in the reader's digits."""
    return in_digits_of(get_language() or "fa", f"{moment:%H:%M}")
