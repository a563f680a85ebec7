"""`hamdel survey import` and `export`: one JSON object a file, never a traceback."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

import pytest

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.exchange.command import add_arguments, import_files
from hamdel.listen.exchange.models import SurveyImport
from hamdel.listen.surveys.models import Survey

GOOD = json.dumps(
    {
        "title": "Coffee",
        "pages": [
            {
                "elements": [
                    {
                        "type": "rating",
                        "name": "nps",
                        "title": "Would you recommend us?",
                        "rateMin": 0,
                        "rateMax": 10,
                    }
                ]
            },
            {"elements": [{"type": "comment", "name": "why", "visibleIf": "{nps} < 7"}]},
        ],
    }
)


@pytest.fixture
def command(cast, capsys):
    """Run `hamdel survey import`, past the starting of databases; return its exit code and what it printed."""

    def run(*arguments):
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        code = import_files(
            parser.parse_args(["import", *map(str, arguments), "--workspace", "cafe", "--json"])
        )
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_a_file_becomes_a_draft_and_one_line_of_json(command, cast, tmp_path):
    file = tmp_path / "coffee.json"
    file.write_text(GOOD)

    code, [outcome] = command(file)

    assert code == 0
    assert list(outcome) == [
        "file",
        "format",
        "survey",
        "name",
        "questions",
        "kept",
        "changed",
        "dropped",
        "error",
    ]
    assert (outcome["format"], outcome["questions"], outcome["kept"], outcome["error"]) == (
        "surveyjs",
        2,
        2,
        None,
    )
    with inside(cast.cafe):
        survey = Survey.objects.get(id=outcome["survey"])
        assert (survey.name, survey.metric, survey.state) == ("Coffee", "nps", "draft")
        assert survey.draft_definition.by_key["why"].shown_if is not None


def test_a_broken_file_is_said_and_the_others_still_come(command, cast, tmp_path):
    good, broken, empty = (tmp_path / name for name in ("good.json", "broken.qsf", "نظرسنجی.lss"))
    good.write_text(GOOD)
    broken.write_bytes(GOOD.encode()[:50])
    empty.write_bytes(b"")

    code, outcomes = command(broken, tmp_path / "missing.qsf", tmp_path, empty, good)

    assert code == 2
    assert [bool(outcome["error"]) for outcome in outcomes] == [True, True, True, True, False]
    assert [outcome["survey"] is None for outcome in outcomes] == [True, True, True, True, False]
    with inside(cast.cafe):
        assert SurveyImport.objects.count() == 1


def test_a_file_whose_name_is_no_text_is_imported(command, tmp_path):
    file = tmp_path / os.fsdecode(b"caf\xe9\xff.json")
    file.write_text(GOOD.replace('"title": "Coffee", ', ""))

    code, [outcome] = command(file)

    assert (code, outcome["error"]) == (0, None)
    assert outcome["name"].startswith("caf")


def test_nothing_of_another_workspace_is_touched(command, cast, tmp_path):
    file = tmp_path / "coffee.json"
    file.write_text(GOOD)

    command(file)

    with inside(cast.clinic):
        assert not Survey.objects.exists()


def test_text_no_database_can_keep_does_not_stop_it(command, tmp_path):
    file = tmp_path / "odd.json"
    file.write_text(
        '{"title": "a\\u0000b\\ud800", "pages": [{"elements": ['
        '{"type": "signaturepad\\u0000", "name": "x\\u0000\\ud800", "title": "\\u0000T\\ud83d"},'
        '{"type": "radiogroup", "name": "\\u0000", "title": "A", "choices": ["\\u0000", "b\\ud800"], "visibleIf": "{\\u0000} = 1"}]}]}'
    )

    code, [outcome] = command(file)

    assert (code, outcome["error"]) == (0, None)


def test_the_command_itself_prints_no_traceback(tmp_path):
    """As a program of its own: an unknown workspace is said in a sentence."""
    found = subprocess.run(
        [sys.executable, "-m", "hamdel.cli", "survey", "import"], capture_output=True, text=True, check=False
    )

    assert found.returncode == 2
    assert "Traceback" not in found.stderr


@pytest.mark.django_db
def test_without_a_workspace_every_file_is_told_why(capsys, tmp_path):
    file = tmp_path / "coffee.json"
    file.write_text(GOOD)
    parser = argparse.ArgumentParser()
    add_arguments(parser)

    code = import_files(parser.parse_args(["import", str(file), str(file), "--json"]))

    errors = [json.loads(line)["error"] for line in capsys.readouterr().out.splitlines()]
    assert code == 2
    assert len(errors) == 2
    assert "create-admin" in errors[0]
