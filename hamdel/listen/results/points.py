"""Points of a quiz: their mean and how many passed, from how often each set of marked answers was given."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from hamdel.listen.results.asking import ask_settled
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import ask
from hamdel.listen.results.figures import said as in_words
from hamdel.listen.surveys.definition import is_marked
from hamdel.listen.surveys.models import SurveyVersion
from hamdel.measure.metrics.scores import mean, share
from hamdel.ui import formats
from hamdel.ui.score import answers

SETS = """
SELECT given, count(*) FROM (
    SELECT (SELECT jsonb_object_agg(a.question, a.value) FROM surveys_answer a
            WHERE a.response_id = r.id AND a.question = ANY(%s))::text AS given
    FROM surveys_response r WHERE {where} AND r.version_id = %s
) AS sets GROUP BY 1
"""
SETTLED = """
SELECT mapFilter((key, value) -> has({keys:Array(String)}, key), answers),
       mapFilter((key, value) -> has({keys:Array(String)}, key), texts), count()
FROM responses WHERE {where} AND version_id = {version:UUID} GROUP BY 1, 2
"""


def points_of(selection: Selection, versions: Sequence[SurveyVersion]) -> list[tuple[str, str]]:
    """Return the mean of the points and the share that passed, with their intervals, and of how many, in words.

    Versions count together while the most points and the mark to pass are those of the newest.
    """
    where, values = selection.sql()
    points: Counter[float] = Counter()
    passed, most = 0, versions[0].asks.result({}).most
    for version in versions:
        if _measure(version) != _measure(versions[0]):
            continue
        keys = [question.key for question in version.asks.questions if is_marked(question)]
        sets = [
            (json.loads(given or "{}"), n)
            for given, n in ask(SETS.format(where=where), [keys, *values, version.id])
        ]
        sets += [
            ({key: json.loads(value) for key, value in given.items()} | said, n)
            for given, said, n in ask_settled(selection, "sets", SETTLED, keys=keys, version=version.id)
        ]
        for given, n in sets:
            reached = version.asks.result(given)
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


def _measure(version: SurveyVersion) -> tuple[float, float] | None:
    quiz = version.asks.quiz
    return (version.asks.result({}).most, quiz.pass_percent) if quiz else None
