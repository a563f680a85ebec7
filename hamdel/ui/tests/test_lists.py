"""Pages of long lists: nothing is shown twice or passed over while rows come and go."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.utils import translation

from hamdel.ground.audit.models import AuditEntry
from hamdel.ground.workspaces.tenancy import inside
from hamdel.ui import lists
from hamdel.ui.lists import Count, count_of, different, page_of

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime(2026, 3, 21, tzinfo=UTC)
ORDERS = [("-at", "-id"), ("at", "id"), ("-at", "id"), ("actor", "-at", "id"), ("-number",)]


@pytest.fixture
def add(cast):
    """Add entries of few moments, so that many have the same one; return the new ids."""
    dice, numbers = Random(3), iter(range(1, 10_000))
    with inside(cast.cafe):
        AuditEntry.objects.all().delete()

        def more(n: int, *, hour: int | None = None) -> set:
            rows = [
                AuditEntry(
                    workspace=cast.cafe,
                    number=next(numbers),
                    at=NEW_YEAR + timedelta(hours=dice.randrange(5) if hour is None else hour),
                    actor=dice.choice(["سارا", "مینا", "owner@cafe.example"]),
                    deed="survey published",
                    chain="",
                )
                for _one in range(n)
            ]
            return {row.id for row in AuditEntry.objects.bulk_create(rows)}

        yield more


def shown(address=None, order=("-at", "-id"), rows=None):
    return page_of(AuditEntry.objects.all() if rows is None else rows, address or {}, *order, size=7)


@pytest.mark.parametrize("order", ORDERS)
def test_all_pages_together_are_the_list_in_order(add, order):
    add(40)

    page, forwards = shown(order=order), []
    forwards += page
    while page.later:
        page = shown({"after": page.later}, order)
        forwards += page
    backwards = list(page)
    while page.earlier:
        page = shown({"before": page.earlier}, order)
        backwards[:0] = page

    assert forwards == list(AuditEntry.objects.order_by(*order))
    assert backwards == forwards


@pytest.mark.parametrize("order", ORDERS)
def test_rows_that_come_while_somebody_reads_neither_repeat_nor_hide_one(add, order):
    there = add(40)

    page = shown(order=order)
    seen = [one.id for one in page]
    while page.later:
        add(3)
        page = shown({"after": page.later}, order)
        seen += [one.id for one in page]

    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_rows_that_go_while_somebody_reads_hide_no_other(add):
    there = add(40)

    page = shown()
    seen, gone = [one.id for one in page], set()
    while page.later:
        gone.add(page.rows[-1].id)
        AuditEntry.objects.filter(id=page.rows[-1].id).delete()
        page = shown({"after": page.later})
        seen += [one.id for one in page]

    assert there == set(seen)


def test_back_from_the_second_page_is_the_whole_first_one(add):
    add(12)
    first = shown()
    second = shown({"after": first.later})
    new = add(2, hour=9)

    back = shown({"before": second.earlier})
    newest = shown({"before": back.earlier})

    assert list(back) == list(first)
    assert back.later == first.later
    assert new < {one.id for one in newest}
    assert newest.earlier is None


def test_addresses_of_old_go_on_working(add):
    add(20)
    in_order = list(AuditEntry.objects.order_by("-at", "-id"))

    second, last, beyond = shown({"page": "2"}), shown({"page": "3"}), shown({"page": "999999999999"})

    assert list(second) == in_order[7:14]
    assert list(shown({"after": second.later})) == list(last) == in_order[14:]
    assert list(beyond) == in_order[-7:]
    assert list(shown({"before": second.earlier})) == in_order[:7]


def test_behind_the_end_is_the_end(add):
    add(9)
    first = shown()
    AuditEntry.objects.exclude(id__in=[one.id for one in first]).delete()

    page = shown({"after": first.later})

    assert list(page) == list(first)
    assert (page.earlier, page.later) == (None, None)


def written(*texts):
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode()


@pytest.mark.parametrize(
    "address",
    [
        {"after": "%%%"}, {"before": "é"}, {"page": "x"}, {"page": "-3"}, {"after": written("2026-01-01", "1")},
        {"after": written("2026-01-01T00:00:00", "0" * 32)}, {"after": written("9" * 40, "x")}, {"after": written()},
        {"before": written("2026-01-01T00:00:00+00:00", "\x00")}, {"after": base64.b64encode(b"[" * 300).decode()},
        {"after": base64.b64encode(b"\xff\xfe").decode()}, {"after": written(None, 7)},
    ],
)  # fmt: skip
def test_what_was_never_a_place_is_the_beginning(add, address):
    add(9)

    assert list(shown(address)) == list(shown())


def test_an_empty_list_has_no_pages(add):
    page = shown({"page": "4"})

    assert (page.rows, page.has_others, page.count) == ([], False, Count(0, is_more=False))
    assert not page.count


def test_counting_stops_and_says_so(add, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 1_000)
    add(1_000)
    all_there = count_of(AuditEntry.objects.all())
    add(1)
    more = shown().count

    with translation.override("fa"):
        assert (str(all_there), str(more)) == ("۱٬۰۰۰", "بیش از ۱٬۰۰۰")
    with translation.override("en"):
        assert (str(all_there), str(more)) == ("1,000", "more than 1,000")


def test_the_different_values_of_a_column_are_found_in_order(add):
    add(30)

    assert different(AuditEntry.objects.all(), "actor") == ["owner@cafe.example", "سارا", "مینا"]
    assert different(AuditEntry.objects.none(), "actor") == []
