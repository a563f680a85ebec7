"""Who wants to hear of which event. A reaction runs in a transaction bound to the event's workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from hamdel.ground.facts.fact import KnownEvent

Reaction = Callable[[KnownEvent], None]
_reactions: dict[str, list[Reaction]] = defaultdict(list)


def on(*names: str) -> Callable[[Reaction], Reaction]:
    """Run the decorated function for every event of these names: exactly once per event.

    Its changes commit together with the progress of the log. What it raises is kept as a failed reaction
    with the event, to be tried again; the events after it go on.
    """

    def register(reaction: Reaction) -> Reaction:
        for name in names:
            if reaction not in _reactions[name]:
                _reactions[name].append(reaction)
        return reaction

    return register


def reactions_to(name: str) -> list[Reaction]:
    return _reactions.get(name, [])


def path_of(reaction: Reaction) -> str:
    return f"{reaction.__module__}.{reaction.__qualname__}"
