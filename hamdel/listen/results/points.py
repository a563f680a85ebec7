"""Points of a quiz: their mean and how many passed, from how often each set of marked answers was given."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hamdel.listen.results.asking import ask_settled
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import rows_of
from hamdel.listen.results.figures import said as in_words
from hamdel.listen.surveys.definition import is_marked
from hamdel.listen.surveys.definition.form import ABOUT
from hamdel.listen.surveys.models import SurveyVersion
from hamdel.measure.metrics.scores import mean, share
from hamdel.ui import formats
from hamdel.ui.score import answers

# Answers by question, what rules ask besides them (language, channel, touchpoint), and how many gave these.
Given = tuple[dict[str, Any], Sequence[str] | None, int]
SETS = """
SELECT given, about, count(*) FROM (
    SELECT (SELECT jsonb_object_agg(a.question, a.value) FROM surveys_answer a
            WHERE a.response_id = r.id AND a.question = ANY(%s))::text AS given,
           CASE WHEN %s THEN ARRAY[r.language, r.channel, r.touchpoint] END AS about
    FROM surveys_response r WHERE {where} AND r.version_id = %s
) AS sets GROUP BY 1, 2
"""
SETTLED = """
SELECT mapFilter((key, value) -> has({keys:Array(String)}, key), answers),
       mapFilter((key, value) -> has({keys:Array(String)}, key), texts),
       if({narrowed:Bool}, [language, channel, touchpoint], []) AS about, count()
FROM responses WHERE {where} AND version_id = {version:UUID} GROUP BY 1, 2, 3
"""


def points_of(selection: Selection, versions: Sequence[SurveyVersion]) -> list[tuple[str, str]]:
    """Return the mean of the points and the share that passed, with their intervals, and of how many, in words.

    Versions count together while the most points and the mark to pass are those of the newest.
    """
    where, values = selection.sql()
    points: Counter[float] = Counter()
    passed, most = 0, versions[0].asks.most_points
    for version in versions:
        if _measure(version) != _measure(versions[0]):
            continue
        for given, about, n in _sets(selection, version, where, values):
            reached = version.asks.result(given, dict(zip(ABOUT, about or (), strict=False)))
            points[reached.points] += n
            passed += n if reached.passed else 0
    total, squares = (sum(value**power * n for value, n in points.items()) for power in (1, 2))
    found = mean(sum(points.values()), total, squares, (0, most))
    part = share(passed, sum(points.values()))
    if found is None or part is None:
        return []
    between = _("%(value)s (%(low)s to %(high)s)") % {
        "value": formats.percent(part.value),
        "low": formats.percent(part.low),
        "high": formats.percent(part.high),
    }
    return [
        (_("Mean points"), in_words(found)),
        (_("Passed"), between),
        (_("Counted"), answers(sum(points.values()))),
    ]


def _sets(selection: Selection, version: SurveyVersion, where: str, values: Sequence[Any]) -> Iterator[Given]:
    """Yield each set of answers that points hang on, and where choices have conditions what else those ask for."""
    asks = version.asks
    keys = sorted({question.key for question in asks.questions if is_marked(question)} | asks.narrowed_by)
    narrowed = bool(asks.narrowed)
    for given, about, n in rows_of(SETS.format(where=where), [keys, narrowed, *values, version.id]):
        yield json.loads(given or "{}"), about, n
    for given, said, about, n in ask_settled(
        selection, "sets", SETTLED, keys=keys, narrowed=narrowed, version=version.id
    ):
        yield {key: json.loads(value) for key, value in given.items()} | said, about, n


def _measure(version: SurveyVersion) -> tuple[float, float] | None:
    quiz = version.asks.quiz
    return (version.asks.most_points, quiz.pass_percent) if quiz else None
