"""Fetch new letters over IMAP, from where the last fetch ended. The mailbox is opened to read only."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.db import transaction

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.feedback.hearing import note_standing, put_into_log
from hamdel.listen.feedback.mailbox.letters import calls_of, read_letter
from hamdel.listen.feedback.models import Delivery, Inbox

SECONDS = 20
# Somebody waits for the page.
SECONDS_TO_LOOK = 8
MOST_AT_ONCE = 50
LARGEST = 5_000_000
# Of a larger letter only so much is fetched: the beginning holds its words.
BEGINNING = 300_000


class Trouble(Exception):
    """The mailbox cannot be read; `code` is one of `problems.py`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fetch_letters(inbox: Inbox, *, at: datetime) -> int:
    """Take what is new in a mailbox; return how many letters. What is wrong is noted on the source."""
    try:
        with opened(inbox) as (server, validity, newest):
            taken = _take_new(inbox, server, validity, newest, at=at)
    except Trouble as trouble:
        with inside(inbox.workspace_id):
            note_standing(inbox, trouble.code, at=at)
        return 0
    if taken == 0:
        with inside(inbox.workspace_id):
            note_standing(inbox, "", at=inbox.last_received_at or at)
    return taken


def look_into(inbox: Inbox, *, at: datetime) -> str:
    """Open a mailbox and read nothing; note and return what is wrong, "" when it opens."""
    try:
        with opened(inbox, seconds=SECONDS_TO_LOOK):
            problem = ""
    except Trouble as trouble:
        problem = trouble.code
    with inside(inbox.workspace_id):
        note_standing(inbox, problem, at=at)
    return problem


@contextmanager
def opened(inbox: Inbox, *, seconds: float = SECONDS) -> Iterator[tuple[imaplib.IMAP4, int, int]]:
    """Open the mailbox; give the server, the folder's UIDVALIDITY and the next UID. Raises Trouble."""
    settings = inbox.settings
    try:
        server = _connected(
            str(settings["host"]),
            int(settings["port"]),
            is_encrypted=bool(settings.get("is_encrypted")),
            seconds=seconds,
        )
    except ssl.SSLCertVerificationError as error:
        raise Trouble("certificate") from error
    except ssl.SSLError as error:
        raise Trouble("tls") from error
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise Trouble("host") from error
    try:
        yield (server, *_folder(server, inbox))
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise Trouble("mail") from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _connected(host: str, port: int, *, is_encrypted: bool, seconds: float) -> imaplib.IMAP4:
    if is_encrypted:
        return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=seconds)
    return imaplib.IMAP4(host, port, timeout=seconds)


def _log_in(server: imaplib.IMAP4, user: str, password: str) -> None:
    if (user + password).isascii():
        server.login(user, password)
    else:
        # LOGIN knows ASCII only; PLAIN is UTF-8 (RFC 4616).
        server.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{password}".encode())


def folder_name(name: str) -> str:
    """Return a folder's name as IMAP writes it: other letters than ASCII in modified UTF-7 (RFC 3501, 5.1.3)."""

    def shifted(run: re.Match[str]) -> str:
        code = base64.b64encode(run[0].encode("utf-16-be")).decode().rstrip("=")
        return f"&{code.replace('/', ',')}-"

    return re.sub(r"[^\x20-\x7e]+", shifted, name.replace("&", "&-"))


def _folder(server: imaplib.IMAP4, inbox: Inbox) -> tuple[int, int]:
    try:
        _log_in(server, str(inbox.settings["user"]), inbox.secrets.get("password", ""))
    except imaplib.IMAP4.error as error:
        raise Trouble("login") from error
    folder = str(inbox.settings.get("folder") or "INBOX").replace("\\", "").replace('"', "")
    status, _data = server.select(f'"{folder_name(folder)}"', readonly=True)
    if status != "OK":
        raise Trouble("folder")
    return _stated(server, "UIDVALIDITY"), _stated(server, "UIDNEXT")


def _stated(server: imaplib.IMAP4, name: str) -> int:
    found = server.response(name)[1]
    first = found[0] if found else None
    return int(first) if first else 0


def _take_new(inbox: Inbox, server: imaplib.IMAP4, validity: int, newest: int, *, at: datetime) -> int:
    known = inbox.progress
    # Another validity means other numbers: begin again; events that are there already stay as they are.
    last = int(known.get("uid", 0)) if known.get("validity") == validity else 0
    if not known and not inbox.settings.get("reads_old"):
        return _begin_after(inbox, validity, newest - 1)
    _status, found = server.uid("SEARCH", f"UID {last + 1}:*")
    uids = sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > last)[:MOST_AT_ONCE]
    for uid in uids:
        _take_one(inbox, server, uid, validity, at=at)
    return len(uids)


def _begin_after(inbox: Inbox, validity: int, uid: int) -> int:
    """Leave alone the letters that were there before the mailbox was connected."""
    with inside(inbox.workspace_id):
        inbox.progress = {"validity": validity, "uid": max(uid, 0)}
        inbox.save(update_fields=["progress"])
    return 0


def _take_one(inbox: Inbox, server: imaplib.IMAP4, uid: int, validity: int, *, at: datetime) -> None:
    """Take one letter and move on behind it, in one transaction."""
    letter = read_letter(_fetched(server, uid))
    calls = calls_of(letter)
    with inside(inbox.workspace_id), transaction.atomic():
        added, refusals = put_into_log(inbox.source, calls, at=at)
        outcome = (
            Delivery.Outcome.FAILED
            if refusals
            else Delivery.Outcome.TAKEN
            if calls
            else Delivery.Outcome.IGNORED
        )
        Delivery.objects.get_or_create(
            inbox=inbox,
            delivery_id=f"{validity}:{uid}",
            defaults={
                "workspace_id": inbox.workspace_id, "kind": "letter", "outcome": outcome, "events": added,
                "reason": refusals[0][:300] if refusals else "", "received_at": at,
            },
        )  # fmt: skip
        inbox.progress = {"validity": validity, "uid": uid}
        inbox.last_received_at, inbox.problem = at, ""
        inbox.save(update_fields=["progress", "last_received_at", "problem"])


def _fetched(server: imaplib.IMAP4, uid: int) -> bytes:
    _status, data = server.uid("FETCH", str(uid), "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(part for part in data if isinstance(part, bytes)))
    part = f"BODY.PEEK[]<0.{BEGINNING}>" if size and int(size[1]) > LARGEST else "BODY.PEEK[]"
    _status, data = server.uid("FETCH", str(uid), f"({part})")
    return next((one[1] for one in data if isinstance(one, tuple)), b"")
