from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def may_speak_to_this_machine(monkeypatch):
    """The fake gateways live on this machine, which is a private address."""
    monkeypatch.setenv("HAMDEL_PRIVATE_TARGETS", "127.0.0.1")
