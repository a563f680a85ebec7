"""XLSX files: as people save them, and as attackers make them."""

from __future__ import annotations

import io
import resource
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest

from hamdel.listen.sources.files import FileRefused, open_rows
from hamdel.listen.sources.mapping import Reading


def book(path, rows, *, hidden=None):
    made = openpyxl.Workbook()
    sheet = made.active
    if hidden:
        sheet.sheet_state = "hidden"
        sheet.append(hidden)
        sheet = made.create_sheet("Orders")
    for row in rows:
        sheet.append(row)
    made.save(path)
    return path


def rows_of(path):
    file = open_rows(path, Reading())
    return file.columns, [(record.line, record.row) for record in file.records()], file


def test_rows_come_with_their_numbers_and_types(tmp_path):
    path = book(
        tmp_path / "a.xlsx",
        [
            ["نام", "مبلغ", "کی"],
            ["زهرا", 12.5, datetime(2026, 5, 1, 10, 30, tzinfo=UTC).replace(tzinfo=None)],
            [None, None, None],
            ["علی", 7, None],
        ],
    )

    columns, rows, file = rows_of(path)

    assert columns == ["نام", "مبلغ", "کی"]
    assert rows == [
        (2, {"نام": "زهرا", "مبلغ": 12.5, "کی": "2026-05-01T10:30:00"}),
        (4, {"نام": "علی", "مبلغ": 7, "کی": None}),
    ]
    assert file.share_read() == 1


def test_the_first_sheet_that_is_shown_is_read(tmp_path):
    path = book(tmp_path / "a.xlsx", [["id"], [1]], hidden=["secret"])

    assert rows_of(path)[:2] == (["id"], [(2, {"id": 1})])


def test_a_row_with_more_cells_than_columns_is_refused_alone(tmp_path):
    path = book(tmp_path / "a.xlsx", [["id"], [1], [2, "what is this"], [3]])

    file = open_rows(path, Reading())

    assert [(record.line, record.reason) for record in file.records()] == [
        (2, ""),
        (3, "2 cells where the header has 1"),
        (4, ""),
    ]


def test_an_empty_workbook_is_told_so(tmp_path):
    with pytest.raises(FileRefused, match="empty"):
        open_rows(book(tmp_path / "a.xlsx", []), Reading())


def test_no_workbook_at_all_is_told_so(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 hello")

    with pytest.raises(FileRefused, match="broken"):
        open_rows(path, Reading())


def corner_bomb():
    """4 KB that ask for all cells there are: only the first and the last one are filled."""
    made = openpyxl.Workbook()
    made.active["A1"] = "id"
    made.active["XFD1048576"] = 1
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def zip_bomb():
    """A sheet of a hundred megabytes of the same row, packed to almost nothing."""
    made = openpyxl.Workbook()
    made.active["A1"] = "id"
    out, packed = io.BytesIO(), io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            text = source.read(member)
            if member.endswith("sheet1.xml"):
                text = text.replace(
                    b"</sheetData>", b"<row><c><v>1</v></c></row>" * 4_000_000 + b"</sheetData>"
                )
            target.writestr(member, text)
    return packed.getvalue()


@pytest.mark.parametrize("bomb", [corner_bomb, zip_bomb])
def test_a_bomb_does_not_fill_our_memory(tmp_path, bomb):
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bomb())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    try:
        list(open_rows(path, Reading()).records())
    except FileRefused as refusal:
        assert "spreadsheet" in str(refusal)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000
