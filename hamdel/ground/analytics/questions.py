"""Asking: a `.sql` file or a composed SELECT in, frozen rows out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, overload
from uuid import UUID

from hamdel.ground.analytics.errors import QuestionFailed
from hamdel.ground.analytics.failures import is_not_now, reason, unavailable
from hamdel.ground.analytics.guards import parameters_of
from hamdel.ground.analytics.parameters import spelled
from hamdel.ground.analytics.store import store

PACKAGE = Path(__file__).parents[2]
SECONDS = 15
MOST_ROWS = 1_000_000
# Machine code is made for whatever is asked for the fourth time, and takes three times as long to make as a question of
# ours takes to answer.
PLAIN = {"compile_expressions": 0, "compile_aggregate_expressions": 0, "compile_sort_description": 0}

Row = TypeVar("Row")


class OwnsEvents(Protocol):
    """What a question belongs to: the Workspace model, or anything with these two."""

    @property
    def id(self) -> UUID: ...
    @property
    def timezone(self) -> str: ...


def ask(question: str, row: type[Row], /, *, workspace: OwnsEvents, **params: Any) -> list[Row]:
    """Ask the question kept in a `.sql` file and return its answer as instances of the frozen dataclass `row`.

    "measure/metrics/nps_by_day" is the file `hamdel/measure/metrics/sql/nps_by_day.sql`. Its parameters are
    written `{name:Type}`; `workspace_id` and `timezone` come from `workspace`, and a `period` (anything with
    aware `start` and `end`) stands for the two parameters of these names. Column names must be the fields of `row`.

    It runs read-only, for at most 15 seconds, and is named in ClickHouse's query log. AnalyticsUnavailable when
    ClickHouse is away; QuestionFailed for everything that asking again would not cure.
    """
    return ask_rendered(question, _read(question), row, workspace=workspace, params=params)


@overload
def ask_rendered(
    name: str, sql: str, row: type[Row], /, *, workspace: OwnsEvents, params: Mapping[str, Any]
) -> list[Row]: ...
@overload
def ask_rendered(
    name: str, sql: str, row: None, /, *, workspace: OwnsEvents, params: Mapping[str, Any]
) -> list[dict[str, Any]]: ...
def ask_rendered(
    name: str, sql: str, row: Any, /, *, workspace: OwnsEvents, params: Mapping[str, Any]
) -> list[Any]:
    """Ask a question composed from registered fragments, under the same guards as `ask`.

    `name` is what logs and errors call it. With `row` None each row is a dict by column name, for questions
    whose columns are only known when they are composed. Values are bound through `params`, never put into `sql`.
    """
    wanted = parameters_of(name, sql)
    columns, rows = _run(name, sql, bound(name, wanted, workspace, params))
    if row is None:
        return [dict(zip(columns, values, strict=True)) for values in rows]
    return _as_rows(name, columns, rows, row)


@cache
def _read(question: str) -> str:
    *folders, name = question.split("/")
    file = PACKAGE.joinpath(*folders, "sql", f"{name}.sql")
    if not file.is_file():
        raise QuestionFailed(question, f"there is no file {file.relative_to(PACKAGE.parent)}")
    return file.read_text("utf-8")


def bound(
    name: str, wanted: dict[str, str], workspace: OwnsEvents, params: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of a question's parameters, spelled for ClickHouse. QuestionFailed names one that is missing."""
    given = dict(params)
    if "period" in given and "period" not in wanted:
        period = given.pop("period")
        given = {"start": period.start, "end": period.end} | given
    # Last, so that no caller can ask about another workspace.
    given |= {"workspace_id": workspace.id, "timezone": workspace.timezone}
    if missing := sorted(wanted.keys() - given.keys()):
        raise QuestionFailed(name, f"no value for {', '.join(missing)}")
    try:
        return {parameter: spelled(given[parameter], kind) for parameter, kind in wanted.items()}
    except ValueError as error:
        raise QuestionFailed(name, str(error)) from error


def _run(name: str, sql: str, bound: dict[str, Any]) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    from clickhouse_connect.driver.exceptions import ClickHouseError

    here = store()
    settings = here.limits | {
        "readonly": 1,
        "max_execution_time": SECONDS,
        "max_result_rows": MOST_ROWS,
        "log_comment": name,
        **PLAIN,
    }
    with here.asking.lend() as client:
        try:
            answer = client.query(sql, parameters=bound, settings=settings)
            return answer.column_names, answer.result_rows
        except (ClickHouseError, OSError) as error:
            if is_not_now(error):
                raise unavailable(error, here) from error
            raise QuestionFailed(name, reason(error)) from error


def _as_rows(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], row: type[Row]) -> list[Row]:
    if not columns:
        # Without a row ClickHouse sends no block, and the driver learns of no column.
        return []
    fields = [field.name for field in dataclasses.fields(row)]  # type: ignore[arg-type]
    if set(columns) != set(fields):
        strangers, absent = sorted(set(columns) - set(fields)), sorted(set(fields) - set(columns))
        raise QuestionFailed(
            name, f"columns unknown to {row.__name__}: {strangers}; columns it lacks: {absent}"
        )
    if list(columns) == fields:
        return [row(*values) for values in rows]
    return [row(**dict(zip(columns, values, strict=True))) for values in rows]
