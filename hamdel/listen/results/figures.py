"""One question's answers as it is shown: a score, pictures, a table of rows, or what people wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hamdel.ground.calendar.words import format_month
from hamdel.listen.results import tallies
from hamdel.listen.results.counting import IN_OWN_WORDS, Counted
from hamdel.listen.results.protection import Group, Published
from hamdel.listen.surveys.definition import NONE, OTHER, RECOMMENDING, Kind, Metric, in_words, piped
from hamdel.listen.surveys.models import Survey
from hamdel.measure.metrics.scores import Estimate
from hamdel.measure.metrics.survey_scores import SurveyScore, survey_score
from hamdel.ui import formats
from hamdel.ui.charts import Bars, Columns, Figure, Point, Series
from hamdel.ui.score import written

# Of what links answer there may be as many values as people.
MOST_OPTIONS = 40


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
    notes: list[str] = field(default_factory=list)
    heat: Heat | None = None
    has_texts: bool = False
    latest: list[str] = field(default_factory=list)
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
        return piped(asked.definition, asked.question.text, {}, self.language) or asked.key


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
        one.has_texts = found.others > 0
        if least and not (one.score or one.facts or one.figures or one.heat or one.notes):
            one.notes.append(_("These answers make no groups that are large enough to be told apart."))
    return one


def label(one: Shown, value: Any) -> str:
    """Return a choice, a row or a number in words."""
    asked = one.counted.asked
    question = asked.question
    texts = {item.value: item.name for item in (*question.choices, *question.rows)}
    texts |= {key: words for key, words in ((OTHER, question.other), (NONE, question.none)) if words}
    if value in texts:
        return piped(asked.definition, texts[value], {}, one.language) or str(value)
    if question.kind == Kind.DATE and one.least:
        return month_in_words(value)
    if question.kind == Kind.DATE:
        return in_words(asked.definition, question, {question.key: value}, one.language)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return formats.number(value) if isinstance(value, int | float) else str(value)


def _score(one: Shown) -> None:
    question = one.counted.asked.question
    metric = one.counted.asked.metric
    low, high = question.scale(metric)
    counts: dict[int, int] = dict.fromkeys(range(low, high + 1), 0)
    counts |= {int(score): n for score, n in one.counted.values}
    name = metric.value if metric else ""
    if one.least:
        one.score = widest_score(name, counts, (low, high))
        _groups(one)
        return
    one.score = survey_score(name, counts, (low, high))
    for words, found in score_shares(metric, counts):
        one.facts.append((words, _share_said(found)))
    points = tuple(Point(formats.number(score), n) for score, n in counts.items())
    one.figures.append(Columns(title=_("How the scores fall"), series=(Series(_("Answers"), points),)))


def score_shares(metric: Metric | None, counts: Mapping[int, int]) -> list[tuple[str, Estimate]]:
    """Return the shares a score is read by: the three groups of an NPS, the top boxes of CSAT and CES 2.0."""
    if metric in RECOMMENDING:
        bands = [(_("Promoters"), 9, 10), (_("Passives"), 7, 8), (_("Detractors"), 0, 6)]
    elif metric == Metric.CSAT:
        bands = [(_("Satisfied (4 and 5)"), 4, 5)]
    elif metric == Metric.CES2:
        bands = [(_("Found it easy (5 to 7)"), 5, 7)]
    else:
        return []
    n = sum(counts.values())
    found = [
        (words, tallies.share(sum(counts.get(score, 0) for score in range(low, high + 1)), n))
        for words, low, high in bands
    ]
    return [(words, estimate) for words, estimate in found if estimate]


def widest_score(metric: str, counts: Mapping[int, int], scale: tuple[int, int]) -> SurveyScore:
    """Return a score with the widest interval answers of this value can have.

    The exact one is reckoned from how the answers fall, and tells it: how many detractors there are, if only one.
    """
    low, high = scale
    n = sum(counts.values())
    if metric in RECOMMENDING:
        net = sum(times for score, times in counts.items() if score >= 9)
        net -= sum(times for score, times in counts.items() if score <= 6)
        above = (n + net) / 2
    else:
        above = (sum(score * times for score, times in counts.items()) - n * low) / (high - low)
    ends: dict[int, Any] = {low: n - above, high: above}
    score = survey_score(metric, ends, scale)
    return replace(score, estimate=score.estimate and replace(score.estimate, n=n))


def _choices(one: Shown) -> None:
    if one.least:
        _choosers(one) if one.counted.asked.question.kind == Kind.MULTIPLE else _groups(one)
        return
    options = tallies.options(one.counted)
    if len(options) > MOST_OPTIONS:
        options = sorted(options, key=lambda option: -option.n)[:MOST_OPTIONS]
        one.notes.append(
            _("The %(n)s most frequent answers are shown.") % {"n": formats.number(MOST_OPTIONS)}
        )
    _bars(one, [_point(label(one, option.value), option.share, option.n) for option in options])


def _groups(one: Shown) -> None:
    """Draw what may be told apart of an anonymous question; what is too small to be, as one."""
    told = one.counted.parts.get("")
    if told is None:
        return
    counts = [(group, told.n_of(group)) for group in told.groups]
    _bars(one, [_point(together(one, group, told), tallies.share(n, one.n), n) for group, n in counts])


def _choosers(one: Shown) -> None:
    points = [
        _point(label(one, choice), tallies.share(told.counts[True], told.counts.total()), told.counts[True])
        for choice, told in one.counted.parts.items()
        if len(told.groups) == 2
    ]
    if len(points) < len(one.counted.parts):
        one.notes.append(_("Choices that too few made, or too few left out, are not shown."))
    if points:
        _bars(one, points)


def together(one: Shown, group: Group, told: Published) -> str:
    """Return what a group of values is called."""
    if len(group) == 1:
        return label(one, next(iter(group)))
    known = set().union(*told.groups)
    if one.counted.asked.question.kind == Kind.SCORE and group != known:
        runs = _runs(sorted(group))
        return _(" and ").join(
            formats.number(low) if low == high else f"{formats.number(low)}–{formats.number(high)}"
            for low, high in runs
        )
    return _("Others together") if group != known else _("All answers together")


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return neighbours as (first, last)."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _bars(one: Shown, points: Iterable[Point]) -> None:
    series = (Series(_("Percentage"), tuple(points)),)
    one.figures.append(Bars(title=one.title, unit="percent", series=series, bounds=(0, 100)))


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
        n, cells = answered[row], [counts[column] for column in columns]
        if one.least:
            n, cells = _released_row(one.counted, row, columns)
        if n or not one.least:
            rows.append((label(one, row), n, [(count, 100 * count / n if n else 0.0) for count in cells]))
    one.heat = Heat([label(one, column) for column in columns], rows)


def _released_row(found: Counted, row: str, columns: list[str]) -> tuple[int, list[int]]:
    """Return how many answered a row of an anonymous matrix, and its counts if none of them is small."""
    several = [found.parts.get(f"{row}.{column}") for column in columns]
    if found.asked.question.several:
        told = [one for one in several if one and len(one.groups) == 2]
        n = told[0].counts.total() if len(told) == len(columns) else 0
        return n, [one.counts[True] for one in told] if n else []
    one = found.parts.get(row)
    if one is None:
        return 0, []
    whole = all(len(group) == 1 for group in one.groups)
    return one.counts.total(), [one.counts[column] for column in columns] if whole else []


def _ranking(one: Shown) -> None:
    points = [
        _point(label(one, ranked.value), ranked.place, ranked.place.n)
        for ranked in tallies.ranking(one.counted, is_widest=bool(one.least))
        if ranked.place and (not one.least or _is_ranked(one.counted.parts.get(ranked.value)))
    ]
    series = (Series(_("Mean place"), tuple(points)),)
    one.figures.append(Bars(title=one.title, unit="score", series=series, note=_("1 is the best place.")))


def _is_ranked(told: Published | None) -> bool:
    """Tell whether everybody ranked this choice of an anonymous survey, or enough did and enough did not."""
    return told is not None and (len(told.groups) == 2 or not told.counts[False])


def _sums(one: Shown) -> None:
    found = tallies.sums(one.counted, is_widest=bool(one.least))
    points = tuple(_point(label(one, value), mean, one.n) for value, mean in found)
    one.figures.append(Bars(title=one.title, unit="score", series=(Series(_("Mean"), points),)))


def _numbers(one: Shown) -> None:
    counts = tallies.numbers(one.counted.values)
    mean = tallies.mean_number(one.counted, is_widest=bool(one.least))
    if mean:
        one.facts.append((_("Mean"), said(mean)))
    if one.least:
        return
    if median := tallies.median_of(counts):
        one.facts.append((_("Median"), said(median)))
    points = tuple(Point(_span(found), found.n) for found in tallies.histogram(counts))
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


def _share_said(found: Estimate) -> str:
    """Return a share with its interval in words."""
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": formats.percent(found.value),
        "low": formats.percent(found.low),
        "high": formats.percent(found.high),
    }


def _span(found: tallies.Bin) -> str:
    start, end = formats.tick(found.start), formats.tick(found.end)
    return start if found.start == found.end else f"{start}–{end}"


def _dates(one: Shown) -> None:
    calendar = one.survey.workspace.calendar
    counts: Counter[str] = Counter()
    for value, n in one.counted.values:
        counts[tallies.month_of(value, calendar)] += n
    if one.least:
        told = one.counted.parts.get("")
        kept = {value for group in (told.groups if told else []) if len(group) == 1 for value in group}
        counts = Counter({value: n for value, n in counts.items() if value in kept})
    points = tuple(Point(month_in_words(month), n) for month, n in sorted(counts.items()))
    if points:
        one.figures.append(Columns(title=one.title, series=(Series(_("Answers"), points),)))


def month_in_words(first: str) -> str:
    """Name a month by its first day."""
    display = formats.current()
    return format_month(date.fromisoformat(first), formats.language(), display.calendar)


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
