"""Our supervisor of the embedded PostgreSQL.

The server listens on a Unix socket in a folder only its user (and root) may enter, asks for passwords all the
same (scram), checks its pages, and keeps `fsync` on. It outlives a killed parent: the next one adopts it.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from hamdel.ground.postgres.configuration import write_configuration
from hamdel.ground.postgres.errors import StartFailed
from hamdel.ground.postgres.initialising import initialise
from hamdel.ground.postgres.passwords import password_of
from hamdel.ground.postgres.place import Place, binaries, place_of
from hamdel.ground.postgres.processes import end_orphans, postmaster_of
from hamdel.ground.postgres.roles import APP, DATABASE, OWNER, SUPERUSER, is_prepared, prepare

# How long the server may be silent before we give up. A recovery tells of its progress.
PATIENCE_SECONDS = 60
TELL_EVERY_SECONDS = 10
LEAVING_SECONDS = 10
RETRY_SECONDS = 1
ATTEMPTS = 5
KILLED = -1  # `subprocess` gives the number of the signal, negative
WATCH_EVERY_SECONDS = 0.5
# A fast shutdown writes a checkpoint; an immediate one leaves that to the next start.
ENDINGS = ((signal.SIGINT, 60), (signal.SIGQUIT, 10))

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Urls:
    """How to connect: `app` for the product, `owner` for migrations."""

    app: str
    owner: str


class Cluster:
    """The embedded PostgreSQL of one data folder."""

    def __init__(self, home: Path) -> None:
        self.home = Path(home).absolute()
        self._place: Place | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._watching: IO[bytes] | None = None
        self._postmaster: subprocess.Popen[bytes] | None = None

    # What callers use

    def start(self) -> Urls:
        """Bring the server up, or adopt the one that runs, and return how to connect. Again changes nothing.

        Waits as long as a crash recovery takes. Raises StartFailed with the last lines of the server's log.
        """
        self._stopping.clear()
        with self._lock, self._alone():
            self._bring_up()
            self._prepare()
        return self.urls()

    def stop(self) -> None:
        """Stop it gracefully: open transactions are rolled back, everything committed is on disk.

        A server that another Hamdel process supervises goes on.
        """
        self._stopping.set()
        with self._lock, self._alone():
            self._unwatch()
            if self.is_running and self._is_watched():
                logger.info("PostgreSQL goes on: another Hamdel process uses it")
                return
            for ending, seconds in ENDINGS:
                if self._ended(ending, seconds):
                    return
            logger.error("PostgreSQL (process %s) does not stop; its log is %s", self.pid, self.place.log)

    def supervise(self) -> threading.Thread:
        """Start a thread that brings the server back whenever it dies, until `stop`."""
        self._stopping.clear()
        if self._watching is None:
            self._watching = (self.place.home / "watched.lock").open("ab")
            fcntl.flock(self._watching, fcntl.LOCK_SH)
        thread = threading.Thread(target=self._keep_alive, name="postgres-supervisor", daemon=True)
        thread.start()
        return thread

    def release(self) -> None:
        """Stop supervising and leave the server as it is."""
        self._stopping.set()
        with self._lock:
            self._unwatch()

    def urls(self) -> Urls:
        return Urls(app=self._url(APP), owner=self._url(OWNER))

    @property
    def pid(self) -> int | None:
        """Return the postmaster's process id, None when none runs on this data folder."""
        return postmaster_of(self.place.data)

    @property
    def is_running(self) -> bool:
        return self.pid is not None

    @property
    def is_supervised(self) -> bool:
        """Tell whether some process, such as `hamdel serve`, watches over the server."""
        return self.is_running and self._is_watched()

    @property
    def place(self) -> Place:
        if self._place is None:
            self._place = place_of(self.home)
        return self._place

    # Start

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold a lock on the folder, so that no two processes initialise, start or stop it side by side."""
        with (self.place.home / "start.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _bring_up(self) -> None:
        if not self.place.is_initialised:
            initialise(self.place)
        for _attempt in range(ATTEMPTS):
            server = None if self.is_running else self._launch()
            if self._becomes_ready(server):
                return
        raise StartFailed(self._reason("It is killed again and again; does this machine run out of memory?"))

    def _launch(self) -> subprocess.Popen[bytes]:
        """Start the postmaster in a session of its own: a Ctrl-C at the terminal is ours to handle."""
        place = self.place
        end_orphans(place.data)
        # Names of the dead, which by now may be those of others; a killed server not yet buried looks alive as well.
        for stale in (place.data / "postmaster.pid", place.sockets / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)
        place.keep_log_short()
        pointers = write_configuration(place.home, place.sockets)
        with self._running_lock() as lock, place.log.open("ab") as log:
            self._postmaster = subprocess.Popen(
                [binaries() / "postgres", "-D", place.data, *pointers],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=place.home,
                start_new_session=True, pass_fds=[lock.fileno()], **place.identity(),
            )  # fmt: skip
        return self._postmaster

    def _running_lock(self) -> IO[bytes]:
        """Return a lock that the server's processes inherit and hold until the last of them is gone.

        It is seen where /proc and shared memory are not: by another container with the same folder.
        """
        lock = (self.place.home / "running.lock").open("ab")
        deadline = time.monotonic() + LEAVING_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    lock.close()
                    raise StartFailed(
                        f"A PostgreSQL we cannot see has {self.place.data} open, perhaps in another container."
                        " Stop it, or set HAMDEL_HOME to another folder."
                    ) from None
                time.sleep(0.05)
            else:
                return lock

    def _becomes_ready(self, server: subprocess.Popen[bytes] | None) -> bool:
        """Wait as long as the server makes progress; crash recovery of a large log may take minutes.

        False when it was killed meanwhile, or one that we adopted ended. Raises StartFailed when it gave up itself.
        """
        log_size, patience_ends, tell_at = -1, 0.0, time.monotonic() + TELL_EVERY_SECONDS
        while problem := self._knock():
            now = time.monotonic()
            if "starting up" in problem or self._log_size() != log_size:
                log_size, patience_ends = self._log_size(), now + PATIENCE_SECONDS
            if now > tell_at:
                tell_at = now + TELL_EVERY_SECONDS
                logger.warning("PostgreSQL is not ready yet: %s", self._log_tail(150) or problem)
            ended = server.poll() if server else (None if self.is_running else KILLED)
            if ended is not None and ended <= KILLED:
                return False
            refused = self._stopping.is_set() or "authentication failed" in problem
            if ended is not None or refused or now > patience_ends:
                raise StartFailed(self._reason(problem))
            time.sleep(0.03)
        return True

    def _knock(self) -> str:
        """Return what keeps us from connecting, "" when nothing does."""
        try:
            psycopg.connect(self._url(SUPERUSER, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            return str(error)
        return ""

    def _reason(self, problem: str) -> str:
        if "authentication failed" in problem:
            return (
                f"PostgreSQL in {self.place.data} has other passwords than the files {self.place.home}/password.*:"
                " bring back both from the same backup."
            )
        return (
            f"PostgreSQL did not start in {self.place.data}: {problem}\n"
            f"The end of its log, {self.place.log}:\n{self._log_tail(1500)}"
        )

    def _prepare(self) -> None:
        if all(is_prepared(url) for url in (self._url(APP), self._url(OWNER))):
            return
        passwords = {role: password_of(self.place.home, role) for role in (OWNER, APP)}
        try:
            prepare(self._url(SUPERUSER, "postgres"), self._url(SUPERUSER), passwords)
        except psycopg.Error as error:
            raise StartFailed(self._reason(str(error))) from error

    # Watch and stop

    def _keep_alive(self) -> None:
        told = ""
        while not self._stopping.wait(WATCH_EVERY_SECONDS):
            try:
                self.place.keep_log_short()
                if not self.is_running:
                    self._revive()
                    told = ""
            except Exception as error:
                # A full disk, say, may have room again later: whatever it is, we keep trying, and say it once.
                kind = str(error).partition("\n")[0]
                if kind != told:
                    logger.error("PostgreSQL cannot be brought back yet: %s", error)
                told = kind
                self._stopping.wait(RETRY_SECONDS)

    def _revive(self) -> None:
        with self._lock, self._alone():
            if not self._stopping.is_set():
                self._bring_up()
                logger.warning("PostgreSQL had ended and is back as process %s", self.pid)

    def _unwatch(self) -> None:
        if self._watching is not None:
            self._watching.close()
            self._watching = None

    def _is_watched(self) -> bool:
        with (self.place.home / "watched.lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _ended(self, ending: signal.Signals, seconds: float) -> bool:
        """Send the signal and tell whether the server was gone in time."""
        deadline = time.monotonic() + seconds
        if pid := self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, ending)
        while self.is_running and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.is_running

    # What is written where

    def _log_size(self) -> int:
        return self.place.log.stat().st_size if self.place.log.exists() else 0

    def _log_tail(self, length: int) -> str:
        """Return the last characters of the server's log."""
        if not self.place.log.exists():
            return ""
        with self.place.log.open("rb") as log:
            log.seek(max(0, self._log_size() - length))
            return log.read().decode(errors="replace").strip()

    def _url(self, role: str, database: str = DATABASE) -> str:
        password = password_of(self.place.home, role)
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.place.sockets))}"
