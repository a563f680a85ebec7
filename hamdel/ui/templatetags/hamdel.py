"""`{% load hamdel %}`: the reader's digits, dates and words, icons, scores and charts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hamdel.ui import formats, icons, labels
from hamdel.ui.fields import shown_field
from hamdel.ui.names import initials as initials_of
from hamdel.ui.names import tint as tint_of
from hamdel.ui.score import reading

register = template.Library()
NATIONAL_DIGITS = 10


@register.filter
def number(value: float | None, decimals: int | None = None) -> str:
    return formats.number(value, decimals)


@register.filter
def percent(value: float | None, decimals: int = 0) -> str:
    return formats.percent(value, decimals)


@register.filter
def signed(value: float | None, decimals: int | None = None) -> str:
    return formats.number(value, decimals, signed=True)


@register.filter
def digits(text: object) -> str:
    """Write the digits inside a text the reader's way."""
    return formats.in_digits(str(text))


@register.filter
def day(value: date | datetime | None) -> str:
    return formats.day(value)


@register.filter
def day_number(value: date | datetime | None) -> str:
    return formats.day_number(value)


@register.filter
def iso_day(text: str) -> str:
    """Write a day kept as 2024-08-02 in figures of the reader's calendar; what is no day stays as it is."""
    try:
        return formats.day_number(date.fromisoformat(text))
    except ValueError:
        return text


@register.filter
def moment(value: datetime | None) -> str:
    return _time(value, formats.moment(value))


@register.filter
def clock(value: datetime | None) -> str:
    return _time(value, formats.clock(value))


@register.filter
def ago(value: datetime | None) -> str:
    return _time(value, formats.ago(value, timezone.now()), formats.moment(value))


def _time(value: datetime | None, text: str, title: str = "") -> str:
    if value is None:
        return text
    hover = format_html(' title="{}"', title) if title else ""
    return format_html('<time datetime="{}"{}>{}</time>', value.isoformat(timespec="seconds"), hover, text)


@register.filter
def duration(seconds: float | None) -> str:
    return formats.duration(seconds)


@register.filter
def money(rial: int | None, unit: str = "toman") -> str:
    return formats.money(rial, unit)


@register.filter
def phone(value: str | None) -> str:
    """Show a phone number from left to right in the reader's digits: a number is read, not counted."""
    return ltr(formats.in_digits(grouped(value))) if value else formats.NOTHING


def grouped(value: str) -> str:
    """Return a number of Iran as it is dialled there, 0912 123 4567 or 021 8877 6655; any other as it is."""
    digits = value.removeprefix("+98")
    if digits == value or len(digits) != NATIONAL_DIGITS or not digits.isdigit():
        return value
    # With spaces that do not break: half a number at the end of a line is no number.
    area, rest = (digits[:3], digits[3:]) if digits.startswith("9") else (digits[:2], digits[2:])
    return f"0{area}\u00a0{rest[:-4]}\u00a0{rest[-4:]}"


@register.filter
def ltr(value: object) -> SafeString | str:
    """Keep an address, a code or an id in one piece, left to right, inside any sentence."""
    if value in (None, ""):
        return formats.NOTHING
    return format_html('<bdi dir="ltr" class="ltr">{}</bdi>', value)


@register.filter
def touchpoint(value: str) -> str:
    """Name a touchpoint in the reader's language."""
    return labels.touchpoint_label(value)


@register.filter
def metric(key: str) -> str:
    """Name a score as people call it: nps is NPS, enps is eNPS."""
    return labels.metric_label(key)


@register.filter
def initials(name: str | None) -> str:
    return initials_of(name or "")


@register.filter
def tint(name: str | None) -> int:
    return tint_of(name or "")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    return icons.icon(name, label)


@register.simple_tag
def score(result: Any, size: str = "", label: str = "") -> SafeString:
    """Draw a score with its n, interval and verdict. `size` "small" is for tables and lists."""
    shown = reading(result)
    return render_to_string("components/score.html", {"reading": shown, "size": size, "label": label})


@register.simple_tag
def verdict(result: Any) -> SafeString:
    return render_to_string("components/verdict.html", {"verdict": reading(result).verdict})


@register.simple_tag
def chart(figure: Any) -> SafeString:
    """Draw a chart with its table behind it."""
    return render_to_string("components/chart.html", {"figure": figure})


@register.simple_tag
def sparkline(values: Any, label: str = "") -> SafeString:
    from hamdel.ui.charts import sparkline as draw  # charts are not needed on most pages

    return draw(list(values), label)


@register.simple_tag
def field(bound: BoundField, **attributes: str) -> SafeString:
    """Show a form field with label, help and error, wired for screen readers."""
    return shown_field(bound, attributes)


@register.simple_tag
def calendar_name() -> str:
    """Return "jalali" or "gregorian", the reader's calendar."""
    return str(formats.current().calendar)
