"""The answers behind the scores of the past, where people look at them one by one: rows of surveys, as a respondent leaves them.

The scores themselves are events already, so nothing is announced here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from hamdel.ground.access.models import digest
from hamdel.ground.ids import id_named
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Identifier
from hamdel.listen.surveys.models import Answer, Response, SurveyVersion
from hamdel.listen.surveys.ready_made import BELOW
from hamdel.simulator.shop import Shop
from hamdel.simulator.strand import Event

BATCH = 2_000
# Opened so long before the last page was sent; which of these, its name decides.
SECONDS = (14, 22, 31, 47, 68)


def keep_responses(scores: Iterable[Event], shop: Shop, invitations: Mapping[str, UUID]) -> int:
    """Keep a response for each score, led back to its invitation where that is kept, by its name in the year.

    Done again it adds nothing. Returns how many scores there were.
    """
    listed = list(scores)
    with inside(shop.workspace):
        surveys = {str(survey.id): survey for survey in shop.surveys.values()}
        versions = {key: survey.current for key, survey in surveys.items()}
        for start in range(0, len(listed), BATCH):
            block = listed[start : start + BATCH]
            people = _customers({event["userId"] for event in block})
            rows = [_response(event, versions[_survey_of(event)], people, invitations) for event in block]
            Response.objects.bulk_create(rows, ignore_conflicts=True)
            answers = [
                answer
                for event, row in zip(block, rows, strict=True)
                for answer in _answers(event, row, surveys[_survey_of(event)].metric)
            ]
            Answer.objects.bulk_create(answers, ignore_conflicts=True)
    return len(listed)


def _survey_of(event: Event) -> str:
    return str(event["properties"]["survey_id"])


def _customers(users: set[str]) -> dict[str, UUID]:
    known = Identifier.objects.filter(kind=Identifier.Kind.USER, value__in=users)
    return dict(known.values_list("value", "customer_id"))


def _response(
    event: Event, version: SurveyVersion, people: dict[str, UUID], invitations: Mapping[str, UUID]
) -> Response:
    said: dict[str, Any] = event["properties"]
    name, at = event["messageId"], datetime.fromisoformat(event["timestamp"])
    chosen = SECONDS[blake2b(name.encode(), digest_size=1).digest()[0] % len(SECONDS)]
    return Response(
        id=id_named(name, at=at),
        workspace_id=version.workspace_id,
        survey_id=version.survey_id,
        version=version,
        customer_id=people.get(event["userId"]),
        invitation_id=invitations.get(said["invitation_id"]),
        resume_digest=digest(f"{version.workspace_id} {name}"),
        channel=said["channel"],
        touchpoint=said["touchpoint"],
        language="fa",
        score=int(said["score"]),
        caused_by=said.get("caused_by"),
        started_at=at - timedelta(seconds=chosen),
        completed_at=at,
        changed_at=at,
    )


def _answers(event: Event, row: Response, metric: str) -> list[Answer]:
    said = event["properties"]
    given = {"score": int(said["score"])}
    if comment := said.get("comment"):
        given["why" if given["score"] <= BELOW[metric] else "best"] = comment
    return [
        Answer(
            id=id_named(f"{event['messageId']} {question}", at=row.completed_at),
            workspace_id=row.workspace_id,
            response=row,
            question=question,
            value=value,
            answered_at=row.completed_at,
        )
        for question, value in given.items()
    ]
