"""Facts: what happened here, in the past tense, announced in the transaction that made it true.

    announce(CaseClosed(workspace_id=…, customer_id=…, at=…, case_id=…))

writes one outbox row. The relay moves it to the one log of events, from where the shipper brings it to
ClickHouse, to the timeline, and to every function registered with `on_batch("Case Closed")`.
"""

from hamdel.ground.facts.fact import Fact, KnownEvent, announce, announce_all
from hamdel.ground.facts.reactions import on_batch

__all__ = ["Fact", "KnownEvent", "announce", "announce_all", "on_batch"]
