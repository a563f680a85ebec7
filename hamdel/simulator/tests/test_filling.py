"""A small shop filled through the product's own actions, shipped, and asked about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from hamdel.act.cases.models import Case
from hamdel.act.cases.reactions import is_low
from hamdel.act.contacts import gate
from hamdel.act.contacts.asking import Ask
from hamdel.act.contacts.models import Contact
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.ground import analytics
from hamdel.ground.access.models import Member
from hamdel.ground.facts.models import FailedReaction
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Customer, Identifier
from hamdel.listen.events.log import event_id
from hamdel.listen.events.models import LoggedEvent
from hamdel.listen.events.shipping import ship_everything
from hamdel.listen.invitations.models import Invitation, Plan
from hamdel.listen.invitations.queries import funnel_of
from hamdel.listen.surveys.models import Answer, Response
from hamdel.listen.surveys.queries import funnel
from hamdel.simulator import care, reaching
from hamdel.simulator.command import contract
from hamdel.simulator.filling import Filling
from hamdel.simulator.shop import open_shop
from hamdel.simulator.tests.conftest import NOW
from hamdel.simulator.year import simulate

pytestmark = pytest.mark.usefixtures("analytics_store")
CUSTOMERS, VISITORS = 400, 40


@dataclass(frozen=True)
class Counted:
    name: str
    events: int


def in_clickhouse(workspace) -> Counter[str]:
    sql = (
        "SELECT name, toInt64(count()) AS events FROM events"
        " WHERE workspace_id = {workspace_id:UUID} GROUP BY name"
    )
    rows = analytics.ask_rendered("test", sql, Counted, workspace=workspace, params={})
    return Counter({row.name: row.events for row in rows})


def filled():
    shop = open_shop(at=NOW)
    workspace, source = shop.workspace.id, shop.past.id
    year = simulate(
        NOW,
        customers=CUSTOMERS,
        visitors=VISITORS,
        survey_ids=shop.survey_ids,
        event_id=lambda message: str(event_id(workspace, source, message)),
    )
    Filling(shop, year, NOW, watch=lambda _share, _text: None).run(ship_everything)
    return shop, year


def test_everything_simulated_is_in_clickhouse_once(db):
    shop, year = filled()

    made = Counter(event["event"] for block in year.events() for event in block if event["type"] == "track")
    found = in_clickhouse(shop.workspace)
    assert {name: found[name] for name in made} == made
    with inside(shop.workspace):
        assert Customer.objects.whole().known().count() == CUSTOMERS
        assert not FailedReaction.objects.exists()

    filled()
    assert in_clickhouse(shop.workspace) == found


def test_the_shop_has_people_surveys_and_worked_cases(db):
    shop, year = filled()
    fresh = care.fresh_since(NOW).isoformat()
    given = [
        e
        for block in year.events()
        for e in block
        if e.get("event") == "Score Given" and e["timestamp"] >= fresh
    ]
    low = {known.event_id for known in (care.known(event, shop) for event in given) if is_low(known)}

    with inside(shop.workspace):
        assert sorted(Member.objects.values_list("role", flat=True)) == [
            "admin", "agent", "agent", "analyst", "owner", "viewer",
        ]  # fmt: skip
        assert {survey.metric for survey in shop.surveys.values()} == {"nps", "csat", "ces2"}
        assert all(survey.is_open for survey in shop.surveys.values())
        closed = Case.objects.closed()
        assert closed.exists()
        assert [(c.opened_at, c.closure.at) for c in closed if not c.opened_at < c.closure.at] == []
        assert all(case.closure.note for case in closed)
        # However few customers wrote this week: whoever is unhappy now has an open case.
        assert low <= set(Case.objects.open().values_list("event_id", flat=True))


def test_every_score_has_its_response_and_no_response_counts_twice(db):
    shop, year = filled()
    given = [e for block in year.events() for e in block if e.get("event") == "Score Given"]

    filled()

    with inside(shop.workspace):
        kept = Response.objects.whole()
        assert Counter(kept.values_list("survey_id", flat=True)) == Counter(
            UUID(event["properties"]["survey_id"]) for event in given
        )
        assert kept.filter(customer=None).count() == 0
        assert sum(response.score for response in kept) == sum(
            event["properties"]["score"] for event in given
        )
        words = Answer.objects.exclude(question="score").values_list("value", flat=True)
        assert sorted(words) == sorted(
            e["properties"]["comment"] for e in given if "comment" in e["properties"]
        )
        newest = kept.order_by("-id").values_list("completed_at", flat=True)
        assert list(newest) == sorted(newest, reverse=True)
    assert in_clickhouse(shop.workspace)["Score Given"] == len(given)


def test_what_went_out_lately_can_be_looked_at_one_by_one(db):
    shop, year = filled()
    lately = reaching.recent((event for block in year.events() for event in block), now=NOW)
    asked = [
        event for event in lately
        if event["event"] == "Survey Invited" and event["properties"]["channel"] in reaching.CHANNELS
    ]  # fmt: skip

    filled()

    with inside(shop.workspace):
        went = Invitation.objects.exclude(state="refused")
        assert went.count() == len(asked) > 10
        messages = Message.objects.select_related("account")
        assert {row.reference for row in went} == {message.reference for message in messages}
        assert {message.state for message in messages} <= {"delivered", "failed"}
        # Nothing waits to be sent, and no name leads anywhere.
        assert all(message.text and not message.ask_at for message in messages)
        assert all(".example" in str(account.settings) for account in ChannelAccount.objects.all())
        ledger = Counter(Contact.objects.values_list("state", flat=True))
        assert ledger["sent"] + ledger["failed"] == messages.count()
        refused = Contact.objects.refused()
        assert set(refused.values_list("reason", flat=True)) >= {"topic_cap"}
        assert refused.count() == Invitation.objects.filter(state="refused").count()
        assert set(Plan.objects.values_list("state", flat=True)) == {"running", "draft"}
    assert in_clickhouse(shop.workspace)["Feedback Given"] > 5


def test_a_survey_and_its_invitations_tell_the_same(db):
    shop, _year = filled()

    with inside(shop.workspace):
        for survey in shop.surveys.values():
            seen, asked = funnel(survey), funnel_of(survey, now=NOW).total
            steps = [step.n for step in (seen.invited, seen.delivered, seen.started, seen.completed)]
            assert steps == [asked.sent, asked.delivered, asked.started, asked.completed]
            answers = Response.objects.filter(survey=survey)
            invited = answers.exclude(invitation_id=None)
            assert invited.count() == asked.completed
            assert seen.others_completed.n == answers.count() - asked.completed
            assert sum(n for _channel, n in seen.others) == seen.others_completed.n
            finished = Invitation.objects.filter(survey=survey, state="completed")
            assert set(invited.values_list("invitation_id", "channel")) == set(
                finished.values_list("id", "channel")
            )
        assert Invitation.objects.filter(state="completed").exists()


def test_who_wants_no_surveys_is_refused_by_the_gate_for_the_same_reason(db):
    shop, _year = filled()

    with inside(shop.workspace):
        refused = Contact.objects.filter(reason__in=["withdrawn", "unsubscribed"])
        asks = [
            Ask(customer_id=one.customer_id, channel="sms", purpose="survey", topic="delivery", sender="test")
            for one in refused
        ]
        verdicts = [gate.check(shop.workspace, ask, at=NOW) for ask in asks]
    assert [verdict.reason for verdict in verdicts] == [one.reason for one in refused]


def test_a_score_leads_to_the_event_that_caused_it(db):
    shop, _year = filled()

    sql = (
        "SELECT toInt64(count()) AS events, 'x' AS name FROM events AS score INNER JOIN events AS cause"
        " ON toUUIDOrZero(score.properties['caused_by']) = cause.event_id AND score.customer_id = cause.customer_id"
        " WHERE score.workspace_id = {workspace_id:UUID} AND score.name = 'Score Given'"
    )
    [row] = analytics.ask_rendered("test", sql, Counted, workspace=shop.workspace, params={})
    assert row.events == in_clickhouse(shop.workspace)["Score Given"] > 50


def test_the_contract_names_what_a_program_needs(db):
    shop = open_shop(at=NOW)

    told = contract(shop, "http://127.0.0.1:8000")

    assert set(told) == {"url", "login_url", "write_key", "api_token", "workspace", "survey_url"}
    assert told["survey_url"].startswith("http://127.0.0.1:8000/s/")
    assert told["workspace"] == "toranj"


def test_opening_the_shop_twice_changes_nothing(db):
    one, other = (open_shop(at=NOW + timedelta(days=n)) for n in (0, 1))

    assert one.survey_ids == other.survey_ids
    assert one.site.write_key == other.site.write_key
    with inside(one.workspace):
        assert Member.objects.count() == 6
        assert Identifier.objects.count() == LoggedEvent.objects.count() == 0
