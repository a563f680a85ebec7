"""The supervisor against real servers: started, killed, found again."""

from __future__ import annotations

import os
import signal
import stat
import time

import psycopg
import pytest

from hamdel.ground.postgres import Cluster, NotDurable, UnsafeRole, verify_durability, verify_role


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path / "postgres")
    yield cluster
    cluster.stop()


def wait_for(url, seconds=30):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the server did not come back"
            time.sleep(0.05)


def test_the_first_start_makes_a_durable_cluster_with_a_plain_role(cluster):
    urls = cluster.start()

    with psycopg.connect(urls.app) as connection:
        verify_role(connection)
        verify_durability(connection)
        assert connection.execute("SELECT current_user").fetchone() == ("hamdel_app",)


def test_starting_twice_adopts_the_running_server(cluster):
    cluster.start()
    pid = cluster.pid

    other = Cluster(cluster.home)
    other.start()

    assert other.pid == pid


def test_what_was_committed_survives_a_killed_server_which_comes_back_by_itself(cluster):
    urls = cluster.start()
    cluster.supervise()
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    killed = cluster.pid

    os.kill(killed, signal.SIGKILL)

    with wait_for(urls.app) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    assert cluster.pid != killed


def test_a_stale_pid_file_of_somebody_elses_process_does_not_count(cluster):
    cluster.start()
    cluster.stop()
    (cluster.place.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.place.data}\n")

    assert not cluster.is_running
    assert psycopg.connect(cluster.start().app).execute("SELECT 1").fetchone() == (1,)


def test_an_interrupted_initialisation_is_begun_again(cluster):
    (cluster.place.home / "data.new").mkdir()
    (cluster.place.home / "data.new" / "PG_VERSION").write_text("half")

    assert psycopg.connect(cluster.start().app).execute("SELECT 1").fetchone() == (1,)


def test_only_the_owner_reaches_the_socket_and_the_password_is_asked(cluster):
    urls = cluster.start()

    assert stat.S_IMODE(cluster.place.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((cluster.home / "password.hamdel_app").stat().st_mode) == 0o600
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(urls.app.replace("hamdel_app:", "hamdel_app:wrong"))


def test_a_long_home_gets_a_short_socket(tmp_path):
    cluster = Cluster(tmp_path / ("long" * 25) / "postgres")
    try:
        assert psycopg.connect(cluster.start().app).execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop()


def test_a_superuser_is_refused(cluster):
    cluster.start()

    with (
        psycopg.connect(cluster._url("postgres")) as connection,
        pytest.raises(UnsafeRole, match="superuser"),
    ):
        verify_role(connection)


def test_a_server_that_does_not_sync_is_refused(cluster):
    with psycopg.connect(cluster.start().app) as connection:
        connection.execute("SET synchronous_commit = off")

        with pytest.raises(NotDurable, match="synchronous_commit = off"):
            verify_durability(connection)


def test_the_app_role_sees_no_row_without_a_workspace(cluster):
    urls = cluster.start()
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE walled (w text)")
        owner.execute("INSERT INTO walled VALUES ('a'), ('b')")
        owner.execute("ALTER TABLE walled ENABLE ROW LEVEL SECURITY")
        owner.execute("CREATE POLICY own ON walled USING (w = current_setting('app.workspace', true))")

    with psycopg.connect(urls.app) as app:
        assert app.execute("SELECT * FROM walled").fetchall() == []
        app.execute("SELECT set_config('app.workspace', 'a', true)")
        assert app.execute("SELECT * FROM walled").fetchall() == [("a",)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user")
def test_an_ordinary_user_runs_it_too_and_cannot_enter_anothers(tmp_path, cluster):
    cluster.start()
    home = tmp_path / "ordinary"
    home.mkdir()
    os.chown(home, 65534, 65534)
    reading, writing = os.pipe()

    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os.chdir("/")
        own = Cluster(home / "postgres")
        role = psycopg.connect(own.start().app).execute("SELECT current_user").fetchone()[0]
        own.stop()
        os.write(writing, f"{role} {os.access(cluster.place.sockets, os.X_OK)}".encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 100) == b"hamdel_app False"
