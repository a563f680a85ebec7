"""Every figure of the page reckoned a second time: from the file people download, with pandas and scipy.

Some hundred people answer through their own page: with branches, changed minds, empty answers, a full quota, half-finished
ones and two versions. The file is read back by pyarrow, so neither our counting nor our formulas are asked twice.
"""

from __future__ import annotations

import math
import random
from copy import deepcopy
from datetime import timedelta

import pytest
from django.utils.timezone import now
from pyarrow import parquet
from scipy import stats

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results.crossing import crossed
from hamdel.listen.results.exports.files import WRITERS
from hamdel.listen.results.exports.rows import sheet_of
from hamdel.listen.results.figures import score_shares
from hamdel.listen.results.page import results_of, selection_of
from hamdel.listen.results.tallies import by_row, mean_of, median_of, numbers
from hamdel.listen.results.versions import combined, versions_of
from hamdel.listen.surveys.actions import publish_survey
from hamdel.listen.surveys.links import Link, Visit
from hamdel.listen.surveys.taking import Saved, Submission, take
from hamdel.listen.surveys.tests.forms import choices, form_of, question_of, said

pytestmark = pytest.mark.django_db
PEOPLE = 260
UNHAPPY = {"field": "nps", "operator": "≤", "value": 6}
FIRST = [
    {**question_of("score"), "key": "nps", "required": True},
    {"key": "city", "kind": "single", "text": said("city"), "choices": choices("thr", "shz", "tbz")},
]
UNHAPPY_ONLY = [
    {**question_of("long_text"), "key": "why"},
    {**question_of("multiple"), "key": "wrong", "choices": choices("late", "rude", "broken"), "most": None},
]
REST = [
    {"key": "csat", "kind": "score", "metric": "csat", "text": said("csat")},
    {"key": "ces", "kind": "score", "metric": "ces2", "text": said("ces")},
    {**question_of("matrix"), "key": "grid"},
    {**question_of("ranking"), "key": "rank", "choices": choices("a", "b", "c")},
    {**question_of("slider"), "key": "trust"},
    {"key": "paid", "kind": "number", "text": said("paid")},
    {**question_of("constant_sum"), "key": "split"},
    {**question_of("date"), "key": "day"},
]


def definition(**more):
    form = deepcopy(form_of(FIRST, UNHAPPY_ONLY, REST, **more))
    form["pages"][1]["shown_if"] = UNHAPPY
    return form


def typed_by(chance):
    """Return what one person types on the three pages."""
    nps = chance.choices(range(11), weights=[2, 1, 1, 2, 2, 4, 5, 9, 14, 12, 14])[0]
    first = {"nps": str(nps)}
    if chance.random() < 0.9:
        first["city"] = chance.choice(["thr", "thr", "shz", "tbz"])
    wrong = {f"wrong.{one}": "1" for one in ("late", "rude", "broken") if chance.random() < 0.4}
    rest = {}
    if chance.random() < 0.8:
        rest["csat"] = str(min(5, max(1, round(nps / 2) + chance.choice([0, 0, 1]))))
    if chance.random() < 0.7:
        rest["ces"] = str(chance.randint(1, 7))
    rest |= {
        f"grid.{row}": chance.choice(["bad", "good"]) for row in ("price", "taste") if chance.random() < 0.6
    }
    if chance.random() < 0.5:
        order = chance.sample("abc", 3)
        rest |= {f"rank.{place}": value for place, value in enumerate(order, 1)}
    if chance.random() < 0.6:
        rest["trust"] = str(5 * chance.randint(0, 20))
    if chance.random() < 0.6:
        rest["paid"] = str(chance.choice([-5, 0, 12, 12.5, 4_000_000]))
    if chance.random() < 0.4:
        part = chance.randint(0, 100)
        rest |= {"split.a": str(part), "split.b": str(100 - part)}
    if chance.random() < 0.5:
        rest["day"] = f"2026-{chance.randint(1, 6):02}-{chance.randint(1, 28):02}"
    return [first, {"why": f"چون {nps}", **wrong}, rest]


def answer(survey, secret, chance, at):
    """Answer page by page as a browser does; return whether it was finished."""
    pages = typed_by(chance)
    visit = Visit(Link.OPEN, survey.public_id, at, once=secret, channel=chance.choice(["link", "qr"]))
    [saved] = take([Submission(visit, pages[0])])
    changes_mind = chance.random() < 0.15
    if changes_mind and isinstance(saved, Saved) and saved.following == 1:
        take([Submission(visit, pages[1], "1")])
        take([Submission(visit, {**pages[0], "nps": "9"}, "0")])  # the unhappy page no longer leads to them
        saved = Saved(saved.link, saved.secret, 2, saved.language)
    while isinstance(saved, Saved) and saved.following is not None:
        if chance.random() < 0.04:
            return False
        [saved] = take([Submission(visit, pages[saved.following], str(saved.following))])
    return isinstance(saved, Saved)


@pytest.fixture
def survey(ask, cast):
    made = ask(*FIRST)
    with inside(cast.cafe):
        quota = {
            "key": "tbz",
            "if": {"field": "city", "operator": "=", "value": "tbz"},
            "limit": 20,
            "to": "end",
        }
        made.draft = definition(quotas=[quota])
        made.save()
        publish_survey(made, by=cast.owner, at=now())
    chance, at = random.Random(41), now() - timedelta(hours=2)
    finished = 0
    for n in range(PEOPLE):
        if n == PEOPLE // 2:
            with inside(cast.cafe):  # a better wording, and a slider that is no longer the same
                changed = definition(quotas=[quota])
                changed["pages"][0]["questions"][1]["text"] = said("your city")
                changed["pages"][2]["questions"][4]["high"] = 200
                made.draft = changed
                made.save()
                publish_survey(made, by=cast.owner, at=now())
        finished += answer(made, f"{n:040}", chance, at)
    made.finished = finished
    return made


@pytest.fixture
def table(survey, cast, tmp_path):
    """The downloaded file as a data frame."""
    with inside(cast.cafe):
        sheet = sheet_of(
            selection_of(survey, {}, "en", at=now()),
            combined(versions_of(survey), survey),
            "en",
            shows_whom=False,
        )
        WRITERS["parquet"](sheet, tmp_path / "r.parquet", is_rtl=False)
    return parquet.read_table(tmp_path / "r.parquet").to_pandas()


@pytest.fixture
def page(survey, cast):
    with inside(cast.cafe):
        found = results_of(survey, selection_of(survey, {}, "en", at=now()), "en")
    return found, {one.key: one for one in found.shown}


def wilson(part, n):
    found = stats.binomtest(int(part), int(n)).proportion_ci(method="wilson")
    return 100 * found.low, 100 * found.high


def test_the_file_and_the_page_count_the_same_people(survey, table, page):
    found, shown = page

    assert found.size.n == len(table) == table["response"].nunique()
    assert table["completed_at"].notna().all()
    assert len(table) < survey.finished < PEOPLE
    for key in ("nps", "city", "csat", "ces", "trust", "paid", "day"):
        assert shown[key].n == table[key].notna().sum(), key


def test_nobody_is_counted_for_a_question_they_were_led_past(table, page):
    _found, shown = page
    asked = table[table["wrong.late"].notna() | table["why"].notna()]

    assert (asked["nps"] <= 6).all()
    assert shown["why"].n == table["why"].notna().sum()
    assert shown["wrong"].n == table["wrong.late"].notna().sum() < (table["nps"] <= 6).sum()


def test_nps_is_reckoned_by_hand(table, page):
    _found, shown = page
    scores = table["nps"].dropna()
    n, promoters, detractors = len(scores), (scores >= 9).sum(), (scores <= 6).sum()
    # Sauro and Lewis: three answers are added, three quarters at either end.
    p, d, m = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3), n + 3
    reach = stats.norm.ppf(0.975) * 100 * math.sqrt((p + d - (p - d) ** 2) / m)
    score = shown["nps"].score

    assert score.value == pytest.approx(100 * (promoters - detractors) / n)
    assert (score.low, score.high) == (
        pytest.approx(100 * (p - d) - reach),
        pytest.approx(100 * (p - d) + reach),
    )
    assert sum(point.value for point in shown["nps"].figures[0].series[0].points) == n


@pytest.mark.parametrize(("key", "ends", "top"), [("csat", (1, 5), 4), ("ces", (1, 7), 5)])
def test_means_and_top_boxes_are_reckoned_by_hand(table, page, key, ends, top):
    _found, shown = page
    scores = list(table[key].dropna())
    weighted = [*scores, *ends]
    weights = [1.0] * len(scores) + [0.75, 0.75]
    total = sum(weights)
    centre = sum(w * x for w, x in zip(weights, weighted, strict=True)) / total
    spread = sum(w * (x - centre) ** 2 for w, x in zip(weights, weighted, strict=True)) / (total - 1)
    reach = stats.t.ppf(0.975, total - 1) * math.sqrt(spread / total)
    score = shown[key].score
    part = sum(one >= top for one in scores)
    metric = shown[key].counted.asked.metric
    [(_words, share)] = score_shares(metric, {n: scores.count(n) for n in set(scores)})

    assert score.value == pytest.approx(sum(scores) / len(scores))
    assert (score.low, score.high) == (pytest.approx(centre - reach), pytest.approx(centre + reach))
    assert share.value == pytest.approx(100 * part / len(scores))
    assert (share.low, share.high) == tuple(map(pytest.approx, wilson(part, len(scores))))


def test_choices_are_shares_of_those_who_chose(table, page):
    _found, shown = page
    bars = {point.label: point for point in shown["city"].figures[0].series[0].points}
    several = {point.label: point for point in shown["wrong"].figures[0].series[0].points}
    chose = table["wrong.late"].notna().sum()

    for city, name in (("thr", "thr فارسی"), ("shz", "shz فارسی"), ("tbz", "tbz فارسی")):
        n = (table["city"] == city).sum()
        point = next(one for label, one in bars.items() if label in {city, name})
        assert (point.n, point.value) == (n, pytest.approx(100 * n / table["city"].notna().sum()))
    for one in ("late", "rude", "broken"):
        n = table[f"wrong.{one}"].sum()
        assert (several[one].n, several[one].value) == (n, pytest.approx(100 * n / chose))
        assert (several[one].low, several[one].high) == tuple(map(pytest.approx, wilson(n, chose)))


def test_a_quota_holds_and_who_is_led_out_is_in_no_figure(table):
    assert (table["city"] == "tbz").sum() == 20


def test_rows_of_a_matrix_have_each_their_own_n(table, page):
    _found, shown = page
    for name, n, cells in shown["grid"].heat.rows:
        column = table[f"grid.{name}"].dropna()
        assert n == len(column)
        assert [count for count, _share in cells] == [(column == one).sum() for one in ("bad", "good")]
        assert sum(share for _count, share in cells) == pytest.approx(100)
    assert set(by_row(shown["grid"].counted)) == {"price", "taste"}


def test_places_parts_and_numbers_are_reckoned_by_hand(table, page):
    _found, shown = page
    places = {point.label: point for point in shown["rank"].figures[0].series[0].points}
    parts = {point.label: point for point in shown["split"].figures[0].series[0].points}

    for one in "abc":
        assert places[one].value == pytest.approx(table[f"rank.{one}"].mean())
        assert places[one].n == table[f"rank.{one}"].notna().sum()
    assert parts["a"].value == pytest.approx(table["split.a"].mean())
    assert parts["a"].value + parts["b"].value == pytest.approx(100)
    paid = table["paid"].dropna()
    mean, median = (reckon(numbers(shown["paid"].counted.values)) for reckon in (mean_of, median_of))
    low, high = stats.t.interval(0.95, len(paid) - 1, loc=paid.mean(), scale=stats.sem(paid))
    assert mean.value == pytest.approx(paid.mean())
    assert (mean.low, mean.high) == (pytest.approx(low), pytest.approx(high))
    assert median.value == paid.median()
    assert (paid < 0).any()


def test_a_question_that_became_another_counts_its_newest_version_only(table, page):
    found, shown = page
    newest = table["version"] == found.versions[0].number

    assert shown["trust"].apart
    assert shown["trust"].n == table["trust"].notna().sum() == table.loc[newest, "trust"].notna().sum()
    assert shown["city"].counted.asked.together == {one.id for one in found.versions}


def test_a_table_is_scipys(survey, cast, table):
    with inside(cast.cafe):
        sides = {one.key: one for one in combined(versions_of(survey), survey)}
        selection = selection_of(survey, {}, "en", at=now())
        found = crossed(selection, sides["city"], sides["nps"])
        several = crossed(selection, sides["city"], sides["wrong"])
    both = table[["city", "nps"]].dropna()
    band = both["nps"].map(lambda score: "d" if score <= 6 else "p" if score >= 9 else "n")
    counts = [
        [((both["city"] == city) & (band == one)).sum() for one in "dnp"] for city in ("thr", "shz", "tbz")
    ]
    expected = stats.chi2_contingency(counts, correction=False)

    assert [[cell.n for cell in line] for line in found.cells] == counts
    assert found.n == len(both)
    assert (found.chi_square, found.p) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))
    # People who chose several stand in several cells; shares are of people all the same.
    chose = table[table["city"].notna() & table["wrong.late"].notna()]
    thr = chose[chose["city"] == "thr"]
    assert several.n == len(chose)
    assert several.cells[0][0].row.value == pytest.approx(100 * thr["wrong.late"].mean())
    assert several.p is None


@pytest.mark.parametrize("given", [[], [{"nps": 9, "city": "thr"}]])
def test_nobody_and_one_person_make_a_page_without_a_false_interval(ask, answered, cast, given):
    survey = ask(*FIRST, *REST)
    answered(survey, *given)

    with inside(cast.cafe):
        found = results_of(survey, selection_of(survey, {}, "en", at=now()), "en")
    shown = {one.key: one for one in found.shown}

    assert found.size.n == len(given)
    assert shown["csat"].score is None
    if given:
        assert (shown["nps"].score.value, shown["nps"].score.n) == (100, 1)
        assert shown["nps"].score.low < 50
    else:
        assert shown["nps"].score is None
