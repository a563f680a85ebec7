"""Is ClickHouse there?"""

from __future__ import annotations

from dataclasses import dataclass

from hamdel.ground.analytics.errors import AnalyticsUnavailable
from hamdel.ground.analytics.failures import unavailable
from hamdel.ground.analytics.store import store

PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class Health:
    """What the analytics store says of itself. `trouble` is empty when it is well, else what to do next."""

    is_well: bool
    is_embedded: bool
    version: str = ""
    trouble: str = ""

    def __bool__(self) -> bool:
        return self.is_well


def is_embedded() -> bool:
    """Tell whether ClickHouse runs inside this process (chDB) rather than at HAMDEL_CLICKHOUSE_URL."""
    return store().is_embedded


def health() -> Health:
    """Ask ClickHouse for its version. Never raises; waits two seconds at most for its turn."""
    from clickhouse_connect.driver.exceptions import ClickHouseError

    here = store()
    try:
        with here.asking.lend(PATIENCE_SECONDS) as client:
            version = str(client.command("SELECT version()"))
    except AnalyticsUnavailable as away:
        return Health(is_well=False, is_embedded=here.is_embedded, trouble=str(away))
    except (ClickHouseError, OSError) as error:
        return Health(is_well=False, is_embedded=here.is_embedded, trouble=str(unavailable(error, here)))
    return Health(is_well=True, is_embedded=here.is_embedded, version=version)
