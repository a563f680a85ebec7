"""A cross-tab in words, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hamdel.listen.results.counting import Counted
from hamdel.listen.results.crossing import Crossed, Table
from hamdel.listen.results.figures import Shown, label
from hamdel.listen.results.versions import Asked
from hamdel.listen.results.words import about, about_heading
from hamdel.listen.surveys.definition import RECOMMENDING, piped


@dataclass(frozen=True)
class ShownTable:
    """`lines` are (name, cells)."""

    table: Table
    columns: list[str]
    lines: list[tuple[str, list[Crossed]]]


def shown_table(table: Table, row: Asked | str, column: Asked | str, language: str, least: int) -> ShownTable:
    """Return a table with names for its groups."""
    rows = [_named(group, row, language, least) for group in table.rows]
    columns = [_named(group, column, language, least) for group in table.columns]
    return ShownTable(table, columns, list(zip(rows, table.cells, strict=True)))


def heading_of(side: Asked | str, language: str) -> str:
    """Return what a side of the table is called."""
    if isinstance(side, str):
        return about_heading(side)
    return piped(side.definition, side.question.text, {}, language) or side.key


def _named(group: frozenset[Any], side: Asked | str, language: str, least: int) -> str:
    if not least and not isinstance(side, str) and side.metric in RECOMMENDING:
        names_of = {True: _("Detractors"), False: _("Promoters")}
        return names_of[max(group) <= 6] if not group & {7, 8} else _("Passives")
    values = sorted(group, key=lambda value: (value is None, isinstance(value, str), value))
    names = [_name(value, side, language) for value in values]
    return names[0] if len(names) == 1 else _("Together: %(names)s") % {"names": "، ".join(names)}


def _name(value: Any, side: Asked | str, language: str) -> str:
    if value is None:
        return _("No answer")
    if isinstance(side, str):
        return about(side, value)
    return label(Shown(Counted(side), None, language), value)  # type: ignore[arg-type]  # words need no survey
