"""What is settled is counted in ClickHouse, and every figure stays what PostgreSQL alone says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from math import inf
from random import Random
from uuid import UUID, uuid4

import pytest
from django.utils.timezone import now

from hamdel.ground import analytics
from hamdel.ground.ids import id_at
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Customer
from hamdel.know.forgetting.erasing import ask_to_erase, erase
from hamdel.listen.results import page, settled, settling
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.crossing import crossed
from hamdel.listen.results.page import counted_page, selection_of
from hamdel.listen.results.points import points_of
from hamdel.listen.results.settled import quickly, settled_of
from hamdel.listen.results.settling import settle_survey
from hamdel.listen.results.texts import texts
from hamdel.listen.results.versions import combined, versions_of
from hamdel.listen.surveys.actions import publish_survey
from hamdel.listen.surveys.models import Answer, Response
from hamdel.listen.surveys.tests.forms import choices, form_of, question_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("analytics_store")]

QUESTIONS = (
    {**question_of("score"), "key": "score", "metric": "nps"},
    {**question_of("single"), "key": "branch", "choices": choices("a", "b", "c"), "other": {"fa": "دیگر"}},
    {**question_of("multiple"), "key": "why", "choices": choices("x", "y", "z")},
    {**question_of("number"), "key": "age"},
    {**question_of("long_text"), "key": "said"},
)
WORDS = ("كتاب‌هاي خوب", "دیر رسید ۱۲ روز", "Very GOOD", "", "می شود بهتر شود")


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch):
    monkeypatch.setattr(settling, "MANY", 1)
    # However slow the machine is, each figure is counted anew.
    monkeypatch.setattr(page, "LONG", inf)


@pytest.fixture
def some_time(ask):
    """Return a survey that was answered over some days, at all hours, finished and not; two of its versions."""
    survey = ask(*QUESTIONS)
    dice = Random(5)
    crowd(survey, dice, 120)
    with inside(survey.workspace):
        changed = [
            {**QUESTIONS[1], "choices": choices("a", "b")},
            *(q for q in QUESTIONS if q["key"] != "branch"),
        ]
        survey.draft = form_of(changed)
        survey.save()
        publish_survey(survey, by=None, at=now())
    crowd(survey, dice, 60)
    return survey


def crowd(survey, dice, n, customer=None, *, is_handed_in_late=False):
    """Store `n` responses as the respondents' pages do: an id of the moment they began, ended some time later."""
    with inside(survey.workspace):
        for _one in range(n):
            began = now() - timedelta(minutes=dice.randrange(5 * 24 * 60))
            ended = began + timedelta(minutes=dice.choice([1, 20, 900])) if dice.random() < 0.85 else None
            one = Response.objects.create(
                id=UUID(int=id_at(now() if is_handed_in_late else began).int + dice.getrandbits(70)),
                workspace=survey.workspace,
                survey=survey,
                version=survey.current,
                customer=customer,
                resume_digest=uuid4().hex,
                channel=dice.choice(["sms", "link"]),
                touchpoint=dice.choice(["", "delivery"]),
                place=dice.choice(["", "ولیعصر"]),
                language=dice.choice(["fa", "en"]),
                quota=dice.choice(["", "", "", "full"]) if ended else "",
                score=dice.randrange(11),
                started_at=began,
                completed_at=min(ended, now()) if ended else None,
                changed_at=now() if is_handed_in_late else min(ended, now()) if ended else began,
            )
            said = dice.choice(WORDS)
            given = {
                "score": one.score,
                "branch": dice.choice(["a", "b", "c", "other"]),
                "why": dice.sample(["x", "y", "z"], dice.randint(1, 3)),
                "age": dice.choice([20, 30.5, 41]),
                **({"said": said} if said else {}),
            }
            given |= {"branch.other": "بازار تهران"} if given["branch"] == "other" else {}
            Answer.objects.bulk_create(
                Answer(workspace=survey.workspace, response=one, question=key, value=value, answered_at=began)
                for key, value in given.items()
                if dice.random() < 0.9
            )


ADDRESSES = (
    {},
    {"unfinished": "1"},
    {"channel": "sms", "language": "fa"},
    {"place": "ولیعصر", "version": "1"},
    {"rule": '{"field":"score","operator":"≥","value":9}'},
    {
        "rule": '{"all":[{"field":"why.x","operator":"is set"},{"not":{"field":"age","operator":">","value":25}}]}'
    },
    {
        "rule": '{"any":[{"field":"said","operator":"contains","value":"کتاب های"},{"field":"branch","operator":"=","value":"b"}]}'
    },
    {"rule": '{"field":"said","operator":"is not set"}', "unfinished": "1"},
    {"rule": '{"field":"branch.other","operator":"starts with","value":"بازار"}'},
    {"rule": '{"field":"channel","operator":"=","value":"sms"}'},
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_figure_is_what_it_was(some_time, address):
    assert settle_survey(some_time, at=now()) > 50

    with inside(some_time.workspace):
        selection = selection_of(some_time, address, "fa", at=now())
        assert bool(address.get("rule")) is bool(selection.rule)
        slow, quick = figures(selection), quickly(selection, figures)

    assert quick == slow


def figures(selection: Selection):
    """Return all there is to be seen of a selection, and whether ClickHouse was asked is no part of it."""
    survey = selection.survey
    versions = versions_of(survey)
    asked = combined(versions, survey)
    with_rest = replace(selection, settled=selection.settled)
    page = counted_page(survey, with_rest, versions, asked, "fa")
    by_key = {one.key: one for one in asked}
    return {
        "size": page.size,
        "days": page.days,
        "names": (page.channels, page.languages, page.places, page.touchpoints),
        "counts": {
            one.key: (one.n, sorted(one.counted.values, key=str), one.counted.others) for one in page.shown
        },
        "left": page.left,
        "tables": [
            crossed(selection, by_key["branch"], by_key["score"]),
            crossed(selection, by_key["why"], "version"),
            crossed(selection, "channel", by_key["why"]),
        ],
    }


def test_points_of_a_quiz_are_what_they_were(ask):
    persian = {"field": "language", "operator": "=", "value": "fa"}
    marked = [{**one, "points": n} for n, one in enumerate(choices("a", "b", "c"), 1)]
    branch = {**QUESTIONS[1], "choices": [*marked[:2], {**marked[2], "shown_if": persian}]}
    survey = ask(QUESTIONS[0], branch, *QUESTIONS[2:], quiz={"pass_percent": 70})
    crowd(survey, Random(7), 60)
    settle_survey(survey, at=now())

    with inside(survey.workspace):
        selection, versions = selection_of(survey, {}, "en", at=now()), versions_of(survey)
        slow, quick = (
            points_of(selection, versions),
            quickly(selection, partial(points_of, versions=versions)),
        )

    assert quick == slow != []


@pytest.mark.parametrize("word", ["کتاب هاي", "12", "good", "شودبهتر", "نیست"])
def test_words_are_found_as_before(some_time, word, monkeypatch):
    settle_survey(some_time, at=now())
    with inside(some_time.workspace):
        selection = selection_of(some_time, {}, "fa", at=now())
        [said] = [one for one in combined(versions_of(some_time), some_time) if one.key == "said"]

        quick = [texts(selection, said, word, most=7, skip=skip) for skip in (0, 7, 14)]
        monkeypatch.setattr(settled, "settled_of", lambda _survey: None)
        slow = [texts(selection, said, word, most=7, skip=skip) for skip in (0, 7, 14)]

    assert quick == slow
    assert bool(quick[0].texts) is (word != "نیست")


def test_what_a_kiosk_hands_in_late_counts_at_once_and_is_settled_in_its_turn(some_time):
    settle_survey(some_time, at=now())
    before = settled_of(some_time)
    crowd(some_time, Random(9), 40, is_handed_in_late=True)

    with inside(some_time.workspace):
        selection = selection_of(some_time, {}, "fa", at=now())
        slow, quick = figures(selection), quickly(selection, figures)
    settled_later = settle_survey(some_time, at=now() + timedelta(hours=3))
    with inside(some_time.workspace):
        again = quickly(selection, figures)

    assert quick == again == slow
    assert settled_later > 20
    assert settled_of(some_time).until > before.until


@pytest.mark.parametrize("seed", range(4))
def test_at_every_moment_of_any_history_the_figures_are_what_postgresql_alone_says(ask, cast, seed):
    """People begin, go on after hours or days, change their mind, finish, meet a full quota, are deleted; a kiosk comes late."""
    survey, dice = ask(*QUESTIONS), Random(seed)
    clock, settlings = now() - timedelta(days=4), 0
    with inside(cast.cafe):
        whom = [
            Customer.objects.create(workspace=cast.cafe, first_seen_at=clock, last_seen_at=clock)
            for _n in range(3)
        ]
    for _step in range(14):
        for _deed in range(12):
            clock += timedelta(minutes=dice.randrange(25))
            with inside(survey.workspace):
                something_happens(survey, dice, clock, whom)
        settlings += settle_survey(survey, at=clock) > 0
        with inside(survey.workspace):
            for address in ({}, {"unfinished": "1"}, {"unfinished": "1", "rule": ADDRESSES[4]["rule"]}):
                selection = selection_of(survey, address, "fa", at=now())
                assert quickly(selection, figures) == figures(selection)
    with inside(survey.workspace):
        erasure = ask_to_erase(whom[0], by=cast.owner, at=now())
    erase(erasure, cast.cafe, at=now())
    with inside(survey.workspace):
        selection = selection_of(survey, {"unfinished": "1"}, "fa", at=now())
        assert quickly(selection, figures) == figures(selection)

    assert settlings > 5
    assert rows_of(cast.cafe, whom[0].id) == rows_of(cast.cafe, whom[0].id, "withdrawn_responses") == 0


def something_happens(survey, dice, at, whom):
    """Let somebody begin, or somebody who began go on, or leave for good."""
    left = list(Response.objects.filter(survey=survey, completed_at=None, quota="").order_by("id"))
    if not left or dice.random() < 0.5:
        began = at - timedelta(days=2) if dice.random() < 0.1 else at  # as the tablet of a kiosk says
        one = Response(
            id=UUID(int=id_at(at).int + dice.getrandbits(70)), workspace=survey.workspace, survey=survey,
            version=survey.current, customer=dice.choice([None, None, *whom]), resume_digest=uuid4().hex,
            channel=dice.choice(["sms", "link"]), language="fa", started_at=began,
        )  # fmt: skip
    else:
        one = dice.choice(left)
    if dice.random() < 0.04 and not one._state.adding:
        one.delete()
        return
    one.changed_at = at
    if dice.random() < 0.4:
        one.completed_at, one.quota = at, dice.choice(["", "", "", "full"])
    one.save()
    for key, value in (
        ("score", dice.randrange(11)),
        ("branch", dice.choice("abc")),
        ("said", dice.choice(WORDS[:3])),
    ):
        if dice.random() < 0.4:
            given = {"workspace": survey.workspace, "value": value, "answered_at": at}
            Answer.objects.update_or_create(response=one, question=key, defaults=given)
        elif dice.random() < 0.1:
            Answer.objects.filter(response=one, question=key).delete()


def test_where_people_left_is_no_question_to_postgresql(some_time):
    settle_survey(some_time, at=now())
    with inside(some_time.workspace):
        Response.objects.filter(survey=some_time, changed_at__gte=settled_of(some_time).until).delete()
        selection = selection_of(some_time, {}, "fa", at=now())
        expected = figures(selection)["left"]
        Response.objects.filter(survey=some_time, completed_at=None).delete()

        left = quickly(selection, figures)["left"]

    assert left == expected
    assert sum(one.left for one in left) > 10


def test_a_response_finished_long_ago_that_was_not_known_is_found_by_the_next_look(some_time):
    settle_survey(some_time, at=now())
    crowd(some_time, Random(9), 40)

    settle_survey(some_time, at=now())

    with inside(some_time.workspace):
        selection = selection_of(some_time, {}, "fa", at=now())
        assert quickly(selection, figures) == figures(selection)


def test_who_is_forgotten_is_gone_from_the_copies(some_time, cast):
    with inside(cast.cafe):
        known = Customer.objects.create(workspace=cast.cafe, first_seen_at=now(), last_seen_at=now())
    crowd(some_time, Random(2), 20, customer=known)
    settle_survey(some_time, at=now())
    with inside(cast.cafe):
        selection = selection_of(some_time, {}, "fa", at=now())
        before = quickly(selection, figures)
        erasure = ask_to_erase(known, by=cast.owner, at=now())

    erase(erasure, cast.cafe, at=now())
    with inside(cast.cafe):
        slow, quick = figures(selection), quickly(selection, figures)

    assert quick == slow
    assert quick["size"].n < before["size"].n
    assert rows_of(cast.cafe, known.id) == 0


def rows_of(workspace, customer, table="responses"):
    sql = (
        f"SELECT count() AS n FROM {table}"
        " WHERE workspace_id = {workspace_id:UUID} AND customer_id = {whose:UUID}"
    )
    [row] = analytics.ask_rendered("test", sql, None, workspace=workspace, params={"whose": customer})
    return row["n"]


def test_rows_of_a_stretch_that_was_cut_off_never_count(some_time, monkeypatch):
    listed = analytics.append

    def cut_off(table, *rest, **more):
        if table == "settled_stretches":
            raise analytics.AnalyticsUnavailable("cut off")
        return listed(table, *rest, **more)

    monkeypatch.setattr(settling.analytics, "append", cut_off)
    with pytest.raises(analytics.AnalyticsUnavailable):
        settle_survey(some_time, at=now())
    nothing = settled_of(some_time)
    monkeypatch.setattr(settling.analytics, "append", listed)
    settle_survey(some_time, at=now())

    assert nothing is None
    with inside(some_time.workspace):
        selection = selection_of(some_time, {}, "fa", at=now())
        assert quickly(selection, figures) == figures(selection)


def test_an_anonymous_survey_is_never_copied(ask, answered):
    survey = ask(*QUESTIONS, is_anonymous=True)
    answered(survey, *[{"score": 9}] * 10, days_ago=3)

    assert settle_survey(survey, at=now()) == 0
    assert settled_of(survey) is None


def test_another_workspace_sees_nothing_of_it(some_time, cast):
    settle_survey(some_time, at=now())

    some_time.workspace = cast.clinic

    assert settled_of(some_time) is None
