"""What is wrong with parameters and bodies, in words: which field, and what is wanted there, in the asker's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Words = str | Promise
# More would not be read.
MOST = 5
# Where pydantic names a way the value could have been read rather than a field: constrained-str, int, Named, dict[…].
_KINDS = frozenset({"int", "str", "float", "bool", "dict", "list", "uuid", "datetime", "date"})
_FIELD = re.compile(r"[a-z_][A-Za-z0-9_:.]*")

_WHOLE = gettext_lazy("must be a whole number")
_NUMBER = gettext_lazy("must be a number")
_YES_OR_NO = gettext_lazy("must be true or false")
_TEXT = gettext_lazy("must be text")
_ID = gettext_lazy("must be an id like 018f0000-0000-7000-8000-000000000000")
_MOMENT = gettext_lazy("must be a moment like 2026-11-23T10:00:00Z")
_LIST = gettext_lazy("must be a list")
_OBJECT = gettext_lazy("must be an object")
# By how the type of an error begins; the first that fits.
_WANTED: Sequence[tuple[str, Words]] = (
    ("missing", gettext_lazy("is missing")),
    ("extra_forbidden", gettext_lazy("is not known here")),
    ("int_", _WHOLE),
    ("float_", _NUMBER),
    ("finite_number", _NUMBER),
    ("decimal_", _NUMBER),
    ("bool_", _YES_OR_NO),
    ("string_unicode", gettext_lazy("must be whole Unicode text")),
    ("string_type", _TEXT),
    ("string_sub_type", _TEXT),
    ("uuid_", _ID),
    ("datetime_", _MOMENT),
    ("date_", _MOMENT),
    ("timezone_", _MOMENT),
    ("list_type", _LIST),
    ("dict_", _OBJECT),
    ("model_", _OBJECT),
)
_OF_PATTERNS: Mapping[str, Words] = {
    r"^[^\x00]*$": gettext_lazy("must not hold the NUL character"),
    r"^[^\x00]+$": gettext_lazy("must not be empty, nor hold the NUL character"),
    r"^[^\x00]*[^\x00\s][^\x00]*$": gettext_lazy("must not be blank, nor hold the NUL character"),
    r"^[a-z0-9_-]+$": gettext_lazy("takes small Latin letters, digits, - and _"),
    r"^[a-z0-9_-]*$": gettext_lazy("takes small Latin letters, digits, - and _"),
    r"^[!-~]{1,255}$": gettext_lazy("takes up to 255 Latin letters, digits and marks, without blanks"),
}


def in_words(errors: Iterable[Mapping[str, Any]]) -> str:
    """Return the first few things that are wrong as one text; "" for none."""
    return "; ".join(_told(errors)[:MOST])


def _told(errors: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what is wrong at each place, once.

    A value that may be written in several ways is wrong in each of them: what lies deepest is what was meant.
    """
    by_place: dict[tuple[str | int, ...], list[Mapping[str, Any]]] = {}
    for one in errors:
        by_place.setdefault(tuple(_steps(one.get("loc", ()))), []).append(one)
    places = [
        place for place in by_place if not any(other[: len(place)] == place != other for other in by_place)
    ]
    return [_sentence(_written(place), _nearest(by_place[place])) for place in places]


def _sentence(place: str, error: Mapping[str, Any]) -> str:
    if not place:
        return _wanted(error)
    # What a rule of ours says is a sentence of its own.
    return f"{place}: {_wanted(error)}" if error.get("type") == "value_error" else f"{place} {_wanted(error)}"


def _nearest(errors: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the error of the way that came nearest: where the type was right already."""
    return next((one for one in errors if not str(one.get("type", "")).endswith("_type")), errors[0])


def _steps(loc: Sequence[str | int]) -> Iterator[str | int]:
    # ninja begins with where a parameter stands, and names the body twice.
    inner = loc[2:] if tuple(loc[:2]) == ("body", "body") else loc[1:]
    for step in inner:
        if isinstance(step, int) or (step not in _KINDS and _FIELD.fullmatch(step)):
            yield step


def _written(place: Sequence[str | int]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return text.removeprefix(".")


def _wanted(error: Mapping[str, Any]) -> str:
    kind, told = str(error.get("type", "")), error.get("ctx") or {}
    if kind == "value_error":
        return str(error.get("msg", "")).removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        return str(_OF_PATTERNS.get(str(told.get("pattern")), _("is not written rightly")))
    if kind in _LIMITS:
        return _LIMITS[kind](told)
    return next((str(words) for start, words in _WANTED if kind.startswith(start)), _("is not right"))


def _longest(told: Mapping[str, Any]) -> str:
    n = told.get("max_length", 0)
    return ngettext("must have at most %(n)s letter", "must have at most %(n)s letters", n) % {"n": n}


def _shortest(told: Mapping[str, Any]) -> str:
    n = told.get("min_length", 1)
    if n == 1:
        return _("must not be empty")
    return ngettext("must have at least %(n)s letter", "must have at least %(n)s letters", n) % {"n": n}


def _most(told: Mapping[str, Any]) -> str:
    n = told.get("max_length", 0)
    return ngettext("must have at most %(n)s entry", "must have at most %(n)s entries", n) % {"n": n}


def _fewest(told: Mapping[str, Any]) -> str:
    n = told.get("min_length", 1)
    return ngettext("must have at least %(n)s entry", "must have at least %(n)s entries", n) % {"n": n}


def _among(told: Mapping[str, Any]) -> str:
    names = str(told.get("expected", "")).replace("' or '", "', '").replace("'", "")
    return _("must be one of: %(names)s") % {"names": names}


_LIMITS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "string_too_long": _longest,
    "string_too_short": _shortest,
    "too_long": _most,
    "too_short": _fewest,
    "literal_error": _among,
    "enum": _among,
    "greater_than_equal": lambda told: _("must be at least %(n)s") % {"n": told.get("ge")},
    "less_than_equal": lambda told: _("must be at most %(n)s") % {"n": told.get("le")},
    "greater_than": lambda told: _("must be more than %(n)s") % {"n": told.get("gt")},
    "less_than": lambda told: _("must be less than %(n)s") % {"n": told.get("lt")},
}
