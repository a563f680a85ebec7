"""From what a form sends to the value that is stored, a reader for each kind of question.

Fields: `key`; `key.VALUE` for checkboxes, `key.ROW` (and `key.ROW.VALUE`) for a matrix, `key.VALUE` for a constant
sum, `key.1..n` for a ranking, `key.y`, `key.m`, `key.d` for a date in parts, `key.other` for words of one's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from hamdel.ground.calendar.days import Calendar, day_of
from hamdel.ground.calendar.digits import to_latin
from hamdel.ground.persian.phones import normal_phone
from hamdel.listen.surveys.definition.metric import Metric
from hamdel.listen.surveys.definition.parts import NONE, OTHER, Kind, Question

LONGEST_TEXT = 4_000
LONGEST_LINE = 500
LARGEST_NUMBER = 1e15
MOST_FILES = 10
# Years before this are Jalali ones, as nobody writes a Gregorian date of the Middle Ages.
FIRST_GREGORIAN_YEAR = 1700
_NUMBER = re.compile(r"[-+]?([0-9]{1,16}(\.[0-9]{1,9})?|\.[0-9]{1,9})")
_DAY = re.compile(r"([0-9]{1,4})\s*[-/.،]\s*([0-9]{1,2})\s*[-/.،]\s*([0-9]{1,4})")
# Addresses that are only known inside somebody's own network reach nobody.
_email = EmailValidator(allowlist=[])
# Half-spaces and marks of direction, which a Persian keyboard or a copied letter leaves behind.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

Typed = Mapping[str, str]
Files = Sequence[Mapping[str, Any]]


class WrongAnswer(Exception):
    """An answer does not fit its question; `code` names the message shown beside it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_answer(
    question: Question, typed: Typed, metric: Metric | None = None, files: Files = (), before: Any = None
) -> dict[str, Any]:
    """Return the answers of one question by their keys, None for an empty one. Raises WrongAnswer.

    `metric` is the survey's, for scores that name none; `files` were kept a moment ago; `before` is the answer so far,
    which a file keeps when none is sent again.
    """
    if question.kind == Kind.STATEMENT:
        return {}
    if question.kind == Kind.FILE:
        value: Any = list(files) or (None if f"{question.key}.remove" in typed else before)
    elif question.kind == Kind.SCORE:
        value = _score(question, typed, metric)
    else:
        value = READERS[question.kind](question, typed)
    if value is None and question.required and question.kind != Kind.HIDDEN:
        raise WrongAnswer("required")
    if question.other is None:
        return {question.key: value}
    return {question.key: value, f"{question.key}.{OTHER}": _other(question, typed, value)}


def cleaned(text: str) -> str:
    """Return a text PostgreSQL can keep, without the blanks around it."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def _text(typed: Typed, key: str, most: int = LONGEST_LINE) -> str | None:
    text = cleaned(typed.get(key, ""))
    if len(text) > most:
        raise WrongAnswer("too_long")
    return text or None


def _other(question: Question, typed: Typed, value: Any) -> str | None:
    if value is None or OTHER not in (value if isinstance(value, list) else [value]):
        return None
    words = _text(typed, f"{question.key}.{OTHER}")
    if words is None and question.required:
        raise WrongAnswer("other_required")
    return words


def _score(question: Question, typed: Typed, metric: Metric | None) -> int | None:
    text = _text(typed, question.key)
    if text is None:
        return None
    low, high = question.scale(metric)
    latin = to_latin(text)
    if not (latin.isascii() and latin.isdigit() and len(latin) < 4 and low <= int(latin) <= high):
        raise WrongAnswer("not_a_score")
    return int(latin)


def values_of(question: Question) -> list[str]:
    """Return what may be chosen, in the definition's order."""
    own = [choice.value for choice in question.choices]
    return own + [OTHER] * (question.other is not None) + [NONE] * (question.none is not None)


def _single(question: Question, typed: Typed) -> str | None:
    value = _text(typed, question.key)
    if value is not None and value not in values_of(question):
        raise WrongAnswer("not_a_choice")
    return value


def _multiple(question: Question, typed: Typed) -> list[str] | None:
    chosen = [value for value in values_of(question) if typed.get(f"{question.key}.{value}")]
    if NONE in chosen and len(chosen) > 1 and question.none is not None:
        raise WrongAnswer("none_alone")
    if chosen and chosen != [NONE]:
        _count(question, len(chosen), "choose")
    return chosen or None


def _count(question: Question, found: int, what: str) -> None:
    if question.fewest is not None and found < question.fewest:
        raise WrongAnswer(f"{what}_more")
    if question.most is not None and found > question.most:
        raise WrongAnswer(f"{what}_fewer")


def _matrix(question: Question, typed: Typed) -> dict[str, Any] | None:
    allowed = [choice.value for choice in question.choices]
    found: dict[str, Any] = {}
    for row in question.rows:
        field = f"{question.key}.{row.value}"
        if question.several:
            chosen = [value for value in allowed if typed.get(f"{field}.{value}")]
            found |= {row.value: chosen} if chosen else {}
        elif value := _text(typed, field):
            if value not in allowed:
                raise WrongAnswer("not_a_choice")
            found[row.value] = value
    if question.required and len(found) < len(question.rows):
        raise WrongAnswer("every_row")
    return found or None


def _ranking(question: Question, typed: Typed) -> list[str] | None:
    """Read which choice stands in which place. Whatever is ranked must be ranked once, and from the top."""
    places = [_text(typed, f"{question.key}.{n}") for n in range(1, len(question.choices) + 1)]
    named = [value for value in places if value]
    if not named:
        return None
    allowed = {choice.value for choice in question.choices}
    if not set(named) <= allowed:
        raise WrongAnswer("not_a_choice")
    if len(set(named)) != len(named):
        raise WrongAnswer("ranked_twice")
    if places[: len(named)] != named or len(named) < min(question.fewest or len(places), len(places)):
        raise WrongAnswer("rank_all")
    return named


def number_in(text: str) -> float | int:
    """Return the number somebody typed: Persian digits, ٫ and ٬ are read. Raises WrongAnswer."""
    latin = (
        _UNSEEN.sub("", to_latin(text)).replace("٫", ".").replace("٬", "").replace("−", "-").replace(" ", "")
    )
    latin = re.sub(r",(?=[0-9]{3}(?![0-9]))", "", latin)
    if not _NUMBER.fullmatch(latin):
        raise WrongAnswer("not_a_number")
    number = float(latin) if "." in latin else int(latin)
    if abs(number) > LARGEST_NUMBER:
        raise WrongAnswer("not_a_number")
    return int(number) if number == int(number) else number


def _number(question: Question, typed: Typed) -> float | int | None:
    text = _text(typed, question.key)
    if text is None:
        return None
    number = number_in(text)
    if question.low is not None and number < question.low:
        raise WrongAnswer("too_low")
    if question.high is not None and number > question.high:
        raise WrongAnswer("too_high")
    _on_step(question, number)
    return number


def _on_step(question: Question, number: float) -> None:
    if question.step and question.kind == Kind.NUMBER:
        steps = (number - (question.low or 0)) / question.step
        if abs(steps - round(steps)) > 1e-6:
            raise WrongAnswer("off_step")


def _date(question: Question, typed: Typed) -> str | None:
    parts = [cleaned(typed.get(f"{question.key}.{part}", "")) for part in "ymd"]
    text = "/".join(parts) if any(parts) else _text(typed, question.key)
    if not text:
        return None
    day = day_in(text).isoformat()
    if question.low and day < str(question.low):
        raise WrongAnswer("too_early")
    if question.high and day > str(question.high):
        raise WrongAnswer("too_late")
    return day


def day_in(text: str) -> date:
    """Return the day somebody typed, Jalali or Gregorian by its year: ۱۴۰۵/۰۹/۰۲, 2026-11-23. Raises WrongAnswer."""
    found = _DAY.fullmatch(to_latin(text).strip())
    if not found:
        raise WrongAnswer("not_a_day")
    year, month, day = (int(part) for part in found.groups())
    if day > 31:  # written the other way round
        year, day = day, year
    calendar = Calendar.JALALI if year < FIRST_GREGORIAN_YEAR else Calendar.GREGORIAN
    try:
        if year < 1000:
            raise WrongAnswer("not_a_day")
        return day_of(year, month, day, calendar)
    except (ValueError, OverflowError):
        raise WrongAnswer("not_a_day") from None


def _phone(question: Question, typed: Typed) -> str | None:
    text = _text(typed, question.key)
    if text is None:
        return None
    phone = normal_phone(text)
    if phone is None:
        raise WrongAnswer("not_a_phone")
    return phone


def _mail(question: Question, typed: Typed) -> str | None:
    text = _UNSEEN.sub("", to_latin(_text(typed, question.key, 254) or ""))
    if not text:
        return None
    try:
        _email(text)
    except ValidationError:
        raise WrongAnswer("not_an_email") from None
    if text.endswith("]"):  # the number of a machine
        raise WrongAnswer("not_an_email")
    return text


def _line(question: Question, typed: Typed) -> str | None:
    most = LONGEST_TEXT if question.kind == Kind.LONG_TEXT else LONGEST_LINE
    text = _text(typed, question.key, most)
    if text is None:
        return None
    if question.kind == Kind.TEXT:
        text = " ".join(text.split())
    _count(question, len(text), "write")
    if question.pattern and not re.fullmatch(question.pattern, to_latin(text)):
        raise WrongAnswer("pattern")
    return text


def _consent(question: Question, typed: Typed) -> bool | None:
    return True if typed.get(question.key) else None


def _constant_sum(question: Question, typed: Typed) -> dict[str, float] | None:
    given = {c.value: _text(typed, f"{question.key}.{c.value}") for c in question.choices}
    if not any(given.values()):
        return None
    found = {value: number_in(text) if text else 0 for value, text in given.items()}
    if any(number < 0 for number in found.values()):
        raise WrongAnswer("not_a_number")
    if abs(sum(found.values()) - question.total) > 1e-6:
        raise WrongAnswer("wrong_sum")
    return found


def _hidden(question: Question, typed: Typed) -> str | None:
    return cleaned(typed.get(question.key, ""))[:LONGEST_LINE] or None


READERS: dict[Kind, Callable[[Question, Typed], Any]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.MATRIX: _matrix,
    Kind.RANKING: _ranking,
    Kind.SLIDER: _number,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.PHONE: _phone,
    Kind.EMAIL: _mail,
    Kind.TEXT: _line,
    Kind.LONG_TEXT: _line,
    Kind.CONSENT: _consent,
    Kind.CONSTANT_SUM: _constant_sum,
    Kind.HIDDEN: _hidden,
}
