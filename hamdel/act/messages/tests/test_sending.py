"""The sending job: hours, rate, back-off, many workers, and a worker that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import time as clock_time
from datetime import timedelta

import pytest
from django.db import connection, connections

from hamdel.act.contacts.actions import withdraw_consent
from hamdel.act.contacts.models import Contact
from hamdel.act.messages.connectors import Connector
from hamdel.act.messages.hours import next_allowed
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.outgoing import cancel_queued, queue
from hamdel.act.messages.sending import claim_batch, send_due
from hamdel.act.messages.sweeping import LEASE, ask_after, free_claimed
from hamdel.act.messages.tests.fakes import gateway, wait_until
from hamdel.act.messages.tests.stage import (
    MORNING,
    Clock,
    Ticking,
    connect,
    kavenegar,
    queue_one,
    reread,
    send,
    wish,
)
from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.workspaces.tenancy import inside
from tests.cast import make_customer

pytestmark = pytest.mark.django_db(transaction=True)
State = Message.State


def generic(cast, fake, **more):
    """An account at a gateway that takes one message a call and keeps what it was sent."""
    return connect(
        cast, "http_sms", sender="3000", line_type="service", url=f"{fake.url}/send", method="POST", headers="",
        body_kind="json", body='{"to": "{to}", "text": "{text}", "id": {id}}', success="status = 200",
        id_place="body.id", number_format="plus", **{"cost_rial_per_segment": 100, **more},
    )  # fmt: skip


@pytest.fixture
def fake():
    with gateway(lambda asked: (200, {"id": f"g{asked.json['id']}"})) as fake:
        yield fake


def people(cast, count):
    return [make_customer(cast.cafe, name=f"مشتری {n}", phone=f"+98912{n:07}") for n in range(count)]


def test_what_is_sent_is_written_down_and_announced(cast, fake):
    account = generic(cast, fake)
    queued = queue_one(cast, text="سلام" * 30, reference="invitation:9", topic="delivery")

    send(account)

    message = reread(cast, queued.message)
    assert (message.state, message.segments, message.cost_rial) == (State.SENT, 2, 200)
    with inside(cast.cafe):
        fact = WaitingFact.objects.get(name="Message Sent")
        assert Contact.objects.get(id=message.contact_id).state == "sent"
    assert fact.customer_id == cast.customer.id
    assert fact.properties["reference"] == "invitation:9"
    assert message.text not in str(fact.properties)


def test_who_may_not_be_contacted_gets_no_message(cast, fake):
    generic(cast, fake)
    with inside(cast.cafe):
        withdraw_consent(cast.customer, channel="sms", source="test", at=MORNING)
        refused, unreachable = queue(
            cast.cafe, [wish(cast.customer), wish(cast.phoneless)], at=MORNING + timedelta(minutes=1)
        )

        assert (refused.message, refused.refusal) == (None, "withdrawn")
        assert (unreachable.message, unreachable.refusal) == (None, "no_address")
        assert not Message.objects.exists()


def test_without_a_channel_nothing_is_queued(cast):
    assert queue_one(cast).refusal == "no_account"


def test_consent_withdrawn_while_it_waited_stops_it(cast, fake):
    account = generic(cast, fake)
    queued = queue_one(cast)
    with inside(cast.cafe):
        withdraw_consent(cast.customer, channel="sms", source="test", at=MORNING)

    send(account, Clock(MORNING + timedelta(seconds=5)))

    assert fake.asked == []
    assert reread(cast, queued.message).state == State.CANCELLED


def test_outside_its_hours_a_line_waits(cast, fake):
    account = generic(cast, fake, allowed_from=clock_time(9), allowed_until=clock_time(21))
    clock = Clock(MORNING)
    queued = queue_one(cast)
    clock.forward(hours=11, minutes=1)  # 21:01 in Tehran

    send(account, clock)
    assert fake.asked == []
    clock.forward(hours=12)  # 09:01 the next morning
    send(account, clock)

    assert reread(cast, queued.message).state == State.SENT


@pytest.mark.parametrize(("now_hour", "since", "until", "wait_hours"), [
    (10, 9, 21, 0), (21, 9, 21, 12), (3, 9, 21, 6), (23, 22, 6, 0), (5, 22, 6, 0), (12, 22, 6, 10), (12, 9, 9, 0),
])  # fmt: skip
def test_hours_are_the_workspaces_own_and_may_pass_midnight(cast, now_hour, since, until, wait_hours):
    zone = cast.cafe.zone
    moment = MORNING.astimezone(zone).replace(hour=now_hour, minute=0)

    allowed = next_allowed(moment, clock_time(since), clock_time(until), zone)

    assert allowed - moment == timedelta(hours=wait_hours)


def test_the_rate_is_kept(cast, fake):
    account = generic(cast, fake, per_second=20)
    with inside(cast.cafe):
        queue(cast.cafe, [wish(person) for person in people(cast, 15)], at=MORNING)
    started = time.monotonic()

    send(account, Ticking())

    assert len(fake.asked) == 15
    assert time.monotonic() - started >= 14 / 20


def test_however_long_a_gateway_is_down_its_messages_wait(cast, fake):
    account = generic(cast, fake)
    queued = queue_one(cast)
    fake.answer = lambda _asked: (503, {})
    clock = Clock()
    for _ in range(20):
        send(account, clock)
        message = reread(cast, queued.message)
        clock.forward(hours=6)

    # A gateway that is down is not the message's fault: it waits, and keeps its tries.
    assert message.state == State.QUEUED
    assert len(fake.asked) >= 10


def test_a_gateway_that_is_down_is_left_alone_for_a_while(cast, fake):
    account = generic(cast, fake)
    with inside(cast.cafe):
        queue(cast.cafe, [wish(person) for person in people(cast, 10)], at=MORNING)
    fake.answer = lambda _asked: (503, {})

    send(account)
    send(account)

    assert len(fake.asked) == 1
    with inside(cast.cafe):
        assert ChannelAccount.objects.get(id=account.id).last_problem == "gateway_down"
        assert Message.objects.filter(state=State.QUEUED).count() == 10


def test_a_refusal_is_final_and_gives_the_contact_back(cast, fake):
    account = generic(cast, fake)
    queued = queue_one(cast)
    fake.answer = lambda _asked: (422, {"error": "bad number"})

    send(account)
    send(account, Clock(MORNING + Connector.back_off[-1]))

    message = reread(cast, queued.message)
    assert (message.state, message.problem, len(fake.asked)) == (State.FAILED, "refused", 1)
    with inside(cast.cafe):
        assert Contact.objects.get(id=message.contact_id).state == "failed"


def test_what_waits_can_be_called_off(cast, fake):
    account = generic(cast, fake)
    queued = queue_one(cast, reference="invitation:1")

    with inside(cast.cafe):
        assert cancel_queued(cast.cafe, ["invitation:1"], at=MORNING) == 1
        assert cancel_queued(cast.cafe, ["invitation:1"], at=MORNING) == 0
    send(account)

    assert fake.asked == []
    assert reread(cast, queued.message).state == State.CANCELLED


def test_many_workers_send_each_message_once(cast, fake):
    account = generic(cast, fake)
    with inside(cast.cafe):
        queue(cast.cafe, [wish(person) for person in people(cast, 120)], at=MORNING)

    def work():
        try:
            send(account, Ticking())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    ids = [asked.json["id"] for asked in fake.asked]
    assert (len(ids), len(set(ids))) == (120, 120)
    with inside(cast.cafe):
        assert Message.objects.filter(state=State.SENT).count() == 120


def test_what_was_claimed_by_the_dead_goes_again_but_what_was_on_the_wire_does_not(cast, fake):
    account = generic(cast, fake)
    queued = queue_one(cast)
    claim_batch(account.workspace_id, account.id, now=MORNING)
    later = MORNING + LEASE + timedelta(seconds=1)

    assert free_claimed(account, at=MORNING) == 0
    assert free_claimed(account, at=later) == 1
    assert reread(cast, queued.message).state == State.QUEUED

    claim_batch(account.workspace_id, account.id, now=later)
    with inside(cast.cafe):
        Message.objects.update(on_wire_at=later)
    ask_after(account, at=later + LEASE + timedelta(seconds=1))

    assert reread(cast, queued.message).state == State.UNSURE
    assert fake.asked == []


SENDER = """
import sys, uuid
import django
from django.conf import settings as _
from hamdel.settings import DATABASES, database
DATABASES["default"].update(database(sys.argv[1])); DATABASES["owner"].update(database(sys.argv[1]))
django.setup()
from hamdel.act.messages.sending import send_due
from hamdel.act.messages.tests.stage import Ticking
send_due(uuid.UUID(sys.argv[2]), uuid.UUID(sys.argv[3]), now=Ticking())
"""


def database_url():
    said = connection.settings_dict
    return f"postgresql://{said['USER']}:{said['PASSWORD']}@/{said['NAME']}?host={said['HOST']}&port={said['PORT']}"


def test_kill_9_in_the_middle_sends_nothing_twice_and_loses_nothing(cast):
    """A process is killed while it sends through a gateway that can be asked; the next one goes on."""
    from hamdel.act.messages.kavenegar.tests.test_kavenegar import Kavenegar

    server = Kavenegar()
    slow = threading.Event()

    def answer(asked):
        said = server(asked)
        if asked.path.endswith("sendarray.json"):
            slow.wait(0.05)
        return said

    with gateway(answer) as fake:
        account = kavenegar(cast, fake, per_second=1_000)
        with inside(cast.cafe):
            queue(cast.cafe, [wish(person) for person in people(cast, 1_000)], at=MORNING)
        for killed_after in (1, 4):
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "hamdel.settings"}
            process = subprocess.Popen(
                [sys.executable, "-c", SENDER, database_url(), str(account.workspace_id), str(account.id)],
                env=environment,
            )
            wait_until(lambda n=killed_after: len(fake.asked) >= n, seconds=60)
            process.send_signal(signal.SIGKILL)
            process.wait()
        clock = Clock(MORNING + timedelta(minutes=2) + LEASE + timedelta(seconds=5))
        for _ in range(4):
            free_claimed(account, at=clock())
            ask_after(account, at=clock())
            send_due(account.workspace_id, account.id, now=clock, turn=timedelta(0))
            send_due(account.workspace_id, account.id, now=clock)
            clock.forward(seconds=LEASE.total_seconds() + 5)

    with inside(cast.cafe):
        states = set(Message.objects.values_list("state", flat=True))
    assert states <= {State.SENT, State.DELIVERED}
    assert len(server.messages) == 1_000
    assert all(len(sent) == 1 for sent in server.messages.values())
