"""Taking the pages that respondents post: many in one transaction, each with an outcome of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from hamdel.ground.access.limits import addresses_at_limit
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.links import Link, Place, Visit, follow
from hamdel.listen.surveys.standing import AlreadyAnswered, Standing, SurveyFull, WrongPage
from hamdel.listen.surveys.storing import store
from hamdel.listen.surveys.tallies import store_tallies


@dataclass(frozen=True, slots=True)
class Submission:
    """One posted page. `page` is its number as it was sent, `address` the sender's network address."""

    visit: Visit
    typed: Mapping[str, str]
    page: str = "0"
    address: str = ""
    # The query of the address, which answers hidden questions and no others.
    query: Mapping[str, str] = field(default_factory=dict)
    # Files that were kept a moment ago, by question.
    files: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    # What must be answered may be missing: nobody is there any more to be asked again.
    may_lack: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """The page is stored. `following` is None at the end; `link` and `secret` lead back to the response."""

    link: Link
    secret: str
    following: int | None
    language: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Answers do not fit: question key to code. Nothing of the page is stored."""

    page: int
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Over:
    """The survey takes no more answers from this link."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The secret leads nowhere, or its sender has guessed too often to be told."""

    is_limited: bool = False


Outcome = Saved | Refused | Over | Unknown


def take(submissions: Sequence[Submission]) -> list[Outcome]:
    """Store the posted pages and return the outcome of each, in order. When it returns, what is Saved is durable.

    Pages of one response are taken one after the other. A survey or customer erased at this very moment fails the
    whole transaction; then each page is taken alone.
    """
    try:
        return _take(submissions)
    except IntegrityError:
        if len(submissions) == 1:
            raise
        return [outcome for submission in submissions for outcome in _take([submission])]


def _take(submissions: Sequence[Submission]) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    with across_workspaces():
        waiting = list(range(len(submissions)))
        while waiting:
            waiting = _round(submissions, waiting, outcomes)
    return [outcomes[n] for n in range(len(submissions))]


def _round(
    submissions: Sequence[Submission], waiting: Sequence[int], outcomes: dict[int, Outcome]
) -> list[int]:
    """Take what waits; return what must be taken again, because another process began the same response first."""
    limited = addresses_at_limit({submissions[n].address for n in waiting})
    allowed = [n for n in waiting if submissions[n].address not in limited]
    outcomes |= {n: Unknown(is_limited=True) for n in waiting if n not in set(allowed)}
    places = follow([submissions[n].visit for n in allowed], for_change=True)
    owners: dict[int, UUID] = {}
    for n, place in zip(allowed, places, strict=True):
        outcomes[n] = _outcome(submissions[n], place)
        if place and place.standing:
            owners[n] = place.standing.id
    standings = {id(place.standing): place.standing for place in places if place and place.standing}
    lost = store(list(standings.values()))
    _uncount(places, lost)
    store_tallies({id(p.tallies): p.tallies for p in places if p and p.tallies}.values())
    return [n for n in allowed if owners.get(n) in lost] if lost else []


def _uncount(places: Sequence[Place | None], lost: set[UUID]) -> None:
    gone = {p.standing.id: p for p in places if p and p.tallies and p.standing and p.standing.id in lost}
    for place in gone.values():
        if place.tallies and place.standing and place.standing.completed_at and not place.standing.quota:
            met = place.standing.asks.quotas_met(place.standing.facts)
            place.tallies.uncount([quota.key for quota in met])


def _outcome(submission: Submission, place: Place | None) -> Outcome:
    visit = submission.visit
    if place is None:
        return Unknown()
    standing = place.standing
    if standing is None or not place.may_answer(at=visit.at, is_owed=visit.is_owed):
        return Over()
    at = place.survey.coarse(visit.at)
    try:
        following = _save(submission, place, standing, at)
    except WrongPage as wrong:
        return Refused(wrong.page, wrong.errors)
    except (AlreadyAnswered, SurveyFull):
        return Over()
    leads_back = visit.link == Link.PERSONAL and not standing.is_anonymous
    link = Link.PERSONAL if leads_back else Link.RESPONSE
    return Saved(link, place.secret, following, standing.language)


def _save(submission: Submission, place: Place, standing: Standing, at: datetime) -> int | None:
    """Save the page; the first thing posted for a quiz with a time limit starts its clock and saves nothing."""
    is_beginning = standing.is_new and not standing.is_touched
    if is_beginning:
        standing.hear({**submission.query, **submission.typed}, at=at)
    if is_beginning and standing.seconds is not None:
        return standing.begin()
    asks = standing.asks
    first = asks.next_page(-1, standing.facts) or 0
    page = first if is_beginning else page_number(submission.page, len(asks.pages))
    return standing.save_page(
        page,
        submission.typed,
        at=at,
        limits=place.limits,
        files=submission.files,
        query=submission.query,
        may_lack=submission.may_lack,
    )


def page_number(text: str, pages: int) -> int:
    """Return the page asked for; the first for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) < pages else 0
