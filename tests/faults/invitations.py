"""Many invitations by a rule, planned and sent through a fake gateway by a process that is killed again and again.

Half of the customers are where it is night. Every tenth has the event twice, and every hundredth has only an old one.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass

from hamdel.act.messages.kavenegar.tests.test_kavenegar import KEY
from hamdel.act.messages.kavenegar.tests.test_kavenegar import Kavenegar as Fake
from hamdel.act.messages.tests.fakes import gateway
from tests.faults.server import ROOT, Server

SETUP = """
from datetime import timedelta
from zoneinfo import ZoneInfo
from django.db import connection
from django.utils.timezone import now
from hamdel.act.contacts.models import Rulebook
from hamdel.act.messages.accounts import connect_account
from hamdel.act.messages.connectors import connector_named
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import Source
from hamdel.listen.invitations.models import Plan
from hamdel.listen.surveys.models import Survey
workspace_id, url, key, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
at = now()
clock = at.astimezone(ZoneInfo("Asia/Tehran"))
with across_workspaces():
    workspace = Workspace.objects.get(id=workspace_id)
with inside(workspace):
    # Quiet from three hours from now: in Tokyo, five and a half hours ahead, it is night.
    quiet = {"quiet_from": f"{(clock + timedelta(hours=3)):%H:%M}", "quiet_until": f"{(clock + timedelta(hours=15)):%H:%M}"}
    Rulebook.objects.update_or_create(workspace=workspace, defaults={"policy": quiet, "changed_at": at})
    account = connect_account(workspace, connector_named("kavenegar"), {
        "name": "fake", "is_on": True, "per_second": 100_000, "base_url": url, "api_key": key, "sender": "30001234",
        "line_type": "service", "cost_rial_per_segment": 0, "stop_words": ""}, by=None, at=at)
    plan = Plan.objects.create(workspace=workspace, survey=Survey.objects.get(), name="after delivery", state="running",
        event="Order Delivered", condition={"field": "city", "operator": "=", "value": "tehran"}, channels=["sms"],
        created_at=at, starts_at=at - timedelta(days=1))
    source = Source.objects.get()
    def calls(n):
        yield {"type": "identify", "userId": f"u{n}", "messageId": f"i{n}",
               "traits": {"phone": f"+989{n:09}", **({"timezone": "Asia/Tokyo"} if n % 2 else {})}}
        old = {"timestamp": (at - timedelta(days=400)).isoformat()} if n % 100 == 0 else {}
        yield {"type": "track", "event": "Order Delivered", "userId": f"u{n}", "messageId": f"t{n}",
               "properties": {"city": "tehran"}, **old}
        if n % 10 == 2:
            yield {"type": "track", "event": "Order Delivered", "userId": f"u{n}", "messageId": f"again{n}",
                   "properties": {"city": "tehran"}}
        yield {"type": "track", "event": "Order Delivered", "userId": f"u{n}", "messageId": f"shiraz{n}",
               "properties": {"city": "shiraz"}}
for first in range(0, count, 1_000):
    with inside(workspace):
        many = [call for n in range(first, min(first + 1_000, count)) for call in calls(n)]
        intake = take(many, source=SourceKey(source.id, workspace.id), received_at=now())
        append_to_log(connection, intake.rows)
print(json.dumps({"account": str(account.id), "plan": str(plan.id)}))
"""

# What the server's shipper and jobs do, without their rests. `later` moves the clock of sending, for what waits until
# the lease of a killed sender is over and is then tried again.
WORK = """
from datetime import timedelta
from uuid import UUID
from django.utils.timezone import now
from hamdel.act.messages.sending import send_due as send_messages
from hamdel.act.messages.sweeping import ask_after, free_claimed
from hamdel.act.messages.models import ChannelAccount
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.events.relay import relay_once
from hamdel.listen.events.shipping import take_in
from hamdel.listen.invitations.jobs import work
workspace_id, account_id, later = UUID(sys.argv[1]), UUID(sys.argv[2]), timedelta(minutes=int(sys.argv[3]))
with across_workspaces():
    workspace = Workspace.objects.get(id=workspace_id)
    account = ChannelAccount.objects.select_related("workspace").get(id=account_id)
free_claimed(account, at=now() + later)
ask_after(account, at=now() + later)
while True:
    moved = bool(relay_once()) | (take_in(most=2_000) is not None)
    moved |= work(workspace, seconds=1)
    moved |= bool(send_messages(workspace_id, account_id, now=lambda: now() + later, turn=timedelta(seconds=1)).sent)
    if not moved:
        break
print(json.dumps({"done": True}))
"""


@dataclass
class Outcome:
    """What the gateway got, and what our own books say."""

    customers: int
    receptors: Counter
    states: dict[str, int]
    reasons: dict[str, int]
    passed_over: dict[str, int]
    kills: int
    seconds: float
    early: int
    problems: dict[str, int]

    @property
    def expected(self) -> set[str]:
        """Return the numbers that were to be asked: those awake whose event was fresh."""
        return {f"09{n:09}" for n in range(self.customers) if n % 2 == 0 and n % 100}


def run(folder, *, customers, kills, seed=1405, said=lambda _line: None) -> Outcome:
    """Set up, work under kills until nothing moves, and count. `said` is told of the progress."""
    chance, fake = random.Random(seed), Fake()
    server = Server(folder / "home", HAMDEL_URL="https://cx.example.ir", HAMDEL_PRIVATE_TARGETS="127.0.0.0/8")
    with gateway(fake) as door:
        try:
            ids = server.found()
            made = server.python(SETUP, ids["workspace"], door.url, KEY, customers)
            began, killed = time.monotonic(), 0
            while killed < kills:
                worker = _work(server, ids["workspace"], made["account"])
                # Somewhere in the middle: after the next part has been planned, at any moment of what follows.
                while worker.poll() is None and _planned(server) < customers * (killed + 1) / (kills + 2):
                    time.sleep(0.05)
                time.sleep(chance.uniform(0.0, 2.0))
                if worker.poll() is not None:
                    break
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                killed += 1
                said(f"killed, {_progress(server)}")
            for later in (0, 10, 30, 60):
                worker = _work(server, ids["workspace"], made["account"], later=later)
                while worker.poll() is None:
                    time.sleep(2 if customers > 5_000 else 0.2)
                    said(_progress(server))
                assert worker.returncode == 0, (folder / "work.log").read_text()[-3000:]
            return _count(server, fake, customers, killed, time.monotonic() - began)
        finally:
            server.stop()


def _work(server, workspace, account, *, later=0):
    start = "import sys, json; from hamdel.cli import wake_django; wake_django()\n"
    log = (server.home.parent / "work.log").open("ab")
    return subprocess.Popen(
        [sys.executable, "-c", start + WORK, workspace, account, str(later)],
        cwd=ROOT, env=server.env(), stdout=log, stderr=log,
    )  # fmt: skip


def _planned(server) -> int:
    with server.connect() as connection:
        return connection.execute("SELECT count(*) FROM invitations_invitation").fetchone()[0]


def _progress(server) -> str:
    with server.connect() as connection:
        rows = connection.execute("SELECT state, count(*) FROM invitations_invitation GROUP BY 1 ORDER BY 1")
        return ", ".join(f"{n} {state}" for state, n in rows.fetchall())


def _count(server, fake, customers, kills, seconds) -> Outcome:
    with server.connect() as connection:

        def ask(sql):
            return dict(connection.execute(sql).fetchall())

        early = connection.execute(
            "SELECT count(*) FROM messaging_message WHERE sent_at < not_before"
        ).fetchone()[0]
        problems = ask(
            "SELECT state || ' ' || problem || ' ' || (not_before > now()), count(*) FROM messaging_message GROUP BY 1"
        )
        receptors = Counter(entry["receptor"] for sent in fake.messages.values() for entry in sent)
        return Outcome(
            customers=customers,
            receptors=receptors,
            states=ask("SELECT state, count(*) FROM invitations_invitation GROUP BY 1"),
            reasons=ask(
                "SELECT reason, count(*) FROM invitations_invitation WHERE state = 'refused' GROUP BY 1"
            ),
            passed_over=ask("SELECT reason, sum(n)::int FROM invitations_passedover GROUP BY 1"),
            kills=kills,
            seconds=seconds,
            early=early,
            problems=problems,
        )


def check(found: Outcome) -> None:
    """Raise for anything sent twice, at night, or lost."""
    twice = [number for number, n in found.receptors.items() if n > 1]
    assert twice == [], f"{len(twice)} got it twice"
    assert set(found.receptors) - found.expected == set(), "somebody was asked at night, or about last year"
    lost = found.expected - set(found.receptors)
    assert lost == set(), (
        f"{len(lost)} were not asked: {found.states} {found.reasons} {found.problems} {sorted(lost)[:5]}"
    )
    assert found.early == 0
    assert found.passed_over == {"too_old": sum(n % 100 == 0 for n in range(found.customers))}
    assert set(found.states) <= {"sent", "queued", "refused"}, found.states
