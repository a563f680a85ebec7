"""Kill -9 in the middle of inviting many: everybody once, nobody at night, nobody lost."""

from __future__ import annotations

import pytest

from tests.faults.invitations import check, run

pytestmark = pytest.mark.faults


def test_many_invitations_survive_kills(tmp_path):
    found = run(tmp_path, customers=1_200, kills=4)

    check(found)
    assert found.kills >= 2
