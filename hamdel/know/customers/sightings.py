"""What one event says about whom it concerns: identifiers by priority, and traits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from hamdel.ground.persian.phones import normal_phone
from hamdel.ground.persian.text import fold, fold_tight
from hamdel.know.customers.models import Identifier

Kind = Identifier.Kind
Key = tuple[UUID, str, str]  # workspace, kind, normalised value
LONGEST_VALUE = 300
HALF_SPACE = "\u200c"
SEARCHED_KINDS = {Kind.USER, Kind.EXTERNAL, Kind.EMAIL, Kind.PHONE}


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Sighting(NamedTuple):
    """One event's claim of identity. `keys` come strongest first; `previous` only from alias.

    A tuple: one is made of every event there is.
    """

    workspace_id: UUID
    type: str
    at: datetime
    keys: tuple[Key, ...] = ()
    previous: tuple[Key, ...] = ()
    traits: Mapping[str, Any] = NOTHING
    customer_id: UUID | None = None


def sighting_of(body: Mapping[str, Any], *, workspace_id: UUID, at: datetime) -> Sighting:
    """Read an event's body as the intake wrote it (see listen/events/intake)."""
    if "customerId" in body:  # a fact of our own, which knows whom it is about, or that it is about nobody
        given = body["customerId"]
        return Sighting(workspace_id, body["type"], at, customer_id=UUID(given) if given else None)
    traits = traits_of(body)
    keys = tuple(dict.fromkeys((workspace_id, kind, value) for kind, value in _claims(body, traits)))
    previous: tuple[Key, ...] = ()
    if body["type"] == "alias" and body.get("previousId"):
        value = str(body["previousId"])[:LONGEST_VALUE]
        previous = ((workspace_id, Kind.USER, value), (workspace_id, Kind.ANONYMOUS, value))
    return Sighting(workspace_id, body["type"], at, keys, previous, traits)


def traits_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the traits of identify, or those any other call carries in its context."""
    if body["type"] == "identify":
        return _mapping(body.get("traits"))
    return _mapping(_mapping(body.get("context")).get("traits"))


def _claims(body: Mapping[str, Any], traits: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if user := body.get("userId"):
        yield Kind.USER, str(user)[:LONGEST_VALUE]
    context = _mapping(body.get("context"))
    for external in context.get("externalIds") or context.get("externalId") or ():
        if isinstance(external, Mapping) and external.get("id"):
            yield Kind.EXTERNAL, f"{external.get('type', 'id')}:{external['id']}"[:LONGEST_VALUE]
    if traits:
        if (email := normal_email(traits.get("email"))) is not None:
            yield Kind.EMAIL, email
        for phone in phones_of(traits):
            yield Kind.PHONE, phone
    if anonymous := body.get("anonymousId"):
        yield Kind.ANONYMOUS, str(anonymous)[:LONGEST_VALUE]


def normal_email(value: object) -> str | None:
    """Return an address in one form (trimmed, lower case), or None when it is none."""
    if not isinstance(value, str):
        return None
    email = value.strip().lower()
    name, at, host = email.rpartition("@")
    return email if at and name and "." in host and " " not in email and len(email) <= 254 else None


def phones_of(traits: Mapping[str, Any]) -> list[str]:
    """Return every phone of the traits (`phone`, and the list `phones`) as E.164."""
    several = traits.get("phones")
    listed = [traits.get("phone"), *(several if isinstance(several, list) else ())]
    numbers = (normal_phone(str(phone)) for phone in listed if phone)
    return [number for number in numbers if number]


def name_of(traits: Mapping[str, Any]) -> str:
    """Return the full name, or the first and last name joined."""
    name = traits.get("name") or " ".join(
        str(traits[part]) for part in ("firstName", "lastName") if traits.get(part)
    )
    return str(name).strip()[:200]


def search_words(*, name: str = "", keys: tuple[Key, ...] = ()) -> set[str]:
    """Return the folded words under which a customer is found: word starts match, see `queries.search`."""
    words = set(fold(name).split())
    if len(words) > 1:
        words.add(fold_tight(name))
    # A part behind a half-space is a word to whoever remembers only that: «نژاد» of «کریمی‌نژاد».
    words |= set(fold(name.replace(HALF_SPACE, " ")).split())
    for _workspace, kind, value in keys:
        if kind in SEARCHED_KINDS:
            words.update(_words_of_key(kind, value))
    return {word[:200] for word in words if word}


def _words_of_key(kind: str, value: str) -> set[str]:
    if kind == Kind.PHONE:
        digits = value.lstrip("+")
        national = digits.removeprefix("98")
        return {digits, national, f"0{national}"} if digits != national else {digits}
    folded = fold(value).replace(" ", "")
    if kind == Kind.EXTERNAL:
        return {folded, folded.partition(":")[2]}
    return {folded}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else NOTHING
