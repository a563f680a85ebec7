from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from hamdel.ui import formats
from hamdel.ui.score import reading
from hamdel.ui.templatetags.hamdel import score


@dataclass(frozen=True)
class Result:
    value: float | None = 32.0
    n: int = 410
    low: float | None = 28.0
    high: float | None = 36.0
    unit: str = "points"
    scale: tuple[int, int] | None = None
    verdict: str | None = None
    better: bool | None = None
    difference: float | None = None


@pytest.fixture(autouse=True)
def _in_english():
    with formats.shown_as(formats.Display(language="en")):
        yield


def test_a_score_is_shown_with_n_and_interval():
    shown = reading(Result())

    assert (shown.value, shown.n, shown.interval) == ("32.0", "410 answers", "28.0 to 36.0")


def test_no_value_is_no_zero():
    shown = reading(Result(value=None, n=0, low=None, high=None))

    assert (shown.has_value, shown.value, shown.n, shown.place) == (False, "—", "no answers yet", None)


def test_zero_is_a_value():
    assert reading(Result(value=0.0, low=-4, high=4)).has_value


def test_places_run_along_the_scale_of_the_metric():
    nps = reading(Result())
    csat = reading(Result(value=4.0, low=3.0, high=5.0, unit="score", scale=(1, 5)))

    assert (nps.low_place, nps.place, nps.high_place, nps.zero_place) == (64, 66, 68, 50)
    assert (csat.low_place, csat.place, csat.high_place, csat.zero_place) == (50, 75, 100, None)


@pytest.mark.parametrize(
    ("verdict", "better", "tone"),
    [
        ("up", True, "good"),
        ("up", False, "bad"),
        ("down", False, "bad"),
        ("down", True, "good"),
        ("up", None, "plain"),
    ],
)
def test_a_movement_is_good_or_bad_by_its_metric_not_by_its_sign(verdict, better, tone):
    shown = reading(Result(verdict=verdict, better=better, difference=5.5 if verdict == "up" else -5.5))

    assert (shown.verdict.tone, shown.verdict.icon) == (tone, verdict)
    # The arrow is the sign; whoever hears the page hears a word in its place.
    assert (shown.verdict.label, shown.verdict.spoken) == ("5.5", verdict.capitalize())


@pytest.mark.parametrize(
    ("verdict", "words"), [("no_evidence", "No evidence of change"), ("too_few", "Too few answers")]
)
def test_no_movement_is_claimed_without_evidence(verdict, words):
    shown = reading(Result(verdict=verdict, difference=9.0, better=True))

    assert (shown.verdict.label, shown.verdict.tone) == (words, "plain")
    assert "9" not in shown.verdict.label


def test_a_result_of_the_metrics_slice_is_read_through_its_change():
    change = SimpleNamespace(verdict="up", better=True, difference=3.0)
    result = SimpleNamespace(
        value=50.0, n=12, low=40.0, high=60.0, metric=SimpleNamespace(unit="percent"), change=change
    )

    shown = reading(result)

    assert (shown.value, shown.verdict.label) == ("50.0%", "3.0")


def test_a_drawn_score_says_everything_in_words_too():
    html = score(Result(verdict="no_evidence"), label="NPS")

    for words in ("NPS", "32.0", "28.0 to 36.0", "410 answers", "No evidence of change"):
        assert words in html


def test_a_label_is_escaped():
    assert "<i>" not in score(replace(Result(), n=1), label="<i>x</i>")
