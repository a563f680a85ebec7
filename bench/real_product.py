"""The product's side of `real_input.py`: its questions about metrics, its tables, and its public API."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


class Product:
    """The answers of one workspace."""

    def __init__(self, slug: str) -> None:
        from hamdel.ground.workspaces.models import Workspace
        from hamdel.ground.workspaces.tenancy import across_workspaces

        with across_workspaces():
            self.workspace = Workspace.objects.get(slug=slug)

    def metric(self, key: str, **options: Any) -> Any:
        """Ask about the whole time of the data set."""
        from hamdel.ground.calendar.periods import Period
        from hamdel.measure.metrics.answering import answer
        from hamdel.measure.metrics.question import ask_for

        period = options.pop("period", Period(FIRST, LAST))
        question = ask_for(key, period, calendar=self.workspace.calendar, **options)
        return answer(question, workspace=self.workspace)

    def months(self, key: str, first: datetime, last: datetime, **options: Any) -> dict[str, tuple[Any, int]]:
        """Return value and n of each month with answers, by the local day it begins on."""
        from hamdel.ground.calendar.periods import Period

        period = Period(first - timedelta(days=40), last + timedelta(days=40))
        zone = self.workspace.zone
        series = self.metric(key, period=period, bucket="month", **options).series
        return {
            str(point.start.astimezone(zone).date()): (point.value, point.n) for point in series if point.n
        }

    def groups(self, key: str, by: str) -> dict[str, tuple[Any, int]]:
        return {group.key: (group.value, group.n) for group in self.metric(key, by=by).groups}

    def rows(self, sql: str) -> list[dict[str, Any]]:
        from hamdel.ground import analytics

        return analytics.ask_rendered("bench", sql, None, workspace=self.workspace, params={})

    def number(self, sql: str) -> Any:
        return next(iter(self.rows(sql)[0].values()))

    def events(self) -> dict[str, int]:
        sql = "SELECT name, toInt64(count()) AS n FROM events WHERE workspace_id = {workspace_id:UUID} GROUP BY name"
        return {row["name"]: row["n"] for row in self.rows(sql)}

    def customers(self) -> int:
        from hamdel.ground.workspaces.tenancy import inside
        from hamdel.know.customers.models import Customer

        with inside(self.workspace):
            return Customer.objects.whole().count()


@dataclass(frozen=True)
class Score:
    value: float | None
    n: int
    low: float | None
    high: float | None


class Api:
    """The public API as a program with a token sees it."""

    def __init__(self, slug: str, token: str) -> None:
        from django.test import Client

        self.product = Product(slug)
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def get(self, path: str, **query: str) -> dict[str, Any]:
        found = self.client.get(f"/api/v1/{path}", query)
        if found.status_code != 200:
            raise SystemExit(f"GET /api/v1/{path} {query}: {found.status_code} {found.content[:500]!r}")
        return found.json()

    def ask(self, metric: str, **query: str) -> dict[str, Any]:
        return self.get(f"metrics/{metric}", **{"from": "2010-06-01", "to": "2023-01-01"}, **query)

    def metric(self, metric: str) -> Score:
        found = self.ask(metric)
        return Score(found["value"], found["n"], found["low"], found["high"])

    def months(self, metric: str) -> dict[str, tuple[Any, int]]:
        zone = self.product.workspace.zone
        return {
            str(datetime.fromisoformat(point["from"]).astimezone(zone).date()): (point["value"], point["n"])
            for point in self.ask(metric, by="month")["series"]
            if point["n"]
        }

    def groups(self, metric: str, by: str) -> dict[str, tuple[Any, int]]:
        return {group["key"]: (group["value"], group["n"]) for group in self.ask(metric, by=by)["groups"]}

    def events_of(self, user_id: str) -> dict[str, int]:
        """Return how many events of each name a customer has, page by page."""
        [customer] = self.get("customers", external_id=user_id)["items"]
        names: Counter[str] = Counter()
        query: dict[str, str] = {"limit": "100"}
        while True:
            page = self.get(f"customers/{customer['id']}/events", **query)
            names.update(event["name"] for event in page["items"])
            if not page["next"]:
                return dict(names)
            query["cursor"] = page["next"]
