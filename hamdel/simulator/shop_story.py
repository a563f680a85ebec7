"""Events of visits, orders and deliveries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hamdel.simulator.orders import NEVER, Orders
from hamdel.simulator.people import People
from hamdel.simulator.season import DAY, HOUR, MINUTE, Season
from hamdel.simulator.strand import Event, Strand, strand
from hamdel.simulator.visits import Visits
from hamdel.simulator.words.goods import CATEGORIES, PRODUCTS
from hamdel.simulator.words.places import REGIONS

SITE = "https://toranj.example"
FIRST_USER = 100_001
CAMPAIGNS = ("", "", "", "instagram", "google", "digest", "torob")


def user_id(customer: int) -> str:
    return str(FIRST_USER + customer)


def device_id(who: int) -> str:
    return f"device-{who:06}"


def identities(season: Season, people: People) -> Iterator[Strand]:
    """Say who customers are: once each, and again when a second phone becomes known."""
    random = np.random.default_rng([len(people), 8])
    at = np.where(people.old, season.start + random.integers(0, HOUR, len(people)), people.joined)
    everybody = np.ones(len(people), dtype=bool)

    def introduce(row: int) -> Event:
        return {
            "userId": user_id(row),
            "anonymousId": device_id(row),
            "traits": traits_of(people, row),
            "context": {"externalIds": crm_of(row)},
        }

    def add_phone(row: int) -> Event:
        return {
            "userId": user_id(row),
            "traits": {"phones": [phone(people.phones[row]), phone(people.second_phones[row])]},
        }

    yield strand("identify", "", at, everybody, introduce, kind="identify")
    later = at + random.integers(5 * DAY, 120 * DAY, len(people))
    yield strand("second-phone", "", later, people.second_phones > 0, add_phone, kind="identify")


def traits_of(people: People, row: int) -> Event:
    region = REGIONS[people.regions[row]]
    traits = {
        "name": people.names[row],
        "phone": phone(people.phones[row]),
        "city": people.cities[row],
        "region": region.name,
        "birth_year": int(people.born[row]),
        "language": "fa",
    }
    return traits | ({"email": people.emails[row]} if people.emails[row] else {})


def phone(number: int) -> str:
    """Return the national form, as shops keep it."""
    return f"0{number}"


def crm_of(row: int) -> list[dict[str, str]]:
    return [{"type": "crm", "id": f"TRJ-{row + 1:05}", "collection": "users", "encoding": "none"}]


def browsing(visits: Visits) -> Iterator[Strand]:
    """Pages and products looked at."""
    who, in_app = visits.who.tolist(), visits.in_app.tolist()
    first = visits.first_good.tolist()

    steps = np.arange(PLACES)
    page_at = visits.at[:, None] + steps * 40_000
    view_at = visits.at[:, None] + visits.pages[:, None] * 40_000 + steps * 25_000
    page_known = (page_at >= visits.joined[:, None]).ravel().tolist()
    view_known = (view_at >= visits.joined[:, None]).ravel().tolist()

    def visitor(visit: int, *, known: bool) -> Event:
        device = {"anonymousId": device_id(who[visit])}
        return device | {"userId": user_id(who[visit])} if known else device

    def page(row: int) -> Event:
        visit, place = divmod(row, PLACES)
        path = "/" if place == 0 else f"/category/{(first[visit] + place) % len(CATEGORIES) + 1}"
        campaign = CAMPAIGNS[(visit * 7 + place) % len(CAMPAIGNS)] if place == 0 else ""
        properties = {"path": path, "url": SITE + path, "touchpoint": "app" if in_app[visit] else "website"}
        properties |= {"channel": "app" if in_app[visit] else "web"} | (
            {"campaign": campaign} if campaign else {}
        )
        return visitor(visit, known=page_known[row]) | {
            "name": "Home" if place == 0 else "Category",
            "properties": properties,
        }

    def view(row: int) -> Event:
        visit, place = divmod(row, PLACES)
        product = PRODUCTS[(first[visit] + place * 5) % len(PRODUCTS)]
        return visitor(visit, known=view_known[row]) | {
            "properties": {
                "sku": product.sku,
                "name": product.name,
                "category": product.category,
                "price": product.price_rial,
                "currency": "IRR",
                "touchpoint": "app" if in_app[visit] else "website",
                "channel": "app" if in_app[visit] else "web",
            }
        }

    yield strand("page", "", page_at.ravel(), (steps < visits.pages[:, None]).ravel(), page, kind="page")
    yield strand("view", "Product Viewed", view_at.ravel(), (steps < visits.views[:, None]).ravel(), view)


PLACES = 6  # most pages, and most products, of one visit


def shopping(people: People, orders: Orders) -> Iterator[Strand]:
    """Orders placed, cancelled, delivered and paid back."""
    customer = orders.customer.tolist()
    region = people.regions[orders.customer].tolist()
    columns = (orders.goods, orders.quantity, orders.total_rial, orders.shipping_rial, orders.in_app)
    goods, quantity, total, shipping, in_app = (column.tolist() for column in columns)
    late, delay = orders.late.tolist(), orders.delay_days.tolist()

    def about(row: int, touchpoint: str, **properties: object) -> Event:
        return {
            "userId": user_id(customer[row]),
            "properties": {
                "order_id": order_id(row),
                **properties,
                "region": REGIONS[region[row]].name,
                "city": people.cities[customer[row]],
                "touchpoint": touchpoint,
            },
        }

    def completed(row: int) -> Event:
        products = [
            {"sku": PRODUCTS[good].sku, "name": PRODUCTS[good].name, "category": PRODUCTS[good].category,
             "price": PRODUCTS[good].price_rial, "quantity": number}
            for good, number in zip(goods[row], quantity[row], strict=True) if good >= 0
        ]  # fmt: skip
        return about(
            row, "purchase", channel="app" if in_app[row] else "web", total=total[row], shipping=shipping[row],
            currency="IRR", products=products,
        )  # fmt: skip

    def delivered(row: int) -> Event:
        courier = REGIONS[region[row]].courier
        return about(row, "delivery", late=late[row], delay_days=delay[row], courier=courier)

    def ended(row: int) -> Event:
        return about(row, "purchase", total=total[row], currency="IRR")

    all_of_them = np.ones(len(orders), dtype=bool)
    yield strand("order", "Order Completed", orders.at, all_of_them, completed)
    yield strand("delivery", "Order Delivered", orders.delivered, orders.delivered != NEVER, delivered)
    yield strand("cancellation", "Order Cancelled", orders.at + 90 * MINUTE, orders.cancelled, ended)
    refund = np.where(orders.refunded, orders.delivered, 0) + 3 * DAY
    yield strand("refund", "Order Refunded", refund, orders.refunded, ended)


def order_id(row: int) -> str:
    return f"TR-{700_001 + row}"
