"""Where a link leads: the open one (`/s/`), the personal one (`/i/`) and the way back to a response (`/r/`).

Many are followed at once with the same few questions, because answers are saved in groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.core.signing import BadSignature, Signer

from hamdel.ground.access.models import digest, new_secret
from hamdel.ground.ids import new_id
from hamdel.know.customers.models import Customer
from hamdel.listen.surveys.definition import Definition, Metric, read_definition
from hamdel.listen.surveys.standing import Given, Standing
from hamdel.listen.surveys.storing import cursor

CHANNELS = {"link", "qr", "web", "email", "sms", "kiosk", "app"}
SHORTEST_ONCE = 32
MOST_DEFINITIONS = 500
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,100}")
_signer = Signer(salt="hamdel.listen.surveys.customer")


class Link(StrEnum):
    """What kind of secret an address has; the value is the first part of its path."""

    OPEN = "s"
    PERSONAL = "i"
    RESPONSE = "r"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a link. `once` is the secret of the page they were shown, `uid` a signed customer, if any."""

    link: Link
    secret: str
    at: datetime
    once: str = ""
    channel: str = ""
    language: str = ""
    uid: str = ""


class Personal(NamedTuple):
    """What a personal link stands for."""

    id: UUID
    survey_id: UUID
    customer_id: UUID
    channel: str
    touchpoint: str
    caused_by: UUID | None
    expires_at: datetime


class Asking(NamedTuple):
    """A survey as its respondents meet it."""

    id: UUID
    public_id: str
    workspace_id: UUID
    name: str
    metric: str
    touchpoint: str
    state: str
    workspace_name: str
    workspace_language: str
    version_id: UUID | None


@dataclass
class Place:
    """Where a visit has led. `standing` is None for a survey that was never published."""

    survey: Asking
    standing: Standing | None
    secret: str
    is_expired: bool = False

    @property
    def is_open(self) -> bool:
        return self.survey.state == "open" and self.standing is not None and not self.is_expired

    def may_answer(self, *, at: datetime) -> bool:
        """Tell whether the survey still takes this visitor's answers."""
        if self.standing and self.standing.completed_at:
            return self.standing.may_change(at=at)
        return self.is_open

    @cached_property
    def languages(self) -> list[str]:
        return self.standing.asks.languages if self.standing else ["fa", "en"]


PersonalFinder = Callable[[Sequence[str]], Mapping[str, Personal]]
_finders: list[PersonalFinder] = []


def find_personal_links_by(finder: PersonalFinder) -> None:
    """Let the slice of invitations, which lies above, tell what the digests of personal links stand for."""
    _finders[:] = [finder]


def signed(customer_id: UUID) -> str:
    """Return the `uid` by which an open link knows its customer: nobody can make one up for another."""
    return _signer.sign(customer_id.hex)


def follow(visits: Sequence[Visit], *, for_change: bool = False) -> list[Place | None]:
    """Return where each visit leads, None for a secret that leads nowhere. Ask across workspaces.

    Visits to the same response share one `Standing`. `for_change` locks the responses until the transaction ends.
    """
    personals = _personals([v.secret for v in visits if v.link == Link.PERSONAL])
    responses = _responses(
        _digests(visits), [personal.id for personal in personals.values()], for_change=for_change
    )
    surveys = _surveys(visits, personals.values(), responses.values())
    customers = _customers(visits)
    definitions = _definitions(
        {s.version_id for s in surveys.values()} | {r["version_id"] for r in responses.values()}
    )
    standings = {r["id"]: _standing_of(r, surveys[r["survey_id"]], definitions) for r in responses.values()}
    _fill_answers(standings)
    known = {key: standings[response["id"]] for key, response in responses.items()}
    trail = _Trail(personals, surveys, definitions, customers, known)
    return [trail.place(visit) for visit in visits]


@dataclass
class _Trail:
    """What was found in the database, and the new standings made on the way."""

    personals: Mapping[str, Personal]
    surveys: Mapping[Any, Asking]
    definitions: Mapping[UUID, Definition]
    customers: set[tuple[UUID, UUID]]
    known: dict[Any, Standing]

    def place(self, visit: Visit) -> Place | None:
        if visit.link == Link.RESPONSE:
            standing = self.known.get(digest(visit.secret)) if is_secret(visit.secret) else None
            return Place(self.surveys[standing.survey_id], standing, visit.secret) if standing else None
        if visit.link == Link.PERSONAL:
            return self.personal_place(visit)
        survey = self.surveys.get(visit.secret)
        return self.open_place(visit, survey) if survey else None

    def personal_place(self, visit: Visit) -> Place | None:
        personal = self.personals.get(visit.secret)
        if personal is None:
            return None
        survey = self.surveys[personal.survey_id]
        standing = self.known.get(personal.id)
        if standing:
            return Place(survey, standing, visit.secret)
        made = self.start(visit, survey, new_secret(), personal)
        if made:
            self.known[personal.id] = made
        return Place(survey, made, visit.secret, is_expired=visit.at >= personal.expires_at)

    def open_place(self, visit: Visit, survey: Asking) -> Place:
        # The page carries a secret of its own, so that sending it twice is one response and not two.
        secret = visit.once if is_once(visit.once) else new_secret()
        standing = self.known.get(digest(secret))
        if standing and standing.survey_id != survey.id:
            secret, standing = new_secret(), None
        if standing is None:
            standing = self.start(visit, survey, secret)
            if standing:
                self.known[standing.resume_digest] = standing
        return Place(survey, standing, secret)

    def start(
        self, visit: Visit, survey: Asking, secret: str, personal: Personal | None = None
    ) -> Standing | None:
        """Return a response that begins now and is nowhere yet."""
        if survey.version_id is None:
            return None
        asks = self.definitions[survey.version_id]
        customer = customer_of(visit.uid)
        standing = Standing(
            id=new_id(),
            workspace_id=survey.workspace_id,
            survey_id=survey.id,
            version_id=survey.version_id,
            metric=Metric(survey.metric),
            asks=asks,
            resume_digest=digest(secret),
            started_at=visit.at,
            channel=visit.channel if visit.channel in CHANNELS else "link",
            touchpoint=survey.touchpoint,
            language=language_in(asks, visit.language, survey.workspace_language),
            customer_id=customer if (survey.workspace_id, customer) in self.customers else None,
        )
        if personal:
            standing.customer_id, standing.invitation_id = personal.customer_id, personal.id
            standing.channel, standing.caused_by = personal.channel, personal.caused_by
            standing.touchpoint = personal.touchpoint or survey.touchpoint
        return standing


def is_secret(text: str) -> bool:
    """Tell whether a text can be one of our secrets at all."""
    return _SECRET.fullmatch(text) is not None


def is_once(text: str) -> bool:
    return len(text) >= SHORTEST_ONCE and is_secret(text)


def language_in(asks: Definition, *wishes: str | None) -> str:
    """Return the first wish the survey speaks, else its own first language."""
    return next((wish for wish in wishes if wish in asks.languages), asks.languages[0])


def standing_of(response_id: UUID) -> Standing:
    """Return a response as it stands, locked until the transaction ends."""
    rows = _ask(RESPONSES.format(column="id", lock=LOCK), [response_id])
    row = dict(zip(RESPONSE_COLUMNS, rows[0], strict=True))
    [survey] = _ask(SURVEYS.format(column="id"), [row["survey_id"]])
    standing = _standing_of(row, Asking(*survey), _definitions([row["version_id"]]))
    _fill_answers({standing.id: standing})
    return standing


def customer_of(uid: str) -> UUID | None:
    """Return the customer a signed `uid` names, None for none or a forged one."""
    try:
        return UUID(_signer.unsign(uid)) if uid else None
    except (BadSignature, ValueError):
        return None


# What the database knows


SURVEYS = """
SELECT s.id, s.public_id, s.workspace_id, s.name, s.metric, s.touchpoint, s.state, w.name, w.language, v.id
FROM surveys_survey s JOIN workspaces_workspace w ON w.id = s.workspace_id
LEFT JOIN LATERAL (SELECT id FROM surveys_surveyversion WHERE survey_id = s.id ORDER BY number DESC LIMIT 1) v ON true
WHERE s.{column} = ANY(%s)"""
RESPONSE_COLUMNS = (
    "id", "workspace_id", "survey_id", "version_id", "resume_digest", "started_at", "channel", "touchpoint",
    "language", "customer_id", "invitation_id", "caused_by", "completed_at", "score",
)  # fmt: skip
RESPONSES = f"SELECT {', '.join(RESPONSE_COLUMNS)} FROM surveys_response WHERE {{column}} = ANY(%s) ORDER BY id {{lock}}"
# Weaker than FOR UPDATE, which would make the foreign keys of whoever refers to the response wait.
LOCK = "FOR NO KEY UPDATE"
# As text, because Django turns off the reading of JSON on its connections.
ANSWERS = (
    "SELECT response_id, question, value::text, answered_at FROM surveys_answer WHERE response_id = ANY(%s)"
)
DEFINITIONS = "SELECT id, definition::text FROM surveys_surveyversion WHERE id = ANY(%s)"


def _ask(sql: str, values: Iterable[Any]) -> list[tuple]:
    wanted = list(dict.fromkeys(values))
    if not wanted:
        return []
    with cursor() as open_cursor:
        return open_cursor.execute(sql, [wanted], prepare=True).fetchall()


def _personals(secrets: Sequence[str]) -> dict[str, Personal]:
    by_digest = {digest(secret): secret for secret in secrets if is_secret(secret)}
    found = _finders[0](list(by_digest)) if by_digest and _finders else {}
    return {by_digest[key]: personal for key, personal in found.items()}


def _digests(visits: Iterable[Visit]) -> list[str]:
    back = [
        digest(visit.secret) for visit in visits if visit.link == Link.RESPONSE and is_secret(visit.secret)
    ]
    begun = [digest(v.once) for v in visits if v.link == Link.OPEN and is_once(v.once)]
    return back + begun


def _responses(digests: list[str], invitations: list[UUID], *, for_change: bool) -> dict[Any, dict[str, Any]]:
    """Return the responses by the digest of their way back and by their invitation."""
    lock = LOCK if for_change else ""
    rows = _ask(RESPONSES.format(column="resume_digest", lock=lock), digests)
    rows += _ask(RESPONSES.format(column="invitation_id", lock=lock), invitations)
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        response = dict(zip(RESPONSE_COLUMNS, row, strict=True))
        found[response["invitation_id"] or response["resume_digest"]] = response
    # A response with an invitation may be reached by its own way back as well.
    return found | {r["resume_digest"]: r for r in found.values() if r["resume_digest"] in set(digests)}


def _surveys(
    visits: Sequence[Visit], personals: Iterable[Personal], responses: Iterable[dict]
) -> dict[Any, Asking]:
    """Return the surveys by id, and by public id."""
    ids = [personal.survey_id for personal in personals] + [response["survey_id"] for response in responses]
    rows = _ask(SURVEYS.format(column="id"), ids)
    rows += _ask(
        SURVEYS.format(column="public_id"),
        [v.secret for v in visits if v.link == Link.OPEN and is_secret(v.secret)],
    )
    surveys = [Asking(*row) for row in rows]
    return {survey.id: survey for survey in surveys} | {survey.public_id: survey for survey in surveys}


def _customers(visits: Iterable[Visit]) -> set[tuple[UUID, UUID]]:
    """Return which signed customers there still are, with their workspace."""
    named = {customer for visit in visits if (customer := customer_of(visit.uid))}
    return set(Customer.objects.filter(id__in=named).values_list("workspace_id", "id")) if named else set()


_read: dict[UUID, Definition] = {}


def _definitions(versions: Iterable[UUID | None]) -> dict[UUID, Definition]:
    """Return definitions by version. A version never changes, so reading each once is enough."""
    wanted = {version for version in versions if version}
    found = {version: _read[version] for version in wanted & _read.keys()}
    fresh = {
        version: read_definition(orjson.loads(form))
        for version, form in _ask(DEFINITIONS, wanted - found.keys())
    }
    if len(_read) < MOST_DEFINITIONS:
        _read.update(fresh)
    return found | fresh


def _standing_of(row: Mapping[str, Any], survey: Asking, definitions: Mapping[UUID, Definition]) -> Standing:
    return Standing(**row, metric=Metric(survey.metric), asks=definitions[row["version_id"]], is_new=False)


def _fill_answers(standings: Mapping[UUID, Standing]) -> None:
    for response, question, value, at in _ask(ANSWERS, standings):
        standings[response].given[question] = Given(orjson.loads(value), at)
