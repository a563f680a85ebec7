"""Scores of real data against the same figures counted straight from the files."""

import csv
import os
from pathlib import Path
from uuid import uuid5

import pyarrow.parquet as pq
import pytest
from scipy import stats

from hamdel.ground.calendar.periods import Period
from hamdel.measure.metrics.answering import answer
from hamdel.measure.metrics.question import ask_for
from hamdel.measure.metrics.tests.happenings import NOBODY, Place, bring, event, moment, score

FOLDER = Path(os.environ.get("HAMDEL_SHARED_DATA") or Path(__file__).parents[5] / "shared" / "data")
HERE = Place()

pytestmark = pytest.mark.usefixtures("analytics_store")


def rows(name):
    """Read a CSV of the shared data, or skip."""
    if not (FOLDER / name).is_file():
        pytest.skip(f"{name} is not there; set HAMDEL_SHARED_DATA to the folder of the real data")
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_nps_of_three_channels():
    answers = {channel: rows(f"nps/nps_{channel}.csv") for channel in ("mobile", "web", "email")}
    bring(
        *(
            score(HERE, "nps", int(row["nps_rating"]), row["response_date"], channel=channel)
            for channel, given in answers.items()
            for row in given
        )
    )
    quarter = Period(moment("2020-10-01"), moment("2021-01-01"))

    result = answer(ask_for("nps", quarter, by="channel", bucket="month"), workspace=HERE)

    assert [(group.key, round(group.value, 1), group.n) for group in result.groups] == [
        ("web", 22.1, 2290),
        ("email", 18.6, 1952),
        ("mobile", -14.7, 1801),
    ]
    assert sum(point.n for point in result.series) == result.n == 2290 + 1952 + 1801


def test_csat_of_late_and_timely_deliveries():
    orders = [row for row in rows("feedback/olist_orders_reviews_pt.csv") if row["review_score"]]
    bring(
        *(
            score(
                HERE,
                "csat",
                int(row["review_score"]),
                row["review_creation_date"][:19],
                scale=(1, 5),
                late=is_late(row),
                state=row["customer_state"],
            )
            for row in orders
        )
    )
    years = Period(moment("2016-01-01"), moment("2019-01-01"))

    by_delay = answer(ask_for("csat_mean", years, by="property:late"), workspace=HERE)
    satisfied = answer(ask_for("csat_top2", years, by="property:state", bucket="month"), workspace=HERE)

    assert {group.key: (round(group.value, 3), group.n) for group in by_delay.groups} == {
        "True": (2.082, 380),
        "False": (3.694, 3204),
    }
    given = [int(row["review_score"]) for row in orders]
    known = stats.t.interval(0.95, len(given) - 1, sum(given) / len(given), stats.sem(given))
    assert (by_delay.low, by_delay.high) == pytest.approx(known, abs=0.002)
    assert (round(satisfied.value, 2), satisfied.n) == (60.52, 3584)
    assert sum(group.n for group in satisfied.groups) + satisfied.others == satisfied.n
    in_sao_paulo = [int(row["review_score"]) for row in orders if row["customer_state"] == "SP"]
    share = 100 * sum(value >= 4 for value in in_sao_paulo) / len(in_sao_paulo)
    assert {group.key: group.value for group in satisfied.groups}["SP"] == pytest.approx(share)


def is_late(row):
    delivered = row["order_delivered_customer_date"]
    return bool(delivered) and delivered > row["order_estimated_delivery_date"]


def test_customers_who_bought_again():
    parquet = FOLDER / "commerce" / "online_retail_2010_2011.parquet"
    if not parquet.is_file():
        pytest.skip("online_retail_2010_2011.parquet is not there; set HAMDEL_SHARED_DATA")
    table = pq.read_table(parquet, columns=["InvoiceNo", "InvoiceDate", "CustomerID"]).to_pylist()
    invoices = {row["InvoiceNo"]: row for row in table if not str(row["InvoiceNo"]).startswith(("C", "A"))}
    bring(*(purchase(row) for row in invoices.values()))
    both_years = Period(moment("2010-01-01"), moment("2012-01-01"))

    result = answer(ask_for("repeat_purchase", both_years, by="property:guest"), workspace=HERE)

    assert (result.n, round(result.value, 1)) == (4339, 65.6)


def purchase(invoice):
    known = invoice["CustomerID"] not in (None, "") and invoice["CustomerID"] == invoice["CustomerID"]
    return event(
        HERE,
        "Order Completed",
        str(invoice["InvoiceDate"])[:19],
        customer=uuid5(NOBODY, str(invoice["CustomerID"])) if known else None,
        properties={"order_id": invoice["InvoiceNo"], "guest": "false" if known else "true"},
    )
