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
from uuid import UUID, uuid4

import orjson
from django.core.signing import BadSignature, Signer

from hamdel.ground.access.models import digest, new_secret
from hamdel.ground.calendar.days import local_day, start_of_day
from hamdel.ground.ids import new_id
from hamdel.ground.statements import ask
from hamdel.know.customers.models import Customer
from hamdel.listen.surveys.definition import Definition, Metric, read_definition
from hamdel.listen.surveys.settings import SurveySettings, settings_in
from hamdel.listen.surveys.standing import NO_LIMITS, Given, Limits, Standing
from hamdel.listen.surveys.tallies import Tallies, have_answered, read_tallies

CHANNELS = {"link", "qr", "web", "email", "sms", "kiosk", "app"}
SHORTEST_ONCE = 32
MOST_DEFINITIONS = 500
LONGEST_PLACE = 60
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,100}")
_signer = Signer(salt="hamdel.listen.surveys.customer")


class Link(StrEnum):
    """What kind of secret an address has; the value is the first part of its path."""

    OPEN = "s"
    PERSONAL = "i"
    RESPONSE = "r"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a link. `once` is the secret of the page they were shown, `uid` a signed customer, if any.

    `version` is the one they were asked, where that may no longer be the newest: one of this very survey.
    """

    link: Link
    secret: str
    at: datetime
    once: str = ""
    channel: str = ""
    language: str = ""
    uid: str = ""
    place: str = ""
    version: UUID | None = None
    # A kiosk brings what was answered before the survey ended.
    is_owed: bool = False


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
    settings: str
    workspace_name: str
    workspace_language: str
    timezone: str
    version_id: UUID | None

    @property
    def how(self) -> SurveySettings:
        return settings_in(self.settings)

    def coarse(self, moment: datetime) -> datetime:
        """Return the moment as it is kept: of an anonymous survey the beginning of its day."""
        if not self.how.anonymous:
            return moment
        return start_of_day(local_day(moment, self.timezone), self.timezone)


@dataclass
class Place:
    """Where a visit has led. `standing` is None for a survey that was never published.

    `is_used` says that the link of an anonymous survey has been used, or that this person has answered already.
    """

    survey: Asking
    standing: Standing | None
    secret: str
    is_expired: bool = False
    is_used: bool = False
    tallies: Tallies | None = None

    @property
    def is_full(self) -> bool:
        return self.tallies is not None and self.tallies.is_over

    @property
    def limits(self) -> Limits:
        return self.tallies or NO_LIMITS

    def closed_because(self, *, at: datetime, is_owed: bool = False) -> str:
        """Return why no answer is taken: unopened, closed, early, ended, expired, used or full; "" when it is."""
        how = self.survey.how
        reasons = {
            # A poster may hang, and a link be sent, before the survey is published for the first time.
            "unopened": self.survey.state == "draft",
            "closed": (self.survey.state != "open" and not is_owed) or self.standing is None,
            "early": how.opens_at is not None and at < how.opens_at,
            "ended": how.closes_at is not None and at >= how.closes_at and not is_owed,
            "expired": self.is_expired,
            "used": self.is_used,
            "full": self.is_full,
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def may_answer(self, *, at: datetime, is_owed: bool = False) -> bool:
        """Tell whether the survey still takes this visitor's answers."""
        if self.standing and self.standing.completed_at:
            return self.standing.may_change(at=at)
        return not self.closed_because(at=at, is_owed=is_owed)

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
        {s.version_id for s in surveys.values()}
        | {r["version_id"] for r in responses.values()}
        | {visit.version for visit in visits}
    )
    standings = {r["id"]: _standing_of(r, surveys[r["survey_id"]], definitions) for r in responses.values()}
    _fill_answers(standings)
    known = {key: standings[response["id"]] for key, response in responses.items()}
    trail = _Trail(personals, surveys, definitions, customers, known, _burnt(personals, surveys))
    places = [trail.place(visit) for visit in visits]
    _look_at_limits([place for place in places if place], for_change=for_change)
    return places


def _look_at_limits(places: Sequence[Place], *, for_change: bool) -> None:
    """Give the places of surveys with limits their tallies, and find who has answered before."""
    found: dict[UUID, Tallies] = {}
    for place in places:
        how, standing = place.survey.how, place.standing
        quotas = standing.asks.quotas if standing else ()
        if how.counts_responses or quotas:
            tallies = found.setdefault(place.survey.id, Tallies(place.survey.id, how.most_responses, {}))
            tallies.quotas |= {quota.key: quota.limit for quota in quotas}
            place.tallies = tallies
    read_tallies(found.values(), for_change=for_change)
    single = [(p, p.standing) for p in places if p.standing and p.survey.how.one_per_person]
    named = {
        id(place): (standing.survey_id, standing.customer_id)
        for place, standing in single
        if standing.customer_id and standing.is_new
    }
    answered = have_answered(named.values())
    for place, _standing in single:
        place.is_used = place.is_used or named.get(id(place)) in answered


@dataclass
class _Trail:
    """What was found in the database, and the new standings made on the way."""

    personals: Mapping[str, Personal]
    surveys: Mapping[Any, Asking]
    definitions: Mapping[UUID, Definition]
    customers: set[tuple[UUID, UUID]]
    known: dict[Any, Standing]
    burnt: set[str]

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
        secret = new_secret()
        made = self.start(visit, survey, secret, personal)
        if made:
            self.known[personal.id] = made
        # Of an anonymous survey the personal link is used up at once; another leads back to the answers.
        back = secret if survey.how.anonymous else visit.secret
        is_expired, is_used = visit.at >= personal.expires_at, digest(visit.secret) in self.burnt
        return Place(survey, made, back, is_expired=is_expired, is_used=is_used)

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
        version_id = visit.version or survey.version_id
        asks = self.definitions[version_id]
        is_anonymous = survey.how.anonymous
        standing = Standing(
            id=uuid4() if is_anonymous else new_id(),
            workspace_id=survey.workspace_id,
            survey_id=survey.id,
            version_id=version_id,
            metric=Metric(survey.metric) if survey.metric else None,
            asks=asks,
            resume_digest=digest(secret),
            started_at=survey.coarse(visit.at),
            channel=visit.channel if visit.channel in CHANNELS else "link",
            touchpoint=survey.touchpoint,
            place=visit.place.replace("\x00", "")[:LONGEST_PLACE],
            language=language_in(asks, visit.language, survey.workspace_language),
            is_anonymous=is_anonymous,
        )
        if personal:
            standing.channel, standing.touchpoint = personal.channel, personal.touchpoint or survey.touchpoint
        if is_anonymous:
            standing.burns = digest(visit.secret) if personal else ""
        elif personal:
            standing.customer_id, standing.invitation_id = personal.customer_id, personal.id
            standing.caused_by = personal.caused_by
        elif visit.uid:
            customer = customer_of(visit.uid)
            standing.customer_id = customer if (survey.workspace_id, customer) in self.customers else None
        return standing


def is_secret(text: str) -> bool:
    """Tell whether a text can be one of our secrets at all."""
    return _SECRET.fullmatch(text) is not None


def is_once(text: str) -> bool:
    return len(text) >= SHORTEST_ONCE and is_secret(text)


def language_in(asks: Definition, *wishes: str | None) -> str:
    """Return the first wish the survey speaks, else its own first language."""
    return next((wish for wish in wishes if wish in asks.languages), asks.languages[0])


def standing_of(response_id: UUID) -> tuple[Standing, Asking]:
    """Return a response as it stands, with its survey, locked until the transaction ends."""
    rows = _ask(RESPONSES.format(column="id", lock=LOCK), [response_id])
    row = dict(zip(RESPONSE_COLUMNS, rows[0], strict=True))
    [found] = _ask(SURVEYS.format(column="id"), [row["survey_id"]])
    survey = Asking(*found)
    standing = _standing_of(row, survey, _definitions([row["version_id"]]))
    _fill_answers({standing.id: standing})
    return standing, survey


def limits_of(standing: Standing, survey: Asking) -> Tallies | None:
    """Return the tallies of a survey with limits, locked until the transaction ends."""
    place = Place(survey, standing, "")
    _look_at_limits([place], for_change=True)
    return place.tallies


def customer_of(uid: str) -> UUID | None:
    """Return the customer a signed `uid` names, None for none or a forged one."""
    try:
        return UUID(_signer.unsign(uid)) if uid else None
    except (BadSignature, ValueError):
        return None


# What the database knows


SURVEYS = """
SELECT s.id, s.public_id, s.workspace_id, s.name, s.metric, s.touchpoint, s.state, s.settings::text,
    w.name, w.language, w.timezone, v.id
FROM surveys_survey s JOIN workspaces_workspace w ON w.id = s.workspace_id
LEFT JOIN LATERAL (SELECT id FROM surveys_surveyversion WHERE survey_id = s.id ORDER BY number DESC LIMIT 1) v ON true
WHERE s.{column} = ANY(%s)"""
RESPONSE_COLUMNS = (
    "id", "workspace_id", "survey_id", "version_id", "resume_digest", "started_at", "channel", "touchpoint",
    "place", "language", "customer_id", "invitation_id", "caused_by", "completed_at", "score", "quota",
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
    return ask(sql, wanted) if wanted else []


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
    secrets = [v.secret for v in visits if v.link == Link.OPEN and is_secret(v.secret)]
    rows += _ask(SURVEYS.format(column="public_id"), secrets)
    surveys = [Asking(*row) for row in rows]
    found: dict[Any, Asking] = {survey.id: survey for survey in surveys}
    found |= {survey.public_id: survey for survey in surveys}
    return found | _by_own_path(secret for secret in secrets if secret not in found)


def _by_own_path(paths: Iterable[str]) -> dict[Any, Asking]:
    """Return the surveys by the paths companies chose for them. Nothing is asked where every link is known already."""
    chosen = dict(_ask(PATHS, paths))
    surveys = {row[0]: Asking(*row) for row in _ask(SURVEYS.format(column="id"), chosen.values())}
    return surveys | {path: surveys[survey] for path, survey in chosen.items()}


PATHS = "SELECT path, survey_id FROM surveys_surveypath WHERE path = ANY(%s)"
BURNT = "SELECT digest FROM surveys_burnttoken WHERE digest = ANY(%s)"


def _burnt(personals: Mapping[str, Personal], surveys: Mapping[Any, Asking]) -> set[str]:
    """Return the digests of used links of anonymous surveys."""
    anonymous = (secret for secret, one in personals.items() if surveys[one.survey_id].how.anonymous)
    return {row[0] for row in _ask(BURNT, map(digest, anonymous))}


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
    return Standing(
        **row,
        metric=Metric(survey.metric) if survey.metric else None,
        asks=definitions[row["version_id"]],
        is_new=False,
        is_anonymous=survey.how.anonymous and row["customer_id"] is None and row["invitation_id"] is None,
    )


def _fill_answers(standings: Mapping[UUID, Standing]) -> None:
    for response, question, value, at in _ask(ANSWERS, standings):
        standings[response].given[question] = Given(orjson.loads(value), at)
