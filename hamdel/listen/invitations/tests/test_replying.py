"""A digit by SMS, a button in a chat, a key on the phone: a score on the profile, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hamdel.act.messages.connectors import Heard, News
from hamdel.act.messages.models import Message
from hamdel.act.messages.news import NobodysAnswer, take_news
from hamdel.act.messages.replies import ANSWERED_BEFORE, SURVEY_OVER, take_heard
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.know.customers.models import Identifier
from hamdel.listen.events.shipping import ship_everything
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.invitations.planning import plan_after_events
from hamdel.listen.invitations.sending import send_due
from hamdel.listen.invitations.tests.conftest import MORNING, account_of, event_for
from hamdel.listen.surveys.actions import close_survey
from hamdel.listen.surveys.models import Response

pytestmark = pytest.mark.usefixtures("analytics_store")
LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def asked(cast, plan, account):
    """Zahra has the question on her phone."""
    with across_workspaces():
        plan_after_events([event_for(cast.customer)])
    send_due(cast.cafe, now=MORNING)
    with inside(cast.cafe):
        message = Message.objects.get()
        Message.objects.update(state="sent", sent_at=MORNING)
    return message


def hear(account, text, *, number=1, at=LATER, address="+989121234567", **more):
    with inside(account.workspace_id):
        heard = Heard(address=address, text=text, provider_id=f"in-{number}", at=at, **more)
        return take_heard(account, heard, at=at)


def responses(cast):
    with inside(cast.cafe):
        return list(Response.objects.prefetch_related("answers"))


@pytest.mark.parametrize("text", ["9", "۹", "٩", "نه"])
def test_a_digit_in_any_writing_becomes_the_score_of_the_customer(cast, account, asked, text):
    hear(account, text)

    [response] = responses(cast)
    with inside(cast.cafe):
        invitation = Invitation.objects.get()
    assert (response.score, response.customer_id) == (9, cast.customer.id)
    assert (response.invitation_id, response.channel) == (invitation.id, "sms")
    assert response.completed_at == LATER  # the rest need not be answered
    ship_everything()
    with inside(cast.cafe):
        invitation.refresh_from_db()
    assert invitation.state == "completed"


def test_the_same_reply_again_is_one_answer_and_a_second_one_changes_it(cast, account, asked):
    hear(account, "9")
    hear(account, "9")
    hear(account, "3", number=2, at=LATER + timedelta(minutes=5))

    [response] = responses(cast)
    assert response.score == 3


def test_what_is_no_score_is_no_answer(cast, account, asked):
    for number, text in enumerate(["15", "سلام", "-1", "۱۲ یا ۳"]):
        hear(account, text, number=number)

    assert responses(cast) == []


def test_a_reply_after_the_hour_changes_nothing_and_gets_no_help(cast, account, asked):
    hear(account, "9")
    hear(account, "2", number=2, at=LATER + timedelta(hours=2))

    assert [response.score for response in responses(cast)] == [9]
    with inside(cast.cafe):
        assert not Message.objects.filter(reference__startswith="help:").exists()


@pytest.mark.parametrize("end", ["closed", "expired"])
def test_a_reply_after_the_end_is_kept_as_too_late(cast, account, survey, asked, end):
    with inside(cast.cafe):
        if end == "closed":
            close_survey(survey, by=cast.owner, at=MORNING)
        else:
            Invitation.objects.update(expires_at=MORNING)

    reply = hear(account, "9")

    assert (reply.taken, reply.late, responses(cast)) == (True, SURVEY_OVER, [])
    with inside(cast.cafe):
        kept = Message.objects.incoming().get()
        asked.refresh_from_db()
    assert (kept.problem, kept.in_reply_to_id) == (SURVEY_OVER, asked.id)
    assert asked.state == "sent"  # it was not answered


def test_a_second_answer_after_the_hour_is_kept_as_such(cast, account, asked):
    hear(account, "9")

    late = hear(account, "2", number=2, at=LATER + timedelta(hours=2))

    assert late.late == ANSWERED_BEFORE


def test_a_telephone_is_told_that_the_survey_is_over(cast, survey, client):
    with inside(cast.cafe):
        ivr = account_of(cast.cafe, "ivr", "ivr")
        close_survey(survey, by=cast.owner, at=MORNING)
        news = News(
            heard=(Heard("+989121234567", "7", survey=survey.public_id, value="7"),), must_be_taken=True
        )

        with pytest.raises(NobodysAnswer):
            take_news(ivr, news, at=LATER)


def test_a_key_on_the_phone_is_a_response_to_the_survey_it_names(cast, survey, account):
    with inside(cast.cafe):
        ivr = account_of(cast.cafe, "ivr", "ivr")
        Identifier.objects.create(
            workspace=cast.cafe,
            customer=cast.customer,
            kind="phone",
            value="+989121234567",
            first_seen_at=MORNING,
        )

    for _again in range(2):
        hear(ivr, "7", survey=survey.public_id, value="7", channel="ivr")

    [response] = responses(cast)
    assert (response.score, response.channel, response.customer_id) == (7, "ivr", cast.customer.id)


def test_a_survey_may_be_named_by_the_id_the_api_tells(cast, survey, account):
    with inside(cast.cafe):
        ivr = account_of(cast.cafe, "ivr", "ivr")

    hear(ivr, "7", survey=str(survey.id), value="7", channel="ivr")

    assert [response.score for response in responses(cast)] == [7]


def test_a_key_beyond_the_scale_leaves_nothing_behind(cast, survey, account):
    with inside(cast.cafe):
        ivr = account_of(cast.cafe, "ivr", "ivr")

    hear(ivr, "11", survey=survey.public_id, value="11", channel="ivr")

    assert responses(cast) == []


def test_a_key_for_a_survey_of_somebody_else_is_nobodys(cast, survey):
    with inside(cast.clinic):
        ivr = account_of(cast.clinic, "ivr", "ivr")

    hear(ivr, "7", survey=survey.public_id, value="7", channel="ivr")

    assert responses(cast) == []


def test_of_an_anonymous_survey_no_digit_is_taken(cast, survey, account, asked):
    with inside(cast.cafe):
        survey.settings = {"anonymous": True}
        survey.save()

    hear(account, "9")

    assert responses(cast) == []
