"""Backup, restore, export, erase and doctor, as an administrator runs them on a real installation."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile

import pytest

from tests.faults.server import ROOT, Server

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


@pytest.fixture
def stopped(tmp_path):
    """An installation with two customers, stopped."""
    server = Server(tmp_path / "home")
    server.keys = server.found()
    server.start()
    identify(server, "u-1", EMAIL)
    identify(server, "u-2", OTHER)
    for number in range(60):
        score = {"metric": "nps", "score": number % 11, "scale_min": 0, "scale_max": 10}
        call = {"type": "track", "event": "Score Given", "userId": f"u-{1 + number % 2}", "properties": score}
        assert server.post("/v1/batch", {"batch": [call]}, key=server.keys["write_key"]).status == 200
    server.ship()
    yield server
    server.stop()


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


def test_backup_destroy_restore_compare(stopped, tmp_path):
    server, file = stopped, tmp_path / "all.tar"
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


def test_a_restore_replaces_nothing_unasked_and_nothing_in_use(stopped, tmp_path):
    server, file = stopped, tmp_path / "all.tar"
    assert hamdel(server, "backup", str(file))[0] == 0

    running, _told, in_use = hamdel(server, "restore", str(file), "--replace")
    server.stop()
    filled, _told, there = hamdel(server, "restore", str(file))
    replaced, _told, error = hamdel(server, "restore", str(file), "--replace")

    assert (running, filled, replaced) == (1, 1, 0), error
    assert "running" in in_use
    assert "--replace" in there
    assert list(server.home.glob("secrets.before-*"))


@pytest.mark.parametrize("harm", ["no tar at all", "cut off", "of tomorrow"])
def test_what_is_no_backup_is_refused_in_words(stopped, tmp_path, harm):
    server, file = stopped, tmp_path / "all.tar"
    assert hamdel(server, "backup", str(file))[0] == 0
    server.stop()
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


def test_erased_by_the_running_server_the_bytes_leave_the_disk(stopped):
    server = stopped
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
    server.stop()

    code, told, error = hamdel(server, "erase", "u-1", "--yes")

    assert code == 0, error
    assert "off the disk too" in told
    assert files_with(server.home, EMAIL) == []


def test_nobody_is_erased_by_a_guess(stopped):
    code, _told, error = hamdel(stopped, "erase", "nobody@example.ir", "--yes")

    assert code == 1
    assert "nobody is known" in error


def test_a_doctor_finds_a_healthy_installation_healthy(stopped):
    server = stopped
    server.environment["HAMDEL_PORT"] = str(server.port)
    running = hamdel(server, "doctor")
    server.stop()
    alone = hamdel(server, "doctor", "--json")

    assert running[0] == 0, running
    assert f"127.0.0.1:{server.port} is ready" in running[1]
    assert alone[0] == 0, alone
    found = {one["about"]: one for one in json.loads(alone[1])}
    assert found["ClickHouse"]["level"] == "ok"
    assert found["PostgreSQL"]["level"] == "ok"


def test_a_doctor_finds_what_is_wrong_and_shows_no_secret(stopped):
    server = stopped
    server.stop()
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
