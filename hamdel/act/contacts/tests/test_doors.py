"""Nobody sends around the gate: checked against the repository itself."""

from __future__ import annotations

import ast
import re

from hamdel.act.messages.models import Message
from tests.conventions.test_repository import ROOT, product_code

# The only one that may hand a parcel to a connector. It must have confirmed the contact with the gate first.
SENDER = "hamdel/act/messages/sending.py"
# A connector itself sends by whatever its wire is; it is called by the sender alone.
CONNECTOR = re.compile(r"hamdel/act/messages/[a-z_]+/")
# What can carry words out of the house. HTTP clients are for messages' connectors; mail for them and for members.
CARRIERS = {
    "smtplib",
    "httpx2",
    "httpx",
    "requests",
    "urllib3",
    "http.client",
    "anymail",
    "django.core.mail",
    "telnetlib",
}
MAY_CARRY = re.compile(
    r"hamdel/act/messages/|hamdel/ground/access/|hamdel/server/|hamdel/listen/feedback/|hamdel/cli\.py|hamdel/simulator/"
)


def imports(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def calls(file, name):
    """Tell whether a file calls a method `name` of anything."""
    tree = ast.parse(file.read_text())
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
        for node in ast.walk(tree)
    )


def place(file):
    return str(file.relative_to(ROOT))


def test_only_the_messages_can_carry_words_out():
    guilty = [
        f"{place(file)} imports {module}"
        for file in product_code()
        for module in imports(file)
        if (module in CARRIERS or module.split(".")[0] in CARRIERS) and not MAY_CARRY.match(place(file))
    ]

    assert guilty == []


def test_only_the_sending_module_calls_a_connector():
    guilty = [
        place(file)
        for file in product_code()
        if "hamdel.act.messages.connectors" in set(imports(file))
        and calls(file, "send")
        and place(file) != SENDER
        and not CONNECTOR.match(place(file))
    ]

    assert guilty == []


def test_the_sending_module_asks_the_gate_before_the_connector():
    """Through `messages/gate.py`, the slice's own door to the gate; the outcome goes back the same way."""
    sending, door = (ROOT / SENDER).read_text(), (ROOT / "hamdel/act/messages/gate.py").read_text()

    assert 0 < sending.index("gate.still_allowed(") < sending.index("connector.send(")
    assert "gate.reserve(" in door
    assert "gate.confirm(" in door
    assert "gate.settle(" in door


def test_the_database_sends_nothing_without_a_contact():
    """A message may be on its way only with a reserved contact; one to ourselves, from the settings, is marked."""
    constraints = {constraint.name for constraint in Message._meta.constraints}

    assert "nothing_goes_round_the_gate" in constraints
