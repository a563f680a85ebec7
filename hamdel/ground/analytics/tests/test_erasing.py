"""Erasure: gone from every table, and from the disk."""

from uuid import uuid4

from hamdel.ground.analytics.migrating import tables
from hamdel.ground.analytics.tests.rows import CAFE, CLINIC, COLUMNS, NOON, count, event, score

SECRET = "maryam.hosseinzadeh@example.ir"
OTHER_SECRET = "shirin.rostami@example.ir"


def batch(customer, of=CAFE, secret=SECRET):
    return [
        score(3, of=of, customer=customer, comment=secret),
        event("Order Completed", of=of, customer=customer, order_id="1", email=secret),
        event("Conversation Started", of=of, customer=customer, conversation_id="c", email=secret),
        event("Survey Invited", of=of, customer=customer, invitation_id="i", email=secret),
        event(of=of, customer=customer, context=f'{{"email": "{secret}"}}'),
    ]


def files_with(text, folder):
    return [file for file in folder.rglob("*") if file.is_file() and _holds(file, text.encode())]


def _holds(file, text):
    try:
        return text in file.read_bytes()
    except FileNotFoundError:
        return False


def test_erased_customer_is_gone_from_every_table_and_nobody_else(door):
    gone, merged, stays = uuid4(), uuid4(), uuid4()
    rows = [*batch(gone), *batch(merged), *batch(stays), *batch(gone, of=CLINIC)]
    door.append("events", rows, columns=COLUMNS, token="a")
    merge_columns = ["workspace_id", "customer_id", "into_id", "version"]
    door.append(
        "merges", [[CAFE.id, merged, gone, 1], [CAFE.id, stays, stays, 1]], columns=merge_columns, token="m"
    )
    profiles = ["workspace_id", "customer_id", "is_whole", "email", "traits", "changed_at", "first_seen_at"]
    people = [[CAFE.id, one, 1, SECRET, {"email": SECRET}, NOON, NOON] for one in (gone, merged, stays)]
    door.append("customers", people, columns=profiles, token="c")

    copied = ["workspace_id", "survey_id", "customer_id", "texts"]
    said = [[CAFE.id, uuid4(), one, {"why": SECRET}] for one in (gone, merged, stays)]
    door.append("responses", said, columns=copied, token="r")

    left = ["workspace_id", "survey_id", "customer_id"]
    door.append(
        "withdrawn_responses",
        [[CAFE.id, uuid4(), one] for one in (gone, merged, stays)],
        columns=left,
        token="w",
    )

    settled = ["workspace_id", "settling", "customer_id", "occurred_at"]
    door.append(
        "settled_orders",
        [[CAFE.id, NOON, one, NOON] for one in (gone, merged, stays)],
        columns=settled,
        token="s",
    )

    door.erase_customer(CAFE, [gone, merged])

    # A customer may be touched in several rows until ClickHouse sums them up.
    assert (
        count(door, "touched_customers")
        == count(door, "touched_customers", where=f"customer_id = '{stays}'")
        > 0
    )
    named = [table for table in tables(having="customer_id") if table != "touched_customers"]
    expected = {
        "customers": 1,
        "responses": 1,
        "withdrawn_responses": 1,
        "events": 5,
        "timeline": 5,
        "scores": 1,
        "orders": 1,
        "conversations_log": 1,
        "survey_steps": 1,
        "merges": 1,
        "settled_orders": 1,
    }
    assert {table: count(door, table) for table in named} == expected
    assert {table: count(door, table, where=f"customer_id = '{stays}'") for table in named} == expected
    assert count(door, "events", of=CLINIC) == 5


def test_erasing_nobody_erases_nothing(door):
    door.append("events", [event()], columns=COLUMNS, token="a")

    door.erase_customer(CAFE, [])

    assert count(door, "events") == 1


def test_erased_customer_does_not_return_with_a_retry(door):
    gone, stays = uuid4(), uuid4()
    rows = [*batch(gone), *batch(stays)]
    door.append("events", rows, columns=COLUMNS, token="a")
    door.erase_customer(CAFE, [gone])

    door.append("events", rows, columns=COLUMNS, token="a")

    assert [count(door, table) for table in ("events", "timeline", "scores", "orders")] == [5, 5, 1, 1]


def test_erased_bytes_leave_the_disk(door, place):
    gone, stays = uuid4(), uuid4()
    rows = [*batch(gone), *batch(stays, of=CLINIC, secret=OTHER_SECRET)]
    door.append("events", rows, columns=COLUMNS, token="a")
    assert files_with(SECRET, place), "the test could not fail: the text is not found before it is erased"

    door.erase_customer(CAFE, [gone])

    assert files_with(SECRET, place) == []
    assert files_with(OTHER_SECRET, place)
    assert (count(door, "events"), count(door, "events", of=CLINIC)) == (0, 5)
