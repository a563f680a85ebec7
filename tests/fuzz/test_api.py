"""The public API under whatever its own document allows: it answers as the document says and never stumbles."""

from __future__ import annotations

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hamdel.api.document import document
from hamdel.ground.access.actions import issue_token
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.segments.models import Segment
from hamdel.listen.events.shipping import ship_everything
from hamdel.listen.surveys.actions import Way, create_survey, publish_survey, save_page, start_response
from hamdel.listen.surveys.definition import Metric
from hamdel.listen.surveys.ready_made import READY_MADE

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

SURVEYJS = b'{"pages": [{"elements": [{"type": "text", "name": "why", "title": "Why?"}]}]}'
# What an operation does not stumble into by chance, laid over whatever is made up for the rest of its body.
LIKELY = {
    "POST /api/v1/surveys/{survey_id}/invitations": lambda real: {"customers": [real["customer_id"]]},
    "POST /api/v1/surveys/import": lambda _real: {"file": SURVEYJS},
    "POST /api/v1/contact-gate/check": lambda real: {"customer": real["customer_id"], "channel": "sms"},
    "POST /api/v1/contact-gate/consents": lambda real: {
        "customer": real["customer_id"],
        "state": "withdrawn",
        "channel": "",
    },
    "POST /api/v1/feedback": lambda _real: {"feedback": [{"text": "دیر رسید", "email": "zahra@example.ir"}]},
    "POST /api/v1/segments/preview": lambda _real: {"rule": {"all": []}},
}

pytestmark = pytest.mark.usefixtures("analytics_store")


schema = schemathesis.openapi.from_dict(document())
OPERATIONS = {
    operation.label: operation for operation in (found.ok() for found in schema.get_all_operations())
}


@pytest.fixture
def app():
    """The product behind WSGI, which must leave this test's connection open, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def filled(cast):
    """Headers of an owner's token, and real values for the parameters of paths: not everything may end in 404."""
    with inside(cast.cafe):
        survey = create_survey(
            cast.cafe,
            name="NPS",
            metric=Metric.NPS,
            touchpoint="delivery",
            definition=READY_MADE["nps-after-delivery"].definition(),
            by=cast.owner,
        )
        version = publish_survey(survey, by=cast.owner, at=now())
        survey.refresh_from_db()
        way = Way(channel="link", language="fa", customer_id=cast.customer.id)
        response, _secret = start_response(survey, version, way, at=now())
        save_page(response, 0, {"score": "2"}, at=now())
        segment = Segment.objects.create(
            workspace=cast.cafe, name="Everybody", rule={"all": []}, created_at=now(), changed_at=now()
        )
    ship_everything()
    token = issue_token(cast.owner, name="fuzz", by=cast.owner)
    real = {
        "survey_id": str(survey.id),
        "customer_id": str(cast.customer.id),
        "segment_id": str(segment.id),
        "number": 1,
        "metric": "nps",
    }
    return {"Authorization": f"Bearer {token}"}, real


@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_answers_as_documented(label, app, filled):
    headers, real = filled
    statuses = set()

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[label].as_strategy(), is_real=strategies.booleans())
    def call(case, is_real):
        if is_real:
            case.path_parameters = {name: real[name] for name in case.path_parameters}
            if label in LIKELY and isinstance(case.body, dict):
                case.body |= LIKELY[label](real)
        response = case.call(app=app, base_url="http://testserver", headers=headers)
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    call()

    assert statuses & {200, 201}, statuses


def test_nothing_is_answered_to_a_wrong_token(app, cast):
    for operation in OPERATIONS.values():

        @settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def call(case):
            response = case.call(
                app=app, base_url="http://testserver", headers={"Authorization": "Bearer hmd_x"}
            )
            assert response.status_code == 401

        call()
