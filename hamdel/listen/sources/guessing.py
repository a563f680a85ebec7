"""A mapping for files that are events already, and a starting point for all others."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from hamdel.listen.sources.files import RowFile
from hamdel.listen.sources.mapping import FORMAT, TYPES

ROWS_LOOKED_AT = 200
AS_IS: dict[str, Any] = {"format": FORMAT, "name": "Events as they are", "events": [{"as_is": True}]}
# Names under which each part of an event is usually found, without case, spaces, dots and underscores.
EVENT = ("event", "eventname", "name", "action", "رویداد")
TIME = (
    "timestamp",
    "time",
    "occurredat",
    "eventtime",
    "datetime",
    "date",
    "createdat",
    "at",
    "تاریخ",
    "زمان",
)
USER = ("userid", "customerid", "customer", "user", "memberid", "کدمشتری", "مشتری")
ANONYMOUS = ("anonymousid", "deviceid", "visitorid", "cookie")
EMAIL = ("email", "mail", "emailaddress", "ایمیل")
PHONE = ("phone", "mobile", "phonenumber", "mobilenumber", "cell", "موبایل", "تلفن", "شمارهموبایل")
MESSAGE = ("messageid", "eventid", "id", "uuid", "شناسه")
FILL = "FILL IN: "


class Columns:
    """The columns of a file, found by what they are usually called."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.by_word = {re.sub(r"[\s._\-\u200c]", "", name).lower(): name for name in reversed(names)}

    def find(self, words: tuple[str, ...]) -> str | None:
        return next((self.by_word[word] for word in words if word in self.by_word), None)


def guessed_mapping(file: RowFile) -> dict[str, Any] | None:
    """Return a mapping for a file whose rows are plainly events, or None."""
    if file.columns is None and _is_segment(file):
        return AS_IS
    columns = Columns(columns_of(file))
    event, time, customer = columns.find(EVENT), columns.find(TIME), _customer(columns)
    if not (event and time and customer):
        return None
    return _mapping(columns, f"{{{event}}}", time, customer)


def starter_mapping(file: RowFile) -> dict[str, Any]:
    """Return a mapping to be completed by hand, with everything that could be found filled in."""
    columns = Columns(columns_of(file))
    event, time = columns.find(EVENT), columns.find(TIME)
    customer = _customer(columns) or {
        "userId": f"{FILL}the column that says which customer, such as {{customer}}"
    }
    return _mapping(
        columns,
        f"{{{event}}}" if event else f"{FILL}what happened, such as Order Completed",
        time or f"{FILL}the column that says when",
        customer,
    )


def columns_of(file: RowFile) -> list[str]:
    """Return the names that values of this file can be found under."""
    if file.columns is not None:
        return file.columns
    names: dict[str, None] = {}
    for record in islice(file.records(), ROWS_LOOKED_AT):
        plain = {name for name, value in (record.row or {}).items() if not isinstance(value, dict)}
        names.update(dict.fromkeys(name for name in record.row or {} if name in plain))
    return list(names)


def _is_segment(file: RowFile) -> bool:
    rows = [record.row for record in islice(file.records(), ROWS_LOOKED_AT) if record.row]
    return bool(rows) and all(row.get("type") in TYPES for row in rows)


def _customer(columns: Columns) -> dict[str, str] | None:
    parts = {"userId": USER, "anonymousId": ANONYMOUS, "email": EMAIL, "phone": PHONE}
    found = {part: columns.find(words) for part, words in parts.items()}
    return {part: f"{{{name}}}" for part, name in found.items() if name} or None


def _mapping(columns: Columns, event: str, time: str, customer: dict[str, str]) -> dict[str, Any]:
    message = columns.find(MESSAGE)
    used = {time, message, *(name.strip("{}") for name in (event, *customer.values()))}
    rest = [name for name in columns.names if name not in used]
    return {
        "format": FORMAT,
        "name": "Guessed from the names of the columns",
        "customer": customer,
        "events": [
            {
                "event": event,
                "messageId": f"row-{{{message}}}" if message else {"row_hash": True},
                "timestamp": time if time.startswith(FILL) else f"{{{time}}}",
                "properties": {name.removeprefix("properties."): f"{{{name}}}" for name in rest},
            }
        ],
    }
