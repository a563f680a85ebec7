"""Whether a command runs beside the server."""

from __future__ import annotations


def a_server_runs() -> bool:
    """Tell whether a running `hamdel serve` holds the embedded ClickHouse, which no other process can open then."""
    from hamdel import environment
    from hamdel.ground.postgres import embedded

    cluster = embedded()
    return bool(cluster and cluster.is_supervised and not environment.value("HAMDEL_CLICKHOUSE_URL"))
