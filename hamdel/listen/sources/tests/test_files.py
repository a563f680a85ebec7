from __future__ import annotations

import gzip
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hamdel.listen.sources.files import FileRefused, open_rows, row_file
from hamdel.listen.sources.mapping import Reading

# Code page 1256 knows no Persian ye, so its files are written with the Arabic one.
PERSIAN = "نام,شهر\nزهرا,«شيراز»\n"


def rows(path: Path, **reading):
    return [(record.line, record.row) for record in open_rows(path, Reading(**reading)).records()]


def written(folder: Path, content: bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
@pytest.mark.parametrize("packed", [False, True])
def test_text_is_read_in_the_encodings_of_excel(tmp_path, encoding, packed):
    content = PERSIAN.encode(encoding)
    wanted = encoding if encoding == "utf-16-le" else ""  # without a mark nobody can tell

    path = written(
        tmp_path,
        gzip.compress(content, mtime=0) if packed else content,
        "rows.csv.gz" if packed else "rows.csv",
    )

    assert rows(path, encoding=wanted) == [(2, {"نام": "زهرا", "شهر": "«شيراز»"})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "؛"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    text = f'id{delimiter}words\n1{delimiter}"a,b;c"\n2{delimiter}d\n'

    assert rows(written(tmp_path, text.encode())) == [
        (2, {"id": "1", "words": "a,b;c"}),
        (3, {"id": "2", "words": "d"}),
    ]


def test_line_numbers_are_those_of_an_editor(tmp_path):
    text = 'id,words\r\n1,"two\r\nlines"\r\n\r\n2,"three\n\nmore"\n3,x\n'

    assert [line for line, _row in rows(written(tmp_path, text.encode()))] == [2, 5, 8]


def test_a_row_of_another_width_is_refused_with_its_line(tmp_path):
    file = open_rows(written(tmp_path, b"a,b\n1,2\n1,2,3\n4,5\n"), Reading())

    records = list(file.records())

    assert [(r.line, r.reason) for r in records] == [(2, ""), (3, "3 cells where the header has 2"), (4, "")]


def test_bytes_of_another_encoding_refuse_their_row_only(tmp_path, monkeypatch):
    monkeypatch.setattr(row_file, "SAMPLE", 10)
    content = b"id,word\n" + "1,خوب\n".encode() + b"2,\xc8\xcf\n" + b"3,good\n"

    records = list(open_rows(written(tmp_path, content), Reading(encoding="utf-8")).records())

    assert [(r.line, bool(r.row), r.reason) for r in records] == [
        (2, True, ""),
        (3, False, "bytes that are not of the file's encoding"),
        (4, True, ""),
    ]


def test_columns_without_a_name_or_with_the_same_one_stay_apart(tmp_path):
    assert open_rows(written(tmp_path, b",a,a\n1,2,3\n"), Reading()).columns == ["column 1", "a", "a (2)"]


def test_json_lines_are_found_by_path(tmp_path):
    content = b'{"type":"track","properties":{"total":5}}\n\nnot json\n[1]\n'

    records = list(open_rows(written(tmp_path, content, "events.jsonl"), Reading()).records())

    assert records[0].row["properties.total"] == 5
    assert [(r.line, r.reason[:8]) for r in records] == [(1, ""), (3, "not JSON"), (4, "not a JS")]


def test_parquet_is_read_in_batches(tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"id": list(range(20_000)), "word": ["x"] * 20_000}), path, row_group_size=3_000)

    file = open_rows(path, Reading())
    found = [record.row["id"] for record in file.records()]

    assert found == list(range(20_000))
    assert file.share_read() == 1.0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.docx", b"", "one of .csv"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n\n", "is empty"),
        ("a.csv", b",".join(b"c%d" % n for n in range(300_000)), "columns"),
        ("a.csv.gz", b"\x1f\x8bnot gzip at all", "broken"),
        ("a.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 9000, mtime=0)[:-20], "broken"),
        ("a.parquet", b"PAR1 but not really PAR1", "Parquet"),
        ("a.csv", b"c," * 3_000_000, "longer than"),
        ("a.csv", b"a,b\n" + b"x" * 5_000_000, "longer than"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(tmp_path, name, content, says):
    with pytest.raises(FileRefused, match=says):
        list(open_rows(written(tmp_path, content, name), Reading()).records())


def test_a_line_of_a_gigabyte_is_refused_at_once(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("wb") as stream:
        stream.write(b"a,b\n1,2\n")
        stream.truncate(1_000_000_000)

    begun = time.monotonic()
    with pytest.raises(FileRefused, match="longer than"):
        list(open_rows(path, Reading(encoding="utf-8", delimiter=",")).records())

    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.jsonl.gz"])
def test_a_gzip_bomb_is_refused_before_anything_is_read_from_it(tmp_path, name):
    path = tmp_path / name
    with gzip.open(path, "wb", compresslevel=9) as stream:
        for _ in range(40):
            stream.write(b"1,2\n" * 250_000)

    begun = time.monotonic()
    with pytest.raises(FileRefused, match="unpacks to more than"):
        open_rows(path, Reading())

    assert time.monotonic() - begun < 5


def test_an_honest_file_larger_than_the_free_share_is_read(tmp_path):
    path = tmp_path / "honest.csv.gz"
    rows = "".join(f"{n},{(n * 2654435761) % 10**9}\n" for n in range(600_000))
    path.write_bytes(gzip.compress(f"a,b\n{rows}".encode(), 6))

    assert len(rows) > row_file.FREE_EXPANSION
    assert sum(1 for _record in open_rows(path, Reading()).records()) == 600_000
