"""`hamdel survey import FILE…` and `hamdel survey export ID`"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hamdel.ground.terminal import shown

ALL_DONE, SOME_REFUSED = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|export")
    bring = verbs.add_parser("import", help="make drafts of surveys of Qualtrics, LimeSurvey or SurveyJS")
    bring.add_argument("files", nargs="+", metavar="FILE", type=Path, help=".qsf, .lss or .json")
    bring.add_argument("--workspace", help="slug of the workspace; not needed when there is only one")
    bring.add_argument("--language", choices=["en", "fa"], default="en", help="language of the report")
    bring.add_argument("--json", action="store_true", help="print one JSON object for each file")
    take = verbs.add_parser("export", help="print a survey as SurveyJS JSON")
    take.add_argument("survey", metavar="ID", help="id of the survey, as in its address")
    take.add_argument("--workspace", help="slug of the workspace; not needed when there is only one")


def run(options: argparse.Namespace) -> int:
    """Do it; 0: all done, 2: something could not be done. PostgreSQL is stopped again if this started it."""
    from hamdel.cli import wake_django
    from hamdel.ground.postgres import embedded

    cluster = embedded()
    ours_to_stop = cluster is not None and not cluster.is_running
    try:
        wake_django()
        return import_files(options) if options.verb == "import" else export(options)
    finally:
        if cluster is not None and ours_to_stop:
            cluster.stop()


def import_files(options: argparse.Namespace) -> int:
    """Import every file and tell about each, as it is done."""
    from django.utils import translation

    from hamdel.ground.workspaces.choosing import NoWorkspace, workspace_of
    from hamdel.listen.exchange.telling import as_refusal

    with translation.override(options.language):
        try:
            workspace = workspace_of(options.workspace)
        except NoWorkspace as refusal:
            for path in options.files:
                tell(as_refusal(printable(path), str(refusal)), as_json=options.json)
            return SOME_REFUSED
        outcomes = []
        for path in options.files:
            outcomes.append(outcome_of(path, workspace))
            tell(outcomes[-1], as_json=options.json)
    return SOME_REFUSED if any(outcome["error"] for outcome in outcomes) else ALL_DONE


def outcome_of(path: Path, workspace: Any) -> dict[str, Any]:
    """Import one file; what went wrong with it is an `error` in words."""
    from django.utils.timezone import now
    from django.utils.translation import gettext as _

    from hamdel.ground.workspaces.tenancy import inside
    from hamdel.listen.exchange.actions import import_survey
    from hamdel.listen.exchange.reading import MOST_BYTES, Unreadable
    from hamdel.listen.exchange.telling import as_outcome, as_refusal

    name = printable(path)
    try:
        with path.open("rb") as file:
            # One byte more than is taken tells a file that is too large from one that just fits.
            content = file.read(MOST_BYTES + 1)
        with inside(workspace):
            return as_outcome(
                name, import_survey(workspace, name=path.name, content=content, by=None, at=now())
            )
    except Unreadable as refusal:
        return as_refusal(name, str(refusal))
    except OSError as error:
        return as_refusal(
            name, _("The file cannot be opened: %(reason)s.") % {"reason": error.strerror or "?"}
        )


def printable(path: Path) -> str:
    """Return a path that can be printed, whatever bytes its name has."""
    return str(path).encode("utf-8", "replace").decode()


def tell(outcome: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(outcome, ensure_ascii=False), flush=True)
        return
    if outcome["error"]:
        print(shown(f"{outcome['file']}: {outcome['error']}"), file=sys.stderr)
        return
    counted = f"{outcome['questions']} questions, {outcome['kept']} as they were"
    print(shown(f"{outcome['file']}: {outcome['name']}, {counted}"))
    for sign, part in (("~", "changed"), ("-", "dropped")):
        for remark in outcome[part]:
            print(shown(f"  {sign} {remark}"))
    print(f"  survey {outcome['survey']}")


def export(options: argparse.Namespace) -> int:
    """Print one survey."""
    from uuid import UUID

    from hamdel.ground.workspaces.choosing import NoWorkspace, workspace_of
    from hamdel.ground.workspaces.tenancy import inside
    from hamdel.listen.exchange.exporting import as_surveyjs
    from hamdel.listen.surveys.models import Survey

    try:
        workspace, survey_id = workspace_of(options.workspace), UUID(options.survey)
    except NoWorkspace as refusal:
        print(refusal, file=sys.stderr)
        return SOME_REFUSED
    except ValueError:
        print(f"{options.survey} is no id of a survey", file=sys.stderr)
        return SOME_REFUSED
    with inside(workspace):
        survey = Survey.objects.in_workspace(workspace).filter(id=survey_id).first()
        if survey is None:
            print(f"there is no survey {options.survey} in this workspace", file=sys.stderr)
            return SOME_REFUSED
        print(json.dumps(as_surveyjs(survey), ensure_ascii=False, indent=2))
    return ALL_DONE
