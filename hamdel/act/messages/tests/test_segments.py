"""What an SMS is billed as."""

from __future__ import annotations

import pytest

from hamdel.act.messages.segments import size_of


@pytest.mark.parametrize(("text", "segments", "left"), [
    ("", 1, 160), ("a" * 160, 1, 0), ("a" * 161, 2, 145), ("a" * 306, 2, 0), ("a" * 307, 3, 152),
    ("س" * 70, 1, 0), ("س" * 71, 2, 63), ("س" * 134, 2, 0), ("س" * 135, 3, 66), ("a" * 69 + "ی", 1, 0),
    ("[" * 80, 1, 0), ("[" * 81, 2, 143), ("€", 1, 158), ("😀" * 35, 1, 0), ("😀" * 36, 2, 61),
])  # fmt: skip
def test_segments_are_counted_as_the_operator_does(text, segments, left):
    size = size_of(text)

    assert (size.segments, size.left) == (segments, left)


def test_an_emoji_is_not_torn_apart_between_two_parts():
    # 66 places, then a pair that would take the 67th and 68th: it moves to the next part.
    assert size_of("س" * 66 + "😀" + "س" * 65).segments == 2
    assert size_of("س" * 66 + "😀" + "س" * 66).segments == 3
