"""The first start: a cluster is made beside its place and moved there when it is whole."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from hamdel.ground.postgres.errors import StartFailed
from hamdel.ground.postgres.passwords import password_of, sync_folder, write_private
from hamdel.ground.postgres.place import Place, binaries
from hamdel.ground.postgres.roles import SUPERUSER

# Collation by code point: the same on every machine and after every upgrade of its C library.
SHAPE = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--data-checksums",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--no-instructions",
)


def initialise(place: Place) -> None:
    """Make the cluster. What an interrupted attempt left behind is cleared first. Raises StartFailed."""
    for left in place.home.glob("data.new*"):
        shutil.rmtree(left, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix="data.new-", dir=place.home))
    place.give(fresh)
    done = _initdb(place, fresh)
    if done.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise StartFailed(
            f"PostgreSQL could not make its data folder {place.data}: {done.stderr.strip()}"
            f" Is there room on the disk, and may {place.home} be written?"
        )
    fresh.rename(place.data)
    sync_folder(place.home)


def _initdb(place: Place, folder: Path) -> subprocess.CompletedProcess[str]:
    told = place.home / "password.initial"
    write_private(told, password_of(place.home, SUPERUSER))
    place.give(told)
    files: list[str | Path] = ["--pgdata", folder, "--pwfile", told]
    command = [binaries() / "initdb", *SHAPE, "--username", SUPERUSER, *files]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=place.home, **place.identity()
        )
    finally:
        told.unlink()
