"""Regular expressions of files: without the slashes of PHP and JavaScript, and only where Python reads them too."""

from __future__ import annotations

import re

LONGEST_PATTERN = 200
ANYTHING = r"[\s\S]*"
# An hour and a minute.
CLOCK = r"([01]?[0-9]|2[0-3]):[0-5][0-9]"
ANY_CASE = "(?i)"
_SLASHES = re.compile(r"(?P<end>[/#~])(?P<inner>.*)(?P=end)(?P<flags>[a-zA-Z]*)", re.DOTALL)
_QUOTED = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]", re.DOTALL)
_ALONE = re.compile(r"\(\?:(.*)\)", re.DOTALL)
_GROUP = re.compile(r"\([^()]*\)")


def bare_pattern(written: str, *, any_case: bool = False) -> str:
    """Return the pattern an answer has to fit as a whole; "" when there is none or it cannot be carried over.

    Elsewhere a pattern looks for its place inside the answer; here it describes the whole of it.
    """
    found = _SLASHES.fullmatch(written.strip())
    inner, flags = (found["inner"], set(found["flags"])) if found else (written.strip(), set())
    if not inner or flags - {"u", "U", "g", "i"}:
        return ""
    whole = (ANY_CASE if any_case or "i" in flags else "") + _whole(inner)
    try:
        re.compile(whole)
    except (re.error, OverflowError, RecursionError):
        return ""
    return whole if len(whole) <= LONGEST_PATTERN else ""


def _whole(inner: str) -> str:
    if "|" in outside_of_groups(inner):
        return f"{ANYTHING}(?:{inner}){ANYTHING}"
    begins = inner.startswith("^")
    ends = inner.endswith("$") and not inner.endswith(r"\$")
    core = inner[1 if begins else 0 : -1 if ends else None]
    if begins and ends and (alone := _ALONE.fullmatch(core)) and "(" not in alone[1] and ")" not in alone[1]:
        # Of the whole answer, a group around everything says nothing.
        core = alone[1]
    return ("" if begins else ANYTHING) + core + ("" if ends else ANYTHING)


def outside_of_groups(pattern: str) -> str:
    flat = _QUOTED.sub("", pattern)
    while (fewer := _GROUP.sub("", flat)) != flat:
        flat = fewer
    return flat
