"""A low score becomes a case; the case is worked, closed, reopened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from hamdel.act.cases.actions import close_case, note_on_case, open_case, reopen_case
from hamdel.act.cases.models import Case, Closure
from hamdel.act.cases.reactions import add_comments, is_low, open_cases_for_low_scores
from hamdel.ground.access.actions import add_member
from hamdel.ground.access.permissions import Role
from hamdel.ground.facts import KnownEvent
from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.actions import merge_customers
from hamdel.listen.events.shipping import ship_everything
from hamdel.listen.events.tests.test_shipping import receive
from tests.cast import make_user

SATURDAY_MORNING = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)


def score(workspace, value=3, *, customer=None, metric="nps", low=0, high=10, at=None, **properties):
    moment = at or now()
    return KnownEvent(
        workspace.id, new_id(), customer.id if customer else new_id(), "track", "Score Given", moment, now(),
        "delivery", "sms",
        {"metric": metric, "score": value, "scale_min": low, "scale_max": high, **properties},
    )  # fmt: skip


@pytest.fixture
def case(cast):
    with inside(cast.cafe):
        yield open_case(
            cast.cafe, score(cast.cafe, customer=cast.customer), customer=cast.customer, at=SATURDAY_MORNING
        )


@pytest.mark.parametrize(
    ("metric", "value", "low", "high", "expected"),
    [
        ("nps", 6, 0, 10, True), ("nps", 7, 0, 10, False), ("csat", 2, 1, 5, True), ("csat", 3, 1, 5, False),
        ("ces2", 3, 1, 7, True), ("ces2", 4, 1, 7, False), ("ces1", 4, 1, 5, True), ("ces1", 3, 1, 5, False),
        ("nps", "x", 0, 10, False), ("nps", -1, 0, 10, False), ("height", 1, 0, 10, False), ("nps", 3, 5, 5, False),
    ],
)  # fmt: skip
def test_which_scores_are_low(cast, metric, value, low, high, expected):
    assert is_low(score(cast.cafe, value, metric=metric, low=low, high=high)) is expected


def test_a_case_has_a_number_an_owner_and_a_due_time_in_working_hours(case, cast):
    assert case.number == 1
    assert case.owner == cast.agent
    # Saturday 10:00 in Tehran; four working hours later it is 14:00.
    assert case.due_at == SATURDAY_MORNING + timedelta(hours=4)


def test_the_same_score_opens_one_case(cast):
    event = score(cast.cafe)
    with inside(cast.cafe):
        first = open_case(cast.cafe, event, customer=None, at=now())
        second = open_case(cast.cafe, event, customer=None, at=now())

        assert first == second
        assert Case.objects.count() == 1


def test_closing_twice_returns_the_first_closure(case, cast):
    first = close_case(case, by=cast.agent, outcome=Closure.Outcome.RECOVERED, at=now())
    second = close_case(case, by=cast.owner, outcome=Closure.Outcome.LOST, at=now())

    assert first == second
    assert WaitingFact.objects.filter(name="Case Closed").count() == 1


def test_a_closed_case_may_be_opened_again(case, cast):
    close_case(case, by=cast.agent, outcome=Closure.Outcome.LOST, at=now())

    reopen_case(case, by=cast.agent, at=now())

    assert list(Case.objects.open()) == [case]


def test_the_database_notes_with_the_case_that_it_is_closed(case, cast):
    with inside(cast.cafe):
        closure = close_case(case, by=cast.agent, outcome=Closure.Outcome.LOST, at=SATURDAY_MORNING)
        assert list(Case.objects.closed().values_list("closed_at", flat=True)) == [closure.at]

        Closure.objects.update(at=SATURDAY_MORNING + timedelta(days=1))
        assert Case.objects.get().closed_at == SATURDAY_MORNING + timedelta(days=1)

        Closure.objects.all().delete()
        assert list(Case.objects.open()) == [case]


def test_the_first_contact_stops_the_clock_once(case, cast):
    note_on_case(case, "صحبت شد", by=cast.agent, at=SATURDAY_MORNING, is_contact=True)
    note_on_case(case, "دوباره", by=cast.agent, at=now(), is_contact=True)

    case.refresh_from_db()
    assert case.first_contact_at == SATURDAY_MORNING


def give(workspace, value, user="u1", at=None, **more):
    call = {
        "type": "track", "event": "Score Given", "userId": user,
        "properties": {"metric": "nps", "score": value, "scale_min": 0, "scale_max": 10, "touchpoint": "delivery", **more},
    }  # fmt: skip
    return receive(
        workspace,
        {**call, "timestamp": at.isoformat()} if at else {**call, "timestamp": "2026-11-02T00:00:00Z"},
    )


@pytest.mark.usefixtures("analytics_store")
def test_a_low_score_from_outside_opens_a_case_and_a_high_one_does_not(cast):
    give(cast.cafe, 3)
    give(cast.cafe, 9, user="u2")

    ship_everything()

    with inside(cast.cafe):
        [case] = Case.objects.all()
        assert (case.metric, case.score, case.touchpoint) == ("nps", 3.0, "delivery")
        assert case.customer is not None


@pytest.mark.usefixtures("analytics_store")
def test_a_second_low_score_lands_in_the_open_case(cast):
    give(cast.cafe, 3)
    give(cast.cafe, 1)

    ship_everything()

    with inside(cast.cafe):
        [case] = Case.objects.all()
        assert "NPS 1" in case.notes.get().text


@pytest.mark.usefixtures("analytics_store")
def test_low_scores_that_come_together_are_one_case_a_customer_shared_among_the_agents(
    cast, django_assert_max_num_queries
):
    with inside(cast.cafe):
        second = add_member(cast.cafe, user=make_user("کیوان", "keyvan@cafe.example"), role=Role.AGENT)
        merge_customers(cast.customer, cast.phoneless, by=cast.owner, at=now())
        events = [
            score(cast.cafe, 3, customer=cast.customer),
            score(cast.cafe, 9, customer=cast.customer),
            score(cast.cafe, 1, customer=cast.phoneless, comment="سرد بود"),
            *(score(cast.cafe, value) for value in (0, 2, 5)),
        ]

        with django_assert_max_num_queries(16):
            open_cases_for_low_scores(events)

        cases = list(Case.objects.order_by("number"))
        assert [case.number for case in cases] == [1, 2, 3, 4]
        assert [case.score for case in cases] == [3.0, 0.0, 2.0, 5.0]
        assert [case.owner for case in cases] == [cast.agent, second, cast.agent, second]
        assert [case.customer for case in cases] == [cases[0].customer, None, None, None]
        assert cases[0].customer in {cast.customer, cast.phoneless}
        assert cases[0].notes.get().text == "NPS 1 سرد بود"
        assert WaitingFact.objects.filter(name="Case Opened").count() == 4
        assert WaitingFact.objects.filter(name="Case Noted").count() == 1

        open_cases_for_low_scores(events[:1])
        assert Case.objects.count() == 4


@pytest.mark.usefixtures("analytics_store")
def test_after_a_case_is_closed_the_next_low_score_opens_another(cast):
    give(cast.cafe, 3)
    ship_everything()
    with inside(cast.cafe):
        close_case(Case.objects.get(), by=cast.agent, outcome=Closure.Outcome.RECOVERED, at=now())
    give(cast.cafe, 2)

    ship_everything()

    with inside(cast.cafe):
        assert sorted(Case.objects.values_list("number", "score")) == [(1, 3.0), (2, 2.0)]


def test_what_customers_say_afterwards_stands_on_the_cases_of_their_responses(cast):
    with inside(cast.cafe):
        for response in ("r1", "r2"):
            open_case(cast.cafe, score(cast.cafe, response_id=response), customer=None, at=now())
        told = [("r1", "یک"), ("r2", "دو"), ("r1", "سه"), ("", "هیچ"), ("r9", "کسی نیست")]

        add_comments([score(cast.cafe, response_id=response, text=text) for response, text in told])

        assert dict(Case.objects.values_list("response_id", "comment")) == {"r1": "سه", "r2": "دو"}


@pytest.mark.usefixtures("analytics_store")
def test_last_years_low_scores_open_no_case(cast):
    give(cast.cafe, 0, at=datetime(2025, 1, 1, tzinfo=UTC))

    ship_everything()

    with inside(cast.cafe):
        assert Case.objects.count() == 0


def test_an_agent_works_a_case_on_its_page(case, cast, client):
    client.force_login(cast.agent.user)

    listed = client.get("/act/cases/?tab=mine")
    client.post("/act/cases/1/notes/", {"text": "تماس گرفتم", "is_contact": "on"})
    closed = client.post("/act/cases/1/closure/", {"outcome": "recovered", "note": "کد تخفیف"}, follow=True)

    assert cast.customer.name in listed.content.decode()
    assert closed.status_code == 200
    assert "کد تخفیف" in closed.content.decode()


def test_whoever_closes_second_learns_who_was_first_and_keeps_what_they_wrote(case, cast, client):
    client.force_login(cast.agent.user)
    first = {"outcome": "recovered", "note": "کد تخفیف"}
    client.post("/act/cases/1/closure/", first)

    twice = client.post("/act/cases/1/closure/", first)
    client.force_login(cast.owner.user)
    second = client.post("/act/cases/1/closure/", {"outcome": "lost", "note": "دیگر نمی‌آید"})

    assert twice.status_code == 302
    assert second.status_code == 409
    page = second.content.decode()
    assert "پیش از شما" in page
    assert str(cast.agent) in page
    assert "دیگر نمی‌آید</textarea>" in page
    with inside(cast.cafe):
        assert Closure.objects.get().note == "کد تخفیف"


def test_somebody_elses_case_is_taken_with_one_press(case, cast, client):
    client.force_login(cast.owner.user)
    offered = f'name="owner" value="{cast.owner.id}"'
    assert offered in client.get("/act/cases/1/").content.decode()

    client.post("/act/cases/1/owner/", {"owner": str(cast.owner.id)})

    with inside(cast.cafe):
        case.refresh_from_db()
        assert case.owner_id == cast.owner.id
    assert offered not in client.get("/act/cases/1/").content.decode()


def test_the_outsider_and_the_viewer_see_no_case(case, cast, client):
    client.force_login(cast.outsider.user)
    assert client.get("/act/cases/1/").status_code == 404
    assert client.post("/act/cases/1/closure/", {"outcome": "lost"}).status_code == 404

    client.force_login(cast.viewer.user)
    assert client.get("/act/cases/1/").status_code == 403
