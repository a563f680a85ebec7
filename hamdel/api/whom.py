"""Whom a call means: a customer by our id, by the caller's own, or by a phone or e-mail, as text or in an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Field, Schema
from pydantic import BeforeValidator, StrictInt, model_validator

from hamdel.act.contacts.standing import roots_of
from hamdel.api.auth import ApiRequest
from hamdel.api.errors import ApiError
from hamdel.ground.persian.phones import normal_phone
from hamdel.know.customers.models import Customer, Identifier

Kind = Identifier.Kind
LONGEST = 300
ID = "id"
ALSO = {"customer_id": "id", "customer": "id", "externalId": "external_id", "userId": "user_id"}
HOW = gettext_lazy("Name the customer by id, external_id, user_id, email or phone.")
Text = Annotated[str, Field(max_length=LONGEST, pattern=r"^[^\x00]+$")]


def as_sent(given: Any) -> dict[str, Any] | None:
    """Return the object of a body as it was sent: ninja hands validators a wrapper of it. None for anything else."""
    plain = getattr(given, "_obj", given)
    return plain if isinstance(plain, dict) else None


class Named(Schema):
    """A customer in an object: by `id`, or by an `external_id`, `user_id`, `email` or `phone` of the caller's."""

    id: Text | None = None
    external_id: Text | StrictInt | None = None
    user_id: Text | StrictInt | None = None
    email: Text | None = None
    phone: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def by_other_names(cls, given: Any) -> Any:
        """Understand the words other programs use for the same."""
        said = as_sent(given)
        return {ALSO.get(name, name): value for name, value in said.items()} if said else given

    @model_validator(mode="after")
    def names_somebody(self) -> Named:
        if not any(value is not None for value in self.dict().values()):
            raise ValueError(str(HOW))
        return self


def names_a_customer(given: Any) -> Any:
    """Say once what is wrong, not once for each way it could have been written."""
    is_text = isinstance(given, str) and given.strip() and "\0" not in given and len(given) <= LONGEST
    is_number = isinstance(given, int) and not isinstance(given, bool)
    sent = as_sent(given) or {}
    is_named = any(sent.get(name) is not None for name in (*Named.model_fields, *ALSO))
    if not (is_text or is_number or is_named or isinstance(given, Named)):
        raise ValueError(str(HOW))
    return given


Whom = Annotated[
    Text | StrictInt | Named,
    BeforeValidator(names_a_customer),
    Field(
        description="A customer’s id; or your own: a user id, an external id as system:id, an e-mail or a phone;"
        " or an object with one of id, external_id, user_id, email, phone."
    ),
]
Key = tuple[str, str]


def customer_named(request: ApiRequest, whom: Whom) -> Customer:
    """Return the customer that is meant, merged ones as the one they are today. ApiError 404 for nobody we know."""
    return customers_named(request, [whom], place="customer")[0]


def customers_named(
    request: ApiRequest, listed: Sequence[Whom], *, place: str = "customers[{}]"
) -> list[Customer]:
    """Return who is meant, in order, in a few statements whatever their number. ApiError 404 for the first unknown."""
    keys = [list(_keys(whom)) for whom in listed]
    owners = _owners(request, {key for own in keys for key in own})
    roots = roots_of(request.workspace, set(owners.values()))
    people = Customer.objects.visible_to(request.member).in_bulk(set(roots.values()))
    found = []
    for n, (whom, own) in enumerate(zip(listed, keys, strict=True)):
        root = next((roots[owners[key]] for key in own if owners.get(key) in roots), None)
        if root is None or root not in people:
            raise _nobody(place.format(n), whom)
        found.append(people[root])
    return found


def _nobody(place: str, whom: Whom) -> ApiError:
    said = whom if not isinstance(whom, Named) else next(v for v in whom.dict().values() if v is not None)
    message = _("%(place)s: no customer here is known as “%(said)s”.") % {"place": place, "said": said}
    return ApiError(404, "unknown_customer", message)


def _keys(whom: Whom) -> Iterator[Key]:
    """Yield what the customer may be known by, the most certain first."""
    if not isinstance(whom, Named):
        text = str(whom).strip()
        yield from _id(text)
        yield from ((Kind.USER, text), (Kind.EXTERNAL, text))
        yield from _email(text)
        yield from _phone(text)
        return
    yield from _id(whom.id)
    for own in (whom.user_id, whom.external_id, whom.id):
        if own is not None:
            text = str(own).strip()
            yield from ((Kind.USER, text), (Kind.EXTERNAL, text))
    yield from _email(whom.email)
    yield from _phone(whom.phone)


def _id(text: str | None) -> Iterator[Key]:
    try:
        if text:
            yield ID, str(UUID(text))
    except ValueError:
        return


def _email(text: str | None) -> Iterator[Key]:
    if text and "@" in text:
        yield Kind.EMAIL, text.strip().lower()


def _phone(text: str | None) -> Iterator[Key]:
    phone = normal_phone(text) if text else None
    if phone:
        yield Kind.PHONE, phone


def _owners(request: ApiRequest, keys: Iterable[Key]) -> dict[Key, UUID]:
    """Return whose each key is. An id counts as its own; whether there is such a customer is asked afterwards."""
    wanted = set(keys)
    owners = {key: UUID(key[1]) for key in wanted if key[0] == ID}
    values = sorted({value for kind, value in wanted if kind != ID})
    rows = Identifier.objects.in_workspace(request.workspace).filter(value__in=values)
    for kind, value, owner in rows.values_list("kind", "value", "customer_id"):
        owners[kind, value] = owner
    return owners
