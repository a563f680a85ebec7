"""Templates of messages in Liquid: what members write, filled in for one customer, within limits.

A template sees only what it is given as plain values. It cannot run long, grow large or bring its own HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class BadTemplate(Exception):
    """The template cannot be used: the text says what is wrong and in which line."""


def render(text: str, values: Mapping[str, Any], *, html: bool = False) -> str:
    """Fill `values` into a template. Unknown names stay empty. Raises BadTemplate, also beyond the limits."""
    return _filled(text, values, html=html, strict=False)


def check_template(text: str, values: Mapping[str, Any]) -> None:
    """Try a template on sample values. Raises BadTemplate, also for a name that does not exist."""
    _filled(text, values, html=False, strict=True)


def _filled(text: str, values: Mapping[str, Any], *, html: bool, strict: bool) -> str:
    # Loading Liquid is a fifth of the start of a process, and most never fill in a template.
    from hamdel.act.messages.templating import fill

    return fill(text, plain(values), html=html, strict=strict)


def plain(values: Any) -> Any:
    """Return `values` as nothing but mappings, lists, numbers and texts: no object of ours is within reach."""
    if isinstance(values, Mapping):
        return {str(name): plain(value) for name, value in values.items()}
    if isinstance(values, list | tuple | set | frozenset):
        return [plain(value) for value in values]
    return values if values is None or isinstance(values, bool | int | float) else str(values)
