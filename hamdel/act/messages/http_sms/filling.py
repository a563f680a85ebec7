"""Fill {to} {text} {id} {from} {key} into what an administrator wrote, each place in its own way of quoting."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus

NAMES = ("to", "text", "id", "from", "key")
HOLE = re.compile(r"\{(" + "|".join(NAMES) + r")\}")


def in_address(template: str, values: Mapping[str, str]) -> str:
    return _fill(template, values, lambda value: quote(value, safe=""))


def in_header(template: str, values: Mapping[str, str]) -> str:
    return _fill(template, values, lambda value: re.sub(r"[\r\n]+", " ", value))


def in_form(template: str, values: Mapping[str, str]) -> str:
    return _fill(template, values, quote_plus)


def in_json(template: str, values: Mapping[str, str]) -> str:
    """Fill holes inside quoted texts: `{"to": "{to}"}`. A hole outside quotes takes digits only."""
    return _fill(template, values, lambda value: json.dumps(value, ensure_ascii=False)[1:-1])


def in_text(template: str, values: Mapping[str, str]) -> str:
    return _fill(template, values, lambda value: value)


def in_xml(template: str, values: Mapping[str, str]) -> str:
    return _fill(
        template,
        values,
        lambda value: (
            value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
        ),
    )


BODIES: dict[str, tuple[str, Callable[[str, Mapping[str, str]], str]]] = {
    "json": ("application/json", in_json),
    "form": ("application/x-www-form-urlencoded", in_form),
    "xml": ("text/xml; charset=utf-8", in_xml),
    "text": ("text/plain; charset=utf-8", in_text),
}


def _fill(template: str, values: Mapping[str, str], quoted: Callable[[str], str]) -> str:
    return HOLE.sub(lambda hole: quoted(values.get(hole[1], "")), template)
