"""Seal a text and open it again. Format: `s1.<key id>.<base64url of nonce and ciphertext>`."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hamdel import environment

VERSION = "s1"
NONCE_BYTES, KEY_BYTES = 12, 32
# Keys are read once for each state of the file, so that a rotation reaches running processes.
_read: dict[tuple[str, int], dict[str, bytes]] = {}
# Where the file of a data folder lies.
_places: dict[str, Path] = {}


class CannotUnseal(Exception):
    """The key this was sealed with is not here: bring back secrets/sealing_keys from the backup, or enter it anew."""


def seal(text: str, *, about: str = "") -> str:
    """Return `text` sealed with the newest key. `about` is bound to it: opened under another name, it fails."""
    name, key = next(iter(keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    locked = AESGCM(key).encrypt(nonce, text.encode(), about.encode())
    return f"{VERSION}.{name}.{base64.urlsafe_b64encode(nonce + locked).decode()}"


def unseal(sealed: str, *, about: str = "") -> str:
    """Return what `seal` was given. Raises CannotUnseal, also for anything that was changed."""
    version, _, rest = sealed.partition(".")
    name, _, body = rest.partition(".")
    key = keys().get(name)
    if version != VERSION or key is None:
        raise CannotUnseal
    try:
        raw = base64.urlsafe_b64decode(body)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode()).decode()
    except (InvalidTag, ValueError) as wrong:
        raise CannotUnseal from wrong


def is_sealed_with_newest(sealed: str) -> bool:
    return sealed.split(".")[1:2] == [next(iter(keys()))]


def keys() -> dict[str, bytes]:
    """Return the keys by their id, newest first; the first one is made when there is none."""
    given = environment.value("HAMDEL_SEALING_KEYS")
    if given:
        return _named(given.replace(",", "\n"))
    if kept := _kept(environment.value("HAMDEL_HOME")):
        return kept
    file = key_file()
    if not file.exists():
        _create(file)
    stamp = (str(file), file.stat().st_mtime_ns)
    if stamp not in _read:
        _read.clear()
        _read[stamp] = _named(file.read_text())
    _places[environment.value("HAMDEL_HOME")] = file
    return _read[stamp]


def _kept(home: str) -> dict[str, bytes] | None:
    """Return the keys read before, while the file is as it was: one look at its time, since every message asks."""
    try:
        file = _places[home]
        return _read.get((str(file), file.stat().st_mtime_ns))
    except (KeyError, OSError):
        return None


def key_file() -> Path:
    folder = environment.home() / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "sealing_keys"


def new_key() -> str:
    """Return 256 random bits as one line of the key file."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def write_keys(lines: list[str]) -> None:
    """Replace the key file in one step, readable by its owner only."""
    file = key_file()
    draft = file.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write("\n".join(lines) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
    _read.clear()


def key_lines() -> list[str]:
    """Return the keys as they stand in their file, newest first."""
    return [base64.urlsafe_b64encode(key).decode() for key in keys().values()]


def _create(file: Path) -> None:
    """Make the first key. Two processes may try at once: the link decides whose it is."""
    draft = file.with_name(f".sealing_keys.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(new_key() + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _named(text: str) -> dict[str, bytes]:
    raw = [base64.urlsafe_b64decode(line.strip()) for line in text.splitlines() if line.strip()]
    if not raw or any(len(key) != KEY_BYTES for key in raw):
        message = "Sealing keys are lines of 32 bytes in URL-safe base64."
        raise ValueError(message)
    return {hashlib.sha256(key).hexdigest()[:8]: key for key in raw}
