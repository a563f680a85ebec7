"""What people wrote, searched as a Persian reader means it: ی and ي, half-spaces and digits are alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from hamdel.ground.rules.values import alike
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import ask

MOST = 50
TEXTS = """
SELECT r.id, a.value #>> '{{}}', r.version_id FROM surveys_response r JOIN surveys_answer a ON a.response_id = r.id
WHERE {where} AND a.question = ANY(%s) ORDER BY r.started_at DESC, r.id
"""


@dataclass(frozen=True)
class Written:
    """One text; `response` is None of an anonymous survey."""

    text: str
    response: UUID | None


def texts(selection: Selection, key: str, search: str = "", *, most: int = MOST) -> list[Written]:
    """Return what was written for a question, newest first; of an anonymous survey in no order, without responses."""
    found = list(_matching(selection, key, search))
    if selection.survey.how.anonymous:
        return _shuffled(found, selection, key)[:most] if len(found) >= _least(selection) else []
    return found[:most]


def _matching(selection: Selection, key: str, search: str) -> Iterator[Written]:
    where, values = selection.sql()
    wanted = alike(search.strip()).replace(" ", "")
    is_anonymous = selection.survey.how.anonymous
    # A text that is searched for in an anonymous survey would tell whether somebody wrote it.
    for response, text, _version in ask(TEXTS.format(where=where), [*values, [key, f"{key}.other"]]):
        if is_anonymous or not wanted or wanted in alike(text).replace(" ", ""):
            yield Written(text, None if is_anonymous else response)


def _least(selection: Selection) -> int:
    return selection.survey.how.smallest_group


def _shuffled(found: list[Written], selection: Selection, key: str) -> list[Written]:
    """Shuffle alike each time, so that loading again shows nothing about the order."""
    ordered = sorted(found, key=lambda one: one.text)
    random.Random(f"{selection.survey.id}{key}{len(found)}").shuffle(ordered)
    return ordered
