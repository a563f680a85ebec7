"""Import three real data sets and compare every figure the product gives with one counted straight from the files.

    .venv/bin/python bench/real_input.py [--home FOLDER] [--all]

A fresh HAMDEL_HOME, `hamdel import` for each file, everything shipped to ClickHouse, then each count and score asked
through the product's questions about metrics and through its public API. The expected side reads the files with `csv` and `pyarrow` alone and
shares no code with the product. Prints what differs (with --all also what agrees) and exits 1 on any difference.
The files are looked for in HAMDEL_SHARED_DATA, else in ../shared/data.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench import real_facts as facts  # noqa: E402
from bench.real_product import Api, Product  # noqa: E402

SETS = (
    # slug, file, mapping, time zone, calendar
    (
        "olist",
        "feedback/olist_orders_reviews_pt.csv",
        "olist_orders_reviews",
        "America/Sao_Paulo",
        "gregorian",
    ),
    (
        "snappfood",
        "feedback/fa_snappfood_rated_11vendors.csv.gz",
        "snappfood_comments",
        "Asia/Tehran",
        "jalali",
    ),
    ("retail", "commerce/online_retail_2010_2011.parquet", "online_retail", "Europe/London", "gregorian"),
)
CLOSE = 1e-6
# API tokens by workspace.
TOKENS: dict[str, str] = {}


@dataclass(frozen=True)
class Line:
    """One figure: what the files say and what the product says."""

    name: str
    expected: Any
    got: Any

    @property
    def equal(self) -> bool:
        if isinstance(self.expected, float) and isinstance(self.got, int | float):
            return abs(self.expected - self.got) <= CLOSE * max(1.0, abs(self.expected))
        return self.expected == self.got


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--home", type=Path, help="a folder to use and keep; default: a new one, removed at the end"
    )
    parser.add_argument("--all", action="store_true", help="print figures that agree as well")
    options = parser.parse_args()
    data = Path(os.environ.get("HAMDEL_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not data.is_dir():
        print(f"The data sets are not here ({data}); set HAMDEL_SHARED_DATA. Nothing was compared.")
        return 2
    with tempfile.TemporaryDirectory(prefix="hamdel-real-") as temporary:
        os.environ["HAMDEL_HOME"] = str(options.home or temporary)
        return compare(data, show_all=options.all)


def compare(data: Path, *, show_all: bool) -> int:
    from hamdel.cli import wake_django
    from hamdel.ground import analytics
    from hamdel.ground.postgres import embedded

    wake_django()
    try:
        lines = [*imported(data), *shipped(), *asked(data)]
        analytics.close()
    finally:
        from django.db import connections

        connections.close_all()
        if (cluster := embedded()) is not None:
            cluster.stop()
    return report(lines, show_all=show_all)


def report(lines: list[Line], *, show_all: bool) -> int:
    different = [line for line in lines if not line.equal]
    for line in lines if show_all else different:
        print(f"{'=' if line.equal else '≠'} {line.name:<58} {show(line.expected):>20} {show(line.got):>20}")
    print(
        f"{len(lines):,} figures compared, {len(lines) - len(different):,} equal, {len(different):,} different"
    )
    return 1 if different else 0


def show(value: Any) -> str:
    return (
        f"{value:,.4f}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


# The product's side


def imported(data: Path) -> Iterable[Line]:
    """Make a workspace for each set and import its file with the command anybody would use."""
    from hamdel.ground.access.actions import found_workspace, issue_token
    from hamdel.ground.access.models import User
    from hamdel.server.commands.migrate import migrate

    migrate()
    owner = User.objects.create_user("owner@bench.example", name="Bench")
    for slug, file, mapping, zone, calendar in SETS:
        language = "fa" if calendar == "jalali" else "en"
        member = found_workspace(
            name=slug, slug=slug, owner=owner, timezone=zone, calendar=calendar, language=language
        )
        TOKENS[slug] = issue_token(member, name="bench", by=member)
        for again in (False, True):
            outcome, seconds = run_import(data / file, mapping, slug)
            yield from facts_of_import(slug, outcome, data, again=again)
            speed = outcome["rows"] / seconds
            print(
                f"{slug}: {outcome['rows']:,} rows, {outcome['events_added']:,} events added in {seconds:.1f} s ({speed:,.0f} rows/s)"
            )


def run_import(file: Path, mapping: str, slug: str) -> tuple[dict[str, Any], float]:
    command = [
        sys.executable,
        "-m",
        "hamdel.cli",
        "import",
        str(file),
        "--mapping",
        mapping,
        "--workspace",
        slug,
        "--json",
    ]
    begun = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"hamdel import failed ({done.returncode}): {done.stderr[-2000:]}")
    return json.loads(done.stdout), time.monotonic() - begun


def facts_of_import(slug: str, outcome: dict[str, Any], data: Path, *, again: bool) -> Iterable[Line]:
    expected = facts.of_import(slug, data)
    name = f"{slug} import{' again' if again else ''}"
    yield Line(f"{name}: rows", expected.rows, outcome["rows"])
    yield Line(f"{name}: events added", 0 if again else expected.events, outcome["events_added"])
    yield Line(f"{name}: events known", expected.events if again else 0, outcome["events_known"])
    yield Line(f"{name}: rows rejected", 0, outcome["rows_rejected"])
    yield Line(f"{name}: rows left out", expected.skipped, sum(outcome["rows_skipped"].values()))


def shipped() -> Iterable[Line]:
    from hamdel.listen.events.shipping import ship_everything

    begun = time.monotonic()
    events = ship_everything()
    seconds = time.monotonic() - begun
    print(f"shipped {events:,} events to ClickHouse in {seconds:.1f} s ({events / seconds:,.0f} events/s)")
    return ()


def asked(data: Path) -> Iterable[Line]:
    yield from olist(data)
    yield from snappfood(data)
    yield from retail(data)
    yield from through_api(data)


def compared(name: str, expected: dict[str, Any], got: dict[str, Any]) -> Iterable[Line]:
    """Compare two tables of (value, n), key by key."""
    yield Line(f"{name}: groups", len(expected), len(got))
    for key in sorted(expected.keys() | got.keys()):
        values, answers = (side.get(key, (None, 0)) for side in (expected, got))
        yield Line(f"{name} {key}: value", values[0], answers[0])
        yield Line(f"{name} {key}: n", values[1], answers[1])


def estimate(name: str, expected: facts.Share, result: Any) -> Iterable[Line]:
    """Compare a share with its Wilson interval."""
    yield Line(f"{name}: value", expected.percent, result.value)
    yield Line(f"{name}: n", expected.n, result.n)
    yield Line(f"{name}: low", expected.low, result.low)
    yield Line(f"{name}: high", expected.high, result.high)


def olist(data: Path) -> Iterable[Line]:
    found, product = facts.olist(data), Product("olist")
    yield from (Line(f"olist events {n}", found.events[n], product.events().get(n)) for n in found.events)
    late = product.groups("csat_mean", "property:late")
    yield Line(
        "olist README: late, percent", 10.60, round(100 * late["true"][1] / product.metric("csat").n, 2)
    )
    yield Line("olist README: mean review when late", 2.082, round(late["true"][0], 3))
    yield Line("olist README: n when late", 380, late["true"][1])
    yield Line("olist README: mean review when not late", 3.694, round(late["false"][0], 3))
    yield Line("olist README: n when not late", 3_204, late["false"][1])
    yield Line("olist README: top-2-box", 60.52, round(product.metric("csat_top2").value, 2))
    yield Line("olist mean", found.mean, product.metric("csat_mean").value)
    yield from estimate("olist top-2-box", found.top2, product.metric("csat_top2"))
    for dimension, key in (
        ("late", "property:late"),
        ("state", "property:state"),
        ("category", "property:category"),
    ):
        yield from compared(
            f"olist mean by {dimension}", found.means[dimension], product.groups("csat_mean", key)
        )
        yield from compared(
            f"olist top-2 by {dimension}", found.tops[dimension], product.groups("csat_top2", key)
        )
    months = product.months("csat_mean", found.first, found.last)
    yield from compared("olist mean by month", found.means["month"], months)
    late_only = product.months("csat_mean", found.first, found.last, filters={"property:late": "true"})
    yield from compared("olist mean by month, late", found.means["month of late"], late_only)
    yield Line("olist customers", found.customers, product.customers())


def snappfood(data: Path) -> Iterable[Line]:
    found, product = facts.snappfood(data), Product("snappfood")
    yield from (Line(f"snappfood events {n}", found.events[n], product.events().get(n)) for n in found.events)
    yield Line("snappfood README: rows", 10_997, product.events()["Feedback Given"])
    yield Line("snappfood README: customers", 8_190, product.customers())
    yield Line("snappfood README: vendors", 11, len(product.groups("csat_mean", "property:vendor")))
    tens = "SELECT toInt64(count()) AS n FROM events WHERE workspace_id = {workspace_id:UUID} AND name = 'Feedback Given' AND properties['rating_0_10'] = '10'"
    yield Line("snappfood README: rated 10", 4_733, product.number(tens))
    replied = "SELECT toInt64(uniqExact(properties['conversation_id'])) AS n FROM events WHERE workspace_id = {workspace_id:UUID} AND name = 'Reply Sent'"
    yield Line("snappfood README: replied, percent", 22.7, round(100 * product.number(replied) / 10_997, 1))
    yield Line("snappfood mean", found.mean, product.metric("csat_mean").value)
    yield from estimate("snappfood top-2-box", found.top2, product.metric("csat_top2"))
    months = product.months("csat_mean", found.first, found.last)
    yield from compared("snappfood mean by Jalali month", found.means["month"], months)
    tops = product.months("csat_top2", found.first, found.last)
    yield from compared("snappfood top-2 by Jalali month", found.tops["month"], tops)
    for dimension in ("vendor", "expedition"):
        key = f"property:{dimension}"
        yield from compared(
            f"snappfood mean by {dimension}", found.means[dimension], product.groups("csat_mean", key)
        )
        yield from compared(
            f"snappfood top-2 by {dimension}", found.tops[dimension], product.groups("csat_top2", key)
        )
    for key, level in (("first_response_median", 0.5), ("first_response_p90", 0.9)):
        answer = product.metric(key)
        yield Line(f"snappfood {key}, seconds", facts.quantile(found.waits, level), answer.value)
        yield Line(f"snappfood {key}: n", len(found.waits), answer.n)
        yield Line(f"snappfood {key}: without a reply", found.waiting, answer.waiting)
        by_vendor = {v: (facts.quantile(w, level), len(w)) for v, w in found.waits_by_vendor.items()}
        yield from compared(f"snappfood {key} by vendor", by_vendor, product.groups(key, "property:vendor"))


def retail(data: Path) -> Iterable[Line]:
    found, product = facts.retail(data), Product("retail")
    yield from (Line(f"retail events {n}", found.events[n], product.events().get(n)) for n in found.events)
    repeat = product.metric("repeat_purchase")
    yield Line("retail README: customers with a purchase", 4_339, repeat.n)
    yield Line("retail README: bought again, percent", 65.6, round(repeat.value, 1))
    yield from estimate("retail bought again", found.again, repeat)
    known = "FROM orders WHERE workspace_id = {workspace_id:UUID} AND properties['guest'] = 'false'"
    yield Line(
        "retail README: invoices", 18_536, product.number(f"SELECT toInt64(uniqExact(order_id)) AS n {known}")
    )
    yield Line("retail README: GBP", 8_911_408, round(product.number(f"SELECT sum(total) AS n {known}")))
    yield Line(
        "retail GBP exactly", found.revenue, round(product.number(f"SELECT sum(total) AS n {known}"), 3)
    )
    guests = "FROM orders WHERE workspace_id = {workspace_id:UUID} AND properties['guest'] = 'true'"
    yield Line(
        "retail guests' orders", found.guests, product.number(f"SELECT toInt64(count()) AS n {guests}")
    )
    yield Line(
        "retail guests' GBP",
        found.guest_revenue,
        round(product.number(f"SELECT sum(total) AS n {guests}"), 3),
    )
    cancelled = "SELECT sum(toFloat64(properties['total'])) AS n FROM events WHERE workspace_id = {workspace_id:UUID} AND name = 'Order Cancelled'"
    yield Line("retail cancelled GBP", found.cancelled, round(product.number(cancelled), 3))
    lines = "SELECT toInt64(sum(JSONLength(properties['products']))) AS n FROM events WHERE workspace_id = {workspace_id:UUID} AND name IN ('Order Completed', 'Order Cancelled')"
    yield Line("retail lines within orders", found.lines, product.number(lines))
    yield from compared(
        "retail bought again by month",
        found.months,
        product.months("repeat_purchase", found.first, found.last),
    )
    yield from compared(
        "retail bought again by country",
        found.countries,
        product.groups("repeat_purchase", "property:country"),
    )
    yield Line("retail customers, guests included", found.customers, product.customers())


def through_api(data: Path) -> Iterable[Line]:
    """Ask the public API for what a program would: scores with their intervals, months, groups, customers."""
    orders, food, shop = (Api(slug, TOKENS[slug]) for slug in ("olist", "snappfood", "retail"))
    found = facts.olist(data)
    yield from estimate("API olist top-2-box", found.top2, orders.metric("csat_top2"))
    yield from compared(
        "API olist mean by state", found.means["state"], orders.groups("csat", "property:state")
    )
    yield from compared("API olist mean by month", found.means["month"], orders.months("csat"))
    late = orders.groups("csat", "property:late")
    yield from compared("API olist mean by late", found.means["late"], late)
    comments = facts.snappfood(data)
    yield from estimate("API snappfood top-2-box", comments.top2, food.metric("csat_top2"))
    yield from compared("API snappfood mean by Jalali month", comments.means["month"], food.months("csat"))
    by_vendor = food.groups("csat", "property:vendor")
    yield from compared("API snappfood mean by vendor", comments.means["vendor"], by_vendor)
    median = food.metric("first_response_median")
    yield Line("API snappfood first response, seconds", facts.quantile(comments.waits, 0.5), median.value)
    yield Line("API snappfood first response: n", len(comments.waits), median.n)
    lines = facts.retail(data)
    yield from estimate("API retail bought again", lines.again, shop.metric("repeat_purchase"))
    yield from compared("API retail bought again by month", lines.months, shop.months("repeat_purchase"))
    for customer, orders_of in lines.busiest.items():
        names = shop.events_of(customer)
        yield Line(f"API retail events of customer {customer}", orders_of, names)


if __name__ == "__main__":
    sys.exit(main())
