"""Why an event or a row was refused, in the reader's language.

Reasons are written down in English where they arise, with what was found in them; `wordings.py` says each to a person.
"""

from __future__ import annotations

import re

from hamdel.listen.events.wordings import WORDINGS

_said = [(re.compile(pattern, re.DOTALL), sentence) for pattern, sentence in WORDINGS]
# "orders.csv, line 12: …": where a row of a file stands.
PLACE = re.compile(r"^(?P<file>.+?), line (?P<line>\d+): ")


def said(reason: str) -> str:
    """Return a reason as a person reads it, without the place in a file."""
    bare = without_place(reason)
    for pattern, sentence in _said:
        if found := pattern.fullmatch(bare):
            return str(sentence) % found.groupdict()
    return bare


def without_place(reason: str) -> str:
    return PLACE.sub("", reason, count=1)
