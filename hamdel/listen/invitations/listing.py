"""A list of customers as people bring it: pasted lines or a file of phones, e-mails or ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hamdel.act.contacts.standing import roots_of
from hamdel.ground.persian.phones import normal_phone
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Identifier

CELLS = re.compile(r"[,;\t،؛]")
MOST_LINES = 200_000
MOST_BYTES = 5_000_000
AT_ONCE = 5_000
SHOWN_UNKNOWN = 10
Kind = Identifier.Kind


class UnreadableList(Exception):
    """The file is no text in UTF-8, or too large."""


@dataclass(frozen=True)
class Found:
    """Whom the lines name, and which lines name nobody we know."""

    customers: Sequence[UUID]
    unknown: Sequence[str]
    lines: int

    @property
    def some_unknown(self) -> str:
        return "، ".join(self.unknown[:SHOWN_UNKNOWN])


def text_of(content: bytes) -> str:
    """Return the text of an uploaded file. Raises UnreadableList."""
    if len(content) > MOST_BYTES:
        raise UnreadableList
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise UnreadableList from wrong


def find_listed(workspace: Workspace, text: str) -> Found:
    """Return the customers a text names, one a line: the first cell that is a phone, e-mail or id we know."""
    lines = [line.strip() for line in text.replace("\x00", "").splitlines() if line.strip()][:MOST_LINES]
    keys = [_keys(line) for line in lines]
    owners = _owners(workspace, {key for line in keys for key in line})
    roots = roots_of(workspace, set(owners.values()))
    found: dict[UUID, None] = {}
    unknown = []
    for line, own in zip(lines, keys, strict=True):
        customer = next((roots[owners[key]] for key in own if key in owners and owners[key] in roots), None)
        if customer:
            found[customer] = None
        else:
            unknown.append(line[:80])
    return Found(list(found), unknown, len(lines))


def _keys(line: str) -> list[tuple[str, str]]:
    """Return what a line may be known by, kind and value, in the order of its cells."""
    keys: list[tuple[str, str]] = []
    for raw in CELLS.split(line):
        cell = raw.strip().strip('"').strip()
        if not cell or len(cell) > 300:
            continue
        phone = normal_phone(cell)
        if phone:
            keys.append((Kind.PHONE, phone))
        if "@" in cell:
            keys.append((Kind.EMAIL, cell.lower()))
        keys += [(Kind.USER, cell), (Kind.EXTERNAL, cell)]
    return keys


def _owners(workspace: Workspace, keys: set[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    values = sorted({value for _kind, value in keys})
    owners: dict[tuple[str, str], UUID] = {}
    for first in range(0, len(values), AT_ONCE):
        rows = Identifier.objects.in_workspace(workspace).filter(value__in=values[first : first + AT_ONCE])
        owners |= {
            (kind, value): owner for kind, value, owner in rows.values_list("kind", "value", "customer_id")
        }
    return owners
