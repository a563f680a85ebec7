"""The menu: slices put their pages on a shelf from their `apps.py`; a shelf without pages is not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

SHELVES: dict[str, Words] = {
    "overview": "",
    "listen": _("Listen"),
    "know": _("Know"),
    "measure": _("Measure"),
    "act": _("Act"),
    "foresee": _("Foresee"),
    "observe": _("Observe"),
    "steer": _("Steer"),
    "settings": _("Settings"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the menu. `permission` hides it from members who may not open it."""

    shelf: str
    url_name: str
    label: Words
    icon: str
    order: int = 50
    permission: object | None = None
    url: str = ""
    is_current: bool = False
    # Pages that belong here although their address does not say so.
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shelf:
    """The entries under one heading."""

    label: Words
    entries: list[Entry] = field(default_factory=list)


_entries: dict[str, Entry] = {}


def entry(
    *,
    shelf: str,
    url_name: str,
    label: Words,
    icon: str,
    order: int = 50,
    permission: object | None = None,
    also: tuple[str, ...] = (),
) -> None:
    """Put a page on a shelf. Lower `order` comes first; saying it twice changes nothing. KeyError: no such shelf.

    `also` names the beginnings of other addresses under which the entry is the current one.
    """
    SHELVES[shelf]
    _entries[url_name] = Entry(shelf, url_name, label, icon, order, permission, also=also)


def shelves(path: str = "", may: Callable[[object], bool] = lambda _permission: True) -> list[Shelf]:
    """Return the shelves that have something to show, the entry `path` lies under marked as current."""
    shown = [item for item in map(_with_url, list(_entries.values())) if item.url and _allowed(item, may)]
    roots = [(root, item.url) for item in shown for root in (item.url, *item.also) if _lies_under(path, root)]
    here = max(roots, key=lambda root: len(root[0]), default=("", None))[1]
    shown = [replace(item, is_current=item.url == here) for item in shown]
    shown.sort(key=lambda item: item.order)
    filled = ((label, [item for item in shown if item.shelf == key]) for key, label in SHELVES.items())
    return [Shelf(label, items) for label, items in filled if items]


def _with_url(item: Entry) -> Entry:
    try:
        return replace(item, url=reverse(item.url_name))
    except NoReverseMatch:  # the slice is there, its pages are not mounted
        return item


def _allowed(item: Entry, may: Callable[[object], bool]) -> bool:
    return item.permission is None or may(item.permission)


def _lies_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
