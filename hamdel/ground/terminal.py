"""What files say, as a terminal may show it: nothing in a file moves the cursor, rings the bell or colours the screen."""

from __future__ import annotations

import unicodedata

KEPT = frozenset("\n\t")


def shown(text: object) -> str:
    r"""Return a text with its control characters, and what is no character, written out: \x1b, \x07, \udcff."""
    return "".join(map(_shown, str(text)))


def _shown(sign: str) -> str:
    if sign in KEPT or unicodedata.category(sign) not in {"Cc", "Cs"}:
        return sign
    return f"\\x{ord(sign):02x}" if ord(sign) < 0x100 else f"\\u{ord(sign):04x}"
