"""Sheets as files: CSV, XLSX, Parquet and SPSS. Each is written to a path, row by row."""

from __future__ import annotations

import csv
import json
import math
import re
from array import array
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hamdel.listen.results.exports.columns import Column
from hamdel.listen.results.exports.rows import AT_A_TIME, Sheet

# What a spreadsheet would take for a formula; a number is none.
# Marks of direction and other signs without a shape may stand before it: a program drops them, a reader sees none.
UNSEEN = "\\s\\x00-\\x1f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff"
FORMULA = re.compile(rf"^[{UNSEEN}]*[=+\-@\t\r\n|%＝＋－＠]")
SAFE_NUMBER = re.compile(r"^[+-]?[0-9۰-۹٠-٩]+([.,٫٬/][0-9۰-۹٠-٩]+)*$")
# In bytes, of which a Persian letter takes two.
MOST_SPSS_BYTES, MOST_LABEL_BYTES, MOST_VALUE_BYTES = 32_000, 250, 120
# SPSS gives every row the room of the longest text: one of 30,000 bytes among 300,000 rows would make 9 GB. Compressed
# by rows that is an eighth; of more than so many bytes in all, texts are cut shorter, though never below the least.
MOST_SPSS_ROOM, LEAST_SPSS_BYTES = 3_000_000_000, 510
# Rows of a sheet in Excel, its head among them.
MOST_ROWS = 1_048_576


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
        day = book.add_format({"num_format": "yyyy-mm-dd"})

        def new_page(name: str, heads: list[str]) -> Any:
            page = book.add_worksheet(name[:31])
            if is_rtl:
                page.right_to_left()
            page.freeze_panes(1, 0)
            for place, head in enumerate(heads):
                page.write_string(0, place, head, bold)
            return page

        heads = [column.label for column in sheet.columns]
        page, number, pages = new_page(_("Answers"), heads), 0, 1
        for row in sheet.rows:
            number += 1
            if number == MOST_ROWS:  # what a sheet has no room for goes on in the next
                pages, number = pages + 1, 1
                page = new_page(f"{_('Answers')} {pages}", heads)
            for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                said = _typed(column, value) if column.kind == "day" else in_words(column, value)
                if isinstance(said, datetime):
                    page.write_datetime(number, place, said, moment)
                elif isinstance(said, date):
                    page.write_datetime(number, place, said, day)
                elif isinstance(said, str):
                    page.write_string(number, place, said)
                elif said is not None:
                    page.write(number, place, said)
        key = new_page(_("Codebook"), [_("Column"), _("Question"), _("Value"), _("Meaning")])
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
    """Write values as they are stored; the question and the words of the values are the metadata of each column."""
    del is_rtl
    import pyarrow as pa  # takes a while to load
    from pyarrow import parquet

    kinds = {"number": pa.float64(), "flag": pa.int8(), "text": pa.string(), "day": pa.date32()}
    kinds["moment"] = pa.timestamp("us", tz="UTC")
    fields = [pa.field(c.name, kinds[c.kind], metadata=_metadata(c)) for c in sheet.columns]
    schema = pa.schema(fields)
    with parquet.ParquetWriter(path, schema) as writer:
        while rows := list(islice(sheet.rows, AT_A_TIME)):
            sides = zip(sheet.columns, zip(*rows, strict=True), strict=True)
            arrays = [pa.array([_typed(c, v) for v in values], kinds[c.kind]) for c, values in sides]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _metadata(column: Column) -> dict[str, str]:
    if not column.labels:
        return {"label": column.label}
    words = {str(value): text for value, text in column.labels.items()}
    return {"label": column.label, "values": json.dumps(words, ensure_ascii=False)}


def write_sav(sheet: Sheet, path: Path, *, is_rtl: bool) -> None:
    """Write SPSS: choices are numbers with their words, names are what SPSS allows, nothing given is missing."""
    del is_rtl
    import pandas as pd  # both take a while to load
    import pyreadstat

    codes = [_codes(column) for column in sheet.columns]
    # Numbers take eight bytes each in an array: a million rows of them fit.
    values: list[Any] = [
        array("d") if codes[i] or c.kind in {"number", "flag"} else [] for i, c in enumerate(sheet.columns)
    ]
    for row in sheet.rows:
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            values[place].append(_for_spss(column, codes[place], value))
    names = spss_names([column.name for column in sheet.columns])
    texts = sum(not codes[i] and c.kind == "text" for i, c in enumerate(sheet.columns))
    most = width_for(len(values[0]) if values else 0, texts)
    frame = pd.DataFrame(
        {
            name: _series(pd, c, codes[i], values[i], most)
            for i, (name, c) in enumerate(zip(names, sheet.columns, strict=True))
        }
    )
    labels = {
        name: _labels(c, codes[i]) for i, (name, c) in enumerate(zip(names, sheet.columns, strict=True))
    }
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=[_cut(column.label, MOST_LABEL_BYTES) for column in sheet.columns],
        variable_value_labels={name: found for name, found in labels.items() if found},
        row_compress=True,
    )


def width_for(rows: int, texts: int) -> int:
    """Return how many bytes of each text an SPSS file of so many rows and columns of texts has room for."""
    room = MOST_SPSS_ROOM // max(rows * texts, 1)
    return min(MOST_SPSS_BYTES, max(LEAST_SPSS_BYTES, room))


def _codes(column: Column) -> dict[Any, int]:
    """Return the number of each choice; none for columns that hold numbers or free texts."""
    return {value: n for n, value in enumerate(column.labels, 1)} if column.kind == "text" else {}


def _labels(column: Column, codes: dict[Any, int]) -> dict[float, str]:
    found = {codes.get(value, value): _cut(words, MOST_VALUE_BYTES) for value, words in column.labels.items()}
    # What is no choice any more has no words but itself.
    found |= {n: _cut(str(value), MOST_VALUE_BYTES) for value, n in codes.items() if n not in found}
    return {float(number): words for number, words in found.items()}


def _for_spss(column: Column, codes: dict[Any, int], value: Any) -> Any:
    if codes:
        return math.nan if value is None else codes.setdefault(value, len(codes) + 1)
    if column.kind in {"number", "flag"}:
        return math.nan if value is None else float(value)
    if isinstance(value, str) and column.kind == "text":
        return _cut(value, MOST_SPSS_BYTES)
    return value.replace(tzinfo=None) if isinstance(value, datetime) else _typed(column, value)


def _series(pd: Any, column: Column, codes: dict[Any, int], values: list[Any], most: int) -> Any:
    if codes or column.kind in {"number", "flag"}:
        return pd.Series(values, dtype="float64")
    if column.kind == "moment":
        return pd.Series(values, dtype="datetime64[us]")
    if column.kind == "day":
        return pd.Series(values, dtype="object")
    for place, value in enumerate(values):  # in place: of a million texts a second list would double the room
        values[place] = "" if value is None else _cut(value, most) if isinstance(value, str) else value
    return pd.Series(values, dtype="object")


def _cut(text: str, most: int) -> str:
    """Return as much of a text as has room in so many bytes, no letter halved."""
    return text.encode()[:most].decode("utf-8", "ignore")


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
