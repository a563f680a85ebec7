"""The rows of an export: one for each response; of an anonymous survey one for each value, tied to nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import rows_of, size_of
from hamdel.listen.results.exports.columns import Column, columns_of
from hamdel.listen.results.figures import Shown, together
from hamdel.listen.results.releasing import counted_safely
from hamdel.listen.results.texts import released_texts
from hamdel.listen.results.versions import Asked

AT_A_TIME = 2000
ROWS = """
SELECT r.id::text, v.number, r.started_at, r.completed_at, late.at, r.channel, r.touchpoint, r.place, r.language,
       r.customer_id::text, r.version_id,
       (SELECT jsonb_object_agg(a.question, a.value) FROM surveys_answer a WHERE a.response_id = r.id)::text
FROM surveys_response r JOIN surveys_surveyversion v ON v.id = r.version_id
     LEFT JOIN surveys_latearrival late ON late.response_id = r.id
WHERE {where} AND (r.started_at, r.id) > (%s, %s) ORDER BY r.started_at, r.id LIMIT %s
"""
BEFORE_ALL = (datetime(1, 1, 2, tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True)
class Sheet:
    """What an export writes: columns, and rows in their order."""

    columns: list[Column]
    rows: Iterator[list[Any]]


def sheet_of(selection: Selection, questions: list[Asked], language: str, *, shows_whom: bool) -> Sheet:
    """Return the sheet of a selection. Rows are read as they are written, some thousands at a time."""
    if selection.survey.how.anonymous:
        return _anonymous(selection, questions, language)
    about = _about(shows_whom=shows_whom)
    columns = columns_of(questions, language)
    versions = {asked.key: asked.together for asked in questions}
    return Sheet([*about, *columns], _rows(selection, columns, versions, shows_whom=shows_whom))


def _about(*, shows_whom: bool) -> list[Column]:
    named = [
        ("response", _("Response"), "text"),
        ("version", _("Version"), "number"),
        ("started_at", _("Started"), "moment"),
        ("completed_at", _("Completed"), "moment"),
        # Empty but for what a kiosk brought after the survey had ended.
        ("arrived_late_at", _("Arrived after the end"), "moment"),
        ("channel", _("Channel"), "text"),
        ("touchpoint", _("Touchpoint"), "text"),
        ("place", _("Place"), "text"),
        ("language", _("Language"), "text"),
        *([("customer", _("Customer"), "text")] if shows_whom else []),
    ]
    return [Column(name, label, kind, lambda _answers: None) for name, label, kind in named]


def _rows(
    selection: Selection, columns: list[Column], versions: dict[str, frozenset], *, shows_whom: bool
) -> Iterator[list[Any]]:
    """Read the rows in stretches, each in a transaction of its own: a long file holds nobody up."""
    zone, after = selection.survey.workspace.zone, BEFORE_ALL
    with inside(selection.survey.workspace_id):
        where, values = selection.sql()
    while True:
        with inside(selection.survey.workspace_id):
            found = rows_of(ROWS.format(where=where), [*values, *after, AT_A_TIME])
        for *about, customer, version, text in found:
            answers = {
                key: value
                for key, value in json.loads(text or "{}").items()
                if version in versions.get(key.partition(".")[0], ())
            }
            yield [
                *(one.astimezone(zone) if isinstance(one, datetime) else one for one in about),
                *([customer] if shows_whom else []),
                *(column.read(answers) for column in columns),
            ]
        if len(found) < AT_A_TIME:
            return
        after = (found[-1][2], UUID(found[-1][0]))


def _anonymous(selection: Selection, questions: list[Asked], language: str) -> Sheet:
    columns = [
        Column("question", _("Question"), "text", lambda _answers: None),
        Column("answer", _("Answer"), "text", lambda _answers: None),
        Column("n", _("How many"), "number", lambda _answers: None),
    ]
    return Sheet(columns, iter(_counts(selection, questions, language)))


def _counts(selection: Selection, questions: list[Asked], language: str) -> list[list[Any]]:
    """Return each question's answers with how many gave them, in the groups of the page.

    No row holds two answers of one person, and no other groups are made that could be subtracted from the page's.
    """
    survey, rows = selection.survey, []
    least = survey.how.smallest_group
    if size_of(selection).n < least:
        return []
    for key, found in counted_safely(selection, questions).items():
        one = Shown(found, survey, language, least)
        rows += [[key, text, 1] for text in released_texts(selection, found)]
        for name, told in found.parts.items():
            place = f"{key}.{name}" if name else key
            if set().union(*told.groups) == {True, False}:
                rows += [[place, _("Yes"), told.counts[True]]] if len(told.groups) == 2 else []
                continue
            for group in told.groups:
                rows.append([place, together(one, group, told), told.n_of(group)])
    return rows
