"""Accounts, messages and turns of the sending job, as tests need them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from hamdel.act.messages.accounts import connect_account
from hamdel.act.messages.connectors import connector_named
from hamdel.act.messages.content import Choice, Content
from hamdel.act.messages.models import Message
from hamdel.act.messages.outgoing import Outgoing, queue
from hamdel.act.messages.sending import send_due
from hamdel.ground.workspaces.tenancy import inside

# A Tuesday at 10:00 in Tehran: nobody's night.
MORNING = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
NPS = tuple(Choice(str(n), str(n)) for n in range(11))


class Clock:
    """A clock that tests set."""

    def __init__(self, now=MORNING):
        self.now = now

    def __call__(self):
        return self.now

    def forward(self, **by):
        self.now += timedelta(**by)
        return self.now


class Ticking(Clock):
    """A clock that runs, from a Tuesday morning on: whatever the hour of the test, nobody sleeps."""

    def __init__(self, now=MORNING):
        super().__init__(now)
        self.started = time.monotonic()

    def __call__(self):
        return self.now + timedelta(seconds=time.monotonic() - self.started)


def connect(cast, name, *, at=MORNING, **cleaned):
    with inside(cast.cafe):
        return connect_account(
            cast.cafe, connector_named(name), {"name": name, "is_on": True, "per_second": 1_000, **cleaned},
            by=cast.owner, at=at,
        )  # fmt: skip


def kavenegar(cast, fake, **more):
    return connect(
        cast, "kavenegar", base_url=fake.url, api_key="6B6A7132637473656372", sender="30001234", line_type="service",
        **{"cost_rial_per_segment": 0, "stop_words": "", **more},
    )  # fmt: skip


def wish(customer, channel="sms", text="سلام، از ۰ تا ۱۰ چند می‌دهید؟", **more):
    content = more.pop("content", None) or Content(text=text, choices=more.pop("choices", ()))
    return Outgoing(customer, channel, more.pop("purpose", "survey"), content, **more)


def queue_one(cast, *, at=MORNING, customer=None, **more):
    with inside(cast.cafe):
        return queue(cast.cafe, [wish(customer or cast.customer, **more)], at=at)[0]


def send(account, clock=None):
    return send_due(account.workspace_id, account.id, now=clock or Clock())


def reread(cast, message):
    with inside(cast.cafe):
        return Message.objects.get(id=getattr(message, "id", message))


def attempts(cast, message):
    with inside(cast.cafe):
        return list(reread(cast, message).attempts.all())
