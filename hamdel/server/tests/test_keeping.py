"""Backup, restore, export, erase and doctor, as an administrator runs them on a real installation."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

from tests.faults.server import ROOT, Server
from tests.faults.stock_postgres import StockPostgres

pytestmark = pytest.mark.faults
EMAIL, OTHER = "golnar.forgotten@example.ir", "stays.here@example.ir"


def hamdel(server, *arguments):
    """Run a command and return its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "hamdel.cli", *arguments],
        cwd=ROOT, env=server.env(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def identify(server, user, email):
    call = {
        "type": "identify",
        "userId": user,
        "messageId": f"i-{user}",
        "traits": {"email": email, "name": "گلنار"},
    }
    assert server.post("/v1/batch", {"batch": [call]}, key=server.keys["write_key"]).status == 200


@pytest.fixture(scope="module")
def filled():
    """An installation with two customers, stopped; each test gets a copy."""
    folder = Path(tempfile.mkdtemp(prefix="hamdel-keeping-"))
    server = Server(folder / "home")
    server.keys = server.found()
    server.start()
    identify(server, "u-1", EMAIL)
    identify(server, "u-2", OTHER)
    for number in range(60):
        score = {"metric": "nps", "score": number % 11, "scale_min": 0, "scale_max": 10}
        call = {"type": "track", "event": "Score Given", "userId": f"u-{1 + number % 2}", "properties": score}
        assert server.post("/v1/batch", {"batch": [call]}, key=server.keys["write_key"]).status == 200
    server.ship()
    server.stop()
    yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def stopped(filled, tmp_path):
    subprocess.run(["cp", "-a", filled.home, tmp_path / "home"], check=True)
    server = Server(tmp_path / "home")
    yield server
    server.stop()


@pytest.fixture
def running(stopped):
    return stopped.start()


def exported(server, who):
    code, told, error = hamdel(server, "export", who)
    assert code == 0, error
    document = json.loads(told)
    document.pop("exported_at")
    return document


def files_with(folder, text):
    """Return the files of both databases that hold a text; the write-ahead log, which goes round, is not asked."""
    return [
        file
        for part in ("postgres/data/base", "clickhouse")
        for file in (folder / part).rglob("*")
        if file.is_file() and text.encode() in file.read_bytes()
    ]


def test_backup_destroy_restore_compare(running, tmp_path):
    server, file = running, tmp_path / "all.tar"
    code, told, error = hamdel(server, "backup", str(file))
    assert code == 0, error
    assert "rows" in told
    server.stop()
    before = exported(server, EMAIL)

    shutil.rmtree(server.home)
    code, told, error = hamdel(server, "restore", str(file))

    assert code == 0, error
    assert exported(server, EMAIL) == before
    assert file.stat().st_mode & 0o077 == 0
    # What was there works again: the same token, and the same figure.
    server.start()
    server.wait_until_alive("/readyz")


def test_a_restore_replaces_nothing_unasked_and_nothing_in_use(running, tmp_path):
    server, file = running, tmp_path / "all.tar"
    assert hamdel(server, "backup", str(file))[0] == 0

    in_use, _told, says_used = hamdel(server, "restore", str(file), "--replace")
    server.stop()
    filled, _told, there = hamdel(server, "restore", str(file))
    replaced, _told, error = hamdel(server, "restore", str(file), "--replace")

    assert (in_use, filled, replaced) == (1, 1, 0), error
    assert "running" in says_used
    assert "--replace" in there
    assert list(server.home.glob("secrets.before-*"))


def test_a_backup_of_a_stock_postgres_comes_back(tmp_path):
    file = tmp_path / "all.tar"
    with StockPostgres(tmp_path / "postgres") as postgres:
        server = Server(
            tmp_path / "home",
            HAMDEL_POSTGRES_URL=postgres.url("hamdel_app"),
            HAMDEL_POSTGRES_OWNER_URL=postgres.url("hamdel_owner"),
        )
        server.keys = server.found()
        saved = hamdel(server, "backup", str(file))
        filled = hamdel(server, "restore", str(file))
        replaced = hamdel(server, "restore", str(file), "--replace")

        assert (saved[0], filled[0], replaced[0]) == (0, 1, 0), (saved, replaced)
        assert "--replace" in filled[2]
        # The product's own role may work there as before.
        server.start()
        identify(server, "u-1", EMAIL)
        server.stop()


def test_a_restore_that_breaks_halfway_leaves_what_is_there(stopped, tmp_path):
    server, file, parts = stopped, tmp_path / "all.tar", tmp_path / "parts"
    assert hamdel(server, "backup", str(file))[0] == 0
    with tarfile.open(file) as archive:
        archive.extractall(parts, filter="data")
    dump = (parts / "postgres.dump").read_bytes()
    (parts / "postgres.dump").write_bytes(dump[: len(dump) * 2 // 3])
    with tarfile.open(file, "w") as archive:
        for name in ("manifest.json", "postgres.dump"):
            archive.add(parts / name, name)

    code, _told, error = hamdel(server, "restore", str(file), "--replace")

    assert code == 1
    assert error.startswith("hamdel: nothing was restored: pg_restore: ")
    assert len(exported(server, OTHER)["events"]) >= 30


@pytest.mark.parametrize("harm", ["no tar at all", "cut off", "of tomorrow"])
def test_what_is_no_backup_is_refused_in_words(stopped, tmp_path, harm):
    server, file = stopped, tmp_path / "all.tar"
    assert hamdel(server, "backup", str(file))[0] == 0
    if harm == "no tar at all":
        file.write_bytes(b"hello")
    elif harm == "cut off":
        file.write_bytes(file.read_bytes()[:300])
    else:
        with tarfile.open(file) as archive:
            manifest = json.load(archive.extractfile("manifest.json"))
        later = tmp_path / "manifest.json"
        later.write_text(json.dumps({**manifest, "format": 99}))
        with tarfile.open(file, "w") as archive:
            archive.add(later, "manifest.json")

    code, _told, error = hamdel(server, "restore", str(file), "--replace")

    assert code == 1
    assert error.startswith("hamdel: nothing was restored: ")
    assert "Traceback" not in error


def test_erased_by_the_running_server_the_bytes_leave_the_disk(running):
    server = running
    assert files_with(server.home, EMAIL), (
        "the test could not fail: the text is not found before it is erased"
    )

    code, told, error = hamdel(server, "erase", EMAIL, "--yes")
    server.stop()

    assert code == 0, error
    assert "off the disk too" in told
    assert files_with(server.home, EMAIL) == []
    assert files_with(server.home, OTHER)
    assert hamdel(server, "export", EMAIL)[0] == 1
    assert len(exported(server, OTHER)["events"]) >= 30


def test_erased_while_nothing_runs(stopped):
    server = stopped
    assert files_with(server.home, EMAIL)

    code, told, error = hamdel(server, "erase", "u-1", "--yes")

    assert code == 0, error
    assert "off the disk too" in told
    assert files_with(server.home, EMAIL) == []


def test_who_was_just_imported_can_be_exported_and_erased(stopped, tmp_path):
    server, file = stopped, tmp_path / "new.csv"
    file.write_text(
        "id,event,userId,email,timestamp\n1,Order Completed,u-9,new@example.ir,2026-11-01T10:00:00Z\n"
    )
    assert hamdel(server, "import", str(file))[0] == 0

    told = exported(server, "new@example.ir")
    code, _said, error = hamdel(server, "erase", "u-9", "--yes")

    assert [event["name"] for event in told["events"]] == ["Order Completed"]
    assert code == 0, error


def test_nobody_is_erased_by_a_guess(stopped):
    code, _told, error = hamdel(stopped, "erase", "nobody@example.ir", "--yes")

    assert code == 1
    assert "nobody is known" in error


def test_a_doctor_finds_a_healthy_installation_healthy(running):
    server = running
    server.environment["HAMDEL_PORT"] = str(server.port)
    served = hamdel(server, "doctor")
    server.stop()
    alone = hamdel(server, "doctor", "--json")

    assert served[0] == 0, served
    assert f"127.0.0.1:{server.port} is ready" in served[1]
    assert alone[0] == 0, alone
    found = {one["about"]: one for one in json.loads(alone[1])}
    assert found["ClickHouse"]["level"] == "ok"
    assert found["PostgreSQL"]["level"] == "ok"


def test_a_doctor_finds_what_is_wrong_and_shows_no_secret(stopped):
    server = stopped
    (server.home / "secrets").chmod(0o755)
    server.environment["HAMDEL_METRICS_TOKEN"] = "very-secret"
    server.environment["HAMDEL_EMAIL_URL"] = "smtp://me:very-secret@mail.example.ir"
    server.environment["HAMDEL_HOOST"] = "1"

    code, told, error = hamdel(server, "doctor")

    assert code == 1
    assert "chmod 700" in told
    assert "HAMDEL_HOOST means nothing" in told
    assert "very-secret" not in told + error
    assert "smtp://me:…@mail.example.ir" in told
