"""Nobody goes round the contact gate: one place calls connectors, with messages the gate has let through."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

import hamdel
from hamdel.act.messages.connectors import Connector, connectors
from hamdel.act.messages.models import Message
from hamdel.act.messages.tests.fakes import gateway
from hamdel.act.messages.tests.stage import MORNING, kavenegar
from hamdel.ground.workspaces.tenancy import inside

ROOT = Path(hamdel.__file__).parent
SENDING = "act/messages/sending.py"
# Who may open connections to the outside: connectors and what they stand on.
MAY_SPEAK_HTTP = {"act/messages/wire.py"}
MAY_SPEAK_MAIL = {"act/messages/email/connector.py", "act/messages/email/writing.py"}


@cache
def product_files():
    return [
        (str(file.relative_to(ROOT)), ast.parse(file.read_text()))
        for file in ROOT.rglob("*.py")
        if not {"tests", "migrations", "node_modules", "conftest.py"} & set(file.relative_to(ROOT).parts)
    ]


def names_imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_sending_job_calls_a_connectors_send():
    callers = set()
    for path, tree in product_files():
        for node in ast.walk(tree):
            is_send = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "send"
            )
            # A connector's send takes an account and parcels; sockets, mails and ASGI take one thing.
            if is_send and len(node.args) == 2:
                callers.add(path)

    assert callers == {SENDING}


def test_only_sending_and_tests_to_oneself_put_messages_on_the_wire():
    users = {
        path
        for path, tree in product_files()
        for name in names_imported(tree)
        if name.startswith("hamdel.act.messages.sending.")
        and name.split(".")[-1] in {"send_claim", "put_on_wire", "sent"}
    }

    # The page of a channel, for its test message; everything else goes through `queue`.
    assert users == {"act/messages/views.py"}


@pytest.mark.parametrize(("modules", "allowed"), [
    (("httpx2", "requests", "urllib.request", "http.client"), MAY_SPEAK_HTTP),
    (("smtplib", "django.core.mail", "anymail"), MAY_SPEAK_MAIL),
])  # fmt: skip
def test_nothing_of_acting_speaks_to_the_outside_by_itself(modules, allowed):
    guilty = {
        path
        for path, tree in product_files()
        for name in names_imported(tree)
        if path.startswith(("act/", "listen/invitations", "listen/surveys")) and name.startswith(modules)
    }

    assert guilty <= allowed


def test_every_connector_says_what_it_must():
    known = connectors()

    assert {
        "email",
        "kavenegar",
        "smsir",
        "melipayamak",
        "http_sms",
        "telegram",
        "bale",
        "webhook",
        "ivr",
    } <= {one.name for one in known}
    for one in known:
        assert one.name
        assert one.channel
        assert str(one.label)
        assert type(one).send is not Connector.send or not one.sends
        assert not one.can_look_up or type(one).look_up is not Connector.look_up


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_send_without_leave(cast):
    with gateway(lambda _asked: (200, {})) as fake:
        account = kavenegar(cast, fake)
    row = {"workspace": cast.cafe, "account": account, "channel": "sms", "address": "+98", "created_at": MORNING,
           "not_before": MORNING}  # fmt: skip
    with inside(cast.cafe):
        for state in ("sending", "sent"):
            with pytest.raises(IntegrityError, match="nothing_goes_round_the_gate"), transaction.atomic():
                Message.objects.create(state=state, **row)
