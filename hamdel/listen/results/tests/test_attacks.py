"""Attacks on an anonymous survey: subtracting, watching, rare answers, files, the audit log. None finds anybody."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from itertools import permutations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from hamdel.ground.audit.models import AuditEntry
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results.crossing import CROSSABLE, crossed
from hamdel.listen.results.page import results_of, selection_of
from hamdel.listen.results.protection import merged, merged_table, release_of
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
    answered(staff, {"enps": 1}, days_ago=1)
    enough = client.get(url("results", staff)).context["results"]

    sizes = [found.size.n for found in (before, today, few, enough)]
    assert sizes == [41, 41, 41, 46]


def test_today_is_never_released_however_many_answer(staff, answered, cast):
    answered(staff, *[{"enps": 1}] * 50, days_ago=0)

    with inside(cast.cafe):
        release = release_of(staff, at=now())

    assert (release.n, release.waiting) == (41, 50)


def test_a_rare_answer_stands_with_others(staff, client):
    page = client.get(url("results", staff)).content.decode()
    figures = {one.key: one for one in client.get(url("results", staff)).context["results"].shown}
    points = figures["team"].figures[0].series[0].points

    assert all(point.n >= LEAST for point in points)
    assert "head" not in [point.label for point in points]
    assert all(point.n >= LEAST for point in figures["enps"].figures[0].series[0].points)
    assert figures["phone"].is_hidden
    assert "+98912" not in page


def test_no_table_of_two_questions_has_a_small_cell(staff, cast):
    with inside(cast.cafe):
        selection = selection_of(staff, {}, "en", at=now())
        sides = [one for one in combined(versions_of(staff), staff) if one.question.kind in CROSSABLE]
        for row, column in permutations([*sides, "language", "channel"], 2):
            table = crossed(selection, row, column, least=LEAST)

            assert all(cell.n >= LEAST for line in table.cells for cell in line)


def test_a_table_says_the_same_lying_down(staff, cast):
    with inside(cast.cafe):
        selection = selection_of(staff, {}, "en", at=now())
        team, stay = [one for one in combined(versions_of(staff), staff) if one.key in {"team", "stay"}]
        standing, lying = (
            crossed(selection, team, stay, least=LEAST),
            crossed(selection, stay, team, least=LEAST),
        )

    assert (standing.rows, standing.columns) == (lying.columns, lying.rows)


def test_groups_are_never_small_whatever_was_answered():
    chance = random.Random(14)
    for _attempt in range(300):
        rows, columns = range(chance.randint(1, 5)), range(chance.randint(1, 5))
        cells = {(r, c): chance.choice([0, 1, 2, 4, 7, 20]) for r in rows for c in columns}
        row_groups, column_groups = merged_table(cells, rows, columns, LEAST)

        found = [sum(cells[r, c] for r in R for c in C) for R in row_groups for C in column_groups]
        assert len(found) == 1 or min(found) >= LEAST
        assert sum(found) == sum(cells.values())
        alone = merged({r: sum(cells[r, c] for c in columns) for r in rows}, LEAST)
        assert len(alone) == 1 or all(sum(cells[r, c] for r in g for c in columns) >= LEAST for g in alone)


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
    rows = [one.text for one in client.get(url("texts", staff, "why")).context["texts"]]
    again = [one.text for one in client.get(url("texts", staff, "why"), {"q": SECRET}).context["texts"]]

    assert rows == again
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
        found = results_of(survey, selection_of(survey, {}, "en", at=now()), "en", at=now())

    assert found.is_too_small
    assert found.shown == []
    assert page.status_code == 200
    assert b"".join(client.get(url("export", survey, "csv")).streaming_content).count(b"\n") == 1
