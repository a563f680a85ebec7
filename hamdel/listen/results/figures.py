"""One question's answers as it is shown: a score, pictures, a table of rows, or what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hamdel.listen.results import tallies
from hamdel.listen.results.counting import IN_OWN_WORDS, Counted
from hamdel.listen.results.protection import merged
from hamdel.listen.surveys.definition import NONE, OTHER, Kind, in_words
from hamdel.listen.surveys.models import Survey
from hamdel.measure.metrics.scores import Estimate
from hamdel.measure.metrics.survey_scores import SurveyScore, survey_score
from hamdel.ui import formats
from hamdel.ui.charts import Bars, Columns, Figure, Point, Series
from hamdel.ui.score import written


@dataclass(frozen=True)
class Heat:
    """A matrix: each row's shares of its columns, from 0 to 100."""

    columns: list[str]
    rows: list[tuple[str, int, list[tuple[int, float]]]]


@dataclass
class Shown:
    """One question of the results page. `least` is 0, or the smallest group of an anonymous survey."""

    counted: Counted
    survey: Survey
    language: str
    least: int = 0
    score: SurveyScore | None = None
    figures: list[Figure] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    heat: Heat | None = None
    has_texts: bool = False
    is_hidden: bool = False

    @property
    def key(self) -> str:
        return self.counted.asked.key

    @property
    def n(self) -> int:
        return self.counted.n

    @property
    def apart(self) -> str:
        return "، ".join(formats.number(n) for n in self.counted.asked.apart)

    @property
    def title(self) -> str:
        asked = self.counted.asked
        return asked.definition.local(asked.question.text, self.language) or asked.key


def shown(found: Counted, survey: Survey, language: str, *, least: int = 0) -> Shown:
    """Return a question as it is shown. Of an anonymous one too few answered, nothing is."""
    one = Shown(found, survey, language, least)
    if found.n < least:
        one.is_hidden = True
        return one
    kind = found.asked.question.kind
    if kind in IN_OWN_WORDS:
        one.has_texts = found.n > 0 and kind != Kind.FILE and not (least and kind in {Kind.PHONE, Kind.EMAIL})
    elif found.n:
        DRAW[kind](one)
        one.has_texts = found.others > max(0, least - 1)
    return one


def label(one: Shown, value: Any) -> str:
    """Return a choice, a row or a number in words."""
    asked = one.counted.asked
    question = asked.question
    texts = {item.value: item.text for item in (*question.choices, *question.rows)}
    texts |= {key: words for key, words in ((OTHER, question.other), (NONE, question.none)) if words}
    if value in texts:
        return asked.definition.local(texts[value], one.language) or str(value)
    if question.kind == Kind.DATE:
        return in_words(asked.definition, question, {question.key: value}, one.language)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return formats.number(value) if isinstance(value, int | float) else str(value)


def _score(one: Shown) -> None:
    question = one.counted.asked.question
    metric = question.metric or one.survey.scores_by
    low, high = question.scale(metric)
    counts = dict.fromkeys(range(low, high + 1), 0)
    counts |= {int(score): n for score, n in one.counted.values}
    one.score = survey_score(metric.value if metric else "", counts, (low, high))
    if one.least:
        _bars(one, {value: (n, one.n) for value, n in counts.items()})
    else:
        points = tuple(Point(formats.number(score), n) for score, n in counts.items())
        one.figures.append(Columns(title=_("How the scores fall"), series=(Series(_("Answers"), points),)))


def _choices(one: Shown) -> None:
    _bars(one, {option.value: (option.n, option.of) for option in tallies.options(one.counted)})


def _bars(one: Shown, counts: Mapping[Any, tuple[int, int]]) -> None:
    """Draw shares as bars; those of an anonymous survey that are too small, as one."""
    points = []
    for group in _groups({value: n for value, (n, _of) in counts.items()}, one.least):
        n = sum(counts[value][0] for value in group)
        of = max(counts[value][1] for value in group)
        words = (
            label(one, next(iter(group)))
            if len(group) == 1
            else _("Others together")
            if len(group) < len(counts)
            else _("All answers together")
        )
        points.append(_point(words, tallies.Option(None, min(n, of), of).share, n))
    one.figures.append(
        Bars(
            title=one.title, unit="percent", series=(Series(_("Percentage"), tuple(points)),), bounds=(0, 100)
        )
    )


def _groups(counts: Mapping[Any, int], least: int) -> list[list[Any]]:
    if not least:
        return [[value] for value in counts]
    return [[value for value in counts if value in group] for group in merged(counts, least)]


def _point(words: str, found: Estimate | None, n: int) -> Point:
    if found is None:
        return Point(words, None)
    return Point(words, found.value, found.low, found.high, n)


def _matrix(one: Shown) -> None:
    asked = one.counted.asked
    columns = [choice.value for choice in asked.question.choices]
    answered = tallies.answered_rows(one.counted)
    rows = []
    for row, counts in tallies.by_row(one.counted).items():
        small = one.least and any(counts[column] < one.least for column in columns)
        cells = [
            (counts[column], 100 * counts[column] / answered[row] if answered[row] else 0.0)
            for column in columns
        ]
        if not one.least or answered[row] >= one.least:
            rows.append((label(one, row), answered[row], [] if small else cells))
    one.heat = Heat([label(one, column) for column in columns], rows)


def _ranking(one: Shown) -> None:
    points = [
        _point(label(one, ranked.value), ranked.place, ranked.place.n if ranked.place else 0)
        for ranked in tallies.ranking(one.counted)
        if ranked.place and ranked.place.n >= max(one.least, 1)
    ]
    series = (Series(_("Mean place"), tuple(points)),)
    one.figures.append(Bars(title=one.title, unit="score", series=series, note=_("1 is the best place.")))


def _sums(one: Shown) -> None:
    points = tuple(_point(label(one, value), found, one.n) for value, found in tallies.sums(one.counted))
    one.figures.append(Bars(title=one.title, unit="score", series=(Series(_("Mean"), points),)))


def _numbers(one: Shown) -> None:
    counts = tallies.numbers(one.counted.values)
    for words, found in ((_("Mean"), tallies.mean_of(counts)), (_("Median"), tallies.median_of(counts))):
        if found and not (one.least and words == _("Median")):
            one.facts.append((words, said(found)))
    bins = tallies.histogram(counts)
    if one.least:
        groups = merged({i: found.n for i, found in enumerate(bins)}, one.least)
        bins = [bins[next(iter(group))] for group in groups if len(group) == 1]
    points = tuple(Point(_span(found), found.n) for found in bins)
    if points:
        one.figures.append(Columns(title=one.title, series=(Series(_("Answers"), points),)))


def said(found: Estimate) -> str:
    """Return an estimate with its interval in words."""
    value = written(found.value, "score")
    if found.low is None or found.high is None:
        return value
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": value,
        "low": written(found.low, "score"),
        "high": written(found.high, "score"),
    }


def _span(found: tallies.Bin) -> str:
    start, end = formats.tick(found.start), formats.tick(found.end)
    return start if found.start == found.end else f"{start}–{end}"


def _dates(one: Shown) -> None:
    counts = {value[:7]: 0 for value, _n in sorted(one.counted.values)}
    for value, n in one.counted.values:
        counts[value[:7]] += n
    if one.least:
        kept = {value for group in merged(counts, one.least) if len(group) == 1 for value in group}
        counts = {value: n for value, n in counts.items() if value in kept}
    points = tuple(Point(label(one, f"{month}-15")[:24], n) for month, n in counts.items())
    if points:
        one.figures.append(Columns(title=one.title, series=(Series(_("Answers"), points),)))


DRAW: dict[Kind, Callable[[Shown], None]] = {
    Kind.SCORE: _score,
    Kind.SINGLE: _choices,
    Kind.MULTIPLE: _choices,
    Kind.CONSENT: _choices,
    Kind.HIDDEN: _choices,
    Kind.MATRIX: _matrix,
    Kind.RANKING: _ranking,
    Kind.CONSTANT_SUM: _sums,
    Kind.SLIDER: _numbers,
    Kind.NUMBER: _numbers,
    Kind.DATE: _dates,
}
