from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.fixture(autouse=True)
def may_speak_to_this_machine(monkeypatch):
    """The fake gateways live on this machine, which is a private address."""
    monkeypatch.setenv("HAMDEL_PRIVATE_TARGETS", "127.0.0.1")


@pytest.fixture(autouse=True)
def callbacks_come_a_minute_later(monkeypatch):
    """Whatever the day of the test, what is sent on the stage's morning is answered that morning."""
    from hamdel.act.messages import callbacks
    from hamdel.act.messages.tests.stage import MORNING

    monkeypatch.setattr(callbacks, "now", lambda: MORNING + timedelta(minutes=1))
