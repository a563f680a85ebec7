"""Our supervisor of the embedded PostgreSQL.

The server listens on a Unix socket in a folder only its user (and root) may enter, asks for passwords all the
same (scram), checks its pages, and keeps `fsync` on. It outlives a killed parent: the next one adopts it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from hamdel.ground.postgres.errors import StartFailed
from hamdel.ground.postgres.place import Place, binaries, place_of

SUPERUSER, OWNER, APP, DATABASE = "postgres", "hamdel_owner", "hamdel_app", "hamdel"
# How long the server may be silent before we give up. Recovery that progresses writes to its log.
PATIENCE_SECONDS = 60
STOP_SECONDS = 30
CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 80
shared_buffers = 128MB
effective_cache_size = 512MB
work_mem = 8MB
maintenance_work_mem = 64MB
wal_compression = on
max_wal_size = 1GB
min_wal_size = 128MB
checkpoint_completion_target = 0.9
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 1
fsync = on
full_page_writes = on
synchronous_commit = on
log_timezone = 'UTC'
timezone = 'UTC'
log_min_messages = warning
"""
ACCESS = "local all all scram-sha-256\n"


@dataclass(frozen=True)
class Urls:
    """How to connect: `app` for the product, `owner` for migrations."""

    app: str
    owner: str


class Cluster:
    """The embedded PostgreSQL of one data folder."""

    def __init__(self, home: Path) -> None:
        self.home = Path(home)
        self._place: Place | None = None
        self._watching = threading.Event()
        self._lock = threading.Lock()

    # What callers use

    def start(self) -> Urls:
        """Bring the server up, or adopt the one that runs, and return how to connect. Again changes nothing.

        Raises StartFailed with the last lines of the server's log.
        """
        with self._lock, self._sole_starter():
            if not (self.place.data / "PG_VERSION").exists():
                self._initialise()
            if not self.is_running:
                self._launch()
            self._wait_until_ready()
            self._prepare()
        return self.urls()

    def stop(self) -> None:
        """Stop it gracefully: open transactions are rolled back, everything committed is on disk."""
        self._watching.set()
        with self._lock:
            pid = self.pid
            if pid is None:
                return
            os.kill(pid, signal.SIGINT)  # "fast" shutdown
            deadline = time.monotonic() + STOP_SECONDS
            while self.is_running and time.monotonic() < deadline:
                _reap(pid)
                time.sleep(0.02)

    def supervise(self) -> threading.Thread:
        """Start a thread that brings the server back whenever it dies, until `stop`."""
        self._watching.clear()
        thread = threading.Thread(target=self._keep_alive, name="postgres-supervisor", daemon=True)
        thread.start()
        return thread

    def urls(self) -> Urls:
        return Urls(app=self._url(APP), owner=self._url(OWNER))

    @property
    def pid(self) -> int | None:
        """Return the postmaster's process id, None when none runs on this data folder."""
        try:
            lines = (self.place.data / "postmaster.pid").read_text().splitlines()
            pid = abs(int(lines[0]))
            folder = lines[1]
        except (OSError, ValueError, IndexError):
            return None
        return pid if folder == str(self.place.data) and _is_postgres(pid) else None

    @property
    def is_running(self) -> bool:
        return self.pid is not None

    @property
    def place(self) -> Place:
        if self._place is None:
            self._place = place_of(self.home)
        return self._place

    # How it is done

    def _sole_starter(self) -> IO[str]:
        """Hold a lock on the folder, so that two processes do not initialise or start it side by side."""
        import fcntl

        stream = (self.place.home / "start.lock").open("w")  # the caller closes it
        fcntl.flock(stream, fcntl.LOCK_EX)
        return stream

    def _initialise(self) -> None:
        """Make the cluster. What an interrupted attempt left behind is cleared first."""
        place = self.place
        fresh = place.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = place.home / "password.new"
        _write_private(password_file, self._password(SUPERUSER), place)
        arguments = [
            "--pgdata",
            str(fresh),
            "--username",
            SUPERUSER,
            "--pwfile",
            str(password_file),
            "--encoding=UTF8",
        ]
        done = self._run("initdb", *arguments, "--auth=scram-sha-256", "--data-checksums", "--no-instructions",
                         "--locale-provider=builtin", "--locale=C.UTF-8")  # fmt: skip
        password_file.unlink()
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise StartFailed(
                f"PostgreSQL could not make its data folder {place.data}: {done.stderr.strip()}"
            )
        (fresh / "pg_hba.conf").write_text(ACCESS)
        fresh.rename(place.data)

    def _launch(self) -> None:
        """Start the postmaster in a session of its own: a Ctrl-C at the terminal is ours to handle."""
        place = self.place
        # Ours, not initdb's: written at every start so that an upgrade brings new values.
        settings = CONFIGURATION + f"unix_socket_directories = '{place.sockets}'\n"
        _write_private(place.data / "postgresql.auto.conf", settings, place)
        _write_private(place.log, "", place)
        self._forget_the_dead()
        with place.log.open("ab") as log:
            subprocess.Popen(
                [binaries() / "postgres", "-D", str(place.data)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=place.home,
                start_new_session=True,
                **self._identity(),
            )

    def _forget_the_dead(self) -> None:
        """Remove the pid file of a postmaster that is dead but not yet buried: to PostgreSQL a zombie looks alive."""
        file = self.place.data / "postmaster.pid"
        try:
            pid = abs(int(file.read_text().split()[0]))
        except (OSError, ValueError, IndexError):
            return
        if _state(pid) == "Z":
            file.unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        """Wait as long as the server makes progress; crash recovery of a large log may take minutes."""
        seen, deadline = b"", time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                psycopg.connect(self._url(SUPERUSER, database="postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                problem = error
            log = self.place.log.read_bytes() if self.place.log.exists() else b""
            if log != seen or "starting up" in str(problem):
                seen, deadline = log, time.monotonic() + PATIENCE_SECONDS
            still_leaving = b"is still in use" in log or b"already exists" in log
            if not self.is_running and still_leaving and time.monotonic() < deadline:
                # A killed postmaster or its backends are still on their way out; it takes a moment.
                time.sleep(0.2)
                self._launch()
                continue
            if (b"FATAL" in log and not self.is_running) or time.monotonic() > deadline:
                tail = log.decode(errors="replace")[-1500:]
                raise StartFailed(
                    f"PostgreSQL did not start in {self.place.data}: {problem}\nIts log ends:\n{tail}"
                )
            time.sleep(0.03)

    def _prepare(self) -> None:
        """Make roles, database and default privileges; each step may have been done before."""
        with psycopg.connect(self._url(SUPERUSER, database="postgres"), autocommit=True) as connection:
            for role in (OWNER, APP):
                _make_role(connection, role, self._password(role))
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not known:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(*map(sql.Identifier, (DATABASE, OWNER)))
                )
        with psycopg.connect(self._url(SUPERUSER), autocommit=True) as connection:
            connection.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
            for what, on in (("SELECT, INSERT, UPDATE, DELETE, TRUNCATE", "TABLES"), ("USAGE, SELECT", "SEQUENCES"),
                             ("EXECUTE", "FUNCTIONS")):  # fmt: skip
                connection.execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT {what} ON {on} TO {APP}")
            connection.execute(f"GRANT TEMPORARY ON DATABASE {DATABASE} TO {APP}")

    def _keep_alive(self) -> None:
        while not self._watching.wait(0.5):
            pid = self.pid
            if pid is not None:
                _reap(pid)
            if self.pid is None and not self._watching.is_set():
                try:
                    self.start()
                except StartFailed:
                    # Said in full at every request that needs the database; here we only keep trying.
                    self._watching.wait(2)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [binaries() / program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.place.home,
            **self._identity(),
        )

    def _identity(self) -> dict:
        if os.geteuid() != 0:
            return {}
        return {"user": self.place.uid, "group": self.place.gid, "extra_groups": []}

    def _password(self, role: str) -> str:
        """Return the role's password, made once and kept beside the data, readable by its owner only."""
        file = self.place.home / f"password.{role}"
        if not file.exists():
            _write_private(file, secrets.token_hex(24), self.place)
        return file.read_text()

    def _url(self, role: str, database: str = DATABASE) -> str:
        from urllib.parse import quote

        return f"postgresql://{role}:{self._password(role)}@/{database}?host={quote(str(self.place.sockets))}"


def _make_role(connection: psycopg.Connection, role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            verb, sql.Identifier(role), sql.Literal(password)
        )
    )


def _write_private(file: Path, text: str, place: Place) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    if os.geteuid() == 0:
        os.chown(file, place.uid, place.gid)


def _is_postgres(pid: int) -> bool:
    """Tell whether `pid` is a living PostgreSQL: a stale pid file may name a process of somebody else."""
    try:
        return _state(pid) not in {"Z", ""} and Path(f"/proc/{pid}/comm").read_text() == "postgres\n"
    except OSError:
        return False


def _state(pid: int) -> str:
    """Return the state letter of a process, "" when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _reap(pid: int) -> None:
    """Collect a dead child, so that it does not look alive."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
