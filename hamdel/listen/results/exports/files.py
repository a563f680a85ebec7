"""Sheets as files: CSV, XLSX, Parquet and SPSS. Each is written to a path, row by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hamdel.listen.results.exports.columns import LONGEST_LABEL, Column
from hamdel.listen.results.exports.rows import AT_A_TIME, Sheet

# What a spreadsheet would take for a formula; a number is none.
FORMULA = re.compile(r"^[\s\u200b-\u200f\ufeff]*[=+\-@\t\r|%＝＋－＠]")
MOST_SPSS_BYTES = 32_000
SAFE_NUMBER = re.compile(r"^[+-]?[0-9]+([.,][0-9]+)?$")


def defused(value: Any) -> Any:
    """Return a value no spreadsheet runs: a text that begins like a formula gets an apostrophe before it."""
    if isinstance(value, str) and FORMULA.match(value) and not SAFE_NUMBER.match(value):
        return f"'{value}"
    return value


def write_csv(sheet: Sheet, path: Path, *, is_rtl: bool) -> None:
    """Write UTF-8 with a BOM, by which Excel knows the encoding. Values are words where they have some."""
    del is_rtl
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([defused(column.label) for column in sheet.columns])
        for row in sheet.rows:
            writer.writerow(
                [defused(_plain(in_words(c, v))) for c, v in zip(sheet.columns, row, strict=True)]
            )


def write_xlsx(sheet: Sheet, path: Path, *, is_rtl: bool) -> None:
    """Write a sheet of answers and one that explains its columns; texts are never formulas."""
    import xlsxwriter  # takes a while to load, and few requests need it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page = book.add_worksheet(_("Answers")[:31])
        key = book.add_worksheet(_("Codebook")[:31])
        for one in (page, key):
            if is_rtl:
                one.right_to_left()
            one.freeze_panes(1, 0)
        page.write_row(0, 0, [column.label for column in sheet.columns], bold)
        for number, row in enumerate(sheet.rows, 1):
            for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                said = in_words(column, value)
                if isinstance(said, datetime):
                    page.write_datetime(number, place, said, moment)
                elif isinstance(said, str):
                    page.write_string(number, place, said)
                elif said is not None:
                    page.write(number, place, said)
        key.write_row(0, 0, [_("Column"), _("Question"), _("Value"), _("Meaning")], bold)
        for number, line in enumerate(codebook(sheet.columns), 1):
            for place, cell in enumerate(line):
                key.write_string(number, place, str(cell))


def codebook(columns: list[Column]) -> Iterator[tuple[str, str, str, str]]:
    """Return a line for each column, and one for each of its values that has words."""
    for column in columns:
        yield column.name, column.label, "", ""
        for value, words in column.labels.items():
            yield column.name, "", str(value), words


def write_parquet(sheet: Sheet, path: Path, *, is_rtl: bool) -> None:
    """Write values as they are stored, with labels as the metadata of each column."""
    del is_rtl
    import pyarrow as pa  # takes a while to load
    from pyarrow import parquet

    kinds = {"number": pa.float64(), "flag": pa.int8(), "text": pa.string(), "day": pa.date32()}
    kinds["moment"] = pa.timestamp("us", tz="UTC")
    fields = [pa.field(c.name, kinds[c.kind], metadata={"label": c.label}) for c in sheet.columns]
    schema = pa.schema(fields)
    with parquet.ParquetWriter(path, schema) as writer:
        while rows := list(islice(sheet.rows, AT_A_TIME)):
            sides = zip(sheet.columns, zip(*rows, strict=True), strict=True)
            arrays = [pa.array([_typed(c, v) for v in values], kinds[c.kind]) for c, values in sides]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def write_sav(sheet: Sheet, path: Path, *, is_rtl: bool) -> None:
    """Write SPSS: choices are numbers with their words, names are what SPSS allows, nothing given is missing."""
    del is_rtl
    import pandas as pd  # both take a while to load
    import pyreadstat

    codes = [_codes(column) for column in sheet.columns]
    values: list[list[Any]] = [[] for _column in sheet.columns]
    for row in sheet.rows:
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            values[place].append(_for_spss(column, codes[place], value))
    names = spss_names([column.name for column in sheet.columns])
    frame = pd.DataFrame(
        {
            name: _series(pd, c, codes[i], values[i])
            for i, (name, c) in enumerate(zip(names, sheet.columns, strict=True))
        }
    )
    labels = {
        name: _labels(c, codes[i]) for i, (name, c) in enumerate(zip(names, sheet.columns, strict=True))
    }
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=[column.label[:LONGEST_LABEL] for column in sheet.columns],
        variable_value_labels={name: found for name, found in labels.items() if found},
    )


def _codes(column: Column) -> dict[Any, int]:
    """Return the number of each choice; none for columns that hold numbers or free texts."""
    return {value: n for n, value in enumerate(column.labels, 1)} if column.kind == "text" else {}


def _labels(column: Column, codes: dict[Any, int]) -> dict[float, str]:
    found = {codes.get(value, value): words[:120] for value, words in column.labels.items()}
    return {float(number): words for number, words in found.items()}


def _for_spss(column: Column, codes: dict[Any, int], value: Any) -> Any:
    if codes:
        return None if value is None else codes.get(value)
    if isinstance(value, str) and column.kind == "text":
        return value.encode()[:MOST_SPSS_BYTES].decode("utf-8", "ignore")
    return value.replace(tzinfo=None) if isinstance(value, datetime) else _typed(column, value)


def _series(pd: Any, column: Column, codes: dict[Any, int], values: list[Any]) -> Any:
    if codes or column.kind in {"number", "flag"}:
        return pd.Series(values, dtype="float64")
    if column.kind == "moment":
        return pd.Series(values, dtype="datetime64[us]")
    if column.kind == "day":
        return pd.Series(values, dtype="object")
    return pd.Series(["" if value is None else value for value in values], dtype="object")


def spss_names(names: list[str]) -> list[str]:
    """Return names SPSS takes: letters, digits and _, beginning with a letter, 64 at most, each once."""
    found: list[str] = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        plain = (plain if plain[:1].isalpha() else f"v{plain}")[:58].rstrip("_") or "v"
        unique, n = plain, 2
        while unique.lower() in {other.lower() for other in found}:
            unique, n = f"{plain}_{n}", n + 1
        found.append(unique)
    return found


def in_words(column: Column, value: Any) -> Any:
    return column.labels.get(value, value) if isinstance(value, str | int) else value


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _typed(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind == "day":
        return date.fromisoformat(str(value)[:10])
    return (
        float(value)
        if column.kind == "number"
        else value
        if not isinstance(value, list | dict)
        else str(value)
    )


WRITERS: dict[str, Callable[..., None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
    "sav": write_sav,
}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "sav": "application/x-spss-sav",
}
