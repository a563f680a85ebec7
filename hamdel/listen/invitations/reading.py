"""How a plan's words read on each channel, filled in for somebody made up, and what a message costs there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from hamdel.act.messages.accounts import public_url
from hamdel.act.messages.content import HOLE
from hamdel.act.messages.queries import Price, price_of
from hamdel.act.messages.segments import Size, size_of
from hamdel.act.messages.wording import BadTemplate
from hamdel.know.customers.models import Customer
from hamdel.listen.invitations.channels import channel_label
from hamdel.listen.invitations.models import Plan
from hamdel.listen.invitations.wording import asked, content_for

# As long as a real one, so that the parts of an SMS are counted right.
SAMPLE_SECRET = "x" * 22
SAMPLE_NAMES = {"fa": "مریم احمدی", "en": "Maryam Ahmadi"}


@dataclass(frozen=True)
class Reading:
    """One message as a customer would read it; of an SMS also its length and price."""

    channel: str
    label: str
    language: str
    subject: str = ""
    text: str = ""
    buttons: Sequence[str] = ()
    size: Size | None = None
    price: Price | None = None
    problem: str = ""


def readings_of(plan: Plan) -> list[Reading]:
    """Return how the plan reads on its channels in its survey's languages; the draft's, before it was published."""
    return list(_readings(plan)) if plan.survey_id else []


def own_address(readings: Sequence[Reading]) -> str:
    """Return where the links in these messages lead if only this machine reaches it, "" if others do or there are none."""
    address = public_url("")
    host = urlsplit(address).hostname or ""
    is_here = host == "localhost" or host.startswith("127.") or host == "::1"
    return address if is_here and any(address in reading.text for reading in readings) else ""


def _readings(plan: Plan) -> Iterator[Reading]:
    survey = plan.survey
    definition = survey.current.asks if survey.current else survey.draft_definition
    about = asked(survey, definition, plan.workspace)
    for channel in plan.channels:
        for language in definition.languages:
            reader = Customer(name=SAMPLE_NAMES.get(language, SAMPLE_NAMES["en"]), language=language)
            shown = (channel, channel_label(channel), language)
            try:
                content = content_for(plan, about, reader, channel=channel, secret=SAMPLE_SECRET)
            except BadTemplate as wrong:
                yield Reading(*shown, problem=str(wrong))
                continue
            is_sms = channel == "sms"
            yield Reading(
                *shown,
                content.subject,
                content.text.replace(SAMPLE_SECRET, HOLE),
                [choice.text for choice in content.choices] if not is_sms else (),
                size_of(content.text) if is_sms else None,
                price_of(plan.workspace, channel, content.text) if is_sms else None,
            )
