"""Only one process at a time has its turn, and one that dies gives it back."""

from uuid import UUID

import pytest
from django.db import connection

from hamdel.ground.turns import TurnTaken, turn, wait_for_turn

pytestmark = pytest.mark.django_db
LOCK = 7499
HERE, THERE = UUID(int=1), UUID(int=2)


@pytest.fixture
def other():
    """Another process, as far as PostgreSQL can tell."""
    another = connection.copy()
    yield another
    another.close()


def taken(other, key):
    places = ", ".join("%s" for _part in key)
    with other.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({places})", key)
        return cursor.fetchone()[0]


def test_turn_is_ours_until_the_end_of_the_block(other):
    with turn(LOCK) as is_ours:
        assert is_ours
        assert not taken(other, [LOCK])
    assert taken(other, [LOCK])


def test_turn_of_somebody_else_is_not_ours_and_stays_theirs(other):
    assert taken(other, [LOCK])
    with turn(LOCK) as is_ours:
        assert not is_ours
    with turn(LOCK) as is_ours:
        assert not is_ours


def test_whoever_dies_gives_the_turn_back(other):
    assert taken(other, [LOCK])
    other.close()
    with wait_for_turn(LOCK, seconds=30):
        pass


def test_an_error_inside_gives_the_turn_back(other):
    with pytest.raises(ZeroDivisionError), turn(LOCK):
        raise ZeroDivisionError
    assert taken(other, [LOCK])


def test_each_workspace_has_a_turn_of_its_own(other):
    with turn(LOCK, HERE) as here, turn(LOCK, THERE) as there, turn(LOCK) as of_all:
        assert here
        assert there
        assert of_all


def test_waiting_has_an_end(other):
    assert taken(other, [LOCK])
    with pytest.raises(TurnTaken), wait_for_turn(LOCK, seconds=0):
        raise AssertionError("It was not ours.")
    assert connection.is_usable()
