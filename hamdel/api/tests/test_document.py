"""The OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path

import hamdel
from hamdel.api.command import run

KEPT = Path(hamdel.__file__).parents[1] / "docs" / "reference" / "openapi.json"


def test_the_document_is_open_and_names_every_operation(client, db):
    document = client.get("/api/v1/openapi.json").json()

    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert {
        "get_metric",
        "list_customers",
        "list_events",
        "post_survey",
        "post_invitations",
        "post_closure",
    } <= set(names)
    assert len(names) == len(set(names))
    assert all("401" in operation["responses"] for operation in operations)
    assert "/api/v1/metrics/{metric}" in document["paths"]


def test_the_command_prints_the_same_document(client, db, capsys):
    run(None)

    printed = json.loads(capsys.readouterr().out)
    assert printed["paths"] == client.get("/api/v1/openapi.json").json()["paths"]


def test_the_document_in_the_docs_is_this_one(db, capsys):
    run(None)

    assert json.loads(KEPT.read_text("utf-8")) == json.loads(capsys.readouterr().out), (
        "The API has changed: run `hamdel openapi > docs/reference/openapi.json`."
    )
