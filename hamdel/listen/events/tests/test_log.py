"""Appending to the log: what is new goes in once, in the order it came."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events.log import (
    MOST_ROWS_A_STATEMENT,
    LogRow,
    append_to_log,
    event_key,
    pack_moment,
    seed_of,
)
from hamdel.listen.events.models import LoggedEvent

MOMENT = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)


def rows(workspace, *names, source=None):
    seed = seed_of(workspace.id, source or workspace.id)
    return [
        LogRow(event_key(seed, name), workspace.id, source, MOMENT, f'{{"name":"{name}"}}'.encode())
        for name in names
    ]


def bodies():
    with across_workspaces():
        return list(LoggedEvent.objects.order_by("position").values_list("body", flat=True))


def test_rows_are_kept_whole_and_in_their_order(cast):
    source = uuid4()
    [row, *_] = written = rows(cast.cafe, "یک", "دو\t\n\\", 'سه"', source=source)

    with inside(cast.cafe):
        added = append_to_log(connection, written)

    assert added == 3
    assert bodies() == [row.body.decode() for row in written]
    with across_workspaces():
        first = LoggedEvent.objects.order_by("position").first()
    assert (first.event_id.bytes, first.workspace_id, first.source_id) == (row.event_id, cast.cafe.id, source)
    assert first.received_at == MOMENT


def test_what_is_there_already_is_left_out(cast):
    with inside(cast.cafe):
        append_to_log(connection, rows(cast.cafe, "a", "b"))

        added = append_to_log(connection, rows(cast.cafe, "b", "c", "c"))

    assert added == 1
    assert bodies() == ['{"name":"a"}', '{"name":"b"}', '{"name":"c"}']


def test_more_rows_than_one_statement_takes(cast):
    names = [str(number) for number in range(MOST_ROWS_A_STATEMENT * 2 + 1)]

    with inside(cast.cafe):
        added = append_to_log(connection, rows(cast.cafe, *names))

    assert added == len(names)
    assert bodies() == [f'{{"name":"{name}"}}' for name in names]


def test_nothing_is_nothing(cast):
    with inside(cast.cafe):
        assert append_to_log(connection, []) == 0


def test_row_level_security_lets_nobody_write_for_another_workspace(cast):
    with pytest.raises(ProgrammingError), inside(cast.cafe):
        append_to_log(connection, rows(cast.clinic, "a"))


@pytest.mark.parametrize(
    "moment",
    [MOMENT, datetime(1970, 1, 2, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)],
)
def test_a_moment_survives_packing(db, moment):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM %s::timestamptz)::numeric * 1000000 - 946684800000000", [moment]
        )
        [microseconds] = cursor.fetchone()

    assert int.from_bytes(pack_moment(moment), signed=True) == int(microseconds)
