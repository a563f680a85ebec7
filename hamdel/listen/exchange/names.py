"""Keys and values that our surveys can carry, made from names that anybody may have given."""

from __future__ import annotations

import re
import unicodedata

LONGEST_KEY = 40
KEY = re.compile(rf"(?=.*[a-z0-9])[a-z0-9_]{{1,{LONGEST_KEY}}}")
# Words with a meaning of their own in rules and on the respondent's page.
TAKEN = frozenset(
    {
        "language",
        "channel",
        "touchpoint",
        "score",
        "page",
        "once",
        "lang",
        "uid",
        "place",
        "other",
        "none",
        "back",
    }
)


def slug(name: object) -> str:
    """Return lower-case Latin letters, digits and underscores of a name; "" when it has none."""
    flat = unicodedata.normalize("NFKD", str(name)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", flat).strip("_")[:LONGEST_KEY].strip("_")


class Names:
    """Hands out names of which no two are the same."""

    def __init__(self, fallback: str, taken: frozenset[str] = frozenset()) -> None:
        self.fallback, self.used, self.count = fallback, set(taken), 0
        self.reserved = set(taken)

    def allow(self, name: str) -> None:
        """Let a reserved name be taken, once: what left here under it comes back under it."""
        if name in self.reserved:
            self.reserved.remove(name)
            self.used.discard(name)

    def take(self, wanted: object) -> str:
        """Return the wanted name, or one like it that is still free."""
        base = str(wanted) if KEY.fullmatch(str(wanted)) else slug(wanted)
        if not base:
            self.count += 1
            base = f"{self.fallback}{self.count}"
        name, number = base, 1
        while name in self.used:
            number += 1
            name = f"{base[: LONGEST_KEY - 1 - len(str(number))]}_{number}"
        self.used.add(name)
        return name


class Values(Names):
    """Hands out values of choices and rows: as they are written, wherever an answer here can be that."""

    # Letters of any script with their half-spaces: no blanks and dots, which rules cannot name.
    _usable = re.compile(r"[\w\u200c-]{1,40}")

    def take(self, wanted: object) -> str:
        written = unicodedata.normalize("NFC", str(wanted))
        if written.lower() in self.used or written in self.used or not self._usable.fullmatch(written):
            return super().take(wanted)
        self.used.add(written)
        return written
