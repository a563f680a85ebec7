"""No one sees another workspace: every address, with every id, asked by an outsider."""

from __future__ import annotations

import re
import uuid

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from hamdel.act.cases.actions import note_on_case, open_case
from hamdel.ground.access.actions import issue_token
from hamdel.ground.access.models import ApiToken
from hamdel.ground.facts import KnownEvent
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.models import WorkspaceRow
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.know.customers.actions import merge_customers
from hamdel.know.customers.models import Customer
from hamdel.listen.events.models import Source
from hamdel.listen.invitations.actions import invite_customer
from hamdel.listen.surveys.actions import Way, create_survey, publish_survey, save_page, start_response
from hamdel.listen.surveys.ready_made import READY_MADE
from tests.conventions.test_repository import views

SECRET = "راز کافه"


@pytest.fixture
def filled(cast, analytics_store):
    """A café with a row of every kind, each carrying a secret word."""
    with inside(cast.cafe):
        ready = READY_MADE["nps-after-delivery"]
        survey = create_survey(
            cast.cafe,
            name=SECRET,
            metric=ready.metric,
            touchpoint=SECRET,
            definition=ready.definition(),
            by=cast.owner,
        )
        version = publish_survey(survey, by=cast.owner, at=now())
        survey.refresh_from_db()
        response, _secret = start_response(
            survey, version, Way("link", "fa", customer_id=cast.customer.id), at=now()
        )
        save_page(response, 0, {"score": "2"}, at=now())
        save_page(response, 1, {"why": SECRET}, at=now())
        invite_customer(cast.customer, survey, by=cast.owner, at=now())
        properties = {"metric": "nps", "score": 2, "scale_min": 0, "scale_max": 10, "comment": SECRET}
        event = KnownEvent(
            cast.cafe.id,
            new_id(),
            cast.customer.id,
            "track",
            "Score Given",
            now(),
            now(),
            SECRET,
            "link",
            properties,
        )
        case = open_case(cast.cafe, event, customer=cast.customer, at=now())
        note_on_case(case, SECRET, by=cast.agent, at=now())
        merge_customers(cast.customer, cast.phoneless, by=cast.owner, at=now())
        Source.objects.create(workspace=cast.cafe, name=SECRET)
        issue_token(cast.owner, name=SECRET, by=cast.owner)
        Customer.objects.filter(id=cast.customer.id).update(name=SECRET, traits={"note": SECRET})
    return cast


def foreign_ids(cast):
    """Return every id of the café, whatever it is the id of."""
    with across_workspaces():
        found = {str(cast.cafe.id)}
        for model in apps.get_models():
            if issubclass(model, WorkspaceRow):
                found |= {
                    str(pk) for pk in model.objects.filter(workspace=cast.cafe).values_list("pk", flat=True)
                }
        return sorted(found)


def addresses(ids):
    """Return every address of the product filled with every foreign id."""
    for path, view in views():
        clean = re.sub(r"\\[AZz]|[\^$]", "", path)
        if path.startswith("accounts/"):
            continue
        if "<" not in clean:
            yield f"/{clean}", view
        elif "uuid:" in clean or "str:" in clean:
            for one in ids:
                yield "/" + re.sub(r"<(uuid|str):\w+>", one, clean), view
        if "<int:" in clean:
            yield "/" + re.sub(r"<int:\w+>", "1", clean), view


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_outsider_sees_nothing_whatever_address_and_id(filled, method):
    client = Client()
    client.force_login(filled.outsider.user)
    ids = foreign_ids(filled)
    asked = 0

    for address, view in addresses(ids):
        response = getattr(client, method)(address)
        asked += 1
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code < 500, address
        assert SECRET not in body.decode(errors="replace"), address
        if any(one in address for one in ids) and getattr(view, "permission", None) is not None:
            assert response.status_code in {404, 405}, f"{method} {address}: {response.status_code}"
    assert asked > 100


def test_the_wall_of_the_database_stands_without_the_filters_of_django(filled):
    ids = foreign_ids(filled)
    with inside(filled.clinic):
        for model in apps.get_models():
            if issubclass(model, WorkspaceRow):
                assert not model._base_manager.filter(pk__in=ids).exists(), model
    with inside(filled.cafe):
        assert Customer._base_manager.filter(pk__in=ids).exists()


def test_without_a_workspace_there_are_no_rows_at_all(filled):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.workspace', '', true)")
        for model in apps.get_models():
            if issubclass(model, WorkspaceRow):
                cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
                assert cursor.fetchone() == (0,), model


def test_a_row_cannot_be_written_into_another_workspace(filled):
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError), inside(filled.clinic), transaction.atomic():
        Source.objects.create(workspace=filled.cafe, name="smuggled")


def test_a_token_of_one_workspace_opens_no_other(filled):
    secret = issue_token(filled.outsider, name="theirs", by=filled.outsider)
    with across_workspaces():
        assert ApiToken.objects.filter(member=filled.outsider).exists()

    for one in [*foreign_ids(filled), str(uuid.uuid4())]:
        for path in (f"/api/v1/customers/{one}", f"/api/v1/customers/{one}/events", f"/api/v1/surveys/{one}"):
            answer = Client().get(path, headers={"Authorization": f"Bearer {secret}"})
            assert answer.status_code == 404, path
