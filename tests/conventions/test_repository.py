"""Rules we would otherwise have to remember, each checked against the repository itself."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from hamdel.environment import VARIABLES
from hamdel.ground.workspaces.models import WorkspaceRow

ROOT = Path(__file__).parents[2]
# Modules that may see every workspace, because no member stands behind them. This list may only shrink.
MAY_CROSS_WORKSPACES = {
    "hamdel/act/messages/callbacks.py",  # finds the channel of a callback's key
    "hamdel/act/messages/sweeping.py",  # wakes the channels of every workspace
    "hamdel/api/auth.py",  # finds the member of a token
    "hamdel/api/jobs.py",  # forgets old replies of every workspace
    "hamdel/ground/facts/failures.py",  # tries failed reactions of every workspace
    "hamdel/ground/access/actions.py",  # founds a workspace
    "hamdel/ground/access/doors.py",  # finds the member of a user
    "hamdel/ground/audit/command.py",  # checks every workspace
    "hamdel/ground/files/views.py",  # finds a file by its random address
    "hamdel/ground/workspaces/choosing.py",  # finds the workspace by its slug
    "hamdel/ground/secrets/rotating.py",  # seals the secrets of every workspace anew
    "hamdel/know/forgetting/jobs.py",  # forgets customers of every workspace
    "hamdel/listen/events/relay.py",
    "hamdel/listen/events/shipping.py",
    "hamdel/listen/results/jobs.py",  # settles responses and forgets files of every workspace
    "hamdel/listen/results/sharing.py",  # finds the link of a secret
    "hamdel/listen/feedback/jobs.py",  # finds the mailboxes to read
    "hamdel/listen/feedback/webhooks.py",  # finds the workspace of a feedback source's address
    "hamdel/listen/invitations/jobs.py",  # finds the workspaces with something due
    "hamdel/listen/sources/jobs.py",  # forgets files of every workspace
    "hamdel/listen/surveys/jobs.py",  # mixes the anonymous answers of every workspace
    "hamdel/listen/surveys/answering.py",  # finds the workspace of a respondent's link
    "hamdel/listen/surveys/taking.py",  # stores the pages of many respondents together
    "hamdel/listen/surveys/uploads.py",  # keeps a respondent's file in the workspace of their link
    "hamdel/listen/surveys/window.py",  # shows the pages of many respondents together
    "hamdel/measure/metrics/jobs.py",  # settles the days of each workspace in turn
    "hamdel/listen/widgets/answering.py",  # finds the response of a visitor without a login
    "hamdel/listen/widgets/kiosk_views.py",  # finds the workspace of a kiosk by its secret
    "hamdel/listen/widgets/place_views.py",  # finds the survey of a scanned code
    "hamdel/listen/widgets/site_views.py",  # finds the workspace of a write key
    "hamdel/listen/widgets/telling.py",  # follows the open link of a widget's survey
    "hamdel/server/findings.py",  # looks at every workspace
    "hamdel/server/health.py",  # counts what waits
    "hamdel/simulator/command.py",
    "hamdel/simulator/filling.py",
    "hamdel/simulator/shop.py",
}


def tracked(*patterns):
    found = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in found.stdout.splitlines() if (ROOT / line).exists()]


def product_code():
    return [f for f in tracked("hamdel/*.py") if "/migrations/" not in str(f) and "/tests/" not in str(f)]


@pytest.mark.parametrize("file", tracked("hamdel/**/sql/*.sql"), ids=lambda f: f.stem)
def test_a_question_begins_with_a_sentence_and_is_bound_to_a_workspace(file):
    text = file.read_text()

    assert re.match(r"-- [A-Z].*[.;:]?\n", text)
    assert "{workspace_id:UUID}" in text


def test_only_the_door_imports_clickhouse():
    guilty = [
        file
        for file in product_code()
        if "hamdel/ground/analytics/" not in str(file)
        and re.search(r"^\s*(import|from) (clickhouse_connect|chdb)", file.read_text(), re.MULTILINE)
    ]

    assert guilty == []


def test_only_listed_modules_cross_workspaces():
    found = {
        str(file.relative_to(ROOT))
        for file in product_code()
        if "across_workspaces" in file.read_text() and file.name != "tenancy.py"
    }

    assert found <= MAY_CROSS_WORKSPACES


@pytest.mark.django_db
def test_every_tenant_table_has_row_level_security():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        walled = {row[0] for row in cursor.fetchall()}
    tenant = {model._meta.db_table for model in apps.get_models() if issubclass(model, WorkspaceRow)}

    assert tenant | {"events_log", "workspaces_workspace"} <= walled


def views(patterns=None, prefix=""):
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern.callback


def test_every_address_declares_who_may_use_it():
    ours = [(path, view) for path, view in views() if not path.startswith(("accounts/", "api/"))]
    undeclared = [path for path, view in ours if not hasattr(view, "permission")]

    assert len(ours) > 20
    assert undeclared == []


def test_every_deed_of_the_audit_log_can_be_said():
    from hamdel.ground.access.deeds import DEEDS

    written = set()
    for file in product_code():
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record":
                words = [one.value for one in ast.walk(call.args[0]) if isinstance(one, ast.Constant)]
                written |= {word for word in words if isinstance(word, str)}

    assert len(written) > 30
    assert written <= set(DEEDS)


def test_views_find_rows_through_the_member():
    """`Model.objects.get(` in a view would trust an id from the address."""
    guilty = [
        str(file.relative_to(ROOT))
        for file in product_code()
        if file.name == "views.py" and re.search(r"\.objects\.get\(", file.read_text())
    ]

    assert guilty == []


def test_styles_know_no_left_and_right():
    physical = re.compile(
        r"(?<![\w-])(margin|padding|border|inset)-(left|right)|(?<![\w-])(left|right)\s*:|text-align:\s*(left|right)|float:"
    )
    guilty = [
        f"{file.name}: {line.strip()}"
        for file in tracked("hamdel/**/*.css")
        for line in file.read_text().splitlines()
        if physical.search(line) and "physical:" not in line
    ]

    assert guilty == []


def test_templates_never_trust_markup():
    guilty = [
        str(file.relative_to(ROOT))
        for file in tracked("hamdel/**/*.html")
        if re.search(r"\|\s*safe\b", file.read_text())
    ]

    assert guilty == []


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "reference" / "settings.md").read_text()

    assert [name for name in VARIABLES if f"`{name}`" not in text] == []


def test_every_dependency_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    naked = [line for line in lines if re.match(r'\s+"[\w\[\],.-]+\s*[><=~]', line) and "#" not in line]

    assert naked == []


def test_layers_name_every_slice():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    listed = {name.strip() for layer in contract["layers"] for name in re.split(r"[|:()]", layer)}
    slices = {config.name for config in apps.get_app_configs() if config.name.startswith("hamdel.")}

    assert slices <= listed


def test_no_file_names_a_registry_or_a_machine():
    hosts = re.compile(r"https?://[a-z.]*(pyp" + r"i|pythonhoste" + r"d|npmj" + r"s|debia" + r"n)\.[a-z]")
    paths = re.compile(r"/wor" + r"k/(main|shared)|/far" + r"m/")
    guilty = [
        str(file.relative_to(ROOT))
        for file in tracked()
        if file.suffix in {".py", ".md", ".toml", ".json", ".lock", ".html", ".js", ".css", ".sql", ""}
        and (hosts.search(file.read_text(errors="ignore")) or paths.search(file.read_text(errors="ignore")))
    ]

    assert guilty == []


def test_boolean_arguments_are_named():
    guilty = []
    for file in product_code():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                plain = [
                    a
                    for a in node.args.args
                    if isinstance(a.annotation, ast.Name) and a.annotation.id == "bool"
                ]
                guilty += [f"{file.name}:{node.lineno} {node.name}" for _ in plain]

    assert guilty == []
