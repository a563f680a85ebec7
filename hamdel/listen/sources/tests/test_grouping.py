from __future__ import annotations

import pytest

from hamdel.listen.sources.grouping import Groups, LateLine


def grouped(keys, *, within):
    groups = Groups(lambda row: row["key"], within)
    found = [g for place, key in enumerate(keys) for g in groups.add(place, place + 2, {"key": key})]
    return [(g.key, [line for line, _row in g.rows]) for g in (*found, *groups.rest())]


def test_lines_of_one_key_come_together():
    assert grouped("aabbb", within=1) == [("a", [2, 3]), ("b", [4, 5, 6])]


def test_lines_a_little_apart_still_belong_together():
    assert grouped("abac", within=5) == [("a", [2, 4]), ("b", [3]), ("c", [5])]


def test_a_line_too_far_from_its_group_is_refused():
    with pytest.raises(LateLine, match="rows of a lie more than 2 rows apart"):
        grouped("abcdea", within=2)


def test_reading_may_begin_again_only_where_no_group_is_cut():
    groups = Groups(lambda row: row["key"], 2)

    def after(place, key):
        closed = [g.key for g in groups.add(place, place, {"key": key})]
        return closed, groups.safe_offset(place + 1)

    assert [after(place, key) for place, key in enumerate("aabcd")] == [
        ([], 0), ([], 0), ([], 0), ([], 0), (["a"], 2),
    ]  # fmt: skip


def test_interlocking_groups_are_not_a_place_to_begin_again():
    groups = Groups(lambda row: row["key"], 2)
    for place, key in enumerate("abaccc"):
        list(groups.add(place, place, {"key": key}))

    # a (rows 0 and 2) is closed, b (row 1) as well; both lie before c.
    assert groups.safe_offset(6) == 3

    interlocked = Groups(lambda row: row["key"], 2)
    for place, key in enumerate("abacbccc"):
        list(interlocked.add(place, place, {"key": key}))

    # b (1 to 4) encloses rows of c (3): after closing b, reading cannot begin at row 3.
    assert interlocked.safe_offset(8) is None
