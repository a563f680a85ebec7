"""Somebody is forgotten: in every table, in every file, and on the disk."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import pytest
from django.apps import apps
from django.db import connection
from django.utils.timezone import now

from hamdel import environment
from hamdel.act.cases.actions import note_on_case
from hamdel.act.cases.models import Case
from hamdel.act.contacts.models import Address
from hamdel.ground.audit.actions import first_broken_entry
from hamdel.ground.files.actions import keep_file
from hamdel.ground.files.models import File, Purpose
from hamdel.ground.turns import TurnTaken
from hamdel.ground.workspaces.models import WorkspaceRow
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.know.customers.models import Customer
from hamdel.know.forgetting import erasing
from hamdel.know.forgetting.belonging import rows_of
from hamdel.know.forgetting.erasing import ask_to_erase, erase
from hamdel.know.forgetting.exporting import everything_of
from hamdel.know.forgetting.models import Erasure
from hamdel.know.forgetting.queries import events_of_people
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import LoggedEvent, QuarantinedEvent, Source
from hamdel.listen.events.rebuilding import rebuild
from hamdel.listen.events.shipping import ship_everything
from hamdel.listen.invitations.actions import invite_customer
from hamdel.listen.surveys.actions import Way, create_survey, publish_survey, save_page, start_response
from hamdel.listen.surveys.models import Answer
from hamdel.listen.surveys.ready_made import READY_MADE
from hamdel.measure.metrics.settling import SETTLERS_LOCK

EMAIL, PHONE, USER = "golnar.forgotten@example.ir", "+989351112233", "user-golnar-77"
SECRETS = [EMAIL, "9351112233", USER, "گلنار فراموش‌شده"]
OTHER = "stays.here@example.ir"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\x0f\x04\x00\x09\xfb\x03\xfd\xe3U\xf2\x9c\x00\x00\x00\x00IEND\xaeB`\x82"
)


@dataclass
class Story:
    """Golnar, who did a bit of everything, and somebody who stays."""

    customer: Customer
    other: Customer
    source: Source


def bring(source, *calls):
    with inside(source.workspace_id):
        intake = take(calls, source=SourceKey(source.id, source.workspace_id), received_at=now())
        assert intake.rejects == []
        append_to_log(connection, intake.rows)
    ship_everything()


def who(user, email, phone="", name=""):
    return {
        "type": "identify",
        "messageId": f"i-{user}",
        "userId": user,
        "traits": {"email": email, "phone": phone, "name": name},
    }


def low_score(user):
    properties = {"metric": "nps", "score": 1, "scale_min": 0, "scale_max": 10, "comment": f"{user} is angry"}
    return {
        "type": "track",
        "event": "Score Given",
        "messageId": f"s-{user}",
        "userId": user,
        "properties": properties,
    }


@pytest.fixture
def story(cast, analytics_store):
    with inside(cast.cafe):
        source = Source.objects.create(workspace=cast.cafe, name="shop")
    bring(
        source,
        who(USER, EMAIL, PHONE, "گلنار فراموش‌شده"),
        {
            "type": "track",
            "event": "Page Viewed",
            "messageId": "p",
            "anonymousId": "browser-77",
            "properties": {"path": f"/hi/{USER}"},
        },
        {"type": "alias", "messageId": "a", "previousId": "browser-77", "userId": USER},
        low_score(USER),
        who("user-stays", OTHER),
        low_score("user-stays"),
    )
    with inside(cast.cafe):
        customer = Customer.objects.get(email=EMAIL)
        survey = create_survey(
            cast.cafe,
            name="NPS",
            metric=READY_MADE["nps-after-delivery"].metric,
            touchpoint="delivery",
            definition=READY_MADE["nps-after-delivery"].definition(),
            by=cast.owner,
        )
        version = publish_survey(survey, by=cast.owner, at=now())
        survey.refresh_from_db()
        invite_customer(customer, survey, by=cast.owner, at=now())
        response, _secret = start_response(
            survey, version, Way("link", "fa", customer_id=customer.id), at=now()
        )
        save_page(response, 0, {"score": "2"}, at=now())
        file = keep_file(cast.cafe, name="golnar.png", content=PNG, purpose=Purpose.UPLOAD, at=now())
        answer = {"file": file.public_id, "name": file.name, "bytes": file.bytes}
        Answer.objects.create(
            workspace=cast.cafe, response=response, question="picture", value=[answer], answered_at=now()
        )
        note_on_case(Case.objects.get(customer=customer), f"called {PHONE}", by=cast.agent, at=now())
        Address.objects.create(workspace=cast.cafe, channel="email", address=EMAIL)
        QuarantinedEvent.objects.create(
            workspace=cast.cafe,
            source=source,
            code="x",
            reason="x",
            payload=f'{{"email": "{EMAIL.upper()}"}}',
            received_at=now(),
        )
        other = Customer.objects.get(email=OTHER)
    ship_everything()
    folder = environment.home() / "imports"
    folder.mkdir(exist_ok=True)
    (folder / "list-rejects.csv").write_text(
        f"\ufeffline,reason,row\n2,bad,{EMAIL}\n3,bad,{OTHER}\n", "utf-8"
    )
    return Story(customer, other, source)


def forget(cast, customer):
    with inside(cast.cafe):
        erasure = ask_to_erase(customer, by=cast.owner, at=now())
    erase(erasure, cast.cafe, at=now())
    return erasure


def texts_of_everything():
    """Yield every row of every table of ours as text."""
    with across_workspaces(), connection.cursor() as cursor:
        tables = {model._meta.db_table for model in apps.get_models() if issubclass(model, WorkspaceRow)}
        for table in sorted(tables | {"events_log", "procrastinate_jobs"}):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            yield from ((table, row[0]) for row in cursor.fetchall())


def test_nothing_that_names_them_is_left_in_any_table(cast, story):
    found = {table for table, text in texts_of_everything() if any(word in text for word in SECRETS)}
    assert {"customers_customer", "customers_identifier", "events_log", "contacts_address"} <= found

    forget(cast, story.customer)

    left = [
        (table, text)
        for table, text in texts_of_everything()
        if any(word in text for word in [*SECRETS, EMAIL.upper()])
    ]
    assert left == []
    with inside(cast.cafe):
        assert not File.objects.exists()
        assert not Case.objects.filter(customer=story.customer.id).exists()


def test_nothing_of_theirs_is_left_in_clickhouse_and_a_rebuild_brings_nothing_back(cast, story):
    with inside(cast.cafe):
        assert len(events_of_people(cast.cafe, [story.customer.id])) >= 5

    erasure = forget(cast, story.customer)
    with inside(cast.cafe):
        assert events_of_people(cast.cafe, erasure.customer_ids) == []
    rebuild()

    with inside(cast.cafe):
        assert events_of_people(cast.cafe, erasure.customer_ids) == []
        assert len(events_of_people(cast.cafe, [story.other.id])) >= 2
        assert Customer.objects.filter(email=OTHER).exists()


def test_a_resend_brings_nobody_back(cast, story):
    forget(cast, story.customer)

    bring(story.source, who(USER, EMAIL, PHONE, "گلنار"))

    with inside(cast.cafe):
        assert not Customer.objects.filter(email=EMAIL).exists()


def test_others_keep_what_is_theirs(cast, story):
    with inside(cast.cafe):
        before = everything_of(cast.cafe, story.other, at=now())

    forget(cast, story.customer)

    with inside(cast.cafe):
        after = everything_of(cast.cafe, story.other, at=now())
    assert {**after, "exported_at": ""} == {**before, "exported_at": ""}
    lines = (environment.home() / "imports" / "list-rejects.csv").read_text("utf-8-sig")
    assert EMAIL not in lines
    assert OTHER in lines


def test_the_deed_is_written_down_without_saying_who_it_was(cast, story):
    erasure = forget(cast, story.customer)

    with inside(cast.cafe):
        kept = Erasure.objects.get()
        assert (kept.gone_at is not None, kept.events >= 5, kept.rows >= 8) == (True, True, True)
        assert first_broken_entry(cast.cafe) is None
    assert erasure.customer_ids[0] == story.customer.id


def test_asking_twice_is_asking_once_and_doing_it_twice_changes_nothing(cast, story):
    with inside(cast.cafe):
        first = ask_to_erase(story.customer, by=cast.owner, at=now())
        assert ask_to_erase(story.customer, by=cast.owner, at=now()) == first
    erase(first, cast.cafe, at=now())
    gone_at, rows = first.gone_at, first.rows

    erase(first, cast.cafe, at=now())

    assert (first.gone_at, first.rows) == (gone_at, rows)
    with inside(cast.cafe):
        assert LoggedEvent.objects.filter(body="").count() == first.events


def test_killed_between_the_two_databases_it_goes_on(cast, story, monkeypatch):
    def dies(*_arguments):
        raise SystemExit

    with inside(cast.cafe):
        erasure = ask_to_erase(story.customer, by=cast.owner, at=now())
    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(erasing, "erase_customer", dies)
        erase(erasure, cast.cafe, at=now())

    erase(erasure, cast.cafe, at=now())

    with inside(cast.cafe):
        assert events_of_people(cast.cafe, erasure.customer_ids) == []
        assert not Customer.objects.filter(id=story.customer.id).exists()


def test_it_waits_for_whoever_is_settling_what_was_read_before(cast, story, monkeypatch):
    monkeypatch.setattr(erasing, "PATIENCE_SECONDS", 0)
    settler = connection.copy()
    with settler.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SETTLERS_LOCK, crc32(cast.cafe.id.bytes) - 2**31])

    with pytest.raises(TurnTaken):
        forget(cast, story.customer)
    settler.close()
    erasure = forget(cast, story.customer)

    assert erasure.gone_at
    with inside(cast.cafe):
        assert Erasure.objects.count() == 1


def test_whoever_was_merged_into_them_goes_as_well(cast, story):
    with inside(cast.cafe):
        absorbed = Customer.objects.get(merged_into=story.customer)

    forget(cast, story.customer)

    with inside(cast.cafe):
        assert not Customer.objects.filter(id__in=[absorbed.id, story.customer.id]).exists()


def test_the_export_has_every_row_that_belongs_to_them(cast, story):
    with inside(cast.cafe):
        told = everything_of(cast.cafe, story.customer, at=now())
        rows = {model._meta.label: query.count() for model, query in rows_of([story.customer.id]).items()}

    assert {label for label, count in rows.items() if count} <= set(told["tables"])
    assert {event["messageId"] for event in told["events"]} >= {f"i-{USER}", "p", "a", f"s-{USER}"}
    assert [file["name"] for file in told["files"]] == ["golnar.png"]
    assert EMAIL in str(told)
    assert OTHER not in str(told)
    assert "digest" not in str(told["tables"])


def test_every_table_that_points_at_customers_is_found():
    """A new table with a key to the customer belongs to them, or its key does not cascade: then say why here."""
    found = {model._meta.label for model in rows_of([])}

    for model in apps.get_models():
        for field in model._meta.fields:
            if field.related_model is Customer and model is not Customer:
                assert model._meta.label in found, f"{model._meta.label}.{field.name}"
