"""What all SMS connectors share: numbers, segments, and what an HTTP failure means for the messages of a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from hamdel.act.messages.connectors import Connector, Heard, Outcome
from hamdel.act.messages.content import Content
from hamdel.act.messages.segments import size_of
from hamdel.act.messages.wire import Answer, WireTrouble
from hamdel.ground.persian.phones import normal_phone

if TYPE_CHECKING:
    from hamdel.know.customers.models import Customer


A_MOMENT = timedelta(minutes=2)


class SmsConnector(Connector):
    """The base of SMS connectors."""

    channel = "sms"
    place = 10
    icon = "message"
    has_lines = True
    callbacks: tuple[str, ...] = ("delivery", "inbound")

    def addresses(self, customers: Sequence[Customer]) -> dict[UUID, str]:
        return {customer.id: customer.phone for customer in customers if customer.phone}

    def segments(self, content: Content) -> int:
        return size_of(content.text).segments


def national(number: str) -> str:
    """Return a number as Iranian gateways want it: 09121234567; foreign ones as 00…"""
    if number.startswith("+98"):
        return "0" + number.removeprefix("+98")
    return "00" + number.removeprefix("+") if number.startswith("+") else number


def international(number: str) -> str:
    """Return a gateway's number as E.164, as customers are known; what is none stays as it is."""
    return normal_phone(number) or number.strip()


def posted(address: str, text: str, number: str = "") -> Heard:
    """Return a reply that a gateway posted to us. One that gives it no number may post it again a moment later."""
    return Heard(international(address), text, number, once_within=None if number else A_MOMENT)


def broken(trouble: WireTrouble, count: int) -> list[Outcome]:
    """Return what a call that failed on the wire means for its messages."""
    if trouble.may_have_arrived:
        return [Outcome.unknown(trouble.problem, answer=trouble.said)] * count
    return [Outcome.temporary(trouble.problem, answer=trouble.said, is_about_account=True)] * count


def failed_call(answer: Answer) -> Outcome | None:
    """Return what an HTTP status alone says; None when the body has to be read.

    After 500, 502 and 504 the gateway may have done it all the same: nobody knows.
    """
    said = {"answer": f"{answer.status} {answer.text}", "request": answer.request}
    if answer.status == 429:
        wait = answer.retry_after or 10
        return Outcome.temporary("throttled", retry_after=wait, is_about_account=True, **said)
    if answer.status == 503:
        return Outcome.temporary(
            "gateway_down", retry_after=answer.retry_after, is_about_account=True, **said
        )
    if answer.status in {500, 502, 504}:
        return Outcome.unknown("gateway_down", **said)
    if answer.status in {401, 403} and answer.body is None:
        return Outcome.temporary("wrong_key", is_about_account=True, **said)
    return None
