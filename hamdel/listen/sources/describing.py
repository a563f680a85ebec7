"""From a person's choices to a mapping: what a row tells, about whom, when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hamdel.listen.sources.files import RowFile
from hamdel.listen.sources.guessing import EMAIL, EVENT, MESSAGE, PHONE, TIME, USER, Columns, columns_of
from hamdel.listen.sources.mapping import FORMAT

# metric → scale, as the wizard offers them
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces2": (1, 7), "ces1": (1, 5), "stars": (1, 5)}
NAME = ("name", "fullname", "customername", "نام", "نامکامل", "ناممشتری", "نامونامخانوادگی")
ORDER = (
    "orderid",
    "order",
    "ordernumber",
    "invoice",
    "invoiceno",
    "شمارهسفارش",
    "کدسفارش",
    "سفارش",
    "فاکتور",
)
TOTAL = ("total", "amount", "price", "revenue", "مبلغ", "جمع", "مبلغکل", "قیمت")
SCORE = ("score", "rating", "nps", "csat", "stars", "rate", "امتیاز", "نمره", "ستاره")
TEXT = ("text", "comment", "message", "review", "feedback", "نظر", "متن", "پیام", "توضیح", "دیدگاه")
TOUCHPOINT = ("touchpoint", "نقطهتماس")
CHANNEL = ("channel", "کانال")
CUSTOMER = {"user": "userId", "email": "email", "phone": "phone"}
KINDS = ("orders", "deliveries", "scores", "feedback", "customers", "events")
RIAL = {"rial": 1, "toman": 10}


@dataclass
class Choices:
    """What somebody chose on the page; a column is named by its name, "" is none."""

    kind: str = "events"
    columns: dict[str, str] = field(default_factory=dict)  # part → column
    event: str = ""  # what happened, when no column says so
    metric: str = "csat"
    currency: str = "rial"
    touchpoint: str = ""
    channel: str = ""
    rest: bool = True

    def column(self, part: str) -> str:
        return self.columns.get(part, "")


PARTS = {
    "user": USER, "email": EMAIL, "phone": PHONE, "name": NAME, "time": TIME, "id": MESSAGE, "event": EVENT,
    "order": ORDER, "total": TOTAL, "score": SCORE, "text": TEXT, "touchpoint": TOUCHPOINT, "channel": CHANNEL,
}  # fmt: skip


def guessed_choices(file: RowFile) -> Choices:
    """Return what the names of the columns suggest."""
    columns = Columns(columns_of(file))
    found = {part: columns.find(words) or "" for part, words in PARTS.items()}
    if found["id"] in {found["order"], ""}:
        found["id"] = ""
    kind = (
        "scores" if found["score"]
        else "feedback" if found["text"]
        else "orders" if found["order"]
        else "events" if found["event"] and found["event"] != found["name"]
        else "customers" if found["name"] and not found["time"]
        else "events"
    )  # fmt: skip
    metric = "nps" if "nps" in found["score"].lower() else "csat"
    return Choices(kind=kind, columns=found, metric=metric)


def mapping_of(choices: Choices, names: list[str], *, name: str, at: str) -> dict[str, Any]:
    """Return the mapping that these choices describe; `at` is the moment of rows that name none."""
    used = {column for part, column in choices.columns.items() if column and part in _parts_of(choices)}
    rest = {one: f"{{{one}}}" for one in names if choices.rest and one not in used}
    customer: dict[str, Any] = {
        key: f"{{{column}}}" for part, key in CUSTOMER.items() if (column := choices.column(part))
    }
    if column := choices.column("name"):
        customer["traits"] = {"name": f"{{{column}}}"}
    return {
        "format": FORMAT,
        "name": name,
        "customer": customer,
        "events": [_event(choices, rest, at)],
    }


def _parts_of(choices: Choices) -> set[str]:
    """Return the parts that a kind of file asks for; what others would need stays among the rest."""
    everywhere = {"user", "email", "phone", "name", "time", "id", "touchpoint", "channel"}
    own = {
        "orders": {"order", "total"}, "deliveries": {"order"}, "scores": {"score", "text", "order"},
        "feedback": {"text", "order"}, "customers": set(), "events": {"event"},
    }  # fmt: skip
    return everywhere | own[choices.kind]


def _event(choices: Choices, rest: dict[str, str], at: str) -> dict[str, Any]:
    column = choices.column
    event: dict[str, Any] = {
        "messageId": _message_id(choices),
        "timestamp": f"{{{column('time')}}}" if column("time") else {"date": at},
    }
    if choices.kind == "customers":
        return {"type": "identify", **event, "traits": rest}
    properties: dict[str, Any] = dict(rest)
    if choices.kind in {"orders", "deliveries", "scores", "feedback"} and column("order"):
        properties["order_id"] = f"{{{column('order')}}}"
    if choices.kind == "orders":
        if column("total"):
            properties |= {"total": _rial(column("total"), choices.currency), "currency": "IRR"}
        event["event"] = "Order Completed"
    elif choices.kind == "deliveries":
        event["event"] = "Order Delivered"
    elif choices.kind == "scores":
        low, high = SCALES[choices.metric]
        event["event"] = "Score Given"
        event["score"] = {
            "metric": choices.metric,
            "value": f"{{{column('score')}}}",
            "min": low,
            "max": high,
        }
        if column("text"):
            event["score"]["comment"] = f"{{{column('text')}}}"
    elif choices.kind == "feedback":
        event["event"] = "Feedback Given"
        properties["text"] = f"{{{column('text')}}}"
    else:
        event["event"] = f"{{{column('event')}}}" if column("event") else choices.event.replace("{", "{{")
    for part, said in (("touchpoint", choices.touchpoint), ("channel", choices.channel)):
        if column(part) or said:
            event[part] = f"{{{column(part)}}}" if column(part) else said.replace("{", "{{")
    return event | ({"properties": properties} if properties else {})


def _message_id(choices: Choices) -> Any:
    if column := choices.column("id"):
        return f"{choices.kind}-{{{column}}}"
    if choices.kind in {"orders", "deliveries"} and (column := choices.column("order")):
        return f"{choices.kind}-{{{column}}}"
    return {"row_hash": True}


def _rial(column: str, currency: str) -> dict[str, Any]:
    number = {"number": f"{{{column}}}"}
    return number if RIAL[currency] == 1 else {"multiply": [number, RIAL[currency]]}
