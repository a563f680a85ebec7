"""How many parts an SMS is cut into, and so what it costs (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

from dataclasses import dataclass

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these takes an escape and a place.
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
ALONE = {"gsm": 160, "unicode": 70}
JOINED = {"gsm": 153, "unicode": 67}


@dataclass(frozen=True)
class Size:
    """Length of a text as an SMS: `characters` in places of its alphabet, `segments` as billed."""

    characters: int
    segments: int
    alphabet: str
    left: int


def size_of(text: str) -> Size:
    """Return how long `text` is as an SMS: 160/153 places in GSM-7, 70/67 UTF-16 units as soon as one is Persian."""
    alphabet = "gsm" if all(c in GSM_BASIC or c in GSM_EXTENDED for c in text) else "unicode"
    widths = [_width(char, alphabet) for char in text]
    total = sum(widths)
    if total <= ALONE[alphabet]:
        return Size(total, 1, alphabet, ALONE[alphabet] - total)
    segments, used = 1, 0
    for width in widths:
        # A pair (an emoji, an escaped bracket) is not torn apart between two parts.
        if used + width > JOINED[alphabet]:
            segments, used = segments + 1, 0
        used += width
    return Size(total, segments, alphabet, JOINED[alphabet] - used)


def _width(char: str, alphabet: str) -> int:
    if alphabet == "gsm":
        return 2 if char in GSM_EXTENDED else 1
    return 2 if ord(char) > 0xFFFF else 1
