from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime

import pytest

from hamdel.ground.workspaces.choosing import NoWorkspace, workspace_of
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.models import LoggedEvent
from hamdel.listen.sources.command import MAPPINGS, add_arguments, outcome_of
from hamdel.listen.sources.files import open_rows
from hamdel.listen.sources.guessing import guessed_mapping, starter_mapping
from hamdel.listen.sources.mapping import Reading, compile_mapping

EVENTS = "Event,User ID,Timestamp,city\nOrder Completed,u1,2026-11-01T10:00:00Z,شیراز\n"
SEGMENT = [
    {"type": "track", "event": "Order Completed", "userId": "u1", "timestamp": "2026-11-01T10:00:00Z"},
    {"type": "identify", "userId": "u1", "traits": {"name": "زهرا"}, "messageId": "m1"},
]


@pytest.fixture
def command(cast, tmp_path):
    """Run `hamdel import` on a file with this content, past the starting of databases."""

    def run(content: str, *options: str, name: str = "rows.csv"):
        path = tmp_path / name
        path.write_text(content)
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        return outcome_of(path, parser.parse_args([str(path), "--workspace", "cafe", "--json", *options]))

    return run


def logged(workspace) -> list[str]:
    with inside(workspace):
        return [json.loads(row.body)["name"] for row in LoggedEvent.objects.order_by("position")]


def test_a_table_of_events_needs_no_mapping(command, cast):
    outcome = command(EVENTS)

    assert (outcome["events_added"], outcome["exit_code"]) == (1, 0)
    assert logged(cast.cafe) == ["Order Completed"]


def test_segment_lines_are_taken_as_they_are_and_only_once(command, cast):
    content = "\n".join(map(json.dumps, SEGMENT))

    first, second = (command(content, name="events.jsonl") for _ in range(2))

    assert (first["events_added"], second["events_added"], second["events_known"]) == (2, 0, 2)
    assert logged(cast.cafe) == ["Order Completed", "Customer Identified"]


def test_a_file_nobody_can_guess_gets_a_mapping_to_start_from(command, cast, capsys):
    outcome = command("سفارش,مبلغ,موبایل\n1,۲۰۰,۰۹۱۲۱۲۳۴۵۶۷\n")

    assert outcome["exit_code"] == 2
    said = capsys.readouterr().err
    assert "no column says what happened" in said
    starter = json.loads(said[said.index("\n{") :])
    assert starter["customer"] == {"phone": "{موبایل}"}
    assert starter["events"][0]["event"].startswith("FILL IN")
    assert logged(cast.cafe) == []


def test_a_dry_run_tells_what_would_come_and_writes_nothing(command, cast):
    outcome = command(EVENTS + "Order Completed,u1,someday,x\n", "--dry-run")

    assert outcome["events"] == {"Order Completed": 1}
    assert outcome["rejects"] == [{"line": 3, "reason": "'someday' is not a date"}]
    assert outcome["exit_code"] == 1
    assert logged(cast.cafe) == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ["--mapping", "nonsense"],
            "shipped with Hamdel: feedback, olist_orders_reviews, online_retail, snappfood_comments",
        ),
        (["--mapping", "online_retail"], "the file has no column"),
    ],
)
def test_a_mapping_that_does_not_fit_imports_nothing(command, options, says):
    outcome = command(EVENTS, *options)

    assert outcome["exit_code"] == 2
    assert says in outcome["failure"]


def test_the_workspace_must_be_named_when_there_are_several(cast):
    with pytest.raises(NoWorkspace, match="one of: cafe, clinic"):
        workspace_of(None)
    with pytest.raises(NoWorkspace, match="there is no workspace 'nowhere'; there is: cafe, clinic"):
        workspace_of("nowhere")
    assert workspace_of("clinic") == cast.clinic


def test_parts_of_a_guess_come_from_the_usual_names(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("id,event_name,occurred_at,customer_id,e-mail,Mobile,properties.total\n")

    guess = guessed_mapping(open_rows(path, Reading()))

    assert guess["customer"] == {"userId": "{customer_id}", "email": "{e-mail}", "phone": "{Mobile}"}
    assert guess["events"] == [
        {
            "event": "{event_name}",
            "messageId": "row-{id}",
            "timestamp": "{occurred_at}",
            "properties": {"total": "{properties.total}"},
        }
    ]


def test_a_completed_starter_mapping_compiles(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,2\n")
    file = open_rows(path, Reading())

    starter = starter_mapping(file)
    starter["customer"] = {"userId": "{a}"}
    starter["events"][0] |= {"event": "Thing Happened", "timestamp": "2026-11-01"}

    mapping = compile_mapping(starter, columns=file.columns, zone=datetime.now(UTC).tzinfo)
    assert next(mapping.events({"a": "1", "b": "2"}))["properties"] == {"a": "1", "b": "2"}


def test_shipped_mappings_are_complete():
    for path in MAPPINGS.glob("*.json"):
        written = json.loads(path.read_text())
        assert written["name"]
        assert written["description"]


def test_bytes_of_a_file_reach_the_terminal_written_out(command, capsys):
    command("a\x1b[31m,b\x07\x00\n1,2\n")

    said = "".join(capsys.readouterr())
    assert "\\x1b[31m" in said
    assert not set(said) & {"\x1b", "\x07", "\x00"}
