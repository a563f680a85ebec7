"""The worker does its jobs, and theirs who died; it comes back when PostgreSQL was away."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from hamdel.ground.jobs import worker as module
from hamdel.ground.jobs.worker import MOST_DEATHS, Worker

pytestmark = pytest.mark.django_db(transaction=True)
done: list[str] = []
released = threading.Event()


@app.task(name="tests.note", queue="tests")
def note(what):
    done.append(what)


@app.task(name="tests.wait_for_release", queue="tests")
def wait_for_release():
    released.wait(10)
    done.append("released")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    done.clear()
    released.clear()
    monkeypatch.setattr(module, "RESTART_SECONDS", 0.1)


@pytest.fixture
def worker():
    worker = Worker()
    worker.start()
    yield worker
    worker.stop()


def wait_until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def job_of_a_dead_worker(*, attempts):
    """Leave a job behind as a killed worker does: being done, by somebody whose heart stopped long ago."""
    job_id = note.defer(what="left behind")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        [dead] = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
            [dead, attempts, job_id],
        )
    return job_id


@pytest.mark.usefixtures("worker")
def test_a_job_is_done_and_leaves_nothing_behind():
    note.defer(what="hello")

    wait_until(lambda: done == ["hello"])
    wait_until(lambda: not ProcrastinateJob.objects.exists())


def test_a_job_of_a_killed_worker_is_done_by_the_next():
    job_of_a_dead_worker(attempts=0)
    worker = Worker()
    worker.start()

    wait_until(lambda: done == ["left behind"])

    worker.stop()


def test_a_job_that_kills_its_workers_fails_in_the_end():
    job_id = job_of_a_dead_worker(attempts=MOST_DEATHS - 1)
    worker = Worker()
    worker.start()

    wait_until(lambda: ProcrastinateJob.objects.get(id=job_id).status == "failed")

    worker.stop()
    assert done == []


def test_it_comes_back_after_its_connections_were_cut(worker):
    job_id = note.defer(what="before")
    wait_until(lambda: done == ["before"])
    # Cut off before it is noted that the job is done, it would rightly be done again.
    wait_until(lambda: not ProcrastinateJob.objects.filter(id=job_id).exists())

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
    note.defer(what="after")

    wait_until(lambda: done == ["before", "after"])
    assert worker.seconds_since_beat < module.SWEEP_SECONDS * 2


def test_stopping_lets_a_running_job_finish():
    worker = Worker()
    worker.start()
    wait_for_release.defer()
    wait_until(lambda: ProcrastinateJob.objects.filter(status="doing").exists())

    threading.Timer(0.5, released.set).start()
    worker.stop()

    assert done == ["released"]
    assert not worker.thread.is_alive()
    assert not ProcrastinateJob.objects.filter(status="doing").exists()
