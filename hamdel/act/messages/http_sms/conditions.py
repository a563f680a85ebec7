"""The small language in which somebody says what success looks like: `status = 200 and body.result.ok = true`.

condition := test {"and" test}        test := place ("=" | "!=" | "contains") value
place     := "status" | "text" | "body" {"." name or number}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

TEST = re.compile(
    r"^\s*(?P<place>status|text|body(?:\.[\w-]+)*)\s*(?P<sign>!=|==?|contains)\s*(?P<value>[^=\s].*?)\s*$"
)


class BadCondition(ValueError):
    """The condition cannot be read."""


@dataclass(frozen=True)
class Test:
    """One comparison."""

    place: str
    sign: str
    value: str

    def holds(self, status: int, text: str, body: Any) -> bool:
        found = said_at(self.place, status, text, body)
        if self.sign == "contains":
            return self.value.lower() in found.lower()
        return (found.lower() == self.value.lower()) == (self.sign != "!=")


def read_condition(line: str) -> list[Test]:
    """Return the tests of a condition. Raises BadCondition."""
    tests = []
    for part in re.split(r"\s+and\s+", line.strip()):
        found = TEST.match(part)
        if not found:
            raise BadCondition(part)
        tests.append(Test(found["place"], found["sign"], found["value"].strip("\"'")))
    return tests


def said_at(place: str, status: int, text: str, body: Any) -> str:
    """Return what stands at a place of an answer, as text; empty when nothing does."""
    if place == "status":
        return str(status)
    if place == "text":
        return text
    found = body
    for name in place.split(".")[1:]:
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        else:
            return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    return "" if found is None else str(found)
