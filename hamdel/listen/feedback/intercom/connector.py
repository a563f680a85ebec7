"""Intercom's notifications: conversations, their parts, and ratings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hamdel.listen.feedback.connectors import Arrival, Connector, Refused, digest_of, insist
from hamdel.listen.feedback.heard import (
    REOPENED,
    RESOLVED,
    SAID,
    STARTED,
    Call,
    Person,
    call,
    items,
    mapping,
    number,
    reply,
    score,
    text,
    words,
)
from hamdel.listen.feedback.moments import moment


class Intercom(Connector):
    name = "intercom"
    label = "Intercom"
    about = _("Conversations, replies, solutions and ratings")
    steps = (
        _("In Intercom's Developer Hub open your app → Webhooks and enter the address below as endpoint."),
        _("Subscribe to the conversation topics, among them conversation.rating.added."),
        _("Copy the client secret from Basic information of the app and paste it here."),
    )

    def verify(self, arrival: Arrival, secret: str) -> None:
        stated = arrival.headers.get("x-hub-signature", "")
        if not stated.startswith("sha1="):
            raise Refused("signature")
        insist(digest_of(secret, arrival.body, "sha1"), stated.removeprefix("sha1="), encoding="hex")

    def delivery_id(self, arrival: Arrival, payload: dict[str, Any]) -> str:
        return text(payload.get("id")) or super().delivery_id(arrival, payload)

    def kind(self, payload: dict[str, Any]) -> str:
        return text(payload.get("topic"))

    def read(self, payload: dict[str, Any]) -> list[Call] | None:
        topic = self.kind(payload)
        if topic == "ping":
            return []
        if not topic.startswith("conversation"):
            return None
        item = payload["data"]["item"]
        at = moment(payload.get("created_at"))
        about, source = text(item["id"]), mapping(item.get("source"))
        asker = _asker(item, source)
        common = {
            "conversation_id": about, "touchpoint": "support", "source": "intercom",
            "channel": text(source.get("type")),
        }  # fmt: skip
        match topic.removeprefix("conversation."):
            case "user.created" | "contact.created":
                began = moment(item.get("created_at")) or at
                topic_words = words(source.get("subject")) or words(source.get("body"))[:200]
                return [call(STARTED, key=f"{about}:started", at=began, by=asker, about=about, topic=topic_words,
                             text=words(source.get("body")), **common)]  # fmt: skip
            case "user.replied" | "contact.replied" | "admin.replied" | "operator.replied":
                return [made for part in _parts(item) if (made := _part(part, asker, about, common))]
            case "admin.closed":
                return [
                    call(
                        RESOLVED, key=f"{about}:{text(payload['id'])}", at=at, by=asker, about=about, **common
                    )
                ]
            case "admin.opened":
                return [
                    call(
                        REOPENED, key=f"{about}:{text(payload['id'])}", at=at, by=asker, about=about, **common
                    )
                ]
            case "rating.added" | "contact.rated" | "user.rated":
                return _rating(mapping(item.get("conversation_rating")), asker, about, common)
        return None


def _asker(item: dict[str, Any], source: dict[str, Any]) -> Person:
    contacts = items(mapping(item.get("contacts")).get("contacts"))
    contact, author = mapping(contacts[0] if contacts else None), mapping(source.get("author"))
    speaks = author if text(author.get("type")) in {"user", "lead", "contact"} else {}
    return Person(
        "intercom", id=text(contact.get("id")) or text(speaks.get("id")), user_id=text(contact.get("external_id")),
        email=text(speaks.get("email")), name=text(speaks.get("name")),
    )  # fmt: skip


def _parts(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        part
        for part in items(mapping(item.get("conversation_parts")).get("conversation_parts"))
        if isinstance(part, dict)
    ]


def _part(part: dict[str, Any], asker: Person, about: str, common: dict[str, Any]) -> Call | None:
    said, author = words(part.get("body")), mapping(part.get("author"))
    if not said or text(part.get("part_type")) == "note":
        return None
    at, identity = moment(part.get("created_at")), f"part:{text(part['id'])}"
    if text(author.get("type")) in {"admin", "bot", "team", "operator"}:
        is_bot = text(author.get("type")) in {"bot", "operator"}
        return reply(
            key=identity,
            at=at,
            to=asker,
            about=about,
            is_bot=is_bot,
            agent=text(author.get("name")),
            **common,
        )
    return call(SAID, key=identity, at=at, by=asker, about=about, text=said, kind="conversation", **common)


def _rating(rating: dict[str, Any], asker: Person, about: str, common: dict[str, Any]) -> list[Call]:
    value = number(rating.get("rating"))
    if value is None:
        return []
    at, comment = (
        moment(rating.get("updated_at")) or moment(rating.get("created_at")),
        words(rating.get("remark")),
    )
    identity = f"rating:{about}:{at.isoformat() if at else ''}"
    calls = score("csat", value, 1, 5, key=identity, at=at, by=asker, about=about, comment=comment, **common)
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
