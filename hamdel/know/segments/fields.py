"""What a segment may ask of a customer: what we know of them, their last scores, their consents, their traits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from hamdel.ground.analytics import ask
from hamdel.ground.rules import Field, Kind
from hamdel.ground.rules.fields import Fields
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.traits import SHOWN_ELSEWHERE, trait_label

# Whose name can stand between quotes in SQL; others are not offered.
PLAIN = re.compile(r"[\w .:/-]{1,60}")
METRICS = {"nps": "NPS", "csat": "CSAT", "ces1": "CES 1.0", "ces2": "CES 2.0"}
PURPOSES = {"survey": _("Surveys"), "marketing": _("Marketing")}
CHANNELS = {"sms": _("SMS"), "email": _("E-mail")}
SEEN_WITHIN = timedelta(days=400)
ABOUT, SCORES, CONSENTS, TRAITS = _("About the customer"), _("Last score"), _("Consent"), _("Traits")

# Keys of customers: `customer` in the question, `owner` in these.
_CONSENT = """multiIf(
    {{key}} IN (SELECT owner FROM consents WHERE {fits} GROUP BY owner HAVING argMax(state, at) = 'given'), 'given',
    {{key}} IN (SELECT owner FROM consents WHERE {fits} GROUP BY owner HAVING argMax(state, at) = 'withdrawn'), 'withdrawn',
    'none')"""


@dataclass(frozen=True)
class Trait:
    """A trait some customers have, and how many of its values look like what."""

    trait: str
    n: int
    numbers: int
    moments: int
    truths: int

    @property
    def kind(self) -> Kind:
        """Return what nearly all values are; what is mixed is text."""
        counts = {Kind.NUMBER: self.numbers, Kind.MOMENT: self.moments, Kind.BOOLEAN: self.truths}
        return next((kind for kind, count in counts.items() if count >= 0.95 * self.n), Kind.TEXT)


@dataclass(frozen=True)
class EventName:
    name: str
    n: int


def customer_fields(workspace: Workspace) -> Fields:
    """Return every field of this workspace; the traits are those its customers have today."""
    traits = ask("know/segments/traits", Trait, workspace=workspace)
    # What has a field of its own is not offered a second time.
    named = {
        f"trait.{one.trait}": _trait(one)
        for one in traits
        if PLAIN.fullmatch(one.trait) and one.trait not in SHOWN_ELSEWHERE
    }
    return {**ABOUT_FIELDS, **SCORE_FIELDS, **CONSENT_FIELDS, **named}


def known_events(workspace: Workspace) -> list[str]:
    """Return the names of events a rule may speak of, the most common first."""
    start = now() - SEEN_WITHIN
    return [one.name for one in ask("know/segments/event_names", EventName, workspace=workspace, start=start)]


def _about(kind: Kind, sql: str, label: object, *, is_native: bool = True) -> Field:
    return Field(kind, sql, label, is_native=is_native, group=ABOUT)


ABOUT_FIELDS: Fields = {
    "name": _about(Kind.TEXT, "name", _("Name")),
    "email": _about(Kind.TEXT, "email", _("E-mail")),
    "phone": _about(Kind.TEXT, "phone", _("Phone")),
    "language": Field(
        Kind.TEXT,
        "language",
        _("Language"),
        is_native=True,
        choices=(("fa", _("Persian")), ("en", _("English"))),
        group=ABOUT,
    ),
    "first_seen_at": _about(Kind.MOMENT, "first_seen_at", _("First seen")),
    "last_seen_at": _about(Kind.MOMENT, "last_seen_at", _("Last seen")),
    "is_anonymous": _about(Kind.BOOLEAN, "is_anonymous", _("Anonymous visitor")),
    "has_user_id": _about(Kind.BOOLEAN, "has_user_id", _("Has a user id")),
}
SCORE_FIELDS: Fields = {
    f"score.{metric}": Field(
        Kind.NUMBER,
        f"if(mapContains(scores, '{metric}'), toString(scores['{metric}']), '')",
        label,
        group=SCORES,
    )
    for metric, label in METRICS.items()
}


def _consent(purpose: str, channel: str) -> Field:
    fits = f"purpose IN ('', '{purpose}') AND channel IN ('', '{channel}')"
    sql = _CONSENT.format(fits=fits).format(key="owner")
    label = _("%(purpose)s by %(channel)s")
    words = ConsentLabel(label, PURPOSES[purpose], CHANNELS[channel])
    said = (("given", _("Given")), ("withdrawn", _("Withdrawn")), ("none", _("Said nothing")))
    return Field(Kind.TEXT, sql, words, is_native=True, choices=said, group=CONSENTS)


@dataclass(frozen=True)
class ConsentLabel:
    """A label put together when it is shown, in the reader's language."""

    frame: object
    purpose: object
    channel: object

    def __str__(self) -> str:
        return str(self.frame) % {"purpose": self.purpose, "channel": self.channel}


CONSENT_FIELDS: Fields = {
    f"consent.{purpose}.{channel}": _consent(purpose, channel) for purpose in PURPOSES for channel in CHANNELS
}


def unknown_trait(name: str) -> Field | None:
    """Return the field of a trait no customer has; None for a name that cannot stand in SQL."""
    return _trait(Trait(name, 1, 0, 0, 0)) if PLAIN.fullmatch(name) else None


def _trait(trait: Trait) -> Field:
    # Most traits have few different values: as a dictionary each is folded once, not once a customer.
    return Field(
        trait.kind, f"toLowCardinality(traits['{trait.trait}'])", trait_label(trait.trait), group=TRAITS
    )
