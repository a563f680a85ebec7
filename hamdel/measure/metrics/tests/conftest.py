"""Each test begins with an empty ClickHouse, so nothing may be remembered of the one before."""

import pytest

from hamdel.measure.metrics import settling


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch):
    monkeypatch.setattr(settling, "REMEMBERED_SECONDS", 0)
