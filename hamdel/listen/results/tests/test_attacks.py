"""Attacks on an anonymous survey: subtracting, watching, rare answers, files, the audit log. None finds anybody."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise, permutations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from hamdel.ground.audit.models import AuditEntry
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results.crossing import crossed_in_groups
from hamdel.listen.results.page import results_of, selection_of
from hamdel.listen.results.plain import plain
from hamdel.listen.results.protection import blocks, cell, merged, published, published_table, released
from hamdel.listen.results.releasing import CROSSABLE, release_of
from hamdel.listen.results.versions import combined, versions_of
from hamdel.listen.surveys.tests.forms import choices, question_of

pytestmark = pytest.mark.django_db
LEAST = 5
SECRET = "رئیس ما هر روز فریاد می‌زند"


@pytest.fixture
def staff(ask, answered):
    """Forty people of three teams; the only one of the fourth gave the only 0 and wrote about it."""
    survey = ask(
        {**question_of("score"), "key": "enps"},
        {
            "key": "team",
            "kind": "single",
            "text": {"fa": "تیم"},
            "choices": choices("shop", "web", "lab", "head"),
        },
        {"key": "stay", "kind": "single", "text": {"fa": "ماندن"}, "choices": choices("yes", "no")},
        {**question_of("long_text"), "key": "why"},
        {**question_of("phone"), "key": "phone"},
        is_anonymous=True,
    )
    chance = random.Random(7)
    people = [
        {
            "enps": chance.choice([3, 8, 9, 10]),
            "team": ["shop", "web", "lab"][n % 3],
            "stay": "yes" if chance.random() < 0.6 else "no",
            "why": f"سخن شمارهٔ {n}",
        }
        for n in range(40)
    ]
    answered(
        survey,
        *people,
        {"enps": 0, "team": "head", "stay": "no", "why": SECRET, "phone": "+989121234567"},
        days_ago=3,
    )
    return survey


@pytest.fixture
def client(cast):
    client = Client()
    client.force_login(cast.owner.user)
    return client


def url(name, survey, *more):
    return reverse(f"results:{name}", args=[survey.id, *more])


def shown_numbers(page):
    """Return a page without what changes at each request: tokens and nonces."""
    text = re.sub(r'(csrfmiddlewaretoken" value|nonce|hx-headers)="?[^">]*"?', "", page.content.decode())
    return text[text.index('id="figures"') :].split("</main>")[0].replace(page.request["QUERY_STRING"], "")


def test_no_choice_of_responses_changes_what_is_shown(staff, client):
    rule = json.dumps({"all": [{"field": "team", "operator": "≠", "value": "head"}]})
    attempts = [{"rule": rule}, {"channel": "qr"}, {"language": "en"}, {"version": "7"}, {"unfinished": "1"}]

    everybody = client.get(url("results", staff)).context["results"]
    for query in attempts:
        some = client.get(url("results", staff), query).context["results"]

        assert some.size == everybody.size
        assert [one.counted.values for one in some.shown] == [one.counted.values for one in everybody.shown]
        assert some.channels == everybody.channels


def test_watching_shows_no_newcomer(staff, answered, client):
    before = client.get(url("results", staff)).context["results"]
    answered(staff, {"enps": 1, "team": "head", "stay": "no"}, days_ago=0)
    today = client.get(url("results", staff)).context["results"]
    answered(staff, *[{"enps": 1}] * (LEAST - 1), days_ago=2)
    few = client.get(url("results", staff)).context["results"]
    answered(staff, *[{"enps": 1}] * 37, days_ago=1)
    enough = client.get(url("results", staff)).context["results"]

    sizes = [found.size.n for found in (before, today, few, enough)]
    assert sizes == [41, 41, 41, 82]


def test_a_smallest_group_waits_a_week_at_the_longest(staff, answered, cast):
    today = now()
    answered(staff, *[{"enps": 1}] * LEAST, days_ago=2, before=today)

    with inside(cast.cafe):
        waiting = [release_of(staff, at=today + timedelta(days=days)).waiting for days in (0, 3, 5)]

    assert waiting == [LEAST, LEAST, 0]


def test_today_is_never_released_however_many_answer(staff, answered, cast):
    today = now()
    answered(staff, *[{"enps": 1}] * 50, days_ago=0, before=today)

    with inside(cast.cafe):
        release = release_of(staff, at=today)

    assert (release.n, release.waiting) == (41, 50)


def test_a_rare_answer_stands_with_others(staff, client):
    page = client.get(url("results", staff)).content.decode()
    figures = {one.key: one for one in client.get(url("results", staff)).context["results"].shown}
    points = figures["team"].figures[0].series[0].points

    assert all(point.n >= LEAST for point in points)
    assert "head فارسی" not in [point.label for point in points]
    assert all(point.n >= LEAST for point in figures["enps"].figures[0].series[0].points)
    assert figures["phone"].is_hidden
    assert "+98912" not in page


def test_no_table_of_two_questions_has_a_small_cell(staff, cast):
    with inside(cast.cafe):
        selection = selection_of(staff, {}, "en", at=now())
        sides = [one for one in combined(versions_of(staff), staff) if one.question.kind in CROSSABLE]
        tables = [
            crossed_in_groups(selection, row, column)
            for row, column in permutations([*sides, "language", "channel"], 2)
        ]

    shown = [table for table in tables if table]
    assert shown
    assert all(one.n >= LEAST for table in shown for line in table.cells for one in line)


def test_a_table_says_the_same_lying_down(staff, cast):
    with inside(cast.cafe):
        selection = selection_of(staff, {}, "en", at=now())
        team, stay = [one for one in combined(versions_of(staff), staff) if one.key in {"team", "stay"}]
        standing, lying = (
            crossed_in_groups(selection, team, stay),
            crossed_in_groups(selection, stay, team),
        )

    assert (standing.rows, standing.columns) == (lying.columns, lying.rows)


def test_groups_are_never_small_whatever_was_answered():
    chance = random.Random(14)
    for _attempt in range(300):
        counts = {value: chance.choice([0, 1, 2, 4, 7, 20]) for value in range(chance.randint(1, 6))}

        groups = merged(counts, LEAST)

        assert len(groups) == 1 or all(sum(counts[value] for value in group) >= LEAST for group in groups)
        assert sorted(value for group in groups for value in group) == sorted(counts)


def someone(chance, values):
    """Return answers of somebody: the second follows the first, so that tables of them are full of small cells."""
    first = chance.choices(values, weights=range(1, len(values) + 1))[0]
    second = first if chance.random() < 0.7 else chance.choice([*values, None])
    return first, second


def steps_of(chance, values):
    """Return the newcomers of some releases, at least a smallest group in each."""
    return [
        Counter(someone(chance, values) for _n in range(chance.choice([5, 6, 12, 40])))
        for _step in range(chance.randint(1, 6))
    ]


@pytest.mark.parametrize("bands", [None, [[0, 1, 2], [3, 4], [5, 6]]])
def test_no_two_looks_at_a_question_subtract_to_few(bands):
    """Whoever keeps every page they ever saw subtracts all pairs, in whatever sums of groups both have."""
    chance = random.Random(5)
    for _attempt in range(200):
        values = range(7 if bands else chance.randint(2, 6))
        steps = [Counter() for _step in range(chance.randint(1, 6))]
        for step in steps:
            step.update(someone(chance, values)[0] for _n in range(chance.choice([5, 6, 12, 40])))

        looks = published(steps, values, LEAST, bands=bands)
        for look in looks if bands else []:
            assert all(max(group) - min(group) == len(group) - 1 for group in look.groups)

        for earlier, later in combinations(looks, 2):
            for block in blocks(earlier.groups, later.groups):
                newcomers = sum(later.counts[value] - earlier.counts[value] for value in block)
                assert newcomers >= LEAST
        for look in looks:
            sizes = [sum(look.counts[value] for value in group) for group in look.groups]
            assert len(sizes) == 1 or min(sizes) >= LEAST


def sides_of(steps, values):
    sides = []
    for place in (0, 1):
        own = [Counter() for _step in steps]
        for counts, step in zip(own, steps, strict=True):
            for pair, n in step.items():
                if pair[place] is not None:
                    counts[pair[place]] += n
        sides.append(published(own, values, LEAST))
    return sides


def test_no_two_looks_at_a_table_subtract_to_few():
    chance = random.Random(6)
    shown = 0
    for _attempt in range(60):
        values = range(chance.randint(2, 4))
        steps = steps_of(chance, values)
        tables = []
        for end in range(1, len(steps) + 1):
            seen = steps[:end]
            rows, columns = sides_of(seen, values)
            tables.append(published_table(seen, rows, columns, LEAST))
        for earlier, later in combinations([table for table in tables if table], 2):
            for row in blocks(earlier.rows, later.rows):
                for column in blocks(earlier.columns, later.columns):
                    newcomers = cell(later.cells, row, column) - cell(earlier.cells, row, column)
                    assert newcomers == 0 == (later.cells - earlier.cells).total() or newcomers >= LEAST
                    shown += 1
    assert shown > 100


def test_margins_of_a_table_say_no_more_than_the_question_alone():
    """Two tables that cut one question differently could be subtracted: the groups of one are sums of the other's."""
    chance = random.Random(8)
    for _attempt in range(60):
        values = range(4)
        steps = steps_of(chance, values)
        rows, columns = sides_of(steps, values)
        table = published_table(steps, rows, columns, LEAST)
        if table is None:
            continue

        for groups, side in ((table.rows, rows), (table.columns, columns)):
            for group in groups:
                for alone in side[-1].groups:
                    assert alone <= group or not alone & group


def test_releases_never_change_afterwards():
    """What was shown on a day is what every later reckoning says was shown: else two looks differ by anybody."""
    chance = random.Random(9)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for _attempt in range(100):
        days = sorted({chance.randint(0, 120) for _n in range(40)})
        counts = [(start + timedelta(days=day), chance.choice([1, 1, 2, 3, 9, 30])) for day in days]
        seen = [
            released([one for one in counts if one[0] <= today], LEAST, today=today).moments
            for today in (start + timedelta(days=day) for day in range(130))
        ]

        for before, after in pairwise(seen):
            assert after[: len(before)] == before
        sizes = [
            sum(n for day, n in counts if (not low or day > low) and day <= high)
            for low, high in pairwise([None, *seen[-1]])
        ]
        assert all(size >= LEAST for size in sizes)


def test_of_a_question_few_newcomers_answered_the_old_figures_stay(ask, answered, client):
    """The release has enough people; the question, asked of few of them, must not tell what these said."""
    survey = ask(
        {**question_of("score"), "key": "enps"},
        {**question_of("slider"), "key": "trust"},
        {**question_of("long_text"), "key": "why"},
        is_anonymous=True,
    )
    answered(survey, *[{"enps": 9, "trust": 7, "why": f"a{n}"} for n in range(10)], days_ago=30)
    before = {one.key: one for one in client.get(url("results", survey)).context["results"].shown}
    answered(survey, *[{"enps": 8}] * 14, {"enps": 0, "trust": 1, "why": SECRET}, days_ago=2)
    after = {one.key: one for one in client.get(url("results", survey)).context["results"].shown}
    texts = client.get(url("texts", survey, "why")).content.decode()

    assert (before["enps"].n, after["enps"].n) == (10, 25)
    assert after["trust"].n == 10
    assert after["trust"].facts == before["trust"].facts
    assert SECRET not in texts


def test_values_and_addresses_are_no_texts_to_read(staff, answered, client):
    answered(
        staff,
        *[{"enps": 9, "team": "shop", "phone": f"+98912000000{n}"} for n in range(9)],
        days_ago=2,
    )

    pages = [client.get(url("texts", staff, key)) for key in ("team", "enps", "stay", "phone")]

    assert [page.status_code for page in pages] == [404] * 4


def test_own_words_beside_choices_come_without_the_choices(ask, answered, client):
    survey = ask({**question_of("single"), "key": "q", "choices": choices("shop", "head")}, is_anonymous=True)
    answered(
        survey,
        *[{"q": "shop"}] * 20,
        {"q": "head"},
        *[{"q": "other", "q.other": f"سخن {n}"} for n in range(6)],
    )

    page = client.get(url("texts", survey, "q"))

    assert sorted(one.text for one in page.context["found"].texts) == [f"سخن {n}" for n in range(6)]


def test_nearly_all_is_as_telling_as_nearly_nobody(ask, answered, client):
    survey = ask(
        {**question_of("multiple"), "key": "m", "choices": choices("hot", "late", "kind")}, is_anonymous=True
    )
    answered(survey, *[{"m": ["hot", "late"]}] * 12, *[{"m": ["hot"]}] * 7, {"m": ["kind"]}, days_ago=3)

    [one] = client.get(url("results", survey)).context["results"].shown

    assert [(point.label, point.n) for point in one.figures[0].series[0].points] == [("late فارسی", 12)]


def test_the_score_does_not_tell_how_many_are_how_unhappy(ask, answered, client):
    """NPS and its exact interval are two equations: they give the number of detractors, even if it is one."""
    survey = ask({**question_of("score"), "key": "enps"}, is_anonymous=True)
    answered(survey, *[{"enps": 9}] * 10, *[{"enps": 8}] * 9, {"enps": 0}, days_ago=9)
    [one] = client.get(url("results", survey)).context["results"].shown
    other = ask({**question_of("score"), "key": "enps"}, is_anonymous=True)
    answered(other, *[{"enps": 9}] * 14, *[{"enps": 0}] * 5, {"enps": 8}, days_ago=9)
    [split] = client.get(url("results", other)).context["results"].shown

    assert (one.score.value, split.score.value) == (45, 45)
    assert (one.score.low, one.score.high) == (split.score.low, split.score.high)


def test_page_file_and_api_tell_the_same_groups(staff, client, cast):
    """Two ways of grouping the same answers could be subtracted from each other."""
    page = client.get(url("results", staff)).context["results"]
    file = b"".join(client.get(url("export", staff, "csv")).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file)))[1:]
    api = {one["key"]: one["counts"] for one in plain(page)["questions"]}

    for one in page.shown:
        if one.key in {"enps", "team", "stay"}:
            drawn = sorted(point.n for point in one.figures[0].series[0].points)
            assert drawn == sorted(count["n"] for count in api[one.key])
            assert drawn == sorted(float(n) for key, _said, n in rows if key == one.key)


def test_files_hold_nobody_in_a_row(staff, client):
    file = b"".join(client.get(url("export", staff, "csv")).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    names = list(rows[0])

    assert len(names) == 3
    closed = [row for row in rows if row[names[0]] != "why"]
    assert all(float(row[names[2]]) >= LEAST for row in closed)
    assert "head" not in file
    assert "+98912" not in file
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", file)
    assert not re.search(r"20\d\d-\d\d-\d\d", file)


def test_the_order_of_texts_tells_nothing(staff, client):
    def read(**query):
        pages = [client.get(url("texts", staff, "why"), {"page": n, **query}) for n in (1, 2)]
        return [one.text for page in pages for one in page.context["found"].texts]

    rows = read()

    assert read(q=SECRET) == rows
    assert len(rows) == 41
    assert SECRET in rows
    numbers = [int(re.sub(r"\D", "", row)) for row in rows if row != SECRET]
    assert numbers not in (sorted(numbers), sorted(numbers, reverse=True))


def test_there_are_no_single_responses(staff, answered, client):
    [row] = answered(staff, {"enps": 2})

    assert client.get(url("responses", staff)).context["page"] is None
    assert client.get(url("response", staff, row.id)).status_code == 404


def test_a_shared_link_shows_no_more(staff, client):
    made = client.post(url("links", staff), {"days": "7"}).context["made"]
    page = Client().get(made, {"channel": "qr", "rule": "{}"})

    assert SECRET not in page.content.decode()
    assert page.context["results"].size.n == 41
    assert page.context["results"].days == []


def test_the_audit_log_tells_of_no_answer(staff, client, cast):
    for name in ("results", "responses", "crossing"):
        client.get(url(name, staff))
    b"".join(client.get(url("export", staff, "csv")).streaming_content)

    with inside(cast.cafe):
        said = " ".join(f"{entry.deed} {entry.subject}" for entry in AuditEntry.objects.all())
        ids = [str(one) for one in staff.responses.values_list("id", flat=True)]
    assert "results exported" in said
    assert SECRET not in said
    assert not any(one in said for one in ids)


def test_too_few_are_nothing(ask, answered, client, cast):
    survey = ask({**question_of("score"), "key": "enps"}, is_anonymous=True)
    answered(survey, *[{"enps": 9}] * (LEAST - 1), days_ago=5)

    page = client.get(url("results", survey))
    with inside(cast.cafe):
        found = results_of(survey, selection_of(survey, {}, "en", at=now()), "en")

    assert found.is_too_small
    assert found.shown == []
    assert page.status_code == 200
    assert b"".join(client.get(url("export", survey, "csv")).streaming_content).count(b"\n") == 1
