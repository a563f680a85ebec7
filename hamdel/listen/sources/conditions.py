"""Conditions of mapping files: operators whose value is yes or no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hamdel.listen.sources.values import Grammar, MappingError, Row, Value, _text, dated, number_of, operator


@operator("filled")
def _filled(grammar: Grammar, argument: Any, where: str) -> Value:
    cell = grammar.value(argument, where)
    return lambda row: cell(row) not in (None, "", [], {})


@operator("equals")
def _equals(grammar: Grammar, argument: Any, where: str) -> Value:
    left, right = grammar.values(argument, where, 2)
    return lambda row: _text(left(row)) == _text(right(row))


@operator("one_of")
def _one_of(grammar: Grammar, argument: Any, where: str) -> Value:
    if not (isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list)):
        raise MappingError(f"{where}: a value and a list of allowed ones are needed")
    cell, allowed = grammar.value(argument[0], where), {_text(item) for item in argument[1]}
    return lambda row: _text(cell(row)) in allowed


@operator("starts_with")
def _starts_with(grammar: Grammar, argument: Any, where: str) -> Value:
    cell, start = grammar.values(argument, where, 2)
    return lambda row: _text(cell(row)).startswith(_text(start(row)))


def _compared(name: str, holds: Callable[[Any, Any], bool], read: Callable[[Any], Any], written: Any) -> None:
    """Register a comparison that is false as soon as one side is empty."""

    def compile_(grammar: Grammar, argument: Any, where: str) -> Value:
        left, right = grammar.values(written(argument), where, 2)

        def compare(row: Row) -> bool:
            one, other = read(left(row)), read(right(row))
            return one is not None and other is not None and holds(one, other)

        return compare

    operator(name)(compile_)


def _as_is(value: Any) -> Any:
    return value


_compared("more", lambda one, other: one > other, number_of, _as_is)
_compared("less", lambda one, other: one < other, number_of, _as_is)
_compared("later", lambda one, other: one > other, _as_is, dated)


@operator("all")
def _all(grammar: Grammar, argument: Any, where: str) -> Value:
    parts = grammar.values(argument, where)
    return lambda row: all(holds(row) for holds in parts)


@operator("any")
def _any(grammar: Grammar, argument: Any, where: str) -> Value:
    parts = grammar.values(argument, where)
    return lambda row: any(holds(row) for holds in parts)


@operator("not")
def _not(grammar: Grammar, argument: Any, where: str) -> Value:
    holds = grammar.value(argument, where)
    return lambda row: not holds(row)
