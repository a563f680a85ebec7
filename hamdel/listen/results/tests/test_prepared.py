"""Files of very many responses: made in the background, taken away by who may, gone after a while or with somebody in them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from procrastinate.contrib.django.models import ProcrastinateJob

from hamdel.ground.access.permissions import Permission
from hamdel.ground.audit.models import AuditEntry
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Customer
from hamdel.know.forgetting.erasing import ask_to_erase, erase
from hamdel.listen.results import jobs
from hamdel.listen.results.exports import making
from hamdel.listen.results.exports.making import KEPT, make_export, sweep_folder
from hamdel.listen.results.models import Export, ExportPart
from hamdel.listen.surveys.tests.forms import choices, question_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("analytics_store")]

BRANCH = {**question_of("single"), "key": "branch", "choices": choices("a", "b")}
SAID = {**question_of("long_text"), "key": "said"}


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch, tmp_path):
    monkeypatch.setattr(making, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(making, "TOLD_EVERY", 2)
    monkeypatch.setattr(making, "PIECE", 100)
    monkeypatch.setenv("HAMDEL_HOME", str(tmp_path))


@pytest.fixture
def survey(ask, answered):
    made = ask(BRANCH, SAID)
    answered(made, *[{"branch": "a", "said": f"=نظر {n}"} for n in range(5)], *[{"branch": "b"}] * 2)
    return made


@pytest.fixture
def client(cast):
    return logged_in(cast.owner)


def logged_in(member):
    client = Client()
    client.force_login(member.user)
    return client


def address(name, survey, *more):
    return reverse(f"results:{name}", args=[survey.id, *more])


def asked_for(client, survey, form="csv", **chosen):
    """Ask for a file as the page does; return what waits to be made."""
    led = client.get(address("export", survey, form), chosen)
    assert led.status_code == 302
    assert client.get(led["Location"]).status_code == 200
    assert client.post(led["Location"]).status_code == 302
    with inside(survey.workspace):
        return Export.objects.latest("asked_at")


def test_a_large_file_is_made_in_the_background_and_taken_away(survey, client, cast):
    export = asked_for(client, survey)
    waiting = client.get(address("exports", survey)).content.decode()

    make_export(cast.cafe.id, export.id)
    ready = client.get(address("exports", survey)).content.decode()
    taken = client.get(address("prepared", survey, export.id))
    content = b"".join(taken.streaming_content)

    assert client.head(address("prepared", survey, export.id)).status_code == 200
    assert "hx-trigger" in waiting
    assert f'href="{address("prepared", survey, export.id)}"' not in waiting
    assert f'href="{address("prepared", survey, export.id)}"' in ready
    assert "hx-trigger" not in ready.partition('id="files"')[2].partition("</ul>")[0]
    assert "۰٫۰ مگابایت" in ready
    assert taken["Content-Length"] == str(len(content))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 8
    assert sum(row[-1].startswith("'=") for row in rows) == 5
    with inside(cast.cafe):
        assert ExportPart.objects.count() == -(-len(content) // 100)
        deeds = list(AuditEntry.objects.values_list("deed", flat=True))
    assert deeds.count("results exported") == 1
    assert deeds.count("prepared file downloaded") == 1


def test_what_is_chosen_on_the_page_is_in_the_file(survey, client, cast):
    rule = '{"field":"branch","operator":"=","value":"a"}'
    export = asked_for(client, survey, rule=rule)

    make_export(cast.cafe.id, export.id)

    content = b"".join(client.get(address("prepared", survey, export.id)).streaming_content)
    assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) == 6


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "sav"])
def test_each_kind_is_what_would_have_come_at_once(form, survey, client, cast, monkeypatch, tmp_path):
    import pandas as pd

    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet, "sav": pd.read_spss}[form]
    export = asked_for(client, survey, form)
    make_export(cast.cafe.id, export.id)
    monkeypatch.setattr(making, "MOST_AT_ONCE", 100)

    made = tmp_path / f"made.{form}"
    made.write_bytes(b"".join(client.get(address("prepared", survey, export.id)).streaming_content))
    once = tmp_path / f"once.{form}"
    once.write_bytes(b"".join(client.get(address("export", survey, form)).streaming_content))

    pd.testing.assert_frame_equal(read(made), read(once))


def test_a_get_makes_nothing_and_asking_twice_makes_one(survey, client, cast):
    led = client.get(address("export", survey, "csv"))["Location"]
    client.get(led)
    with inside(cast.cafe):
        nothing = Export.objects.count()

    client.post(led)
    client.post(led)

    with inside(cast.cafe):
        assert (nothing, Export.objects.count()) == (0, 1)
        lock = f"export:{Export.objects.get().id}"
    assert ProcrastinateJob.objects.filter(queueing_lock=lock).count() == 1


def test_few_responses_come_at_once(survey, client):
    rule = '{"field":"branch","operator":"=","value":"b"}'

    assert client.get(address("export", survey, "csv"), {"rule": rule}).status_code == 200


def test_too_many_at_a_time_and_too_much_for_spss_are_refused_in_words(survey, client, monkeypatch):
    monkeypatch.setattr(making, "MOST_IN_SPSS", 4)
    led = client.get(address("export", survey, "sav"))["Location"]
    spss = client.post(led)
    monkeypatch.setattr(making, "MOST_WAITING", 1)
    asked_for(client, survey)
    second = client.post(client.get(address("export", survey, "parquet"))["Location"])

    assert (spss.status_code, second.status_code) == (422, 422)
    assert "Parquet" in spss.content.decode()


def test_who_may_not_see_customers_gets_no_file_that_names_them(survey, client, cast):
    export = asked_for(client, survey)
    make_export(cast.cafe.id, export.id)
    viewer = logged_in(cast.viewer)

    assert not cast.viewer.may(Permission.SEE_CUSTOMERS)
    assert viewer.get(address("prepared", survey, export.id)).status_code == 404
    assert (
        address("prepared", survey, export.id) not in viewer.get(address("exports", survey)).content.decode()
    )


def test_an_outsider_finds_nothing(survey, client, cast):
    export = asked_for(client, survey)
    make_export(cast.cafe.id, export.id)
    outsider = logged_in(cast.outsider)

    for name, more in (("exports", ()), ("prepared", (export.id,))):
        assert outsider.get(address(name, survey, *more)).status_code == 404
    assert outsider.post(address("removal", survey, export.id)).status_code == 404
    assert outsider.post(f"{address('exports', survey)}?form=csv").status_code == 404


def test_an_export_that_is_cancelled_is_not_made(survey, client, cast):
    export = asked_for(client, survey)

    client.post(address("removal", survey, export.id))
    make_export(cast.cafe.id, export.id)

    with inside(cast.cafe):
        assert not Export.objects.exists()
        assert not ExportPart.objects.exists()


def test_cancelled_while_it_is_written_it_ends(survey, client, cast, monkeypatch):
    export = asked_for(client, survey)
    told = making._tell

    def taken_back(one, **news):
        if "rows_done" in news:
            with inside(cast.cafe):
                Export.objects.all().delete()
        told(one, **news)

    monkeypatch.setattr(making, "_tell", taken_back)
    make_export(cast.cafe.id, export.id)

    with inside(cast.cafe):
        assert not ExportPart.objects.exists()
    assert not list((making.environment.home() / "exports").iterdir())


def test_a_failure_is_said_and_can_be_asked_again(survey, client, cast, monkeypatch):
    export = asked_for(client, survey)
    monkeypatch.setitem(making.WRITERS, "csv", lambda *_all, **_more: 1 / 0)

    make_export(cast.cafe.id, export.id)

    with inside(cast.cafe):
        export.refresh_from_db()
    assert (export.failure, export.is_ready) == ("failed", False)
    assert client.get(address("prepared", survey, export.id)).status_code == 404
    assert 'role="alert"' in client.get(address("exports", survey)).content.decode()


def test_a_file_of_a_choice_that_is_gone_meanwhile_is_not_made_of_everybody(survey, client, cast):
    export = asked_for(client, survey)
    with inside(cast.cafe):
        Export.objects.filter(id=export.id).update(chosen={"version": "99"})

    make_export(cast.cafe.id, export.id)

    with inside(cast.cafe):
        export.refresh_from_db()
    assert (export.failure, export.is_ready) == ("failed", False)


def test_files_are_forgotten_after_some_days_and_with_whoever_is_in_them(survey, client, cast):
    old = asked_for(client, survey)
    make_export(cast.cafe.id, old.id)
    with inside(cast.cafe):
        Export.objects.update(asked_at=now() - KEPT - timedelta(minutes=1))
    jobs.forget_files(0)
    with inside(cast.cafe):
        left = Export.objects.count()
        known = Customer.objects.create(workspace=cast.cafe, first_seen_at=now(), last_seen_at=now())
    new = asked_for(client, survey)
    make_export(cast.cafe.id, new.id)
    with inside(cast.cafe):
        erasure = ask_to_erase(known, by=cast.owner, at=now())

    erase(erasure, cast.cafe, at=now())

    with inside(cast.cafe):
        assert (left, Export.objects.count(), ExportPart.objects.count()) == (0, 0, 0)


def test_what_a_killed_process_left_behind_is_swept(tmp_path):
    left = tmp_path / "exports" / "left"
    left.mkdir(parents=True)
    (left / "results.csv").write_text("x")

    sweep_folder()
    fresh = left.exists()
    sweep_folder(timedelta(seconds=-1))

    assert (fresh, left.exists()) == (True, False)
