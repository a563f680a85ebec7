"""Who may come in, as whom, and what the product's role cannot do."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
import time
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from hamdel.ground.postgres import (
    Cluster,
    NotDurable,
    StartFailed,
    UnsafeRole,
    verify_durability,
    verify_role,
)
from hamdel.ground.postgres.place import place_of
from hamdel.ground.postgres.tests.people import NOBODY, as_nobody, home_of_nobody, only_root


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def superuser(cluster):
    with psycopg.connect(cluster._url("postgres")) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def walled(cluster):
    """A table of two workspaces, made by the owner."""
    with psycopg.connect(cluster.urls().owner, autocommit=True) as owner:
        owner.execute("DROP TABLE IF EXISTS walled")
        owner.execute("CREATE TABLE walled (w text)")
        owner.execute("INSERT INTO walled VALUES ('a'), ('b')")
        owner.execute("ALTER TABLE walled ENABLE ROW LEVEL SECURITY")
        owner.execute("CREATE POLICY own ON walled USING (w = current_setting('app.workspace', true))")
    with psycopg.connect(cluster.urls().app) as app:
        yield app


def test_folders_and_secrets_are_closed_and_the_password_is_asked(cluster):
    assert mode(cluster.home) & 0o007 == 0
    assert mode(cluster.place.sockets) == 0o700
    assert mode(cluster.place.data) == 0o700
    assert {mode(file) for file in cluster.home.glob("password.*")} == {0o600}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(cluster.urls().app.replace("hamdel_app:", "hamdel_app:wrong"))


def test_the_server_listens_on_no_port(cluster):
    with psycopg.connect(cluster.urls().app) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@only_root
def test_another_user_of_the_machine_does_not_reach_it_even_with_the_password(cluster):
    url = cluster.urls().app

    said = as_nobody(lambda: psycopg.connect(url))

    assert "Permission denied" in said


@only_root
def test_root_gives_the_servers_user_nothing_but_data_and_socket(cluster):
    place = cluster.place

    assert (place.home.stat().st_uid, place.data.stat().st_uid) == (0, place.uid)
    assert {file.stat().st_uid for file in place.home.glob("password.*")} == {0}


@only_root
def test_an_ordinary_user_runs_it_too(tmp_path):
    home = home_of_nobody(tmp_path / "ordinary")

    def start_and_stop():
        own = Cluster(home / "postgres")
        try:
            with psycopg.connect(own.start().app) as connection:
                return connection.execute("SELECT current_user").fetchone()[0], own.place.data.stat().st_uid
        finally:
            own.stop()

    assert as_nobody(start_and_stop) == str(("hamdel_app", NOBODY))


@only_root
def test_the_folder_of_somebody_else_is_refused(tmp_path):
    home = home_of_nobody(tmp_path / "ordinary")
    home_of_nobody(home / "data")

    with pytest.raises(StartFailed, match=f"belongs to user {NOBODY}"):
        Cluster(home).start()


@only_root
def test_an_ordinary_user_is_told_that_roots_folder_is_closed(cluster):
    said = as_nobody(lambda: Cluster(cluster.home).start())

    assert said.startswith("StartFailed")
    assert "Run Hamdel as the user who began it" in said


@only_root
def test_a_closed_folder_of_root_lets_the_server_pass_and_not_look(tmp_path):
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)

    place_of(closed / "hamdel" / "postgres")

    assert mode(closed) == 0o701


@only_root
def test_a_closed_folder_of_somebody_else_stays_closed(tmp_path):
    closed = home_of_nobody(tmp_path / "theirs")

    with pytest.raises(StartFailed, match="cannot reach"):
        place_of(closed / "hamdel" / "postgres")

    assert mode(closed) == 0o700


def test_a_long_home_gets_a_short_socket(tmp_path):
    place = place_of(tmp_path / ("long" * 25) / "postgres")

    assert len(f"{place.sockets}/.s.PGSQL.5432") < 107
    assert mode(place.sockets) == 0o700
    place.sockets.rmdir()


def test_a_link_where_the_short_socket_should_be_is_refused(tmp_path):
    home, elsewhere = tmp_path / ("long" * 25) / "postgres", tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    planted = place_of(home).sockets
    planted.rmdir()
    planted.symlink_to(elsewhere)

    with pytest.raises(StartFailed, match="belongs to somebody else"):
        place_of(home)

    assert mode(elsewhere) == 0o755
    planted.unlink()


def test_a_superuser_is_refused(superuser):
    with pytest.raises(UnsafeRole, match="superuser"):
        verify_role(superuser)


@pytest.mark.parametrize(("power", "named"), [("BYPASSRLS", "bypass row level"), ("SUPERUSER", "superuser")])
def test_a_role_that_may_become_a_powerful_one_is_refused(superuser, power, named):
    superuser.execute(f"CREATE ROLE powerful {power}")
    superuser.execute("CREATE ROLE plain IN ROLE powerful")
    superuser.execute("SET SESSION AUTHORIZATION plain")

    with pytest.raises(UnsafeRole, match=named):
        verify_role(superuser)


def test_a_server_that_does_not_sync_is_refused(cluster):
    with psycopg.connect(cluster.urls().app) as connection:
        connection.execute("SET synchronous_commit = off")

        with pytest.raises(NotDurable, match="synchronous_commit = off"):
            verify_durability(connection)


def test_the_app_role_sees_only_the_workspace_it_is_bound_to(walled):
    unbound = walled.execute("SELECT * FROM walled").fetchall()
    walled.execute("SELECT set_config('app.workspace', 'a', true)")

    assert unbound == []
    assert walled.execute("SELECT * FROM walled").fetchall() == [("a",)]


@pytest.mark.parametrize(
    "attempt",
    [
        "TRUNCATE walled",
        "DROP POLICY own ON walled",
        "ALTER TABLE walled DISABLE ROW LEVEL SECURITY",
        "ALTER ROLE hamdel_app BYPASSRLS",
        "SET ROLE hamdel_owner",
        "SET ROLE postgres",
        "SET row_security = off; SELECT * FROM walled",
        "COPY walled TO '/tmp/walled'",
        "CREATE TABLE mine (n int)",
    ],
)
def test_the_app_role_cannot_go_around_the_wall(walled, attempt):
    with pytest.raises(InsufficientPrivilege):
        walled.execute(attempt)


def test_looking_for_a_name_may_use_its_index_behind_the_wall(cluster):
    with psycopg.connect(cluster.urls().app) as connection:
        said = connection.execute("SELECT proleakproof FROM pg_proc WHERE proname = 'ts_match_vq'").fetchall()

    assert said == [(True,)]


def test_a_relative_home_is_the_same_cluster(cluster):
    relative = os.path.relpath(cluster.home)

    assert Cluster(relative).pid == cluster.pid


FIRST_START = """
import sys
from hamdel.ground.postgres import place
place.SYSTEM_USER = "{name}"
sys.stdin.read()  # until all are here
print(place.runs_as())
"""


@only_root
def test_first_starts_side_by_side_run_as_one_and_the_same_user():
    name = f"hamdel-{uuid4().hex[:8]}"
    command = [sys.executable, "-c", FIRST_START.format(name=name)]
    try:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        starts = [subprocess.Popen(command, **pipes) for _ in range(6)]
        time.sleep(1)
        for start in starts:
            start.stdin.close()
        said = {start.stdout.read().strip() for start in starts}

        made = pwd.getpwnam(name)
        assert said == {str((made.pw_uid, made.pw_gid))}
    finally:
        subprocess.run(["userdel", name], check=False, capture_output=True)
