"""What customers write back: find what it answers, understand it, tell whoever asked, help once if it is unclear."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hamdel.act.contacts.actions import note_complaint, note_return, withdraw_consent
from hamdel.act.messages.connectors import Heard, connector_named
from hamdel.act.messages.content import Content
from hamdel.act.messages.digits import asks_to_stop, choice_in
from hamdel.act.messages.facts import MessageReplied
from hamdel.act.messages.models import ChannelAccount, ChatLink, Message
from hamdel.act.messages.news import keep_incoming
from hamdel.act.messages.outgoing import Outgoing, queue
from hamdel.act.messages.recording import shared
from hamdel.ground.facts import announce
from hamdel.know.customers.models import Customer, Identifier
from hamdel.know.customers.queries import whole_customer

log = logging.getLogger(__name__)
# An SMS says nothing of what it answers: the latest question to that number within this time.
ANSWERS_WITHIN = timedelta(days=14)
# So many of the latest messages to a number are looked at for a question.
SEARCHED = 20
# What a chat says when its button is pressed without a token: no reply to anything.
START = "/start"
State = Message.State


@dataclass(frozen=True)
class Reply:
    """One reply, as its takers see it. `value` is the choice it means, None when it means none of them."""

    message: Message
    to: Message | None
    reference: str
    customer_id: UUID | None
    channel: str
    text: str
    value: str | None
    at: datetime
    # Whether somebody took it for an answer, and why it changed nothing all the same.
    taken: bool = False
    late: str = ""


# Why a reply that was meant for its taker changed nothing, as `problems` calls it.
SURVEY_OVER, ANSWERED_BEFORE = "survey_over", "answered_before"
Taker = Callable[[Reply], bool | str]
_takers: list[Taker] = []


def on_reply(taker: Taker) -> Taker:
    """Let `taker` see every reply. It returns whether the reply was its own, or why that came too late; what it
    raises is the gateway's retry.
    """
    if taker not in _takers:
        _takers.append(taker)
    return taker


def take_heard(account: ChannelAccount, heard: Heard, *, at: datetime) -> Reply | None:
    """Store a reply and tell its takers. The same reply again: None, and nothing happens."""
    row = keep_incoming(account, heard, at=at)
    if row is None:
        return None
    if heard.start:
        _start(account, heard, row, at=at)
        return None
    if links_chats(account):
        # Whoever writes has not blocked us, or not any more.
        note_return(account.workspace, row.channel, heard.address)
        if heard.text == START:
            return None
    question = answered_by(account, heard, at=at)
    customer = question.customer if question else customer_at(account, heard.address, row.channel)
    row.customer, row.in_reply_to = customer, question
    row.reference = question.reference if question else f"survey:{heard.survey}"[:80] if heard.survey else ""
    row.save(update_fields=["customer", "in_reply_to", "reference"])
    if asks_to_stop(heard.text, str(account.settings.get("stop_words") or "")):
        _stop(account, customer, row, at=at)
        return None
    reply = Reply(
        row, question, row.reference, customer.id if customer else None, row.channel, heard.text,
        value_of(heard, question), at,
    )  # fmt: skip
    # Everybody hears of it, whoever else has taken it.
    took = [taker(reply) for taker in _takers]
    reply = replace(reply, taken=any(took), late=next((why for why in took if isinstance(why, str)), ""))
    if reply.late:
        row.problem = reply.late
        row.save(update_fields=["problem"])
    if question and reply.late != SURVEY_OVER:
        _follow_up(question, account, reply, at=at)
    return reply


def _follow_up(question: Message, account: ChannelAccount, reply: Reply, *, at: datetime) -> None:
    if reply.taken or reply.value is not None:
        _mark_answered(question, account, reply, at=at)
    else:
        help_once(question, at=at)


def lines_beside(account: ChannelAccount) -> list[UUID]:
    """Return the accounts whose questions a reply to this one may answer: of SMS every line, of a bot only itself."""
    if account.channel != "sms":
        return [account.id]
    lines = ChannelAccount.objects.in_workspace(account.workspace).filter(channel="sms")
    return list(lines.values_list("id", flat=True))


def links_chats(account: ChannelAccount) -> bool:
    connector = connector_named(account.connector)
    return connector is not None and connector.links_chats


def answered_by(account: ChannelAccount, heard: Heard, *, at: datetime) -> Message | None:
    """Return the question a reply answers: the one the gateway names, else the latest to that address.

    A thank-you or an offer that went later asks nothing. A number may be answered on another of our lines: people
    write to whichever they have saved.
    """
    out = Message.objects.outgoing().select_related("customer")
    mine = out.filter(account=account)
    if heard.local_id is not None:
        return mine.filter(local_id=heard.local_id, address=heard.address).first()
    if heard.survey:
        return None
    said = out.filter(
        account__in=lines_beside(account),
        address=heard.address,
        sent_at__gte=at - ANSWERS_WITHIN,
        state__in=[State.SENT, State.DELIVERED, State.ANSWERED, State.UNSURE],
    ).exclude(purpose="service")
    newest = list(said.order_by("-sent_at")[:SEARCHED])
    here = [row for row in newest if row.account_id == account.id]
    asked = [row for row in [*here, *newest] if row.content.get("choices")]
    return next(iter([*asked, *here]), None)


def value_of(heard: Heard, question: Message | None) -> str | None:
    """Return the choice a reply means."""
    if question is None:
        return heard.value or None
    choices = Content.from_json(question.content).choices
    if heard.value:
        return next((choice.value for choice in choices if choice.value == heard.value), None)
    return choice_in(heard.text, choices)


def customer_at(account: ChannelAccount, address: str, channel: str) -> Customer | None:
    """Return whose address this is; None for a stranger."""
    chat = ChatLink.objects.filter(account=account, address=address).select_related("customer").first()
    if chat:
        return whole_customer(chat.customer)
    kind = Identifier.Kind.EMAIL if channel == "email" else Identifier.Kind.PHONE
    known = Identifier.objects.filter(workspace_id=account.workspace_id, kind=kind, value=address)
    found = known.select_related("customer").first()
    return whole_customer(found.customer) if found else None


def _start(account: ChannelAccount, heard: Heard, row: Message, *, at: datetime) -> None:
    """Link a chat and say welcome; a token that is wrong or used is met with silence."""
    connector = connector_named(account.connector)
    customer = connector.start(account, heard.start, heard.address, at=at) if connector else None
    if customer is None:
        return
    row.customer = customer
    row.save(update_fields=["customer"])
    with translation.override(customer.language or account.workspace.language):
        words = _(
            "Welcome! From now on we ask for your opinion here, briefly and rarely. To stop, write: stop"
        )
    welcome = Outgoing(
        customer, row.channel, "service", Content(text=words), reference=f"welcome:{row.id}",
        address=heard.address, account=account,
    )  # fmt: skip
    queue(account.workspace, [welcome], at=at)


def _stop(account: ChannelAccount, customer: Customer | None, row: Message, *, at: datetime) -> None:
    """Write down the wish: on the customer, or on the number of somebody nobody knows, who may become one later."""
    if customer:
        withdraw_consent(customer, channel=row.channel, source="reply", proof=row.text[:200], at=at)
    elif row.address:
        note_complaint(account.workspace, row.channel, row.address, at=at, note=row.text[:200])


def _mark_answered(question: Message, account: ChannelAccount, reply: Reply, *, at: datetime) -> None:
    Message.objects.filter(id=question.id).update(state=State.ANSWERED, ended_at=at)
    announce(MessageReplied(**shared(question, account, at=at), value=reply.value or ""))


@transaction.atomic
def help_once(question: Message, *, at: datetime) -> bool:
    """Answer politely, once for each question, what a reply may be. Returns whether it was the first time."""
    content = Content.from_json(question.content)
    if not content.choices or question.customer is None or question.account is None:
        return False
    first = Message.objects.filter(id=question.id, helped_at=None).update(helped_at=at)
    if not first:
        return False
    words = content.help or default_help(content)
    answer = Outgoing(
        question.customer, question.channel, "service", Content(text=words, language=content.language),
        topic=question.topic, reference=f"help:{question.id}", address=question.address,
        account=question.account, sender="messages",
    )  # fmt: skip
    queue(question.account.workspace, [answer], at=at)
    return True


def default_help(content: Content) -> str:
    """Return the help in the language of the question."""
    numbers = [choice.value for choice in content.choices]
    with translation.override(content.language or "fa"):
        from hamdel.ui.formats import in_digits

        if all(value.isdigit() for value in numbers):
            low, high = min(numbers, key=int), max(numbers, key=int)
            return in_digits(
                _("Thank you for answering. Please send only one number from %(low)s to %(high)s.")
                % {"low": low, "high": high}
            )
        listed = "\n".join(f"{number}. {choice.text}" for number, choice in enumerate(content.choices, 1))
        return in_digits(
            _("Thank you for answering. Please send only the number of your choice:") + "\n" + listed
        )
