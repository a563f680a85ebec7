"""From a backup to an installation."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from hamdel import environment
from hamdel.server.backups import postgres
from hamdel.server.backups.making import FOLDERS
from hamdel.server.backups.manifest import Content, Manifest, NotABackup, contents, manifest_from

IN_USE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid != pg_backend_pid() AND backend_type = 'client backend'"""
HAS_WORKSPACES = "SELECT to_regclass('public.workspaces_workspace') IS NOT NULL"


class WillNotReplace(Exception):
    """Something is there that a restore would end; the message says what, and how to mean it."""


def read_manifest(file: Path) -> Manifest:
    """Return what a backup says of itself. Raises NotABackup."""
    try:
        with tarfile.open(file) as archive:
            first = archive.extractfile("manifest.json")
            assert first is not None
            return manifest_from(first.read())
    except (tarfile.TarError, OSError, KeyError, AssertionError) as error:
        raise NotABackup(f"{file} is not a backup of Hamdel, or it is damaged: {error}") from error


def put_files_back(file: Path, *, at: datetime) -> None:
    """Bring back keys and lists. What was in their place is kept beside it, under the moment's name."""
    with tempfile.TemporaryDirectory(dir=environment.home(), prefix=".restore-") as workshop:
        with tarfile.open(file) as archive:
            members = [m for m in archive.getmembers() if m.name.split("/")[0] in FOLDERS]
            archive.extractall(workshop, members, filter="data")
        for folder in FOLDERS:
            if (fresh := Path(workshop) / folder).is_dir():
                _swap(fresh, environment.home() / folder, at=at)


def _swap(fresh: Path, place: Path, *, at: datetime) -> None:
    if place.exists():
        place.rename(place.with_name(f"{place.name}.before-{at:%Y%m%d-%H%M%S}"))
    shutil.move(fresh, place)
    place.chmod(0o700)


def refuse_to_replace(*, may_replace: bool) -> None:
    """Raise WillNotReplace when somebody works here, or when there is anything and `may_replace` is false."""
    with postgres.owner() as connection:
        connection.execute("SELECT set_config('app.workspace', 'every', true)")
        row = connection.execute(IN_USE).fetchone()
        if row and row[0]:
            raise WillNotReplace("Hamdel is running on this database. Stop it first, then restore.")
        exists = connection.execute(HAS_WORKSPACES).fetchone()
        if may_replace or exists != (True,):
            return
        count = connection.execute("SELECT count(*) FROM workspaces_workspace").fetchone()
        if count and count[0]:
            raise WillNotReplace(
                f"There are {count[0]} workspaces here already. To put the backup in their place, add --replace."
            )


def put_database_back(file: Path) -> dict[str, Content]:
    """Load the dump and return what every table holds now. Raises ToolFailed, NotABackup."""
    with tempfile.TemporaryDirectory(dir=environment.home(), prefix=".restore-") as workshop:
        with tarfile.open(file) as archive:
            archive.extract("postgres.dump", workshop, filter="data")
        postgres.load(Path(workshop) / "postgres.dump")
    with postgres.owner() as connection:
        return contents(connection)


def differences(told: Manifest, found: dict[str, Content]) -> list[str]:
    """Return the tables that are not what they were."""
    names = told.tables.keys() | found.keys()
    return sorted(name for name in names if told.tables.get(name) != found.get(name))
