"""Reading JSON of unknown hands: whatever is not of the expected shape is simply not there."""

from __future__ import annotations

from typing import Any

from hamdel.listen.exchange.names import Values
from hamdel.listen.exchange.report import UNWRITABLE, Report

RESERVED_VALUES = frozenset({"other", "none"})
LARGEST = 1e9
MOST_CHOICES = 300


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return a list; an object with numbered keys, as PHP writes lists, becomes its values in order of the keys."""
    if isinstance(value, dict):
        return [
            value[key] for key in sorted(value, key=lambda key: (not str(key).isdigit(), _number_of(key)))
        ]
    return value if isinstance(value, list) else []


def _number_of(key: Any) -> int:
    return int(key) if str(key).isdigit() and len(str(key)) < 15 else 0


def numbered(value: Any) -> dict[str, Any]:
    """Return an object with numbered keys; one whose numbers begin at 0 is written as a list by PHP."""
    if isinstance(value, list):
        return {str(number): one for number, one in enumerate(value)}
    return mapping(value)


def text(value: Any) -> str:
    """Return a text or a number as text; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return UNWRITABLE.sub("", str(value)).strip()


def number(value: Any) -> float | int | None:
    """Return a number, written as one or as text; None when there is none that can be kept."""
    if isinstance(value, bool) or value is None or value == "":
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    if not abs(found) <= LARGEST:
        return None
    return int(found) if found.is_integer() else found


def whole(value: Any) -> int | None:
    """Return a whole number from 1 up."""
    found = number(value)
    return int(found) if found is not None and found >= 1 else None


class Choices:
    """Choices or rows of one question: their forms here, and the way from the file's values to ours."""

    def __init__(self, report: Report, fallback: str = "c", *, place: str = "") -> None:
        self.report, self.place, self.names = report, place, Values(fallback, RESERVED_VALUES)
        self.forms: list[dict[str, Any]] = []
        self.ours: dict[str, str] = {}

    def add(self, value: Any, texts: dict[str, str], *, wanted: str = "", **form: Any) -> str:
        """Add one; return its value here, `wanted` if that is free. The same value twice stays one."""
        source = ("true" if value else "false") if isinstance(value, bool) else str(value).strip()
        if source.lower() in self.ours:
            return self.ours[source.lower()]
        if len(self.forms) == MOST_CHOICES:
            self.report.drop("too_many_choices", self.place, most=MOST_CHOICES)
            return ""
        ours = self.names.take(wanted or source)
        if ours != (wanted or source):
            self.report.change("codes", self.place, text=f"{wanted or source} → {ours}")
        self.forms.append({"value": ours, "text": texts, **form})
        self.ours[source.lower()] = ours
        return ours
