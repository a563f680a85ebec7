"""One simulated year for all tests of this folder: making it takes seconds, reading it changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hamdel.simulator.year import Year, simulate

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def year() -> Year:
    return simulate(NOW)


@pytest.fixture(scope="session")
def events(year):
    """All events by name (or type, for calls without one), in order of time."""
    found: dict[str, list] = {}
    for block in year.events():
        for event in block:
            found.setdefault(event.get("event") or event["type"], []).append(event)
    return found
