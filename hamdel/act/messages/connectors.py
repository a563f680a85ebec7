"""What every connector is: it puts parcels on the wire and reads what the gateway says. Each registers itself.

Only the sending job calls `send`, and only with parcels the contact gate has let through; a test keeps it so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from hamdel.act.messages.content import Content
from hamdel.listen.events.json_text import storable

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount
    from hamdel.know.customers.models import Customer


@dataclass(frozen=True)
class Parcel:
    """One message as a connector gets it. `contact_id` is the gate's leave to send it."""

    message_id: UUID
    local_id: int
    address: str
    content: Content
    contact_id: UUID | None
    reference: str = ""
    purpose: str = ""
    topic: str = ""
    unsubscribe_url: str = ""
    provider_id: str = ""


@dataclass(frozen=True)
class Told:
    """What comes from outside: its texts are made such as PostgreSQL can keep, whatever a gateway sends."""

    def __post_init__(self) -> None:
        for one in fields(self):
            if isinstance(text := getattr(self, one.name), str):
                object.__setattr__(self, one.name, storable(text))


@dataclass(frozen=True)
class Outcome(Told):
    """What became of one parcel. `problem` is a code of `problems.py`; `answer` is what the gateway said."""

    state: str
    problem: str = ""
    provider_id: str = ""
    answer: str = ""
    request: str = ""
    retry_after: float = 0
    cost_rial: int | None = None
    # The gateway itself is in trouble (no credit, wrong key, down): nobody's messages would go.
    is_about_account: bool = False

    ACCEPTED: ClassVar[str] = "accepted"
    DELIVERED: ClassVar[str] = "delivered"
    FAILED: ClassVar[str] = "failed"
    TEMPORARY: ClassVar[str] = "temporary"
    UNKNOWN: ClassVar[str] = "unknown"

    @classmethod
    def accepted(cls, provider_id: object = "", **more: Any) -> Outcome:
        return cls(cls.ACCEPTED, provider_id=str(provider_id), **more)

    @classmethod
    def failed(cls, problem: str, **more: Any) -> Outcome:
        """It will never go: the address is wrong, the words are refused."""
        return cls(cls.FAILED, problem, **more)

    @classmethod
    def temporary(cls, problem: str, **more: Any) -> Outcome:
        """It certainly did not go, and may be tried again."""
        return cls(cls.TEMPORARY, problem, **more)

    @classmethod
    def unknown(cls, problem: str, **more: Any) -> Outcome:
        """It may have gone: ask before anything else is done."""
        return cls(cls.UNKNOWN, problem, **more)


@dataclass(frozen=True)
class Report(Told):
    """What the gateway says later about a message: delivered, failed, bounced, complained or clicked."""

    state: str
    provider_id: str = ""
    local_id: int | None = None
    problem: str = ""
    answer: str = ""
    address: str = ""


@dataclass(frozen=True)
class Heard(Told):
    """Something a customer wrote or pressed. `provider_id` makes a second delivery of it harmless."""

    address: str
    text: str
    provider_id: str = ""
    at: datetime | None = None
    # The outgoing message it answers, when the gateway knows it (a button under a chat message).
    local_id: int | None = None
    value: str = ""
    survey: str = ""
    channel: str = ""
    start: str = ""
    # Without a `provider_id`: the same words from there within this time are the same.
    once_within: timedelta | None = None


@dataclass(frozen=True)
class News(Told):
    """What one callback or one poll brought, and what the gateway wants to be answered."""

    reports: tuple[Report, ...] = ()
    heard: tuple[Heard, ...] = ()
    response: HttpResponse | None = None
    up_to: str = ""
    # A poll that brought as much as it can carry: there is probably more to fetch.
    has_more: bool = False
    # Why nothing could be fetched, as `problems` calls it.
    problem: str = ""
    refused: bool = False
    # Whoever calls still has the customer on the line, and is told when the answer is none.
    must_be_taken: bool = False
    # Said to the gateway once all this is committed: a pressed button stops turning.
    after: Callable[[], None] | None = None


@dataclass(frozen=True)
class Health:
    """Whether the account works, and what is left on it."""

    works: bool
    problem: str = ""
    credit_rial: int | None = None
    answer: str = ""
    who: str = ""


class Connector:
    """The base of a connector. A new one copies a folder and says what is different."""

    name: ClassVar[str] = ""
    channel: ClassVar[str] = ""
    label: ClassVar[str | Promise] = ""
    about: ClassVar[str | Promise] = ""
    icon: ClassVar[str] = "send"
    # Where it stands among the kinds that are offered, the small first.
    place: ClassVar[int] = 50
    # How many parcels one call takes, and how many calls a second the gateway bears.
    batch: ClassVar[int] = 1
    per_second: ClassVar[float] = 10
    can_look_up: ClassVar[bool] = False
    # The receiver drops what it has seen before: an unknown outcome may simply be sent again.
    is_idempotent: ClassVar[bool] = False
    # How long is waited after each temporary failure; after the last one it has failed for good.
    back_off: ClassVar[tuple[timedelta, ...]] = tuple(
        timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200, 21_600)
    )
    # The gateway can be asked by its own ids whether messages have arrived, so many at once.
    asks_delivery: ClassVar[int] = 0
    polls: ClassVar[bool] = False
    # Names of the settings that are kept sealed.
    secret_names: ClassVar[tuple[str, ...]] = ()
    # Addresses at which the gateway calls us: "delivery", "inbound" …, shown on the settings page.
    callbacks: tuple[str, ...] = ()
    has_lines: ClassVar[bool] = False
    sends: ClassVar[bool] = True
    # Customers are reached once they have opened a chat by a link made for them.
    links_chats: ClassVar[bool] = False
    # The settings form; its cleaned data becomes `account.settings` and `account.secrets`. None: not set up by hand.
    form: ClassVar[Any] = None

    def send(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Put parcels on the wire, at most `batch`. Returns an outcome for each, in order; does not raise."""
        raise NotImplementedError

    def look_up(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome | None]:
        """Ask what became of parcels whose outcome is unknown. None: the gateway never had it."""
        raise NotImplementedError

    def delivery(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Report]:
        """Ask whether accepted messages have arrived; leave out those of which nothing new is known."""
        return []

    def read(self, account: ChannelAccount, what: str, request: HttpRequest) -> News:
        """Read a callback. Refuse it with `News(refused=True)` when it is not signed as it should be."""
        return News(refused=True)

    def poll(self, account: ChannelAccount) -> News:
        """Fetch what came since `account.polled_up_to`."""
        return News()

    def check(self, account: ChannelAccount) -> Health:
        """Ask the gateway whether the key works. Sends nothing to anybody."""
        return Health(works=True)

    def connected(self, account: ChannelAccount, callback_url: str) -> str:
        """Do what must be done once settings are saved (register a webhook). Returns a problem's code or ""."""
        return ""

    def start_link(self, account: ChannelAccount, customer: Customer, *, at: datetime) -> str:
        """Return a link by which this customer opens a chat with us; only where `links_chats`."""
        return ""

    def start(self, account: ChannelAccount, token: str, address: str, *, at: datetime) -> Customer | None:
        """Link a chat that was opened by a start link; return whose it is, None for a token that is not valid."""
        return None

    def addresses(self, customers: Sequence[Customer]) -> dict[UUID, str]:
        """Return where these customers are reached on this channel; who is not is left out."""
        return {}

    def segments(self, content: Content) -> int:
        """Return how many units the message is billed as."""
        return 1


_connectors: dict[str, Connector] = {}


def register(connector: Connector) -> None:
    """Make a connector known. Doing it again replaces it."""
    _connectors[connector.name] = connector


def connector_named(name: str) -> Connector | None:
    return _connectors.get(name)


def connectors() -> list[Connector]:
    """Return all connectors, those most people look for first."""
    return sorted(_connectors.values(), key=lambda one: (one.place, one.name))


def of_channel(channel: str) -> list[Connector]:
    return [one for one in _connectors.values() if one.channel == channel]
