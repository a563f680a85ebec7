"""What stands in a circle when there is no picture of someone."""

from __future__ import annotations

from zlib import crc32

TINTS = 6
ZWNJ = "\u200c"
# Titles are not part of a name people look for.
_TITLES = {"آقای", "خانم", "دکتر", "مهندس", "سید", "سیده", "حاج", "mr", "mrs", "ms", "dr"}


def initials(name: str) -> str:
    """Return one or two letters: "SM" of Sara Moradi, "س م" of سارا مرادی (a half-space keeps them from joining).

    One word gives its first letter, no name gives nothing.
    """
    parts = [part for part in name.replace(ZWNJ, " ").split() if part.lower().strip(".") not in _TITLES]
    letters = [letter for letter in (_first_letter(part) for part in parts) if letter]
    if not letters:
        return ""
    chosen = letters[:1] if len(letters) == 1 else [letters[0], letters[-1]]
    return ZWNJ.join(chosen).upper()


def tint(name: str) -> int:
    """Return 0–5, the same for the same name for ever."""
    return crc32(name.strip().encode()) % TINTS


def _first_letter(word: str) -> str:
    return next((letter for letter in word if letter.isalnum()), "")
