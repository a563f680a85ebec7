"""Search keys and alphabetical order for names and words typed in many ways."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# After compatibility decomposition only these variants of Persian letters are left to unite.
_SAME_LETTER = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ێ": "ی", "ۍ": "ی", "ے": "ی",
    "ك": "ک", "ڪ": "ک",
    "ة": "ه", "ھ": "ه", "ہ": "ه", "ۃ": "ه", "ە": "ه",
    "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ۇ": "و", "ۆ": "و",
}  # fmt: skip
# A lone hamza and the stretching tatweel are written or left out at will.
_LEFT_OUT = {"ء", "ـ", "ٴ"}
# Combining marks (vowel signs, hamza above, accents) and format controls (half-space, direction marks).
_INVISIBLE = {"Mn", "Me", "Cf", "Cc"}
_ALPHABET = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
# Between the digits and the small Latin letters, so that plain byte order is Persian order.
_RANK = {letter: chr(0x3A + place) for place, letter in enumerate(_ALPHABET)}


def fold(text: str) -> str:
    """Return the key under which a text is found, whatever keyboard it came from.

    Unites ی/ي/ى, ک/ك, ه/ة and hamza forms; drops vowel signs, accents, tatweel, half-spaces and direction
    marks; writes digits in Latin and letters in small; leaves one space between words. Folding twice
    changes nothing.
    """
    # Case folding may leave letters that decompose again, and the other way round (NFKC_Casefold).
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(map(_folded, once)).split())


def fold_tight(text: str) -> str:
    """Return the folded text without spaces: «علی رضا» and «علی‌رضا» and «علیرضا» become one."""
    return fold(text).replace(" ", "")


def sort_key(text: str) -> str:
    """Return a text whose code point order (collation "C") is Persian alphabetical order.

    Digits come first, then Persian letters from آ, then Latin; marks of punctuation do not count.
    """
    words = unicodedata.normalize("NFKC", text).split()
    return " ".join(filter(None, ("".join(map(_ranked, word)) for word in words)))


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    if char.isspace():
        return " "
    if char in _LEFT_OUT or unicodedata.category(char) in _INVISIBLE:
        return ""
    digit = unicodedata.decimal(char, None)
    return str(digit) if digit is not None else _SAME_LETTER.get(char, char)


@lru_cache(maxsize=4096)
def _ranked(char: str) -> str:
    if char == "آ":
        return _RANK["آ"]
    return "".join(_RANK.get(letter, letter) for letter in fold(char) if letter.isalnum())
