"""One form for a telephone number."""

from __future__ import annotations

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_IRAN = 98
_LONGEST = 64


def normal_phone(text: str, region: str = "IR") -> str | None:
    """Return a telephone number in E.164 form, such as +989121234567; None when it is none.

    `region` is the country assumed when the number names none. Reads Persian and Arabic digits.
    """
    visible = "".join(char for char in text[:_LONGEST] if unicodedata.category(char) != "Cf")
    try:
        number = phonenumbers.parse(visible, region)
    except NumberParseException:
        return None
    if not (phonenumbers.is_valid_number(number) or _is_iranian_mobile(number)):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _is_iranian_mobile(number: phonenumbers.PhoneNumber) -> bool:
    """Accept operators' new prefixes: a server that is never updated knows only those of its day."""
    national = str(number.national_number)
    return number.country_code == _IRAN and len(national) == 10 and national.startswith("9")
