"""Deriving: rows of one table made from another, inside ClickHouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hamdel.ground.analytics.errors import QuestionFailed
from hamdel.ground.analytics.failures import is_not_now, reason, unavailable
from hamdel.ground.analytics.guards import parameters_of
from hamdel.ground.analytics.questions import OwnsEvents, bound
from hamdel.ground.analytics.store import store

SECONDS = 300


def derive(
    table: str,
    columns: Sequence[str],
    sql: str,
    /,
    *,
    workspace: OwnsEvents,
    params: Mapping[str, Any],
) -> None:
    """Store the answer of a question in `table`; its columns come in the order of `columns`.

    The question is guarded as every other, but may take five minutes. `table` and `columns` are our own words. A
    crash may leave a part of the rows behind, so the caller writes down afterwards which rows count.
    AnalyticsUnavailable: try again later. QuestionFailed: it never works.
    """
    from clickhouse_connect.driver.exceptions import ClickHouseError

    name = f"derive/{table}"
    values = bound(name, parameters_of(name, sql), workspace, params)
    here = store()
    settings = here.limits | {"max_execution_time": SECONDS, "log_comment": name}
    with here.changing.lend() as client:
        try:
            client.command(
                f"INSERT INTO {table} ({', '.join(columns)}) {sql}", parameters=values, settings=settings
            )
        except (ClickHouseError, OSError) as error:
            if is_not_now(error):
                raise unavailable(error, here) from error
            raise QuestionFailed(name, reason(error)) from error
