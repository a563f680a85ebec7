"""Feedback that programs hand in: reviews, calls, posts, notes, with or without a rating."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.feedback.heard import SAID, Call, Person, call, score, words
from hamdel.listen.feedback.hearing import put_into_log, source_named

API_SOURCE = "Feedback"
# Stars of a shop or an app store are no CSAT: nobody asked after one experience.
STARS = "stars"


@dataclass(frozen=True)
class Piece:
    """One piece of feedback. Without an id, the same words of the same person at the same moment are one."""

    text: str = ""
    kind: str = "other"
    source: str = "api"
    id: str = ""
    at: datetime | None = None
    channel: str = ""
    touchpoint: str = ""
    rating: float | None = None
    rating_max: float = 5
    rating_min: float = 1
    metric: str = STARS
    url: str = ""
    conversation_id: str = ""
    user_id: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""
    external_id: str = ""
    anonymous_id: str = ""


def calls_of(piece: Piece) -> list[Call]:
    """Return the events of one piece: what was said, and the rating."""
    identity = piece.id or hashlib.sha256(repr(piece).encode("utf-8", "replace")).hexdigest()[:32]
    who = Person(
        piece.source, user_id=piece.user_id, email=piece.email, phone=piece.phone, name=piece.name,
        external_id=piece.external_id, anonymous_id=piece.anonymous_id,
    )  # fmt: skip
    said = words(piece.text)
    common = {
        "source": piece.source, "channel": piece.channel or piece.kind, "touchpoint": piece.touchpoint,
        "url": piece.url, "kind": piece.kind, "conversation_id": piece.conversation_id,
    }  # fmt: skip
    calls = (
        [call(SAID, key=identity, at=piece.at, by=who, about=identity, text=said, **common)] if said else []
    )
    if piece.rating is not None:
        calls += score(
            piece.metric, piece.rating, piece.rating_min, piece.rating_max, key=f"{identity}:rating", at=piece.at, by=who,
            about=identity, comment=said, **common,
        )  # fmt: skip
    return calls


def take_pieces(workspace: Workspace, pieces: Sequence[Piece], *, at: datetime) -> tuple[int, list[str]]:
    """Put pieces into the log; return how many events were new, and why others were refused."""
    source = source_named(workspace, API_SOURCE)
    return put_into_log(source, [call for piece in pieces for call in calls_of(piece)], at=at)
