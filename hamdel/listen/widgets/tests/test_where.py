"""Lines about pages become a rule, and the same lines again."""

from __future__ import annotations

import pytest

from hamdel.ground.rules import holds, parse
from hamdel.listen.widgets.where import devices_of, lines_of, rule_of

CART = {
    "path": "/cart/2",
    "url": "https://shop.ir/cart/2?sale=1",
    "address": "shop.ir/cart/2",
    "device": "phone",
}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("", True), ("/cart*", True), ("/cart", False), ("/cart/2", True), ("*sale*", True), ("*sold*", False),
        ("/home\n/cart*", True), ("/cart*\n!/cart/2", False), ("!/home", True), ("shop.ir/cart*", True), ("other.ir/*", False),
    ],
)  # fmt: skip
def test_lines_say_on_which_pages(lines, found):
    rule = rule_of(lines, ["phone", "tablet", "computer"])

    assert (rule is None or holds(parse(rule), CART)) is found
    assert lines_of(rule) == lines


def test_devices_are_part_of_it():
    rule = rule_of("", ["computer"])

    assert not holds(parse(rule), CART)
    assert devices_of(rule) == ["computer"]
    assert devices_of(None) == ["phone", "tablet", "computer"]
