"""Write a backup while everything goes on: one snapshot of PostgreSQL, the keys, the lists of refused rows."""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

import psycopg

from hamdel import environment
from hamdel.ground.postgres.passwords import sync_folder
from hamdel.server.backups import postgres
from hamdel.server.backups.manifest import FORMAT, Manifest, contents, own_version

FOLDERS = ("secrets", "imports")
PRIVATE = 0o600


def usual_file(*, at: datetime) -> Path:
    """Return where a backup goes when nobody says where."""
    return environment.home() / "backups" / f"hamdel-{at:%Y%m%d-%H%M%S}.tar"


def make_backup(file: Path, *, at: datetime) -> Manifest:
    """Write a backup to `file`, whole or not at all, readable by its owner only. Raises ToolFailed, OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as workshop:
        dumped = Path(workshop) / "postgres.dump"
        manifest = _dump(dumped, at=at)
        new = Path(workshop) / file.name
        _pack(new, manifest, dumped)
        new.replace(file)
        sync_folder(file.parent)
    return manifest


def _dump(dumped: Path, *, at: datetime) -> Manifest:
    """Dump, and describe, what one and the same snapshot sees."""
    with postgres.owner() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        postgres.dump(dumped, snapshot=row[0])
        return Manifest(FORMAT, own_version(), at.isoformat(), contents(connection))


def _pack(file: Path, manifest: Manifest, dumped: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w") as archive:
            _add_text(archive, "manifest.json", manifest.as_json())
            archive.add(dumped, "postgres.dump", filter=_nobodys)
            for folder in FOLDERS:
                if (kept := environment.home() / folder).is_dir():
                    archive.add(kept, folder, filter=_nobodys)
        stream.flush()
        os.fsync(stream.fileno())


def _add_text(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), PRIVATE
    archive.addfile(member, io.BytesIO(content))


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out whose it was: it comes back as whoever restores it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
