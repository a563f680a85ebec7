"""Pages that are asked for, many at once: the questions to the database are the same for one and for a hundred."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hamdel.ground.access.limits import addresses_at_limit, note_misses
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.links import follow
from hamdel.listen.surveys.showing import Look, Shown, missing, show_link


class Asking(NamedTuple):
    """Somebody who wants to see a page; `address` is where they ask from."""

    look: Look
    address: str


def show(asking: Sequence[Asking]) -> list[Shown]:
    """Return the page of each, in order. Nothing is written but the count of links that do not exist."""
    with across_workspaces():
        limited = addresses_at_limit({one.address for one in asking})
        allowed = [one for one in asking if one.address not in limited]
        places = dict(zip(map(id, allowed), follow([one.look.visit for one in allowed]), strict=True))
        note_misses([one.address for one in allowed if places[id(one)] is None])
        return [
            missing(is_limited=True) if one.address in limited else show_link(one.look, places[id(one)])
            for one in asking
        ]
