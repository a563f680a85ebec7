"""What every connector is. A folder here registers one; it checks who calls, and says what it heard."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from hamdel.listen.feedback.heard import Call

# A signed call that is older, or further ahead, was kept by somebody and sent again.
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Arrival:
    """One call of a webhook: header names in small letters, the body byte for byte as it was signed."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


class Refused(Exception):
    """The call is not taken: `code` is "signature", "old" or "no_secret"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Connector:
    """One kind of feedback source."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    about: ClassVar[str | Promise]
    # What to do over there, one step a line.
    steps: ClassVar[tuple[str | Promise, ...]] = ()
    icon: ClassVar[str] = "message"
    is_webhook: ClassVar[bool] = True
    # We make the secret and they are told it; otherwise they make it and we are told.
    makes_secret: ClassVar[bool] = False
    form: ClassVar[type[forms.Form] | None] = None

    def verify(self, arrival: Arrival, secret: str) -> None:
        """Check that the call comes from whoever knows the secret, and is fresh. Raises Refused."""
        raise NotImplementedError

    def delivery_id(self, arrival: Arrival, payload: dict[str, Any]) -> str:  # noqa: ARG002  others look into it
        """Return the id of this delivery: the same for a retry of it."""
        return hashlib.sha256(arrival.body).hexdigest()

    def kind(self, payload: dict[str, Any]) -> str:
        """Return what they call this kind of news."""
        raise NotImplementedError

    def read(self, payload: dict[str, Any]) -> list[Call] | None:
        """Return what was heard; None for a kind of news not known here."""
        raise NotImplementedError


_known: dict[str, Connector] = {}


def register(connector: Connector) -> None:
    """Make a connector known. Called from its folder."""
    _known[connector.name] = connector


def connectors() -> list[Connector]:
    return sorted(_known.values(), key=lambda connector: connector.name)


def connector_named(name: str) -> Connector | None:
    return _known.get(name)


# Signatures


def digest_of(secret: str | bytes, signed: bytes, algorithm: str = "sha256") -> bytes:
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, signed, algorithm).digest()


def insist(expected: bytes, stated: str, *, encoding: str) -> None:
    """Compare a signature in constant time. Raises Refused."""
    written = base64.b64encode(expected).decode() if encoding == "base64" else expected.hex()
    if not hmac.compare_digest(written.encode(), stated.strip().encode("utf-8", "replace")):
        raise Refused("signature")


def insist_fresh(stated: str, at: datetime) -> None:
    """Insist that a moment, as Unix seconds or ISO 8601, is near now. Raises Refused."""
    try:
        if stated.strip().isascii() and stated.strip().isdigit():
            moment = datetime.fromtimestamp(int(stated), UTC)
        else:
            moment = datetime.fromisoformat(stated.strip())
    except (ValueError, OverflowError, OSError):
        raise Refused("signature") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if abs(at - moment) > TOLERANCE:
        raise Refused("old")
