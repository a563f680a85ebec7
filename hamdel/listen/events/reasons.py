"""Why an event or a row was refused, in the reader's language.

Reasons are written down in English where they arise, with what was found in them. Here stands how each is said to a
person; one that is not known is shown as it was written.
"""

from __future__ import annotations

import re

from django.utils.functional import Promise

_said: list[tuple[re.Pattern[str], str | Promise]] = []
# "orders.csv, line 12: …": where a row of a file stands.
PLACE = re.compile(r"^(?P<file>.+?), line (?P<line>\d+): ")


def said_as(pattern: str, sentence: str | Promise) -> None:
    """Say a reason that `pattern` matches whole as `sentence`; its named groups fill `%(name)s`."""
    _said.append((re.compile(pattern, re.DOTALL), sentence))


def said(reason: str) -> str:
    """Return a reason as a person reads it, without the place in a file."""
    bare = without_place(reason)
    for pattern, sentence in _said:
        if found := pattern.fullmatch(bare):
            return str(sentence) % found.groupdict()
    return bare


def without_place(reason: str) -> str:
    return PLACE.sub("", reason, count=1)
