from __future__ import annotations

import csv
import json
from pathlib import Path

import orjson
import pytest

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.models import LoggedEvent, QuarantinedEvent, Source
from hamdel.listen.sources import importing
from hamdel.listen.sources.files import open_rows
from hamdel.listen.sources.importing import import_file, rehearse, source_named
from hamdel.listen.sources.mapping import compile_mapping, reading_of
from hamdel.listen.sources.models import ImportRun

MAPPING = {
    "customer": {"userId": "{who}"},
    "events": [
        {
            "event": "Order Completed",
            "messageId": "order-{id}",
            "timestamp": "{at}",
            "properties": {"total": {"number": "{total}"}},
        }
    ],
}


def order_lines(count: int, first: int = 1) -> str:
    return "".join(f"{n},u{n % 7},2026-11-01T10:00:00Z,{n}00\n" for n in range(first, first + count))


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def source(cast):
    return source_named(cast.cafe, "orders")


def run_import(path: Path, source, mapping=None, **options):
    written = mapping or MAPPING
    file = open_rows(path, reading_of(written))
    compiled = compile_mapping(written, columns=file.columns, zone=source.workspace.zone)
    return import_file(file, compiled, written, source=source, **options)


def logged(source) -> list[dict]:
    with inside(source.workspace_id):
        return [orjson.loads(row.body) for row in LoggedEvent.objects.order_by("position")]


def write(folder: Path, text: str, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_every_row_becomes_an_event_of_the_log(folder, source):
    path = write(folder, "id,who,at,total\n" + order_lines(3))

    run = run_import(path, source)

    assert (run.rows_read, run.events_added, run.rows_rejected) == (3, 3, 0)
    assert run.finished_at
    assert [(e["messageId"], e["userId"], e["properties"]) for e in logged(source)] == [
        ("order-1", "u1", {"total": 100}), ("order-2", "u2", {"total": 200}), ("order-3", "u3", {"total": 300}),
    ]  # fmt: skip


def test_importing_again_adds_nothing(folder, source):
    path = write(folder, "id,who,at,total\n" + order_lines(10))
    run_import(path, source)

    again = run_import(path, source)

    assert (again.rows_read, again.events_added, again.events_known) == (10, 0, 10)
    assert len(logged(source)) == 10


def test_bad_rows_are_kept_with_line_and_reason(folder, source):
    path = write(
        folder,
        'id,who,at,total\n1,"two\nlines",2026-11-01,5\n2,u2,someday,5\n3,u3,2026-11-01\n4,u4,2026-11-01,=7\n5,,2026-11-01,1\n',
    )

    run = run_import(path, source)

    expected = [
        (4, "'someday' is not a date"),
        (5, "3 cells where the header has 4"),
        (6, "'=7' is not a number"),
        (7, "nothing says which customer this is about"),
    ]
    with Path(run.rejects_path).open(encoding="utf-8-sig", newline="") as file:
        assert [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)] == expected
    with inside(source.workspace_id):
        kept = QuarantinedEvent.objects.order_by("reason")
        assert [row.reason for row in kept] == [
            f"orders.csv, line {line}: {reason}" for line, reason in expected
        ]
        assert json.loads(kept[0].payload)["at"] == "someday"
    assert (run.events_added, run.rows_rejected) == (1, 4)


def test_what_the_intake_refuses_is_kept_as_well(folder, source):
    long_id = "u" * 400
    path = write(folder, f"id,who,at,total\n1,{long_id},2026-11-01,1\n2,u2,2026-11-01,1\n")

    run = run_import(path, source)

    assert (run.events_added, run.rows_rejected) == (1, 1)
    with inside(source.workspace_id):
        assert QuarantinedEvent.objects.get().reason == "orders.csv, line 2: userId may have 300 characters."


class Killed(BaseException):
    """Stands for the end of the process: nothing after it runs."""


@pytest.mark.parametrize("killed_after", [1, 2, 5])
def test_a_killed_import_goes_on_where_it_was(folder, source, monkeypatch, killed_after):
    monkeypatch.setattr(importing, "EVENTS_A_CHECKPOINT", 10)
    bad = "x,u1,someday,1\n"
    path = write(
        folder,
        "id,who,at,total\n" + order_lines(24) + bad + order_lines(30, first=25) + bad + order_lines(5, 55),
    )
    checkpoints = 0

    def kill(run, _share):
        nonlocal checkpoints
        if run.events_added >= 10 * killed_after:
            raise Killed

    with pytest.raises(Killed):
        run_import(path, source, watch=kill)
    with inside(source.workspace_id):
        offset = ImportRun.objects.get().safe_offset
    run = run_import(path, source)

    assert 0 < offset < 61
    assert (run.rows_read, run.events_added, run.events_known, run.rows_rejected) == (61, 59, 0, 2)
    assert [e["messageId"] for e in logged(source)] == [f"order-{n}" for n in range(1, 60)]
    with Path(run.rejects_path).open(encoding="utf-8-sig", newline="") as file:
        assert [row["line"] for row in csv.DictReader(file)] == ["26", "57"]
    with inside(source.workspace_id):
        assert QuarantinedEvent.objects.count() == 2
        assert ImportRun.objects.count() == 1


GROUPED = {
    "group": {"by": "{id}", "within": 3},
    "customer": {"userId": "{who}"},
    "skip": [{"when": {"equals": ["{total}", 0]}, "because": "free of charge"}],
    "events": [
        {
            "event": "Order Completed",
            "messageId": "order-{id}",
            "timestamp": "{at}",
            "properties": {"total": {"sum_lines": "{total}"}},
        }
    ],
}


@pytest.mark.parametrize("killed_after", [0, 1, 3, 6])
def test_lines_of_an_order_are_one_event_also_after_a_kill(folder, source, monkeypatch, killed_after):
    monkeypatch.setattr(importing, "EVENTS_A_CHECKPOINT", 2)
    lines = [
        f"{order},u{order},2026-11-01,{order * 10 + line}" for order in range(1, 21) for line in range(3)
    ]
    lines[4], lines[2] = lines[2], lines[4]  # two orders interlock
    lines.insert(9, "99,u9,2026-11-01,0")
    path = write(folder, "id,who,at,total\n" + "\n".join(lines) + "\n")

    def kill(run, _share):
        if killed_after and run.events_added >= 2 * killed_after:
            raise Killed

    if killed_after:
        with pytest.raises(Killed):
            run_import(path, source, GROUPED, watch=kill)
    run = run_import(path, source, GROUPED)

    assert {e["messageId"]: e["properties"]["total"] for e in logged(source)} == {
        f"order-{order}": 30 * order + 3 for order in range(1, 21)
    }
    assert (run.rows_read, run.events_added, run.rows_rejected, run.skipped) == (
        61,
        20,
        0,
        {"free of charge": 1},
    )


def test_a_file_that_breaks_off_leaves_what_came_before_and_says_so(folder, source):
    path = write(folder, "id,who,at,total\n" + order_lines(5) + "x" * 5_000_000)

    run = run_import(path, source)

    assert (run.events_added, run.failure) == (5, "line 7 is longer than 4,000,000 characters")


def test_a_rehearsal_counts_and_writes_nothing(folder, source):
    path = write(folder, "id,who,at,total\n" + order_lines(5) + "6,u1,someday,1\n")
    file = open_rows(path, reading_of(MAPPING))

    found = rehearse(
        file,
        compile_mapping(MAPPING, columns=file.columns, zone=source.workspace.zone),
        watch=lambda _s: None,
    )

    assert (found.rows_read, dict(found.events), found.rows_rejected) == (6, {"Order Completed": 5}, 1)
    assert found.rejected[0].line == 7
    assert logged(source) == []


def test_another_workspace_sees_nothing_of_an_import(folder, source, cast):
    run_import(write(folder, "id,who,at,total\n" + order_lines(2) + "x\n"), source)

    with inside(cast.clinic):
        assert not ImportRun.objects.exists()
        assert not QuarantinedEvent.objects.exists()
        assert not Source.objects.exists()
