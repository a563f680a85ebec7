"""What was queued is sent by the worker, without anybody asking again."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from hamdel.act.messages.models import Message
from hamdel.act.messages.tests.fakes import gateway, wait_until
from hamdel.act.messages.tests.stage import MORNING, kavenegar, queue_one, reread
from hamdel.ground.jobs.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(cast):
    entries = [{"messageid": 1, "status": 1, "cost": 0}]
    with gateway(lambda _asked: (200, {"return": {"status": 200}, "entries": entries})) as fake:
        yield kavenegar(cast, fake)


def test_the_worker_sends_what_was_queued(cast, account, monkeypatch):
    from hamdel.act.messages import jobs

    monkeypatch.setattr(jobs, "now", lambda: MORNING)
    queued = queue_one(cast)
    worker = Worker()
    worker.start()
    try:
        wait_until(lambda: reread(cast, queued.message).state == Message.State.SENT, seconds=30)
    finally:
        worker.stop()


def jobs_of(account):
    return ProcrastinateJob.objects.filter(task_name="messages.send", args__account_id=str(account.id))


def test_one_waiting_job_is_enough(cast, account):
    for _ in range(3):
        queue_one(cast)

    assert jobs_of(account).filter(status="todo").count() == 1


def test_what_is_rolled_back_wakes_nobody(cast, account):
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue_one(cast)
        1 / 0  # noqa: B018

    assert not jobs_of(account).exists()
