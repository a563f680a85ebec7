"""What a kiosk is told and hands over."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.actions import close_survey, publish_survey
from hamdel.listen.surveys.models import Answer, LateArrival, Response
from hamdel.listen.widgets.actions import hashed_pin, renew_device, revoke_device
from hamdel.listen.widgets.models import Device, KioskAnswer
from hamdel.listen.widgets.tests.conftest import published

pytestmark = pytest.mark.django_db


def kept(*pages, once="", at=None, language="fa", version=""):
    moment = (at or now()).isoformat()
    listed = [{"page": number, "typed": typed, "at": moment} for number, typed in pages]
    return {
        "once": once or secrets.token_urlsafe(24),
        "language": language,
        "version": version,
        "begun": moment,
        "pages": listed,
        "finished": True,
    }


def hand(secret, *responses, waiting=0, **more):
    said = {"responses": responses, "waiting": waiting, **more}
    return Client().post(f"/k/{secret}/responses/", json.dumps(said), content_type="application/json")


def stored():
    with across_workspaces():
        return list(Response.objects.order_by("id")), dict(Answer.objects.values_list("question", "value"))


def test_a_kiosk_is_told_all_it_needs_without_a_network(device):
    _device, secret = device

    told = Client().get(f"/k/{secret}/survey.json").json()
    page = Client().get(f"/k/{secret}/")

    assert told["languages"] == ["fa", "en"]
    assert told["definition"]["pages"][0]["questions"][0]["high"] == 10
    assert told["words"]["en"]["start"] == "Begin"
    assert "4711" not in json.dumps(told)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"


def test_answers_come_with_the_time_and_the_place_they_were_given_at(device):
    _device, secret = device
    yesterday = now() - timedelta(days=1)

    response = hand(secret, kept((0, {"score": "4"}), (1, {"why": "شلوغ بود"}), (2, {}), at=yesterday))

    [found], answers = stored()
    assert len(response.json()["taken"]) == 1
    assert (found.channel, found.place, found.score) == ("kiosk", "شعبهٔ ونک", 4)
    assert abs(found.completed_at - yesterday) < timedelta(seconds=1)
    assert answers == {"score": 4, "why": "شلوغ بود"}


def test_the_same_response_however_often_is_one(device):
    _device, secret = device
    given = kept((0, {"score": "9"}), (1, {}), (2, {}))

    for _ in range(3):
        assert hand(secret, given, given).json()["taken"] == [given["once"]] * 2

    assert len(stored()[0]) == 1
    with across_workspaces():
        assert KioskAnswer.objects.count() == 1


def test_an_answer_that_does_not_fit_does_not_take_the_others_with_it(device):
    _device, secret = device

    hand(secret, kept((0, {"score": "9"}), (1, {"liked.price": "1"}), (2, {"phone": "۱۲۳"})))

    [found], answers = stored()
    assert found.completed_at
    assert answers == {"score": 9, "liked": ["price"]}


def test_what_a_kiosk_cannot_ask_does_not_take_the_rest_of_its_page_with_it(device, cast, survey):
    _device, secret = device
    day = {"key": "day", "kind": "date", "required": True, "text": {"fa": "کِی؟", "en": "When?"}}
    with inside(cast.cafe):
        first, *others = survey.draft["pages"]
        survey.draft = {
            **survey.draft,
            "pages": [{**first, "questions": [*first["questions"], day]}, *others],
        }
        survey.save()
        publish_survey(survey, by=cast.owner, at=now())

    hand(secret, kept((0, {"score": "9"}), (1, {}), (2, {})))

    [found], answers = stored()
    assert found.completed_at
    assert answers == {"score": 9}
    assert refusals() == [("", False)]


def test_half_a_response_is_kept_as_half(device):
    _device, secret = device

    hand(secret, kept((0, {"score": "2"})))

    [found], _answers = stored()
    assert (found.score, found.completed_at) == (2, None)


def test_what_was_asked_before_the_survey_changed_answers_what_was_asked(device, cast, survey):
    _device, secret = device
    with inside(cast.cafe):
        asked = str(survey.current.id)
        new = {
            "key": "new",
            "questions": [{"key": "who", "kind": "text", "text": {"fa": "شما؟", "en": "You?"}}],
        }
        survey.draft = {**survey.draft, "pages": [new, *survey.draft["pages"]]}
        survey.save()
        publish_survey(survey, by=cast.owner, at=now())

    hand(secret, kept((0, {"score": "9"}), (1, {"liked.price": "1"}), (2, {}), version=asked))

    [found], answers = stored()
    assert (found.version_id, found.completed_at is not None) == (UUID(asked), True)
    assert answers == {"score": 9, "liked": ["price"]}


def test_a_version_of_another_survey_is_not_taken(device, cast):
    _device, secret = device
    other = published(cast.outsider)
    with inside(cast.clinic):
        foreign = other.current.id

    hand(secret, kept((0, {"score": "9"}), version=str(foreign)))

    [found], _answers = stored()
    assert found.version_id != foreign


def test_late_answers_of_an_anonymous_survey_are_of_today_and_leave_no_trace(device, survey):
    """Days that are released are never added to, or whoever looks twice sees one newcomer."""
    _device, secret = device
    with across_workspaces():
        survey.settings = {"anonymous": True}
        survey.save()
    given = kept((0, {"score": "9"}), (1, {}), (2, {}), at=now() - timedelta(days=9))

    hand(secret, given)

    [found], _answers = stored()
    assert now() - found.completed_at < timedelta(days=1, hours=2)
    with across_workspaces():
        assert KioskAnswer.objects.get().once_digest != found.resume_digest


def close(cast, survey, *, ago):
    with inside(cast.cafe):
        close_survey(survey, by=cast.owner, at=now() - ago)


def refusals():
    with across_workspaces():
        return [(one.refusal, one.is_late) for one in KioskAnswer.objects.order_by("received_at", "id")]


def test_what_was_given_after_the_survey_closed_is_noted_and_forgotten(device, cast, survey):
    _found, secret = device
    close(cast, survey, ago=timedelta(hours=2))
    given = kept((0, {"score": "2"}), at=now() - timedelta(hours=1))

    assert hand(secret, given, waiting=1).json()["taken"] == [given["once"]]

    assert stored()[0] == []
    assert refusals() == [("over", False)]


def test_what_was_given_before_the_survey_closed_is_kept_and_shown_as_late(device, cast, survey, logged_in):
    found, secret = device
    with across_workspaces():
        Device.objects.filter(id=found.id).update(last_seen_at=now() - timedelta(days=5))
    close(cast, survey, ago=timedelta(days=3))
    given_at = now() - timedelta(days=4)

    hand(secret, kept((0, {"score": "2"}), (1, {"why": "دیر"}), (2, {}), at=given_at), waiting=1)

    [found], answers = stored()
    assert answers == {"score": 2, "why": "دیر"}
    assert abs(found.completed_at - given_at) < timedelta(seconds=1)
    assert refusals() == [("", True)]
    owner = logged_in(cast.owner)
    assert "۱ دیررس" in owner.get("/listen/widgets/kiosks/").content.decode()
    # Whoever reads the single response or its file is told as well.
    listed = f"/listen/results/{survey.id}/responses/"
    assert "دیررس" in owner.get(listed).content.decode()
    assert "پس از آن رسیده" in owner.get(f"{listed}{found.id}/").content.decode()


def test_a_kiosk_that_had_nothing_left_after_the_end_owes_nothing_whatever_its_clock_says(
    device, cast, survey
):
    _found, secret = device
    close(cast, survey, ago=timedelta(days=3))
    hand(secret)

    hand(secret, kept((0, {"score": "2"}), at=now() - timedelta(days=4)), waiting=1)

    assert stored()[0] == []
    assert refusals() == [("over", False)]


def test_a_date_that_has_passed_is_not_turned_back_by_a_clock_either(device, cast, survey):
    _device, secret = device
    with inside(cast.cafe):
        survey.settings = {**survey.settings, "closes_at": (now() - timedelta(days=3)).isoformat()}
        survey.save()
    hand(secret)

    hand(secret, kept((0, {"score": "2"}), at=now() - timedelta(days=4)), waiting=1)

    assert stored()[0] == []


def test_many_answers_that_waited_come_in_several_lots(device, cast, survey):
    _found, secret = device
    close(cast, survey, ago=timedelta(days=3))
    lots = [kept((0, {"score": "2"}), at=now() - timedelta(days=4)) for _ in range(3)]

    for left, lot in zip((3, 2, 1), lots, strict=True):
        hand(secret, lot, waiting=left)

    assert len(stored()[0]) == 3


def test_a_clock_that_goes_wrong_is_put_right_by_what_it_says_now(device, cast, survey):
    _found, secret = device
    wrong = timedelta(days=200)
    close(cast, survey, ago=timedelta(days=3))

    hand(
        secret, kept((0, {"score": "2"}), at=now() - timedelta(days=4) + wrong),
        waiting=1, sent=(now() + wrong).isoformat(),
    )  # fmt: skip
    hand(secret, kept((0, {"score": "9"}), at=now() - wrong), waiting=1, sent=(now() - wrong).isoformat())

    [found], _answers = stored()
    assert abs(found.started_at - (now() - timedelta(days=4))) < timedelta(minutes=1)
    assert sorted(refusals()) == [("", True), ("over", False)]


def test_an_anonymous_answer_that_comes_late_is_one_of_today(device, cast, survey):
    _found, secret = device
    with inside(cast.cafe):
        survey.settings = {**survey.settings, "anonymous": True}
        survey.save()
    close(cast, survey, ago=timedelta(days=3))

    hand(secret, kept((0, {"score": "2"}), at=now() - timedelta(days=4)), waiting=1)

    [found], _answers = stored()
    assert now() - found.started_at < timedelta(days=1, hours=2)
    with across_workspaces():
        assert not LateArrival.objects.exists()


def test_a_revoked_kiosk_is_refused_and_an_old_address_ends(device, cast):
    found, old = device
    with inside(cast.cafe):
        new = renew_device(found, by=cast.owner)

    assert hand(old, kept((0, {"score": "2"}))).status_code == 404
    assert hand(new, kept((0, {"score": "2"}))).status_code == 200

    with inside(cast.cafe):
        revoke_device(found, by=cast.owner, at=now())
    assert hand(new, kept((0, {"score": "3"}))).status_code == 404
    assert Client().get(f"/k/{new}/").status_code == 404
    assert len(stored()[0]) == 1


def test_a_kiosk_says_hello_with_what_waits(device):
    found, secret = device

    hand(secret, waiting=7)

    with across_workspaces():
        found = Device.objects.get(id=found.id)
    assert found.waiting == 7
    assert not found.is_silent(now=now())
    assert found.is_silent(now=now() + timedelta(minutes=6))


def test_several_devices_have_answers_of_their_own(device, cast, survey):
    from hamdel.listen.widgets.actions import add_device

    one, secret = device
    with inside(cast.cafe):
        other, other_secret = add_device(cast.cafe, name="ورودی", survey=survey, pin="1234", by=cast.owner)

    hand(secret, kept((0, {"score": "2"})), kept((0, {"score": "3"})))
    hand(other_secret, kept((0, {"score": "4"})))

    with across_workspaces():
        assert [one.answers.count(), other.answers.count()] == [2, 1]


@pytest.mark.parametrize(
    "responses",
    [
        "x", [5], [{}], [{"once": "short", "pages": []}], [{"once": "x" * 40, "pages": [{"page": -1, "typed": {}}]}],
        [{"once": "x" * 40, "pages": [{"page": "0", "typed": 1}]}], [{"once": "x" * 40, "pages": 3}],
    ],
)  # fmt: skip
def test_nonsense_is_left_out(device, responses):
    _device, secret = device

    response = Client().post(
        f"/k/{secret}/responses/",
        json.dumps({"responses": responses, "waiting": "many"}),
        content_type="application/json",
    )

    assert response.json()["taken"] == []


def test_a_clock_that_is_wrong_is_not_believed(device):
    _device, secret = device

    hand(secret, kept((0, {"score": "2"}), at=now() + timedelta(days=3)))

    [found], _answers = stored()
    assert now() - found.started_at < timedelta(minutes=1)


def test_a_guessed_address_is_counted(db):
    client = Client()

    for _ in range(21):
        assert client.get(f"/k/{secrets.token_urlsafe(32)}/").status_code == 404


def test_guessing_stops_even_the_right_address(device):
    _device, secret = device
    client = Client()
    for _ in range(21):
        client.get(f"/k/{secrets.token_urlsafe(32)}/")

    assert client.get(f"/k/{secret}/").status_code == 404


def test_two_hashes_of_one_pin_differ():
    assert hashed_pin("4711") != hashed_pin("4711")
