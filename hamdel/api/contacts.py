"""The contact gate: may this customer be contacted, and what they said about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from pydantic import BeforeValidator, model_validator

from hamdel.act.contacts.actions import give_consent, unsubscribe, withdraw_consent
from hamdel.act.contacts.asking import NORMAL, Ask
from hamdel.act.contacts.gate import check
from hamdel.act.contacts.reasons import reason_label
from hamdel.act.contacts.registers import known_channels
from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, ApiError, Problem
from hamdel.api.whom import Whom, as_sent, customer_named
from hamdel.ground.access.permissions import Permission

router = Router(tags=["contact gate"])


def as_we_write(said: Any) -> Any:
    """Return a word as it is written here: `E-mail` is email, `follow-up` is follow_up."""
    if not isinstance(said, str):
        return said
    word = said.strip().lower().replace("-", "_").replace(" ", "_")
    return "email" if word in {"e_mail", "mail"} else word


Channel = Annotated[
    str,
    BeforeValidator(as_we_write),
    Field(
        min_length=1,
        max_length=20,
        pattern=r"^[a-z0-9_-]+$",
        description="Such as sms, email, telegram, bale, push, ivr or link.",
    ),
]
Topic = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
Words = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
# What lies beyond is a slip, and days added to it would be no days any more.
FIRST_YEAR, LAST_YEAR = 1970, 2200
Purpose = Annotated[Literal["survey", "marketing", "follow_up", "service"], BeforeValidator(as_we_write)]


def under_our_names(given: Any) -> Any:
    """Understand `time` for the moment, and a customer who is named beside the rest instead of in `customer`."""
    sent = as_sent(given)
    if sent is None:
        return given
    said = {**sent}
    if "at" not in said and "time" in said:
        said["at"] = said.pop("time")
    beside = ("customer_id", "external_id", "user_id")
    if "customer" not in said and (whom := {name: said[name] for name in beside if name in said}):
        said["customer"] = whom
    return said


class GateAsk(Schema):
    """Whom, by which channel, for what, and when; a moment without an offset is in the workspace’s time zone."""

    customer: Whom
    channel: Channel
    purpose: Purpose
    at: datetime | None = Field(None, description="Also taken as `time`. Without it: now.")
    topic: Topic = ""
    priority: int = Field(NORMAL, ge=0, le=100)

    @model_validator(mode="before")
    @classmethod
    def by_other_names(cls, given: Any) -> Any:
        return under_our_names(given)


class GateVerdict(Schema):
    """What the gate would say. Nothing is reserved: a sender asks again when it sends."""

    allowed: bool
    reason: str = Field(
        description="Empty when allowed; else a word such as quiet_hours, withdrawn, global_cap."
    )
    message: str = Field(description="The reason in the caller’s language.")
    not_before: datetime | None = Field(
        None, description="When asking again makes sense, where that is known."
    )
    customer: UUID


class NewConsent(Schema):
    """What a customer said. A withdrawal without channel or purpose is of every one."""

    customer: Whom
    state: Literal["given", "withdrawn", "unsubscribed"]
    channel: Annotated[str, BeforeValidator(as_we_write), Field(max_length=20, pattern=r"^[a-z0-9_-]*$")] = ""
    purpose: Purpose | Literal[""] = ""
    topic: Topic = ""
    source: Short
    proof: Words = ""
    at: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def by_other_names(cls, given: Any) -> Any:
        return under_our_names(given)


class ConsentItem(Schema):
    customer: UUID
    state: str
    at: datetime


@router.post("/check", response={200: GateVerdict, PROBLEMS: Problem}, summary="Ask the contact gate")
@needs(Permission.SEE_CUSTOMERS)
def post_gate_check(request: ApiRequest, body: GateAsk) -> GateVerdict:
    """Say whether a customer may be contacted, and if not, why. Writes nothing."""
    customer = customer_named(request, body.customer)
    _insist_known(body.channel)
    ask = Ask(
        customer_id=customer.id,
        channel=body.channel,
        purpose=body.purpose,
        sender="api",
        topic=body.topic,
        priority=body.priority,
    )
    verdict = check(request.workspace, ask, at=_moment(request, body.at))
    return GateVerdict(
        allowed=verdict.allowed,
        reason=verdict.reason,
        message=reason_label(verdict.reason) if verdict.reason else "",
        not_before=verdict.not_before,
        customer=customer.id,
    )


@router.post(
    "/consents", response={201: ConsentItem, PROBLEMS: Problem}, summary="Write down what a customer said"
)
@needs(Permission.CHANGE_CUSTOMERS)
def post_consent(request: ApiRequest, body: NewConsent) -> Status[ConsentItem]:
    """Keep a consent, a withdrawal or an unsubscription. The same one again, with its `at`, changes nothing."""
    customer, at = customer_named(request, body.customer), _moment(request, body.at)
    if body.channel:
        _insist_known(body.channel)
    said = {"channel": body.channel, "purpose": body.purpose, "source": body.source, "proof": body.proof}
    if body.state == "unsubscribed":
        unsubscribe(customer, topic=body.topic, source=body.source, at=at)
    elif body.state == "withdrawn":
        withdraw_consent(customer, **said, at=at, by=request.member)
    elif not body.channel or not body.purpose or not body.proof.strip():
        raise ApiError(400, "bad_parameter", _("A consent names its channel, its purpose and its proof."))
    else:
        give_consent(customer, **said, at=at, by=request.member)
    return Status(201, ConsentItem(customer=customer.id, state=body.state, at=at))


def _insist_known(channel: str) -> None:
    known = known_channels()
    if channel not in known:
        raise ApiError(
            400,
            "unknown_channel",
            _("There is no channel “%(channel)s”. There are: %(known)s.")
            % {"channel": channel, "known": ", ".join(sorted(known))},
        )


def _moment(request: ApiRequest, at: datetime | None) -> datetime:
    if at is None:
        return now()
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ApiError(
            400, "bad_parameter", _("Write a moment of these decades in “at”, as in 2026-11-24T10:00:00Z.")
        )
    return at if at.tzinfo else at.replace(tzinfo=request.workspace.zone)
