"""What people wrote, searched as a Persian reader means it: ی and ي, half-spaces and digits are alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection

from hamdel.ground.rules.values import folded
from hamdel.listen.results.asking import ask_settled
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import IN_OWN_WORDS, Counted
from hamdel.listen.results.settled import quickly
from hamdel.listen.results.versions import Asked
from hamdel.listen.surveys.definition import OTHER, Kind

MOST = 50
AT_A_TIME = 2000
TEXTS = """
SELECT r.id, a.value #>> '{{}}', r.score, r.started_at
FROM surveys_response r JOIN surveys_answer a ON a.response_id = r.id
WHERE {where} AND a.question = %s ORDER BY r.started_at DESC, r.id
"""
# ClickHouse reads a column of texts folded already: a word that hardly anybody wrote is found in a moment.
SETTLED = """
SELECT response_id, texts[{question:String}], score, started_at FROM responses
WHERE {where} AND position(folded[{question:String}], {wanted:String}) > 0
ORDER BY started_at DESC, toString(response_id) LIMIT {most:UInt32}
"""
# Of an anonymous survey these would be names.
NAMING = frozenset({Kind.PHONE, Kind.EMAIL, Kind.FILE})


@dataclass(frozen=True)
class Written:
    """One text with the score it goes with; of an anonymous survey nothing is known of where it came from."""

    text: str
    response: UUID | None = None
    score: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Found:
    """The texts of one page, and whether there are more."""

    texts: list[Written]
    has_more: bool = False


def key_of_texts(asked: Asked, *, is_anonymous: bool) -> str | None:
    """Return the key under which a question keeps what people wrote, None for one that has nothing to read."""
    kind = asked.question.kind
    if kind in IN_OWN_WORDS:
        return None if kind == Kind.FILE or (is_anonymous and kind in NAMING) else asked.key
    return f"{asked.key}.{OTHER}" if asked.question.other is not None else None


def texts(selection: Selection, asked: Asked, search: str = "", *, most: int = MOST, skip: int = 0) -> Found:
    """Return what was written for a question, newest first. Not for anonymous surveys: see `released_texts`."""
    key = key_of_texts(asked, is_anonymous=selection.survey.how.anonymous)
    if key is None or selection.survey.how.anonymous:
        return Found([])
    wanted = folded(search)
    found = _newest(selection, key, wanted, skip + most + 1)
    return Found(found[skip : skip + most], has_more=len(found) > skip + most)


def released_texts(selection: Selection, counted: Counted) -> list[str]:
    """Return the texts of an anonymous survey that are released, in no order and from nobody.

    They are not searched: a search would tell whether somebody wrote a word.
    """
    key = key_of_texts(counted.asked, is_anonymous=True)
    until = counted.until.get(key or "")
    if key is None or until is None:
        return []
    where, values = selection.sql()
    where, values = f"{where} AND r.completed_at <= %s", [*values, until]
    found = sorted(one.text for one in _read(where, [*values, key]))
    # Alike each time, so that loading again shows nothing about the order.
    random.Random(f"{selection.survey.id}{key}{len(found)}").shuffle(found)
    return found


def _newest(selection: Selection, key: str, wanted: str, most: int) -> list[Written]:
    """Return the newest texts. Without a word to look for PostgreSQL has them in order."""
    if not wanted:
        return list(islice(_matching(selection, key, wanted), most))
    return quickly(selection, lambda chosen: _found(chosen, key, wanted, most))


def _found(selection: Selection, key: str, wanted: str, most: int) -> list[Written]:
    settled = ask_settled(selection, "found", SETTLED, question=key, wanted=wanted, most=most)
    found = [Written(text, response, score, at) for response, text, score, at in settled]
    found += islice(_matching(selection, key, wanted), most)
    return sorted(found, key=_newest_first)[:most]


def _newest_first(one: Written) -> tuple[float, str]:
    assert one.at is not None
    return -one.at.timestamp(), str(one.response)


def _matching(selection: Selection, key: str, wanted: str) -> Iterator[Written]:
    where, values = selection.sql()
    for one in _read(where, [*values, key]):
        if not wanted or wanted in folded(one.text):
            yield one


def _read(where: str, values: list) -> Iterator[Written]:
    """Read as far as is needed: a page of a million texts is as quick as one of a hundred."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(TEXTS.format(where=where), values)
        while rows := cursor.fetchmany(AT_A_TIME):
            yield from (Written(text, response, score, at) for response, text, score, at in rows)
