"""Who wants to hear of which event. A reaction runs in a transaction bound to the event's workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from hamdel.ground.facts.fact import KnownEvent

Reaction = Callable[[KnownEvent], None]
BatchReaction = Callable[[Sequence[KnownEvent]], None]
_reactions: dict[str, list[Reaction]] = defaultdict(list)
# Each with the names it hears of; None for every event.
_batch_reactions: dict[BatchReaction, frozenset[str] | None] = {}


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


def on_batch(*names: str) -> Callable[[BatchReaction], BatchReaction]:
    """Run the decorated function for a whole stretch of the log at once; without names, for every event.

    It runs bound across workspaces and asks the database per batch, not per event. When it raises, halves of the
    batch are tried until the event it cannot digest stands alone and is kept as a failed reaction.
    """

    def register(reaction: BatchReaction) -> BatchReaction:
        _batch_reactions[reaction] = frozenset(names) or None
        return reaction

    return register


def batch_reactions() -> list[tuple[BatchReaction, frozenset[str] | None]]:
    return list(_batch_reactions.items())


def is_for_batches(reaction: Callable) -> bool:
    return reaction in _batch_reactions


def reactions_to(name: str) -> list[Reaction]:
    return _reactions.get(name, [])


def path_of(reaction: Reaction | BatchReaction) -> str:
    return f"{reaction.__module__}.{reaction.__qualname__}"
