"""A customer at a glance: what they bought, and the last score they gave on each metric."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hamdel.ground.analytics import AnalyticsUnavailable, ask
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family
from hamdel.know.customers.timeline import tone_of_score
from hamdel.ui import formats
from hamdel.ui.labels import metric_label

TOMAN = {"IRT", "TOMAN"}
RIAL = {"IRR", "RIAL"}
RIAL_OF_A_TOMAN = 10


@dataclass(frozen=True)
class CustomerOrders:
    """What a customer ordered in one currency ("" when the shop does not say)."""

    currency: str
    orders: int
    total: float
    last_at: datetime

    @property
    def amount(self) -> str:
        """Return the sum for the reader: in toman when it is money of Iran, else with its currency."""
        if self.currency in RIAL | TOMAN:
            return formats.money(
                round(self.total * (RIAL_OF_A_TOMAN if self.currency in TOMAN else 1)), "short"
            )
        return f"{formats.number(round(self.total, 2))} {self.currency}".strip()


@dataclass(frozen=True)
class CustomerScore:
    """The latest score on a metric, as it was given."""

    metric: str
    score: str
    at: datetime

    @property
    def label(self) -> str:
        return metric_label(self.metric)

    @property
    def tone(self) -> str:
        return tone_of_score({"metric": self.metric, "score": self.score})


@dataclass(frozen=True)
class Glance:
    """What stands above a customer's story; empty parts are left out."""

    orders: list[CustomerOrders]
    scores: list[CustomerScore]

    @property
    def order_count(self) -> int:
        return sum(each.orders for each in self.orders)

    @property
    def last_order_at(self) -> datetime | None:
        return max((each.last_at for each in self.orders), default=None)

    @property
    def amounts(self) -> list[str]:
        return [each.amount for each in self.orders if each.total]


def glance_at(workspace: Workspace, customer: Customer) -> Glance:
    """Return what the customer bought and said. Nothing while ClickHouse cannot be asked."""
    customers = family(customer)
    try:
        return Glance(
            ask("know/customers/customer_orders", CustomerOrders, workspace=workspace, customers=customers),
            ask("know/customers/customer_scores", CustomerScore, workspace=workspace, customers=customers),
        )
    except AnalyticsUnavailable:
        return Glance([], [])
