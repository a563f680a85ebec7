"""JSON as it comes from outside: read strictly, then leniently, and made safe to store.

What the strict parser refuses but clients do send (NaN, half of a surrogate pair, bytes that are no UTF-8, one event
nested without end) must not lose the batch it came in.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple

import orjson

DEEPEST_NESTING = 250
REPLACEMENT = "\ufffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# What matters when looking for the end of a value: strings, skipped whole, and brackets.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)


class NotJson(Exception):
    """The body is not JSON, or is nested deeper than any real event."""


class TooDeep(NamedTuple):
    """Stands for a value nested too deeply to be read."""

    text: str


def parse(raw: bytes) -> Any:
    """Return the JSON value of a request body. Raises NotJson.

    The value may hold what `encode` still has to make safe.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return parse_leniently(raw)


def parse_leniently(raw: bytes) -> Any:
    """Return what can be read of a body that strict JSON refuses. Raises NotJson.

    An element of `batch` that is nested too deeply comes back as TooDeep, the others as they are.
    """
    text = raw.decode("utf-8-sig", "replace")
    try:
        return json.loads(text)
    except RecursionError:
        return _without_the_deep(text)
    except ValueError as error:
        raise NotJson(str(error)[:200]) from error


def encode(value: Any) -> bytes:
    """Return `value` as JSON that PostgreSQL and every parser can keep. Raises ValueError when it cannot be.

    NUL and lone surrogates become U+FFFD, NaN and infinity null, integers beyond 64 bits text.
    """
    try:
        body = orjson.dumps(value)
    except TypeError:
        return _encode_safe(value)
    return _encode_safe(value) if b"\\u0000" in body else body


def _encode_safe(value: Any) -> bytes:
    try:
        return orjson.dumps(safe(value))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"nested deeper than {DEEPEST_NESTING} levels") from error


def storable(text: str) -> str:
    """Return `text` without what PostgreSQL cannot keep."""
    return _UNSTORABLE.sub(REPLACEMENT, text)


def safe(value: Any) -> Any:
    """Return `value` without what cannot be kept. Raises RecursionError when it is nested too deeply."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, list):
        return [safe(item) for item in value]
    if isinstance(value, dict):
        return {safe(key): safe(item) for key, item in value.items()}
    return value


def _without_the_deep(text: str) -> dict[str, Any]:
    """Return the object in `text` with the elements of its `batch` read one by one."""
    found = re.search(r'"batch"\s*:\s*\[', text)
    if found is None:
        raise NotJson("nested too deeply")
    elements, end = _elements(text, found.end())
    try:
        rest = json.loads(text[: found.end()] + text[end:])
    except (ValueError, RecursionError) as error:
        raise NotJson("nested too deeply") from error
    if not isinstance(rest, dict) or rest.get("batch") != []:
        raise NotJson("nested too deeply")
    return {**rest, "batch": [_parse_or_too_deep(element) for element in elements]}


def _parse_or_too_deep(element: str) -> Any:
    try:
        return json.loads(element)
    except RecursionError:
        return TooDeep(element)
    except ValueError as error:
        raise NotJson(str(error)[:200]) from error


def _elements(text: str, start: int) -> tuple[list[str], int]:
    """Return the texts of the elements of the list that begins at `start`, and where its bracket closes."""
    elements, depth, begin = [], 0, start
    for token in _TOKEN.finditer(text, start):
        kind = token[0]
        if kind in "[{":
            depth += 1
        elif kind in "]}" and depth:
            depth -= 1
        elif kind == "," and not depth:
            elements.append(text[begin : token.start()])
            begin = token.end()
        elif kind == "]":
            elements.append(text[begin : token.start()])
            return [element.strip() for element in elements if element.strip()], token.start()
    raise NotJson("the list of events does not end")
