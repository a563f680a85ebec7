"""Ids grow with time, and what was made long ago under a name has the id it would have been given then."""

from datetime import UTC, datetime, timedelta

from hamdel.ground.ids import id_at, id_named, new_id

MOMENT = datetime(2026, 3, 20, 20, 29, 59, 999_000, tzinfo=UTC)


def test_ids_of_one_process_only_grow():
    ids = [new_id() for _ in range(10_000)]

    assert ids == sorted(set(ids))
    assert {one.version for one in ids} == {7}


def test_the_same_name_at_the_same_moment_is_the_same_id():
    one, again, other = (id_named(name, at=MOMENT) for name in ("order 1", "order 1", "order 2"))

    assert one == again != other
    assert (one.version, one.variant) == (7, "specified in RFC 4122")


def test_an_id_stands_between_its_moment_and_the_next():
    ids = [id_named(str(n), at=MOMENT) for n in range(1_000)]

    assert id_at(MOMENT) < min(ids)
    assert max(ids) < id_at(MOMENT + timedelta(milliseconds=1))
