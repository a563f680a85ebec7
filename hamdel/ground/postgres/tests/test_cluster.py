"""The supervisor against real servers: started, killed, found again."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from hamdel.ground.postgres import Cluster, StartFailed, verify_durability, verify_role
from hamdel.ground.postgres import cluster as supervisor
from hamdel.ground.postgres.place import LONGEST_LOG_BYTES, runs_as
from hamdel.ground.postgres.processes import residents


def wait_for(url, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the server did not come back"
            time.sleep(0.05)


def count(url, table):
    with wait_for(url) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def fill(url, table, rows):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(f"CREATE TABLE {table} (n bigint)")
        connection.execute(f"INSERT INTO {table} SELECT generate_series(1, {rows})")


def test_the_server_is_durable_and_the_role_plain(cluster):
    with psycopg.connect(cluster.urls().app) as connection:
        verify_role(connection)
        verify_durability(connection)

        assert connection.execute("SELECT current_user").fetchone() == ("hamdel_app",)
        assert connection.execute("SELECT datcollate, datlocprovider FROM pg_database").fetchone() == (
            "C.UTF-8",
            "b",
        )


def test_starting_again_adopts_the_running_server(cluster):
    pid = cluster.pid

    urls = Cluster(cluster.home).start()

    assert (cluster.pid, urls) == (pid, cluster.urls())


def test_two_who_start_at_once_share_one_server(cluster):
    cluster.stop()
    both = [Cluster(cluster.home), Cluster(cluster.home)]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda one: (one.start(), one.pid), both)

    assert first == second


def test_what_was_committed_survives_a_killed_server_which_comes_back_by_itself(cluster):
    urls = cluster.urls()
    fill(urls.owner, "kept", 1000)
    cluster.supervise()
    killed = cluster.pid

    os.kill(killed, signal.SIGKILL)

    assert count(urls.app, "kept") == 1000
    assert cluster.pid != killed


def test_a_statement_that_outlived_its_killed_server_is_ended_before_another_starts(cluster):
    urls = cluster.urls()
    fill(urls.owner, "written", 0)
    busy = psycopg.connect(urls.owner)
    endless = threading.Thread(target=run_for_ever, args=(busy, "written"))
    endless.start()
    orphan = busy.info.backend_pid
    time.sleep(0.3)

    os.kill(cluster.pid, signal.SIGKILL)
    time.sleep(0.3)
    left = residents(cluster.place.data)
    cluster.start()
    endless.join()

    assert orphan in left
    assert orphan not in residents(cluster.place.data)
    assert count(urls.app, "written") == 0


def run_for_ever(connection, table):
    with pytest.raises(psycopg.OperationalError):
        connection.execute(f"INSERT INTO {table} SELECT generate_series(1, 10000000000)")


def test_a_recovery_may_take_longer_than_our_patience(cluster, monkeypatch):
    urls = cluster.urls()
    fill(urls.owner, "replayed", 500_000)
    os.kill(cluster.pid, signal.SIGKILL)
    monkeypatch.setattr(supervisor, "PATIENCE_SECONDS", 0.5)

    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(cluster.start)
        recovering = startup_process(cluster)
        os.kill(recovering, signal.SIGSTOP)
        time.sleep(2)
        was_waiting = not starting.done()
        os.kill(recovering, signal.SIGCONT)
        starting.result()

    assert was_waiting
    assert count(urls.app, "replayed") == 500_000


def startup_process(cluster):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for pid in residents(cluster.place.data):
            try:
                with open(f"/proc/{pid}/cmdline") as stream:
                    if stream.read().startswith("postgres: startup"):
                        return pid
            except OSError:
                continue
    pytest.fail("the recovery was over before it could be seen")


def test_a_stale_pid_file_that_names_a_living_process_of_the_same_user_does_not_count(cluster):
    cluster.stop()
    other = subprocess.Popen(["sleep", "60"], cwd="/", **cluster.place.identity())
    (cluster.place.data / "postmaster.pid").write_text(f"{other.pid}\n{cluster.place.data}\n")

    was_running = cluster.is_running
    cluster.start()

    assert not was_running
    assert cluster.pid != other.pid
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_server_that_somebody_else_supervises_is_not_stopped(cluster):
    other = Cluster(cluster.home)
    other.supervise()

    cluster.stop()
    goes_on = cluster.is_running
    other.stop()

    assert goes_on
    assert not other.is_running


def test_the_last_supervisor_stops_it(cluster):
    cluster.supervise()

    cluster.stop()
    time.sleep(2 * supervisor.WATCH_EVERY_SECONDS)

    assert not cluster.is_running


def test_a_folder_that_an_unseen_server_holds_is_left_alone(cluster, monkeypatch):
    cluster.stop()
    monkeypatch.setattr(supervisor, "LEAVING_SECONDS", 0.1)

    with (cluster.home / "running.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(StartFailed, match="another container"):
            cluster.start()


def test_lost_passwords_are_named(cluster):
    file = cluster.home / "password.postgres"
    kept = file.read_text()
    file.write_text("another")

    try:
        with pytest.raises(StartFailed, match="same backup"):
            cluster.start()
    finally:
        file.write_text(kept)


@contextlib.contextmanager
def without_control_file(cluster):
    """Take away a file without which no server starts."""
    control = cluster.place.data / "global" / "pg_control"
    away = control.rename(control.with_name("away"))
    try:
        yield
    finally:
        away.rename(control)


def test_a_server_that_cannot_start_says_what_its_log_says(cluster):
    cluster.stop()

    with without_control_file(cluster), pytest.raises(StartFailed, match="pg_control"):
        cluster.start()


def test_the_supervisor_tries_until_it_can(cluster):
    cluster.supervise()

    with without_control_file(cluster):
        os.kill(cluster.pid, signal.SIGKILL)
        time.sleep(1)

    assert wait_for(cluster.urls().app).execute("SELECT 1").fetchone() == (1,)


def test_a_cluster_of_another_version_is_left_alone(tmp_path):
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    (tmp_path / "postgres" / "data" / "PG_VERSION").write_text("15\n")
    os.chown(tmp_path / "postgres" / "data", *runs_as())

    with pytest.raises(StartFailed, match="made by PostgreSQL 15"):
        Cluster(tmp_path / "postgres").start()


def test_an_interrupted_initialisation_is_begun_again(fresh):
    half = fresh.place.home / "data.new-1"
    half.mkdir()
    (half / "PG_VERSION").write_text("half")

    with psycopg.connect(fresh.start().app) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not half.exists()


def test_a_long_log_is_moved_aside(cluster):
    os.truncate(cluster.place.log, LONGEST_LOG_BYTES + 1)

    cluster.place.keep_log_short()

    assert cluster.place.log.stat().st_size == 0
    assert cluster.place.log.with_suffix(".log.1").stat().st_size > LONGEST_LOG_BYTES


def test_a_refused_row_is_not_written_into_the_log(cluster):
    with psycopg.connect(cluster.urls().owner, autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE once (email text UNIQUE)")
        connection.execute("INSERT INTO once VALUES ('zahra@shop.example')")

        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO once VALUES ('zahra@shop.example')")

    assert "duplicate key" in cluster.place.log.read_text()
    assert "zahra" not in cluster.place.log.read_text()
