"""The answers of an anonymous survey as far as they are released: read day by day, told by `protection`."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hamdel.ground.calendar.days import local_day, start_of_day
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import IN_OWN_WORDS, Counted, rows_of
from hamdel.listen.results.protection import (
    Published,
    PublishedTable,
    Release,
    published,
    published_table,
    released,
)
from hamdel.listen.results.tallies import month_of
from hamdel.listen.results.versions import Asked
from hamdel.listen.surveys.definition import RECOMMENDING, Kind, values_of
from hamdel.listen.surveys.models import Survey

DAYS = """
SELECT r.completed_at, count(*) FROM surveys_response r
WHERE r.survey_id = %s AND r.completed_at IS NOT NULL AND r.quota = '' GROUP BY 1 ORDER BY 1
"""
ANSWERS = """
WITH chosen AS MATERIALIZED (SELECT r.id, r.version_id, r.completed_at FROM surveys_response r WHERE {where})
SELECT c.completed_at, c.version_id, a.question,
       CASE WHEN a.question = ANY(%s) OR a.question LIKE '%%.other' THEN 'null' ELSE a.value::text END, count(*)
FROM chosen c JOIN surveys_answer a ON a.response_id = c.id GROUP BY 1, 2, 3, 4
"""
ABOUT = "SELECT r.completed_at, r.{what}, count(*) FROM surveys_response r WHERE {where} GROUP BY 1, 2"
BOTH = """
SELECT r.completed_at, {names}, count(*) FROM surveys_response r {joins} WHERE {where} GROUP BY 1, 2, 3
"""
# Of these no value is told, only their means.
MEANS = frozenset({Kind.NUMBER, Kind.SLIDER, Kind.RANKING, Kind.CONSTANT_SUM})
CROSSABLE = frozenset({Kind.SCORE, Kind.SINGLE})
BESIDE = ("channel", "language")


def release_of(survey: Survey, *, at: datetime) -> Release:
    """Return what is released of a survey at a moment."""
    zone = survey.workspace.timezone
    today = start_of_day(local_day(at, zone), zone)
    return released(rows_of(DAYS, [survey.id]), survey.how.smallest_group, today=today)


def counted_safely(selection: Selection, questions: Iterable[Asked]) -> dict[str, Counted]:
    """Return the counts of each question as of the last release that holds enough newcomers' answers to it."""
    release, least = selection.release, selection.survey.how.smallest_group
    assert release is not None
    found = {asked.key: asked for asked in questions}
    steps: dict[str, list[Counter[str]]] = {}
    where, values = selection.sql()
    unread = [key for key, asked in found.items() if asked.question.kind in IN_OWN_WORDS]
    for moment, version, name, given, n in rows_of(ANSWERS.format(where=where), [*values, unread]):
        asked = found.get(name.partition(".")[0])
        if asked is not None and version in asked.together:
            listed = steps.setdefault(name, [Counter() for _moment in release.moments])
            listed[bisect_left(release.moments, moment)][given] += n
    calendar = selection.survey.workspace.calendar
    return {key: _counted(asked, steps, release, least, calendar) for key, asked in found.items()}


def _counted(
    asked: Asked, steps: dict[str, list[Counter[str]]], release: Release, least: int, calendar: str
) -> Counted:
    none = [Counter[str]() for _moment in release.moments]
    own = steps.get(asked.key, none)
    # As one value: what is told apart of it is told below, part by part.
    whole = published([Counter({True: step.total()}) for step in own], [True], least)
    words = steps.get(f"{asked.key}.other", none)
    others = published([Counter({True: step.total()}) for step in words], [True], least)
    one = Counted(asked, others=others[-1].counts.total() if others else 0)
    one.until = {
        name: release.moments[found[-1].release]
        for name, found in ((asked.key, whole), (f"{asked.key}.other", others))
        if found
    }
    if whole and asked.question.kind not in IN_OWN_WORDS:
        one.n = whole[-1].counts.total()
        total: Counter[str] = Counter()
        for step in own[: whole[-1].release + 1]:
            total.update(step)
        one.values = [(json.loads(given), n) for given, n in total.items()]
        one.parts = {
            name: history[-1] for name, history in histories(asked, own, least, calendar).items() if history
        }
    elif whole:
        one.n = whole[-1].counts.total()
    return one


def histories(
    asked: Asked, steps: Sequence[Counter[str]], least: int, calendar: str
) -> dict[str, list[Published]]:
    """Return what was published of each part of a question: of its choices, of its rows, "" of the whole.

    Dates are counted by the calendar's months.
    """
    question = asked.question
    if question.kind in MEANS - {Kind.RANKING}:
        return {}
    read = [[(json.loads(given), n) for given, n in step.items()] for step in steps]
    if question.kind in {Kind.MULTIPLE, Kind.RANKING}:
        return {
            choice: published([_choosers(step, choice) for step in read], [True, False], least)
            for choice in values_of(question)
        }
    if question.kind == Kind.MATRIX:
        columns = [choice.value for choice in question.choices]
        if question.several:
            return {
                f"{row.value}.{column}": published(
                    [_choosers(_row(step, row.value), column) for step in read], [True, False], least
                )
                for row in question.rows
                for column in columns
            }
        return {
            row.value: published([_sum(_row(step, row.value)) for step in read], columns, least)
            for row in question.rows
        }
    if question.kind == Kind.DATE:  # a day of somebody's life is theirs alone
        read = [[(month_of(value, calendar), n) for value, n in step] for step in read]
    steps_of_values = [_sum(step) for step in read]
    return {"": published(steps_of_values, _known(asked), least, bands=_bands(asked))}


def _known(asked: Asked) -> list[Any]:
    question = asked.question
    if question.kind == Kind.SCORE:
        low, high = question.scale(asked.metric)
        return list(range(low, high + 1))
    return list(values_of(question))


def _bands(asked: Asked) -> list[list[int]] | None:
    """Return the parts of a scale that mean something else, in order; None for what has none."""
    if asked.question.kind != Kind.SCORE:
        return None
    if asked.metric in RECOMMENDING:
        return [list(range(7)), [7, 8], [9, 10]]
    return [_known(asked)]


def _sum(step: Iterable[tuple[Any, int]]) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for value, n in step:
        counts[value] += n
    return counts


def _row(step: Iterable[tuple[Any, int]], row: str) -> list[tuple[Any, int]]:
    return [(value[row], n) for value, n in step if row in value]


def _choosers(step: Iterable[tuple[Any, int]], choice: str) -> Counter[bool]:
    counts: Counter[bool] = Counter()
    for value, n in step:
        counts[choice in value] += n
    return counts


def about_safely(selection: Selection, what: str) -> list[Published]:
    """Return how many came by each `channel` or in each `language`, as it was published."""
    assert selection.release is not None
    moments = selection.release.moments
    steps: list[Counter[str]] = [Counter() for _moment in moments]
    where, values = selection.sql()
    for moment, name, n in rows_of(ABOUT.format(what=_column(what), where=where), values):
        steps[bisect_left(moments, moment)][name] += n
    return published(steps, [], selection.survey.how.smallest_group)


def crossed_safely(selection: Selection, row: Asked | str, column: Asked | str) -> PublishedTable | None:
    """Return the table of two questions that may be shown, None for none. One way round, whatever is asked for."""
    if _name(row) > _name(column):
        table = crossed_safely(selection, column, row)
        turned = Counter({(y, x): n for (x, y), n in table.cells.items()}) if table else Counter()
        return replace(table, rows=table.columns, columns=table.rows, cells=turned) if table else None
    assert selection.release is not None
    moments, least = selection.release.moments, selection.survey.how.smallest_group
    steps: list[Counter[tuple[Any, Any]]] = [Counter() for _moment in moments]
    where, values = selection.sql()
    names, joins, joined = [], [], []
    for alias, side in (("x", row), ("y", column)):
        if isinstance(side, str):
            names.append(f"to_json(r.{_column(side)})::text")
            continue
        joins.append(
            f"LEFT JOIN surveys_answer {alias} ON {alias}.response_id = r.id AND {alias}.question = %s"
            f" AND r.version_id = ANY(%s)"
        )
        joined += [side.key, list(side.together)]
        names.append(f"{alias}.value::text")
    sql = BOTH.format(names=", ".join(names), joins=" ".join(joins), where=where)
    for moment, x, y, n in rows_of(sql, [*joined, *values]):
        steps[bisect_left(moments, moment)][json.loads(x or "null"), json.loads(y or "null")] += n
    sides = [_side(one, steps, place, least) for place, one in enumerate((row, column))]
    return published_table(steps, sides[0], sides[1], least)


def _side(
    side: Asked | str, steps: Sequence[Counter[tuple[Any, Any]]], place: int, least: int
) -> list[Published]:
    """Return what was published of one side alone: the same as its own figure says."""
    own = []
    for step in steps:
        counts: Counter[Any] = Counter()
        for pair, n in step.items():
            if pair[place] is not None:
                counts[pair[place]] += n
        own.append(counts)
    if isinstance(side, str):
        return published(own, [], least)
    return published(own, _known(side), least, bands=_bands(side))


def _name(side: Asked | str) -> str:
    return side if isinstance(side, str) else f"q.{side.key}"


def _column(what: str) -> str:
    if what not in BESIDE:
        raise ValueError(what)
    return what
