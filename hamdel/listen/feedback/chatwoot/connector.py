"""Chatwoot's webhooks: conversations, their messages, and the rating asked for at the end."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hamdel.listen.feedback.connectors import Arrival, Connector, Refused, digest_of, insist, insist_fresh
from hamdel.listen.feedback.heard import (
    REOPENED,
    RESOLVED,
    SAID,
    STARTED,
    Call,
    Person,
    call,
    mapping,
    number,
    reply,
    score,
    text,
    words,
)
from hamdel.listen.feedback.moments import moment

# Numbers in messages inside a conversation, words in messages of their own.
INCOMING, OUTGOING = {"incoming", "0"}, {"outgoing", "1"}
CHANNELS = {"webwidget": "chat", "email": "email", "whatsapp": "whatsapp", "telegram": "telegram", "api": "api",
            "facebookpage": "social", "twitterprofile": "social", "sms": "sms", "twiliosms": "sms", "line": "social"}  # fmt: skip


class Chatwoot(Connector):
    name = "chatwoot"
    label = "Chatwoot"
    about = _("Conversations, replies, solutions and CSAT ratings")
    steps = (
        _("In Chatwoot open Settings → Integrations → Webhooks and add one with the address below."),
        _(
            "Subscribe to conversation created, conversation status changed, message created and message updated."
        ),
        _(
            "Copy the secret Chatwoot shows for the webhook and paste it here. It needs a version that signs its webhooks."
        ),
    )

    def verify(self, arrival: Arrival, secret: str) -> None:
        at = arrival.headers.get("x-chatwoot-timestamp", "")
        stated = arrival.headers.get("x-chatwoot-signature", "")
        if not at or not stated.startswith("sha256="):
            raise Refused("signature")
        signed = at.encode() + b"." + arrival.body
        insist(digest_of(secret, signed), stated.removeprefix("sha256="), encoding="hex")
        insist_fresh(at, arrival.at)

    def delivery_id(self, arrival: Arrival, payload: dict[str, Any]) -> str:
        return arrival.headers.get("x-chatwoot-delivery", "") or super().delivery_id(arrival, payload)

    def kind(self, payload: dict[str, Any]) -> str:
        return text(payload.get("event"))

    def read(self, payload: dict[str, Any]) -> list[Call] | None:
        match self.kind(payload):
            case "conversation_created":
                return [_started(payload)]
            case "conversation_status_changed":
                return _status(payload)
            case "message_created":
                return _message(payload)
            case "message_updated":
                return _rating(payload)
        return None


def _person(sender: dict[str, Any]) -> Person:
    return Person(
        "chatwoot", id=text(sender.get("id")), user_id=text(sender.get("identifier")),
        email=text(sender.get("email")), phone=text(sender.get("phone_number")), name=text(sender.get("name")),
    )  # fmt: skip


def _common(conversation: dict[str, Any]) -> dict[str, Any]:
    channel = text(conversation.get("channel")).rsplit("::", 1)[-1].lower()
    return {
        "conversation_id": text(conversation["id"]), "touchpoint": "support", "source": "chatwoot",
        "channel": CHANNELS.get(channel, channel),
    }  # fmt: skip


def _asker(conversation: dict[str, Any]) -> Person:
    return _person(mapping(mapping(conversation.get("meta")).get("sender")))


def _started(payload: dict[str, Any]) -> Call:
    common = _common(payload)
    first = mapping((payload.get("messages") or [{}])[0])
    at = moment(payload.get("created_at")) or moment(payload.get("timestamp"))
    return call(STARTED, key=f"{common['conversation_id']}:started", at=at, by=_asker(payload),
                about=common["conversation_id"], topic=words(first.get("content"))[:200], **common)  # fmt: skip


def _status(payload: dict[str, Any]) -> list[Call]:
    common, status = _common(payload), text(payload.get("status"))
    changes = [
        mapping(change.get("status"))
        for change in payload.get("changed_attributes") or []
        if isinstance(change, dict)
    ]
    before = next((text(change.get("previous_value")) for change in changes if change), "")
    at = moment(payload.get("updated_at")) or moment(payload.get("timestamp"))
    identity = f"{common['conversation_id']}:{status}:{at.isoformat() if at else ''}"
    name = RESOLVED if status == "resolved" else REOPENED if status == "open" and before == "resolved" else ""
    return (
        [call(name, key=identity, at=at, by=_asker(payload), about=common["conversation_id"], **common)]
        if name
        else []
    )


def _message(payload: dict[str, Any]) -> list[Call]:
    if payload.get("private") is True or text(payload.get("content_type")) == "input_csat":
        return []
    conversation, sender = payload["conversation"], mapping(payload.get("sender"))
    common, kind = _common(conversation), text(payload.get("message_type"))
    at, identity = moment(payload.get("created_at")), f"message:{text(payload['id'])}"
    about = common["conversation_id"]
    if kind in INCOMING:
        return [call(SAID, key=identity, at=at, by=_person(sender), about=about, text=words(payload.get("content")),
                     kind="conversation", **common)]  # fmt: skip
    if kind in OUTGOING:
        is_bot = text(sender.get("type")) in {"agent_bot", "captain_assistant"} or not sender
        asker = _asker(conversation)
        return [
            reply(
                key=identity,
                at=at,
                to=asker,
                about=about,
                is_bot=is_bot,
                agent=text(sender.get("name")),
                **common,
            )
        ]
    return []


def _rating(payload: dict[str, Any]) -> list[Call]:
    given = mapping(mapping(payload.get("content_attributes")).get("submitted_values"))
    answer = mapping(given.get("csat_survey_response"))
    rating = number(answer.get("rating"))
    if rating is None:
        return []
    conversation = payload["conversation"]
    common, asker = _common(conversation), _asker(conversation)
    at, comment = moment(payload.get("updated_at")), words(answer.get("feedback_message"))
    identity, about = f"csat:{text(payload['id'])}", common["conversation_id"]
    calls = score("csat", rating, 1, 5, key=identity, at=at, by=asker, about=about, comment=comment, **common)
    if comment:
        calls.append(
            call(
                SAID,
                key=f"{identity}:comment",
                at=at,
                by=asker,
                about=about,
                text=comment,
                kind="conversation",
                **common,
            )
        )
    return calls
