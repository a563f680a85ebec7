"""Numbers as they are written in Persian and in English."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

LATIN = "0123456789"
PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
ARABIC = "٠١٢٣٤٥٦٧٨٩"

_TO_PERSIAN = str.maketrans(LATIN + ARABIC, PERSIAN * 2)
_TO_LATIN = str.maketrans(PERSIAN + ARABIC, LATIN * 2)
# Thousands, decimal point, percent and minus: U+2212 is the width of a plus sign in both scripts.
_MARKS = {"fa": ("٬", "٫", "٪", "−"), "en": (",", ".", "%", "−")}
# A left-to-right mark keeps the sign at the left of its number inside a right-to-left sentence.
_KEEP_LEFT = "\u200e"

Number = int | float | Decimal


def to_persian(text: str) -> str:
    """Return `text` with Latin and Arabic-Indic digits as Persian ones."""
    return text.translate(_TO_PERSIAN)


def to_latin(text: str) -> str:
    """Return `text` with Persian and Arabic-Indic digits as Latin ones."""
    return text.translate(_TO_LATIN)


def in_digits_of(language: str, text: str) -> str:
    """Return `text` with the digits a reader of `language` ("fa" or "en") expects."""
    return to_persian(text) if language == "fa" else to_latin(text)


def format_number(value: Number, language: str, decimals: int | None = None, *, signed: bool = False) -> str:
    """Write a number with separators: 12345.5 is ۱۲٬۳۴۵٫۵ in fa and 12,345.5 in en.

    `decimals` fixes the digits after the point, halves away from zero as people round; without it a float
    shows at most two, none for whole numbers. `signed` shows a plus before what is above zero.
    """
    shown = _rounded(value, decimals)
    thousands, point, _, minus = _MARKS[language]
    body = f"{abs(shown):,f}".translate(str.maketrans(",.", thousands + point))
    sign = minus if shown < 0 else "+" if signed and shown > 0 else ""
    if sign and language == "fa":
        sign = _KEEP_LEFT + sign
    return sign + in_digits_of(language, body)


def format_percent(value: Number, language: str, decimals: int | None = 0, *, signed: bool = False) -> str:
    """Write a percentage given in percent: 12.3 is ۱۲٪ in fa and 12% in en."""
    return format_number(value, language, decimals, signed=signed) + _MARKS[language][2]


def _rounded(value: Number, decimals: int | None) -> Decimal:
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"{value} cannot be written as a number.")
    if decimals is not None:
        return _plain_zero(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    short = exact.quantize(Decimal("0.01"), ROUND_HALF_UP) if isinstance(value, float) else exact
    return _plain_zero(
        short.quantize(Decimal(1)) if short == short.to_integral_value() else short.normalize()
    )


def _plain_zero(value: Decimal) -> Decimal:
    """Turn "-0" into 0: a reader would look for the missing loss."""
    return abs(value) if value == 0 else value
