"""Zendesk's event webhooks: tickets, their comments, and how content people were."""

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
    reply,
    score,
    text,
    words,
)
from hamdel.listen.feedback.moments import moment

PREFIX = "zen:event-type:"
DONE = {"SOLVED", "CLOSED"}
# Their ratings are a thumb up or down.
THUMBS = {"good": 1, "bad": 0}


class Zendesk(Connector):
    name = "zendesk"
    label = "Zendesk"
    about = _("Tickets, replies, solutions and satisfaction ratings")
    steps = (
        _(
            "In Zendesk's Admin Center open Apps and integrations → Webhooks and create one for Zendesk events."
        ),
        _(
            "Choose the ticket events, enter the address below as endpoint, and take JSON and no authentication."
        ),
        _("Reveal the signing secret of the webhook and paste it here."),
    )

    def verify(self, arrival: Arrival, secret: str) -> None:
        stated = arrival.headers.get("x-zendesk-webhook-signature", "")
        at = arrival.headers.get("x-zendesk-webhook-signature-timestamp", "")
        if not at:
            raise Refused("signature")
        insist(digest_of(secret, at.encode() + arrival.body), stated, encoding="base64")
        insist_fresh(at, arrival.at)

    def delivery_id(self, arrival: Arrival, payload: dict[str, Any]) -> str:
        return text(payload.get("id")) or super().delivery_id(arrival, payload)

    def kind(self, payload: dict[str, Any]) -> str:
        return text(payload.get("type")).removeprefix(PREFIX)

    def read(self, payload: dict[str, Any]) -> list[Call] | None:
        kind, event = self.kind(payload), mapping(payload.get("event"))
        if not kind.startswith("ticket."):
            return None
        detail = payload["detail"]
        ticket, at = text(detail["id"]), moment(payload.get("time"))
        asker = Person("zendesk", id=text(detail.get("requester_id")))
        common = {
            "conversation_id": ticket, "touchpoint": "support", "source": "zendesk",
            "channel": text(mapping(detail.get("via")).get("channel")),
        }  # fmt: skip
        match kind:
            case "ticket.created":
                topic = words(detail.get("subject")) or text(payload.get("subject"))
                return [call(STARTED, key=f"{ticket}:started", at=at, by=asker, about=ticket, topic=topic,
                             text=words(detail.get("description")), **common)]  # fmt: skip
            case "ticket.comment_added":
                return _comment(event, ticket, at, asker, common)
            case "ticket.status_changed":
                return _status(event, payload, ticket, at, asker, common)
        if "satisfaction" in kind or "csat" in kind:
            return _rating(event, detail, ticket, at, asker, common)
        return None


def _comment(
    event: dict[str, Any], ticket: str, at: Any, asker: Person, common: dict[str, Any]
) -> list[Call]:
    comment = event["comment"]
    if comment.get("is_public") is False:
        return []
    author, identity = mapping(comment.get("author")), f"comment:{text(comment['id'])}"
    if author.get("is_staff") is True:
        return [reply(key=identity, at=at, to=asker, about=ticket, agent=text(author.get("name")), **common)]
    speaker = Person("zendesk", id=text(author.get("id")) or asker.id, name=text(author.get("name")))
    return [
        call(
            SAID,
            key=identity,
            at=at,
            by=speaker,
            about=ticket,
            text=words(comment.get("body")),
            kind="conversation",
            **common,
        )
    ]


def _status(
    event: dict[str, Any],
    payload: dict[str, Any],
    ticket: str,
    at: Any,
    asker: Person,
    common: dict[str, Any],
) -> list[Call]:
    now, before = (text(event.get(part)).upper() for part in ("current", "previous"))
    identity = f"{ticket}:{text(payload.get('id')) or at}"
    if now in DONE and before not in DONE:
        return [call(RESOLVED, key=identity, at=at, by=asker, about=ticket, **common)]
    if before in DONE and now not in DONE:
        return [call(REOPENED, key=identity, at=at, by=asker, about=ticket, **common)]
    return []


def _rating(
    event: dict[str, Any], detail: dict[str, Any], ticket: str, at: Any, asker: Person, common: dict[str, Any]
) -> list[Call]:
    given = event.get("current") if event.get("current") is not None else detail.get("satisfaction_rating")
    rating = given if isinstance(given, dict) else {"score": given}
    thumb = text(rating.get("score")).lower()
    if thumb not in THUMBS:
        return []
    comment, identity = words(rating.get("comment")), text(rating.get("id")) or f"{ticket}:{at}"
    calls = score(
        "csat",
        THUMBS[thumb],
        0,
        1,
        key=f"rating:{identity}",
        at=at,
        by=asker,
        about=ticket,
        comment=comment,
        **common,
    )
    if comment:
        calls.append(
            call(
                SAID,
                key=f"rating:{identity}:comment",
                at=at,
                by=asker,
                about=ticket,
                text=comment,
                kind="conversation",
                **common,
            )
        )
    return calls
