"""Letters become feedback, each once, from a server that follows the standard."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.models import LoggedEvent
from hamdel.listen.feedback.actions import connect
from hamdel.listen.feedback.connectors import connector_named
from hamdel.listen.feedback.mailbox.fetching import fetch_letters, folder_name, look_into
from hamdel.listen.feedback.mailbox.letters import calls_of, read_letter
from hamdel.listen.feedback.tests.imap_server import ImapServer
from tests.cast import SOME_DAY

FIRST = """\
From: =?utf-8?b?2LLZh9ix2Kc=?= <Zahra@Example.ir>
To: support@cafe.example
Subject: =?utf-8?b?2LPZgdin2LHYtCDZhtix2LPbjNiv?=
Message-ID: <first@example.ir>
Date: Sun, 01 Nov 2026 12:00:00 +0330
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

سفارش من نرسید.
""".encode()
ANSWER = b"""\
From: zahra@example.ir
Subject: Re: order
Message-ID: <second@example.ir>
References: <first@example.ir> <ours@cafe.example>
In-Reply-To: <ours@cafe.example>
Date: Mon, 02 Nov 2026 09:00:00 +0330
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Still <b>nothing</b><script>alert(1)</script></p><p>On Sun, 1 Nov 2026 support wrote:</p><p>&gt; sorry</p>
--b--
"""
BOUNCE = b"From: MAILER-DAEMON@x.example\r\nSubject: failure\r\nMessage-ID: <b@x>\r\n\r\nno such user\r\n"
VACATION = b"From: a@x.example\r\nAuto-Submitted: auto-replied\r\nSubject: away\r\nMessage-ID: <v@x>\r\n\r\nI am away\r\n"


@pytest.fixture
def server():
    with ImapServer() as running:
        yield running


@pytest.fixture
def mailbox(cast, server):
    def make(**changes):
        chosen = {"host": "127.0.0.1", "port": server.port, "user": "support", "folder": "INBOX", "is_encrypted": False,
                  "reads_old": True, **changes}  # fmt: skip
        password = chosen.pop("password", "s3cret pass")
        with inside(cast.cafe):
            return connect(cast.cafe, connector_named("mailbox"), name="Support", settings=chosen,
                           secrets_given={"password": password}, by=cast.owner)[0]  # fmt: skip

    return make


def logged(workspace):
    with inside(workspace):
        return [json.loads(row.body) for row in LoggedEvent.objects.order_by("position")]


def test_letters_become_events_once(mailbox, server, cast):
    server.letters |= {3: FIRST, 4: ANSWER, 5: BOUNCE, 6: VACATION}
    inbox = mailbox()

    taken = [fetch_letters(inbox, at=SOME_DAY) for _turn in range(2)]

    assert taken == [4, 0]
    events = logged(cast.cafe)
    assert [event["name"] for event in events] == ["Conversation Started", "Feedback Given", "Feedback Given"]
    assert [event["properties"]["conversation_id"] for event in events] == ["first@example.ir"] * 3
    assert events[0]["context"]["traits"] == {"email": "zahra@example.ir", "name": "زهرا"}
    assert events[0]["properties"]["topic"] == "سفارش نرسید"
    assert events[1]["properties"]["text"] == "سفارش من نرسید."
    assert events[1]["occurredAt"].startswith("2026-11-01T08:30:00")
    assert events[2]["properties"]["text"] == "Still nothing"


def test_a_mailbox_is_never_changed(mailbox, server):
    server.letters[1] = FIRST

    fetch_letters(mailbox(), at=SOME_DAY)

    assert any(command.startswith("EXAMINE") for command in server.commands)
    assert not any(
        word in command.upper() for command in server.commands for word in ("STORE", "EXPUNGE", "SELECT ")
    )
    assert all("PEEK" in command for command in server.commands if "BODY" in command)


def test_a_password_and_a_folder_in_persian_are_written_as_the_standard_has_it(mailbox, server):
    server.letters[1] = FIRST

    assert fetch_letters(mailbox(password="رمز پستی", folder="نظرها"), at=SOME_DAY) == 1


@pytest.mark.parametrize(
    ("name", "written"),
    [("INBOX", "INBOX"), ("R&D", "R&-D"), ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")],
)
def test_names_of_folders_are_those_of_rfc_3501(name, written):
    assert folder_name(name) == written


def test_a_port_without_tls_is_told_from_a_server_that_is_not_there(mailbox, server):
    inbox = mailbox(is_encrypted=True)

    assert look_into(inbox, at=SOME_DAY) == "tls"
    inbox.settings["port"] = 1
    assert look_into(inbox, at=SOME_DAY) == "host"


def test_letters_from_before_stay_where_they_are(mailbox, server, cast):
    server.letters[1] = FIRST
    inbox = mailbox(reads_old=False)
    fetch_letters(inbox, at=SOME_DAY)
    server.letters[2] = ANSWER

    fetch_letters(inbox, at=SOME_DAY)

    assert [event["messageId"] for event in logged(cast.cafe)] == ["mail:second@example.ir"]


def test_new_numbers_of_the_folder_double_nothing(mailbox, server, cast):
    server.letters[1] = FIRST
    inbox = mailbox()
    fetch_letters(inbox, at=SOME_DAY)
    server.validity = 8

    fetch_letters(inbox, at=SOME_DAY)

    assert len(logged(cast.cafe)) == 2


def test_of_a_huge_letter_the_beginning_is_read(mailbox, server, cast):
    server.letters[1], server.sizes[1] = FIRST + b"x" * 400_000, 30_000_000

    fetch_letters(mailbox(), at=SOME_DAY)

    assert logged(cast.cafe)[1]["properties"]["text"].startswith("سفارش من نرسید.")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [({"password": "wrong one"}, "login"), ({"folder": "Nowhere"}, "folder"), ({"port": 1}, "host")],
)
def test_what_is_wrong_is_noted(mailbox, changes, problem):
    inbox = mailbox(**changes)

    assert fetch_letters(inbox, at=SOME_DAY) == 0

    assert inbox.problem == problem


def test_a_server_that_says_nothing_does_not_hold_us_up(mailbox, server, monkeypatch):
    monkeypatch.setattr("hamdel.listen.feedback.mailbox.fetching.SECONDS", 0.3)
    server.silent = True
    inbox = mailbox()

    fetch_letters(inbox, at=SOME_DAY)

    assert inbox.problem == "host"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([FIRST, ANSWER]), st.integers(0, 400))
def test_any_bytes_are_a_letter(noise, letter, place):
    for raw in (noise, letter[:place] + noise + letter[place:], letter[:place]):
        calls_of(read_letter(raw))
