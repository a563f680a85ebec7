"""Passwords of the roles: made once, kept beside the data, readable by nobody else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def password_of(home: Path, role: str) -> str:
    """Return the role's password from `home/password.ROLE`, made at the first call."""
    file = home / f"password.{role}"
    if not file.exists():
        write_private(file, secrets.token_hex(24))
    return file.read_text()


def write_private(file: Path, text: str) -> None:
    """Write all or nothing, and on the disk: a password the server knows and we lost could not be made again."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(descriptor)
    new.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
