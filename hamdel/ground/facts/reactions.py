"""Who wants to hear of which event. Reactions run in the transaction that takes in a stretch of the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hamdel.ground.facts.fact import KnownEvent

Reaction = Callable[[Sequence[KnownEvent]], None]
# Each with the names it hears of; None for every event.
_reactions: dict[Reaction, frozenset[str] | None] = {}


def on_batch(*names: str) -> Callable[[Reaction], Reaction]:
    """Run the decorated function for a whole stretch of the log at once; without names, for every event.

    It hears of every event exactly once: its changes commit together with the progress of the log. It runs bound
    across workspaces and asks the database per batch, not per event. When it raises, halves of the batch are tried
    until the event it cannot digest stands alone and is kept as a failed reaction, to be tried again.
    """

    def register(reaction: Reaction) -> Reaction:
        _reactions[reaction] = frozenset(names) or None
        return reaction

    return register


def reactions() -> list[tuple[Reaction, frozenset[str] | None]]:
    return list(_reactions.items())


def path_of(reaction: Reaction) -> str:
    return f"{reaction.__module__}.{reaction.__qualname__}"
