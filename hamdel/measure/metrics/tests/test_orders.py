"""Settled orders change no answer: whatever the spans, and whoever bought, was merged or separated since."""

from datetime import UTC, datetime, timedelta
from random import Random
from time import monotonic, sleep
from uuid import UUID, uuid4

import pytest

from hamdel.ground import analytics
from hamdel.ground.calendar.periods import Period
from hamdel.measure.metrics import asking, orders
from hamdel.measure.metrics.answering import answer
from hamdel.measure.metrics.orders import last_settling, settle_orders
from hamdel.measure.metrics.question import ask_for
from hamdel.measure.metrics.tests.happenings import NOBODY, Place, bring, event, merge

pytestmark = pytest.mark.usefixtures("analytics_store")
HERE, ELSEWHERE = Place(), Place()
BEGIN = datetime(2024, 9, 21, 20, 30, tzinfo=UTC)
SPAN = timedelta(days=90)


@pytest.fixture(autouse=True)
def _rows_are_read_at_once(monkeypatch):
    """Trust what came in a moment ago; nothing else writes meanwhile. However many are touched, ask the settled ones."""
    monkeypatch.setattr(orders, "QUIET", timedelta(milliseconds=-1))
    monkeypatch.setattr(orders, "USELESS_SHARE", 0)


class Shop:
    """Orders of a few customers who are merged and separated, as the events of identities would tell it."""

    def __init__(self, seed, place=HERE):
        self.dice, self.place, self.version = Random(seed), place, 0
        self.customers = [uuid4() for _ in range(12)]
        # Some only lend their name to others who are merged into them.
        self.buyers = self.customers[:8]
        self.root = {customer: customer for customer in self.customers}

    def sell(self, count):
        bring(*(self.order() for _ in range(count)))

    def order(self):
        # Few moments and few ids: orders at the same second, and one order told several times.
        at = BEGIN + timedelta(hours=12 * self.dice.randrange(-20, 200))
        customer = NOBODY if self.dice.random() < 0.05 else self.dice.choice(self.buyers)
        number = self.dice.choice(["", *"abcdefgh"])
        words = {"order_id": number} | ({"guest": "true"} if self.dice.random() < 0.05 else {})
        return event(
            self.place, "Order Completed", at.isoformat(sep=" ")[:19], customer=customer, properties=words
        )

    def merge(self):
        absorbed, survivor = self.dice.sample(sorted(set(self.root.values())), 2)
        for customer in [one for one, root in self.root.items() if root == absorbed]:
            self.become(customer, survivor)

    def separate(self):
        absorbed = [one for one, root in self.root.items() if root != one]
        if absorbed:
            customer = self.dice.choice(absorbed)
            self.become(customer, customer)

    def become(self, customer, into):
        self.version += 1
        self.root[customer] = into
        merge(self.place, customer, into, self.version)

    def change(self):
        for _ in range(self.dice.randrange(1, 4)):
            self.dice.choice([self.merge, self.separate, lambda: self.sell(self.dice.randrange(1, 6))])()


def questions():
    whole = Period(BEGIN, BEGIN + SPAN)
    yield ask_for("repeat_purchase", whole)
    yield from (ask_for("repeat_purchase", whole, bucket=bucket) for bucket in ("day", "week", "month"))
    inside = Period(BEGIN + timedelta(hours=7, milliseconds=3), BEGIN + SPAN / 2)
    yield ask_for("repeat_purchase", inside, bucket="week")


def answers(place=HERE):
    return [answer(question, workspace=place) for question in questions()]


def counted_from_rows(monkeypatch, place=HERE):
    with monkeypatch.context() as patch:
        patch.setattr(asking, "last_settling", lambda _workspace: None)
        return answers(place)


@pytest.mark.parametrize("seed", range(8))
def test_settled_orders_change_no_answer(seed, monkeypatch):
    here, elsewhere = Shop(seed), Shop(seed + 100, ELSEWHERE)
    for shop in (here, elsewhere):
        shop.sell(120)
        shop.merge()
        shop.merge()
        assert settle_orders(shop.place) > 80
    assert answers() == counted_from_rows(monkeypatch)

    for _ in range(4):
        here.change()
        elsewhere.change()
        assert answers() == counted_from_rows(monkeypatch)
    assert last_settling(HERE).touched > 0


def test_settled_orders_are_what_is_read(monkeypatch):
    Shop(1).sell(50)
    settle_orders(HERE)
    asked = []
    original = analytics.ask_rendered
    monkeypatch.setattr(
        orders.analytics,
        "ask_rendered",
        lambda name, sql, *rest, **more: asked.append(sql) or original(name, sql, *rest, **more),
    )

    answer(ask_for("repeat_purchase", Period(BEGIN, BEGIN + SPAN)), workspace=HERE)

    assert any("FROM settled_orders" in sql for sql in asked)
    assert not any("FROM orders\n" in sql for sql in asked)


def test_orders_are_settled_anew_once_enough_customers_were_touched(monkeypatch):
    shop = Shop(2)
    shop.sell(60)
    settle_orders(HERE)
    first = last_settling(HERE)
    assert settle_orders(HERE) == 0

    shop.sell(3)

    assert settle_orders(HERE) > first.customers
    again = last_settling(HERE)
    assert again.settling > first.settling
    assert again.touched == 0
    assert answers() == counted_from_rows(monkeypatch)


def test_orders_of_a_settling_are_settled_in_portions(monkeypatch):
    monkeypatch.setattr(orders, "AT_ONCE", 7)
    Shop(3).sell(100)

    assert settle_orders(HERE) > 60

    assert answers() == counted_from_rows(monkeypatch)


def test_only_rows_count_while_most_customers_are_touched(monkeypatch):
    monkeypatch.setattr(orders, "USELESS_SHARE", 4)
    shop = Shop(4)
    shop.sell(60)
    settle_orders(HERE)
    shop.sell(30)

    assert not last_settling(HERE).helps
    assert answers() == counted_from_rows(monkeypatch)


def test_erased_customer_is_in_no_settled_order(monkeypatch):
    shop = Shop(5)
    shop.sell(80)
    settle_orders(HERE)
    gone: UUID = shop.customers[0]
    before = answers()[0].n

    analytics.erase_customer(HERE, [gone])

    assert answers()[0].n == before - 1
    assert answers() == counted_from_rows(monkeypatch)


def test_settlings_that_no_longer_count_are_dropped(monkeypatch):
    shop = Shop(6)
    for _ in range(4):
        shop.sell(40)
        settle_orders(HERE)

    assert answers() == counted_from_rows(monkeypatch)
    # Whoever asks while orders are settled may still read the settling before.
    deadline = monotonic() + 30
    while (kept := settlings_in_rows()) > 2 and monotonic() < deadline:
        sleep(0.05)
    assert kept == 2


def settlings_in_rows():
    sql = (
        "SELECT toInt64(uniqExact(settling)) AS settlings FROM settled_orders"
        " WHERE workspace_id = {workspace_id:UUID}"
    )
    return analytics.ask_rendered("test", sql, None, workspace=HERE, params={})[0]["settlings"]
