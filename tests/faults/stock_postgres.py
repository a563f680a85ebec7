"""A stock PostgreSQL of Debian's package, started for a test in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from tests.faults.server import free_port


def binaries():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("Debian's PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


class StockPostgres:
    """Runs as Debian's own user, listens on this machine only."""

    def __init__(self, folder):
        self.folder, self.port = Path(folder), free_port()
        self.folder.mkdir()
        entry = pwd.getpwnam("postgres")
        self.identity = (
            {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        if self.identity:
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
            os.chmod(self.folder.parent, 0o755)

    def __enter__(self):
        subprocess.run(
            [binaries() / "initdb", "-D", self.folder / "data", "-U", "postgres", "--auth=trust", "--data-checksums", "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, capture_output=True, cwd=self.folder, **self.identity,
        )  # fmt: skip
        self.start()
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute("CREATE ROLE hamdel_owner LOGIN NOSUPERUSER NOBYPASSRLS")
            connection.execute("CREATE ROLE hamdel_app LOGIN NOSUPERUSER NOBYPASSRLS")
            connection.execute("CREATE DATABASE hamdel OWNER hamdel_owner")
        with psycopg.connect(self.url("hamdel_owner"), autocommit=True) as connection:
            for what in ("SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
                connection.execute(f"ALTER DEFAULT PRIVILEGES GRANT {what} TO hamdel_app")
        return self

    def start(self):
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -c unix_socket_directories={self.folder}"
        self.server = subprocess.Popen(
            [binaries() / "postgres", "-D", self.folder / "data", *options.split()],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.identity,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres", "postgres")).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline
                if self.server.poll() is not None:  # backends of a killed one are still leaving
                    time.sleep(0.3)
                    self.start()
                    return
                time.sleep(0.05)

    def kill(self):
        self.server.kill()
        self.server.wait()

    def url(self, role, database="hamdel"):
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def __exit__(self, *_problem):
        self.server.terminate()
        try:
            self.server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
