"""The expected side of `real_input.py`: figures counted straight from the files, with no code of the product."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from math import floor, sqrt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pyarrow.parquet as pq
from persiantools.jdatetime import JalaliDate

SAO_PAULO, TEHRAN, LONDON = (ZoneInfo(name) for name in ("America/Sao_Paulo", "Asia/Tehran", "Europe/London"))
PERSIAN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
LONG_AFTER, LONG_BEFORE = datetime(9000, 1, 1, tzinfo=TEHRAN), datetime(1000, 1, 1, tzinfo=TEHRAN)
PATIENCE = timedelta(days=30)
Table = dict[str, tuple[float, int]]


@dataclass(frozen=True)
class Share:
    """A share in percent with its Wilson interval, 95%."""

    part: int
    n: int

    @property
    def percent(self) -> float:
        return 100 * self.part / self.n

    @property
    def low(self) -> float:
        return self._end(-1)

    @property
    def high(self) -> float:
        return self._end(1)

    def _end(self, sign: int) -> float:
        z, p, n = 1.959963984540054, self.part / self.n, self.n
        middle, reach = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return 100 * (middle + sign * reach) / (1 + z * z / n)


@dataclass(frozen=True)
class OfImport:
    rows: int
    events: int
    skipped: int


@dataclass
class Scores:
    """Scores of 1 to 5 with what they can be grouped by."""

    scores: list[float] = field(default_factory=list)
    groups: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    events: Counter[str] = field(default_factory=Counter)
    customers: int = 0
    first: datetime = LONG_AFTER
    last: datetime = LONG_BEFORE
    waits: list[float] = field(default_factory=list)
    waits_by_vendor: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    waiting: int = 0

    def add(self, score: float, at: datetime, **groups: str) -> None:
        self.scores.append(score)
        self.first, self.last = min(self.first, at), max(self.last, at)
        for name, key in groups.items():
            self.groups[name.replace("_", " ")][key].append(score)

    @property
    def mean(self) -> float:
        return sum(self.scores) / len(self.scores)

    @property
    def top2(self) -> Share:
        return Share(sum(score >= 4 for score in self.scores), len(self.scores))

    @property
    def means(self) -> dict[str, Table]:
        return {
            name: {key: (sum(s) / len(s), len(s)) for key, s in found.items()}
            for name, found in self.groups.items()
        }

    @property
    def tops(self) -> dict[str, Table]:
        return {
            name: {key: (100 * sum(x >= 4 for x in s) / len(s), len(s)) for key, s in found.items()}
            for name, found in self.groups.items()
        }


def of_import(slug: str, data: Path) -> OfImport:
    if slug == "retail":
        found = retail(data)
        return OfImport(found.rows, sum(found.events.values()), found.skipped)
    scores = olist(data) if slug == "olist" else snappfood(data)
    rows = scores.events["Order Completed"] or scores.events["Feedback Given"]
    return OfImport(rows, sum(scores.events.values()), 0)


@cache
def olist(data: Path) -> Scores:
    found = Scores()
    with (data / "feedback/olist_orders_reviews_pt.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            delivered, promised = row["order_delivered_customer_date"], row["order_estimated_delivery_date"]
            # Both are written alike, so text compares as time does.
            late = bool(delivered) and delivered > promised
            found.events.update(["Order Completed", "Score Given"])
            found.events.update(
                ["Order Delivered"] * bool(delivered)
                + ["Order Cancelled"] * (row["order_status"] == "canceled")
            )
            at = datetime.fromisoformat(row["review_answer_timestamp"]).astimezone(SAO_PAULO)
            month = str(at.date().replace(day=1))
            groups = {
                "late": "true" if late else "false",
                "state": row["customer_state"],
                "category": row["product_category_name"],
            }
            found.add(
                float(row["review_score"]),
                at,
                month=month,
                **groups,
                **({"month_of_late": month} if late else {}),
            )
            found.customers += 1
    return found


@cache
def snappfood(data: Path) -> Scores:
    found, customers = Scores(), set()
    with gzip.open(
        data / "feedback/fa_snappfood_rated_11vendors.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        for row in csv.DictReader(file):
            replies = json.loads(row["replies"])
            at = datetime.fromisoformat(row["createdDate"]).replace(tzinfo=TEHRAN)
            found.events.update(["Feedback Given", "Conversation Started", *["Reply Sent"] * len(replies)])
            customers.add(row["customer"])
            wait_for(found, row["vendor"], at, replies)
            rating = int(row["rate"])
            if rating or (at.year >= 2020 and row["feeling"] == "SAD"):
                found.events["Score Given"] += 1
                groups = {"vendor": row["vendor"], "expedition": row["expeditionType"].lower()}
                found.add(max(rating / 2, 1), at, month=jalali_month(row["jalali_date"]), **groups)
    found.customers = len(customers)
    return found


def jalali_month(text: str) -> str:
    """Return the Gregorian day on which the Jalali month of a date such as ۱۴۰۱/۰۲/۱۸ begins."""
    year, month, _day = map(int, text.translate(PERSIAN_DIGITS).split("/"))
    return str(JalaliDate(year, month, 1).to_gregorian())


def wait_for(found: Scores, vendor: str, at: datetime, replies: list[dict[str, str]]) -> None:
    """Add the time to the first reply, which counts as given at the end of its day; after 30 days it is none."""
    moments = [end_of_day(reply["at"]) for reply in replies]
    # Differences across a change of clocks are right only between moments of UTC.
    seconds = [(moment.timestamp() - at.timestamp()) for moment in moments]
    answered = [wait for wait in seconds if 0 <= wait < PATIENCE.total_seconds()]
    if not answered:
        found.waiting += 1
        return
    found.waits.append(min(answered))
    found.waits_by_vendor[vendor].append(min(answered))


def end_of_day(text: str) -> datetime:
    year, month, day = map(int, text.translate(PERSIAN_DIGITS).split("/"))
    date = JalaliDate(year, month, day).to_gregorian()
    return datetime(date.year, date.month, date.day, 23, 59, 59, tzinfo=TEHRAN)


def quantile(values: Iterable[float], level: float) -> float:
    """Return the quantile with linear interpolation between neighbours."""
    ordered = sorted(values)
    place = level * (len(ordered) - 1)
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@dataclass
class Retail:
    rows: int
    skipped: int
    lines: int
    events: Counter[str]
    customers: int
    again: Share
    revenue: float
    guests: int
    guest_revenue: float
    cancelled: float
    months: Table
    countries: Table
    # Of the customers with most invoices: how many orders and cancellations.
    busiest: dict[str, dict[str, int]]
    first: datetime
    last: datetime


@cache
def retail(data: Path) -> Retail:
    table = pq.read_table(data / "commerce/online_retail_2010_2011.parquet")
    letter = pc.utf8_slice_codeunits(table["InvoiceNo"], 0, 1)
    cancelled = pc.equal(letter, "C")
    stock = pc.and_(
        pc.is_null(table["CustomerID"]), pc.and_(pc.invert(cancelled), pc.less_equal(table["Quantity"], 0))
    )
    left_out = pc.or_(stock, pc.equal(letter, "A"))
    kept = table.filter(pc.invert(left_out))
    sold, back = (
        kept.filter(pc.invert(pc.equal(pc.utf8_slice_codeunits(kept["InvoiceNo"], 0, 1), "C"))),
        kept.filter(pc.equal(pc.utf8_slice_codeunits(kept["InvoiceNo"], 0, 1), "C")),
    )
    known, guests = sold.filter(pc.is_valid(sold["CustomerID"])), sold.filter(pc.is_null(sold["CustomerID"]))
    guest_invoices = pc.count_distinct(pc.filter(kept["InvoiceNo"], pc.is_null(kept["CustomerID"]))).as_py()
    return Retail(
        rows=table.num_rows,
        skipped=pc.sum(left_out).as_py(),
        lines=kept.num_rows,
        events=Counter(
            {
                "Order Completed": pc.count_distinct(sold["InvoiceNo"]).as_py(),
                "Order Cancelled": pc.count_distinct(back["InvoiceNo"]).as_py(),
            }
        ),
        customers=pc.count_distinct(kept["CustomerID"]).as_py() + guest_invoices,
        again=again_of(known.to_pylist()),
        revenue=money(known),
        guests=pc.count_distinct(guests["InvoiceNo"]).as_py(),
        guest_revenue=money(guests),
        cancelled=money(back),
        months=table_of(known, lambda row: str(month_of(row))),
        countries=table_of(known, lambda row: row["Country"]),
        busiest=busiest_of(kept),
        first=pc.min(sold["InvoiceDate"]).as_py().replace(tzinfo=LONDON),
        last=pc.max(sold["InvoiceDate"]).as_py().replace(tzinfo=LONDON),
    )


def money(table: Any) -> float:
    """Return the exact sum of quantity × price, prices read as they are written in decimal."""
    pairs = zip(table["Quantity"].to_pylist(), table["UnitPrice"].to_pylist(), strict=True)
    return round(float(sum(quantity * Fraction(repr(price)) for quantity, price in pairs)), 3)


def month_of(row: dict[str, Any]) -> Any:
    return row["InvoiceDate"].date().replace(day=1)


def again_of(rows: Iterable[dict[str, Any]]) -> Share:
    """Return how many customers have two invoices or more."""
    invoices: dict[float, set[str]] = defaultdict(set)
    for row in rows:
        invoices[row["CustomerID"]].add(row["InvoiceNo"])
    return Share(sum(len(found) > 1 for found in invoices.values()), len(invoices))


def busiest_of(table: Any, most: int = 5) -> dict[str, dict[str, int]]:
    """Return what the customers with most invoices have, by the id they are imported under."""
    invoices: dict[str, set[str]] = defaultdict(set)
    for customer, invoice in zip(
        table["CustomerID"].to_pylist(), table["InvoiceNo"].to_pylist(), strict=True
    ):
        if customer is not None:
            invoices[str(int(customer))].add(invoice)
    chosen = sorted(invoices, key=lambda customer: (-len(invoices[customer]), customer))[:most]
    return {customer: _orders_and_cancellations(invoices[customer]) for customer in chosen}


def _orders_and_cancellations(invoices: set[str]) -> dict[str, int]:
    cancelled = sum(invoice.startswith("C") for invoice in invoices)
    counts = {"Order Completed": len(invoices) - cancelled, "Order Cancelled": cancelled}
    return {name: number for name, number in counts.items() if number}


def table_of(table: Any, key_of: Any) -> Table:
    """Return the share of those who bought again within each group. An invoice counts where its first line lies."""
    first: dict[str, dict[str, Any]] = {}
    for row in table.to_pylist():
        first.setdefault(row["InvoiceNo"], row)
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in first.values():
        groups[key_of(row)].append(row)
    shares = {key: again_of(rows) for key, rows in groups.items()}
    return {key: (share.percent, share.n) for key, share in shares.items()}
