"""How values are read, the same in Python and in ClickHouse: every rule here exists as a pair.

Properties of events and traits of customers are kept as text in ClickHouse, so both sides read them from their
text, by the same narrow patterns. What fits no pattern has no value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from hamdel.ground.rules.rule import Kind

_DIGITS = {chr(zero + n): str(n) for zero in (0x06F0, 0x0660) for n in range(10)}
_LETTERS = {
    "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ھ": "ه", "ہ": "ه", "آ": "ا", "أ": "ا", "إ": "ا",
    "ٱ": "ا", "ؤ": "و", "\u00a0": " ", "\t": " ", "\n": " ",
}  # fmt: skip
# Half-space and direction marks, tatweel, vowel signs, hamza above: written or left out at will.
_LEFT_OUT = [*map(chr, range(0x200B, 0x2010)), "\u0640", *map(chr, range(0x064B, 0x0660)), "\u0670", "ء"]


def _small_letters() -> dict[str, str]:
    """Return capital and small letter of the scripts up to Armenian, where one is one."""
    capitals = (chr(code) for code in range(0x41, 0x590))
    return {
        letter: letter.lower() for letter in capitals if letter.lower() != letter and len(letter.lower()) == 1
    }


_ALIKE = {**_small_letters(), **_DIGITS, **_LETTERS}
_TABLE = str.maketrans({**_ALIKE, **dict.fromkeys(_LEFT_OUT, "")})
_DIGIT_TABLE = str.maketrans(_DIGITS)

_NUMBER = r"-?[0-9]{1,15}(\.[0-9]{1,9})?"
_MOMENT = (
    r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
    r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?"
)
_number, _moment = re.compile(_NUMBER), re.compile(_MOMENT)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_of(value: Any) -> str:
    """Return a JSON value as ClickHouse keeps it; None is the empty text, which means no value."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def alike(text: str) -> str:
    """Return the text by which two ways of typing the same are equal: ي/ی, Persian digits, half-spaces, capitals."""
    return text.translate(_TABLE)


def folded(text: str) -> str:
    """Return a text as it is searched: by what is alike, wherever spaces stand (می شود, می‌شود, میشود)."""
    return alike(text).replace(" ", "")


def number_of(value: Any) -> float | None:
    """Return the number in a value, None if there is none."""
    text = text_of(value).translate(_DIGIT_TABLE)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return float(text) if _number.fullmatch(text) else None


def moment_of(value: Any) -> int | None:
    """Return a moment in milliseconds since 1970 UTC. Without an offset it is UTC; None if it is no moment."""
    if isinstance(value, datetime):
        return _milliseconds(value)
    if not isinstance(value, str) or not _moment.fullmatch(value):
        return None
    try:
        return _milliseconds(datetime.fromisoformat(value))
    except ValueError:  # the 30th of February
        return None


def truth_of(value: Any) -> bool | None:
    return {"true": True, "false": False}.get(text_of(value))


READERS = {Kind.NUMBER: number_of, Kind.MOMENT: moment_of, Kind.BOOLEAN: truth_of}


def typed(value: Any, kind: Kind) -> Any:
    """Return a value as its kind compares it, None when there is none."""
    if kind == Kind.TEXT:
        text = text_of(value)
        return alike(text) if text else None
    return READERS[kind](value)


def kind_of(value: Any, *, is_ordered: bool = False) -> Kind:
    """Return the kind a field without a registered one must have to be compared with this value."""
    if isinstance(value, tuple | list):
        return kind_of(value[0], is_ordered=is_ordered) if value else Kind.TEXT
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int | float):
        return Kind.NUMBER
    return Kind.MOMENT if is_ordered else Kind.TEXT


def typed_in_clickhouse(text: str, kind: Kind) -> str:
    """Return SQL that reads the String expression `text` as this kind: the twin of `typed`."""
    match kind:
        case Kind.TEXT:
            return f"if({text} = '', NULL, {_alike_in_clickhouse(text)})"
        case Kind.NUMBER:
            digits = f"translateUTF8({text}, {_quoted(_DIGITS)}, {_quoted(_DIGITS.values())})"
            pattern = f"'^(?:{_escaped(_NUMBER)})$'"
            # Nearly all are Latin digits: only what has other letters at all is worth the dear translation.
            return (
                f"multiIf(match({text}, {pattern}), toFloat64OrNull({text}), length({text}) = lengthUTF8({text}), NULL,"
                f" match({digits}, {pattern}), toFloat64OrNull({digits}), NULL)"
            )
        case Kind.MOMENT:
            read = f"toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull({text}, 3, 'UTC'))"
            return f"if(match({text}, '^(?:{_escaped(_MOMENT)})$'), {read}, NULL)"
        case Kind.BOOLEAN:
            return f"multiIf({text} = 'true', 1, {text} = 'false', 0, NULL)"


def _alike_in_clickhouse(text: str) -> str:
    # Letters that have no counterpart in the second list are left out.
    return f"translateUTF8({text}, {_quoted([*_ALIKE, *_LEFT_OUT])}, {_quoted(_ALIKE.values())})"


def _quoted(letters: Mapping[str, str] | Any) -> str:
    return "'" + _escaped("".join(letters)) + "'"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def _milliseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = aware - EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
