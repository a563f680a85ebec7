from __future__ import annotations

import pytest

from hamdel.ui import context, navigation


@pytest.fixture
def menu(monkeypatch):
    """Start from an empty menu; the slices' own entries come back afterwards."""
    monkeypatch.setattr(navigation, "_entries", {})


def put(shelf, url_name, **more):
    navigation.entry(shelf=shelf, url_name=url_name, label=url_name, icon="home", **more)


def labels(shelves):
    return [[entry.label for entry in shelf.entries] for shelf in shelves]


def test_shelves_stand_in_their_order_and_empty_ones_are_left_out(menu):
    put("know", "ui:gallery")
    put("listen", "ui:gallery_respond", order=20)
    put("listen", "ui:language", order=10)

    assert labels(navigation.shelves()) == [["ui:language", "ui:gallery_respond"], ["ui:gallery"]]


def test_a_page_with_another_address_can_belong_to_an_entry(menu):
    put("know", "ui:gallery", also=("/results/",))
    put("know", "ui:gallery_respond")

    entries = [entry for shelf in navigation.shelves("/results/7/") for entry in shelf.entries]

    assert [entry.label for entry in entries if entry.is_current] == ["ui:gallery"]


def test_a_page_that_is_not_mounted_is_not_shown(menu):
    put("act", "nowhere:list")

    assert navigation.shelves() == []


def test_an_entry_is_hidden_from_who_may_not_open_it(menu):
    put("act", "ui:gallery", permission="secret")

    assert navigation.shelves(may=lambda _permission: False) == []
    assert labels(navigation.shelves(may=lambda permission: permission == "secret")) == [["ui:gallery"]]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/ui/", "ui:gallery"),
        ("/ui/respond/", "ui:gallery_respond"),
        ("/ui/respond/3", "ui:gallery_respond"),
        ("/x", None),
    ],
)
def test_the_closest_entry_above_a_page_is_current(menu, path, current):
    put("know", "ui:gallery")
    put("know", "ui:gallery_respond")

    entries = [entry for shelf in navigation.shelves(path) for entry in shelf.entries]

    assert [entry.label for entry in entries if entry.is_current] == ([current] if current else [])


def test_saying_an_entry_twice_keeps_one(menu):
    put("know", "ui:gallery")
    put("know", "ui:gallery")

    assert labels(navigation.shelves()) == [["ui:gallery"]]


def test_an_unknown_shelf_is_refused(menu):
    with pytest.raises(KeyError):
        put("everything", "ui:gallery")


def test_the_foot_takes_the_first_of_each_shelf_before_the_second_of_any(menu):
    for shelf, name in [("listen", "ui:language"), ("listen", "ui:theme"), ("act", "ui:gallery")]:
        put(shelf, name)

    at_hand = context.at_hand(navigation.shelves())

    assert [entry.label for entry in at_hand] == ["ui:gallery", "ui:language", "ui:theme"]
