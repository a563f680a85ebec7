"""The small language of mapping files: how a cell, a constant or a computation becomes a value.

A value is text with `{column}` in it, a JSON constant, or an object with one operator: `{"number": "{price}"}`.
Each operator is one function below, registered under its name, that compiles its argument once per import into a
function of the row. `docs/guides/import.md` lists them all; a test keeps that list complete.
"""

from __future__ import annotations

import difflib
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from hamdel.listen.sources.moments import CALENDARS, UNITS, NotAMoment, latin, moment_reader, quoted

Row = Mapping[str, Any]
Value = Callable[[Row], Any]
# Under this name a group of rows carries its lines; no column can be called so.
LINES = "\0lines"
PIECE = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")


class MappingError(ValueError):
    """The mapping file cannot be used as it stands. Nothing was imported."""


class RowRejected(ValueError):
    """A row that cannot become events. It goes to the rejects with this reason."""


@dataclass(frozen=True)
class Grammar:
    """What a mapping may refer to: the columns of the file (None: not known), its zone, what counts as empty."""

    zone: ZoneInfo
    columns: frozenset[str] | None = None
    empty: frozenset[str] = frozenset({""})

    def value(self, written: Any, where: str) -> Value:
        """Compile one value. Raises MappingError naming the place `where` it stands in the file."""
        if isinstance(written, str):
            return self.template(written, where)
        if isinstance(written, list):
            return _list(self, written, where)
        if isinstance(written, dict):
            return self.operation(written, where)
        return lambda _row: written

    def operation(self, written: dict[str, Any], where: str) -> Value:
        names = [name for name in written if name in OPERATORS]
        if len(names) != 1:
            raise MappingError(f"{where}: {_unknown(written) if not names else 'more than one operator'}")
        options = {key: value for key, value in written.items() if key != names[0]}
        operator, allowed = OPERATORS[names[0]]
        if extra := set(options) - allowed:
            raise MappingError(f"{where}: {names[0]} does not take {', '.join(sorted(extra))}")
        return operator(self, written[names[0]], f"{where}.{names[0]}", **_as_parameters(options))

    def values(self, written: Any, where: str, count: int | None = None) -> list[Value]:
        """Compile a list of values, of exactly `count` if given."""
        if not isinstance(written, list) or (count is not None and len(written) != count):
            raise MappingError(f"{where}: a list of {count or 'values'} is needed")
        return [self.value(item, f"{where}[{number}]") for number, item in enumerate(written)]

    def column(self, name: str, where: str) -> Value:
        if self.columns is not None and name not in self.columns:
            close = difflib.get_close_matches(name, self.columns, 1)
            raise MappingError(
                f"{where}: the file has no column {name!r}" + (f"; {close[0]!r}?" if close else "")
            )
        empty = self.empty

        def cell(row: Row) -> Any:
            found = row.get(name)
            return None if found is None or found in empty else found

        return _unhashable_too(cell, name) if self.columns is None else cell

    def template(self, text: str, where: str) -> Value:
        """Compile text with `{column}` in it. One column alone keeps its type; an empty one in a text is ""."""
        pieces = _pieces(text)
        names = [name for _fixed, name in pieces if name]
        if not names:
            fixed = "".join(fixed for fixed, _name in pieces)
            return lambda _row: fixed
        if len(pieces) == 1:
            return self.column(names[0], where)
        parts = [(fixed, self.column(name, where) if name else None) for fixed, name in pieces]
        return lambda row: "".join(_text(cell(row)) if cell else fixed for fixed, cell in parts)


def _pieces(text: str) -> list[tuple[str, str]]:
    pieces, end = [], 0
    for match in PIECE.finditer(text):
        if match.start() > end:
            pieces.append((text[end : match.start()], ""))
        pieces.append(("", match[1]) if match[1] else (match[0][0], ""))
        end = match.end()
    return [*pieces, (text[end:], "")] if text[end:] or not pieces else pieces


def _text(value: Any) -> str:
    if value is None:
        return ""
    # Parquet keeps 17850 as 17850.0 when its column has holes; an id must not read so.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _unhashable_too(cell: Value, name: str) -> Value:
    """JSON lines carry lists and objects, which cannot be looked up among the empty values."""

    def found(row: Row) -> Any:
        value = row.get(name)
        return value if isinstance(value, list | dict) else cell(row)

    return found


def _unknown(written: dict[str, Any]) -> str:
    name = next(iter(written), "{}")
    close = difflib.get_close_matches(name, OPERATORS, 1)
    return f"{name!r} is not an operator" + (f"; did you mean {close[0]!r}?" if close else "")


def _as_parameters(options: dict[str, Any]) -> dict[str, Any]:
    """Return options under names that Python allows for parameters ("else" is not one)."""
    return {f"{name}_": value for name, value in options.items()}


Operator = Callable[..., Value]
OPERATORS: dict[str, tuple[Operator, frozenset[str]]] = {}


def operator(name: str, *options: str) -> Callable[[Operator], Operator]:
    def register(compile_: Operator) -> Operator:
        OPERATORS[name] = (compile_, frozenset(options))
        return compile_

    return register


def number_of(cell: Any) -> int | float | None:
    """Read a number however Persians type it: ۱۲٬۵۰۰ or 12,500 or ۳٫۵. Empty stays None."""
    if cell is None or isinstance(cell, int | float):
        return cell
    text = latin(cell).replace("٬", "").replace(",", "").replace("٫", ".").replace(" ", "")
    try:
        number = float(text)
    except ValueError:
        raise RowRejected(f"{quoted(cell)} is not a number") from None
    if not math.isfinite(number):
        raise RowRejected(f"{quoted(cell)} is not a finite number")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


@operator("number")
def _number(grammar: Grammar, argument: Any, where: str) -> Value:
    cell = grammar.value(argument, where)
    return lambda row: number_of(cell(row))


@operator("text")
def _as_text(grammar: Grammar, argument: Any, where: str) -> Value:
    cell = grammar.value(argument, where)
    return lambda row: None if (found := cell(row)) is None else _text(found).strip() or None


@operator("lower")
def _lower(grammar: Grammar, argument: Any, where: str) -> Value:
    cell = grammar.value(argument, where)
    return lambda row: None if (found := cell(row)) is None else _text(found).lower()


@operator("date", "calendar", "format", "time", "timezone", "unit")
def _date(
    grammar: Grammar,
    argument: Any,
    where: str,
    *,
    calendar_: str = "auto",
    format_: str = "",
    time_: str = "",
    timezone_: str = "",
    unit_: str = "",
) -> Value:
    if calendar_ not in CALENDARS or (unit_ and unit_ not in UNITS):
        raise MappingError(f"{where}: calendar is one of {CALENDARS}, unit one of {tuple(UNITS)}")
    try:
        zone = ZoneInfo(timezone_) if timezone_ else grammar.zone
        read = moment_reader(zone, calendar=calendar_, form=format_, at=time_, unit=unit_)
    except (ValueError, KeyError) as error:
        raise MappingError(f"{where}: {error}") from error
    cell = grammar.value(argument, where)

    def moment(row: Row) -> datetime | None:
        found = cell(row)
        try:
            return None if found is None else read(found)
        except NotAMoment as error:
            raise RowRejected(str(error)) from None

    return moment


def dated(argument: Any) -> Any:
    """Read plain cells as dates where only dates make sense, so that `{"days": ["{sent}", "{came}"]}` is enough."""
    if not isinstance(argument, list):
        return argument
    return [{"date": item} if isinstance(item, str) else item for item in argument]


def _computed(
    name: str, compute: Callable[..., Any], count: int | None = None, *, of_dates: bool = False
) -> None:
    """Register an operator over a list of values that is None as soon as one of them is."""

    def compile_(grammar: Grammar, argument: Any, where: str) -> Value:
        cells = grammar.values(dated(argument) if of_dates else argument, where, count)

        def computed(row: Row) -> Any:
            found = [cell(row) for cell in cells]
            if None in found:
                return None
            try:
                return compute(*found)
            except (TypeError, ZeroDivisionError, OverflowError) as error:
                raise RowRejected(f"{where}: {error}") from None

        return computed

    operator(name)(compile_)


def _tidy(number: float) -> int | float:
    """Cut the dust of binary fractions: 2.55 × 6 is 15.3, not 15.299999999999999."""
    return number if isinstance(number, int) else round(number, 9)


_computed("add", lambda *terms: _tidy(sum(map(number_of, terms))))  # type: ignore[arg-type]
_computed("subtract", lambda a, b: _tidy(number_of(a) - number_of(b)), 2)  # type: ignore[operator]
_computed("multiply", lambda *factors: _tidy(math.prod(map(number_of, factors))))  # type: ignore[arg-type]
_computed("divide", lambda a, b: _tidy(number_of(a) / number_of(b)), 2)  # type: ignore[operator]
_computed("at_least", max, 2)
_computed("at_most", min, 2)
_computed("days", lambda a, b: round((b - a).total_seconds() / 86_400, 4), 2, of_dates=True)
_computed("hours", lambda a, b: round((b - a).total_seconds() / 3_600, 4), 2, of_dates=True)


@operator("round", "digits")
def _round(grammar: Grammar, argument: Any, where: str, digits_: int = 0) -> Value:
    cell = grammar.value(argument, where)

    def rounded(row: Row) -> int | float | None:
        found = number_of(cell(row))
        return None if found is None else round(found, digits_) if digits_ else round(found)

    return rounded


@operator("if", "then", "else")
def _if(grammar: Grammar, argument: Any, where: str, then_: Any = None, else_: Any = None) -> Value:
    holds = grammar.value(argument, where)
    then, otherwise = grammar.value(then_, f"{where}.then"), grammar.value(else_, f"{where}.else")
    return lambda row: then(row) if holds(row) else otherwise(row)


@operator("first")
def _first(grammar: Grammar, argument: Any, where: str) -> Value:
    cells = grammar.values(argument, where)
    return lambda row: next((found for cell in cells if (found := cell(row)) is not None), None)


@operator("lookup", "in", "else")
def _lookup(grammar: Grammar, argument: Any, where: str, in_: Any = None, else_: Any = None) -> Value:
    if not isinstance(in_, dict):
        raise MappingError(f"{where}: lookup needs an object under 'in'")
    cell, otherwise = grammar.value(argument, where), grammar.value(else_, f"{where}.else")
    found = {key: grammar.value(value, f"{where}.in.{key}") for key, value in in_.items()}
    return lambda row: found.get(_text(cell(row)), otherwise)(row)


@operator("json")
def _json(grammar: Grammar, argument: Any, where: str) -> Value:
    cell = grammar.value(argument, where)

    def parsed(row: Row) -> Any:
        found = cell(row)
        if found is None or not isinstance(found, str):
            return found
        try:
            return orjson.loads(found)
        except orjson.JSONDecodeError as error:
            raise RowRejected(f"{where}: not JSON ({error})") from None

    return parsed


@operator("row_hash")
def _row_hash(_grammar: Grammar, _argument: Any, _where: str) -> Value:
    """Name a row by its content: for files whose rows have no number of their own."""

    def named(row: Row) -> str:
        content = orjson.dumps({name: row[name] for name in sorted(row)}, default=str)
        return f"row-{hashlib.blake2b(content, digest_size=16).hexdigest()}"

    return named


@operator("list")
def _list(grammar: Grammar, argument: Any, where: str) -> Value:
    cells = grammar.values(argument, where)
    return lambda row: [found for cell in cells if (found := cell(row)) is not None]


@operator("object")
def _object(grammar: Grammar, argument: Any, where: str) -> Value:
    fields = compile_fields(grammar, argument, where)
    return lambda row: filled_fields(fields, row)


def compile_fields(grammar: Grammar, written: Any, where: str) -> dict[str, Value]:
    """Compile an object of named values."""
    if not isinstance(written, dict):
        raise MappingError(f"{where}: an object of named values is needed")
    return {name: grammar.value(value, f"{where}.{name}") for name, value in written.items()}


def filled_fields(fields: dict[str, Value], row: Row) -> dict[str, Any]:
    """Return the named values that are not empty, as JSON can carry them."""
    pairs = ((name, value(row)) for name, value in fields.items())
    return {name: plain(found) for name, found in pairs if found is not None}


def plain(value: Any) -> Any:
    """Return a moment as ISO text with its Z, a whole float as an integer, everything else as it is."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


@operator("sum_lines")
def _sum_lines(grammar: Grammar, argument: Any, where: str) -> Value:
    cell = grammar.value(argument, where)
    return lambda row: _tidy(math.fsum(number_of(cell(line)) or 0 for line in lines_of(row)))


@operator("each_line", "when")
def _each_line(grammar: Grammar, argument: Any, where: str, *, when_: Any = True) -> Value:
    cell, wanted = grammar.value(argument, where), grammar.value(when_, f"{where}.when")
    return lambda row: [cell(line) for line in lines_of(row) if wanted(line)]


@operator("count_lines")
def _count_lines(grammar: Grammar, argument: Any, where: str) -> Value:
    wanted = grammar.value(argument, where)
    return lambda row: sum(1 for line in lines_of(row) if wanted(line))


def lines_of(row: Row) -> list[Row]:
    return row.get(LINES) or [row]
