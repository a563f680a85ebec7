"""Each kind of file, read back by another reader and compared with what was stored."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import openpyxl
import pyreadstat
import pytest
from django.utils import translation
from django.utils.timezone import now
from pyarrow import parquet

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.results.exports import files
from hamdel.listen.results.exports.columns import Column, columns_of
from hamdel.listen.results.exports.files import WRITERS, defused, spss_names
from hamdel.listen.results.exports.rows import Sheet, sheet_of
from hamdel.listen.results.page import selection_of
from hamdel.listen.results.versions import combined, versions_of
from hamdel.listen.surveys.models import LateArrival, Response
from hamdel.listen.surveys.tests.forms import choices, question_of

pytestmark = pytest.mark.django_db
GIVEN = [
    {
        "s": 9, "one": "other", "one.other": '=HYPERLINK("http://x")', "many": ["a", "c"], "grid": {"price": "bad", "taste": "good"},
        "rank": ["b", "a"], "sum": {"a": 70, "b": 30}, "day": "2026-11-23", "why": "خط یک\nخط «دو»", "number": 2.5, "yes": True,
    },
    {"s": 0, "one": "a", "many": ["none"], "why": "+1+1", "number": -7.5},
]  # fmt: skip


@pytest.fixture
def written(ask, answered, cast, tmp_path):
    survey = ask(
        {**question_of("score"), "key": "s"},
        {**question_of("single"), "key": "one"},
        {**question_of("multiple"), "key": "many"},
        {**question_of("matrix"), "key": "grid"},
        {**question_of("ranking"), "key": "rank"},
        {**question_of("constant_sum"), "key": "sum"},
        {**question_of("date"), "key": "day"},
        {**question_of("long_text"), "key": "why"},
        {"key": "number", "kind": "number", "text": {"fa": "عدد", "en": "n"}},
        {**question_of("consent"), "key": "yes"},
    )
    answered(survey, GIVEN[0], days_ago=2)
    answered(survey, GIVEN[1], days_ago=1)

    def write(form):
        with inside(cast.cafe), translation.override("fa"):
            selection = selection_of(survey, {}, "fa", at=now())
            sheet = sheet_of(selection, combined(versions_of(survey), survey), "fa", shows_whom=False)
            WRITERS[form](sheet, tmp_path / f"r.{form}", is_rtl=True)
        return tmp_path / f"r.{form}"

    return write


def test_csv_reads_back(written):
    raw = written("csv").read_bytes()
    first, second = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert first["score فارسی"] == "9"
    assert first["single فارسی"] == "Another فارسی"
    assert first["multiple فارسی: a فارسی"] == "بله"
    assert second["multiple فارسی: a فارسی"] == "خیر"
    assert first["matrix فارسی: price فارسی"] == "bad فارسی"
    assert first["long_text فارسی"] == "خط یک\nخط «دو»"
    assert second["long_text فارسی"] == "'+1+1"
    assert [value for value in first.values() if value.startswith("'=HYPERLINK")]
    assert second["date فارسی"] == ""
    assert (first["عدد"], second["عدد"]) == ("2.5", "-7.5")
    # In the workspace's time zone, with its distance from UTC.
    assert len([value for value in first.values() if value.endswith("T00:00:00+03:30")]) == 2


def test_what_a_kiosk_brought_after_the_end_says_when_it_came(written):
    with across_workspaces():
        late = Response.objects.order_by("started_at").first()
        LateArrival.objects.create(
            workspace_id=late.workspace_id, response=late, at=datetime(2026, 11, 23, 8, tzinfo=UTC)
        )

    first, second = csv.DictReader(io.StringIO(written("csv").read_bytes().decode("utf-8-sig")))

    assert first["رسیدن پس از پایان"].startswith("2026-11-23")
    assert second["رسیدن پس از پایان"] == ""


def test_xlsx_reads_back_from_right_to_left_without_formulas(written):
    book = openpyxl.load_workbook(written("xlsx"))
    page, key = book.worksheets
    head, first, second = page.iter_rows(values_only=True)
    row, other = dict(zip(head, first, strict=True)), dict(zip(head, second, strict=True))

    assert page.sheet_view.rightToLeft
    assert row["score فارسی"] == 9
    assert row["constant_sum فارسی: a فارسی"] == 70
    assert other["long_text فارسی"] == "+1+1"
    assert (row["date فارسی"].date(), other["date فارسی"]) == (date(2026, 11, 23), None)
    assert other["عدد"] == -7.5
    assert [cell.hour for cell in first if isinstance(cell, datetime)][:2] == [0, 0]
    assert not [cell for line in page.iter_rows() for cell in line if cell.data_type == "f"]
    assert ("one", None, "a", "a فارسی") in [
        tuple(cell or None for cell in line) for line in key.iter_rows(values_only=True)
    ]


def test_parquet_reads_back(written):
    table = parquet.read_table(written("parquet"))
    first, second = table.to_pylist()

    assert (first["s"], first["one"], first["many.a"], first["many.b"], first["many.none"]) == (
        9,
        "other",
        1,
        0,
        0,
    )
    assert (second["many.none"], second["rank.a"], second["day"]) == (1, None, None)
    assert (first["rank.b"], first["rank.a"], first["day"]) == (1, 2, date(2026, 11, 23))
    assert (first["grid.price"], first["sum.b"], first["number"], first["yes"]) == ("bad", 30, 2.5, 1)
    assert first["one.other_text"] == '=HYPERLINK("http://x")'
    assert table.schema.field("s").metadata == {b"label": "score فارسی".encode()}
    assert json.loads(table.schema.field("one").metadata[b"values"])["a"] == "a فارسی"
    assert first["started_at"].tzinfo is not None


def test_spss_reads_back_with_labels_and_missing_values(written):
    frame, about = pyreadstat.read_sav(str(written("sav")))
    labelled, _about = pyreadstat.read_sav(str(written("sav")), apply_value_formats=True)

    assert about.column_names_to_labels["s"] == "score فارسی"
    assert list(labelled["one"]) == ["Another فارسی", "a فارسی"]
    assert list(frame["s"]) == [9, 0]
    assert list(frame["many_a"]) == [1, 0]
    assert frame["rank_a"].isna().tolist() == [False, True]
    assert frame["day"].tolist()[0] == date(2026, 11, 23)
    assert frame["why"].tolist() == ["خط یک\nخط «دو»", "+1+1"]
    assert about.variable_value_labels["many_a"] == {0: "خیر", 1: "بله"}
    assert frame["number"].tolist() == [2.5, -7.5]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|x",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\u200f=1",
        "＝1",
        "%x",
        "\x00=1",
        "\x00-1+cmd|' /C calc'!A0",
        "\u200c=1",
        "\u202b=1",
        "\u2067@SUM(A1)",
        "\u061c+1+1",
        "\ufeff=1",
        "\u00ad=1",
        "\r=1",
        "\n=1",
        "\u200f\u202e\u200f =SUM()",
        "-",
        "+98 912",
    ],
)
def test_formulas_are_defused(text):
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "سلام",
        "-5",
        "-5.25",
        "−۵",
        "-۵٫۲۵",
        "+989121234567",
        "12",
        "",
        "a=b",
        "۱۴۰۵/۰۹/۰۲",
        "\u200fسلام",
        "«=»",
    ],
)
def test_texts_and_numbers_stay(text):
    assert defused(text) == text


def test_spss_names_are_allowed_and_differ():
    assert spss_names(["q.a", "q_a", "1st", "پرسش", "Q_A"]) == ["q_a", "q_a_2", "v1st", "v", "Q_A_3"]


def test_ways_to_choose_are_one_column_each(ask, cast):
    survey = ask({**question_of("multiple"), "key": "m", "choices": choices("x", "y")})
    with inside(cast.cafe):
        sheet = sheet_of(
            selection_of(survey, {}, "en", at=now()),
            combined(versions_of(survey), survey),
            "en",
            shows_whom=True,
        )
        names = [column.name for column in sheet.columns]

    assert names[-4:] == ["customer", "m.x", "m.y", "m.none"]


def test_two_questions_of_one_wording_tell_their_keys(ask, cast):
    survey = ask({**question_of("text"), "key": "a"}, {**question_of("text"), "key": "b"})
    with inside(cast.cafe):
        sheet = sheet_of(
            selection_of(survey, {}, "en", at=now()),
            combined(versions_of(survey), survey),
            "en",
            shows_whom=True,
        )

    assert [column.label for column in sheet.columns][-2:] == ["text (a)", "text (b)"]


def sheet_with(column, *values):
    return Sheet([column], iter([[value] for value in values]))


def test_long_persian_words_have_room_in_spss(tmp_path):
    words = "نیم‌فاصله‌ای بسیار بلند " * 40
    column = Column("q", words, "text", lambda _answers: None, {"a": words, "b": "ب"})

    WRITERS["sav"](sheet_with(column, "a", "gone", None), tmp_path / "r.sav", is_rtl=True)

    frame, about = pyreadstat.read_sav(str(tmp_path / "r.sav"))
    assert frame["q"].fillna(0).tolist() == [1, 3, 0]
    assert words.startswith(about.column_names_to_labels["q"])
    assert len(about.column_names_to_labels["q"]) > 100
    # What is no choice any more is not lost.
    assert about.variable_value_labels["q"][3] == "gone"


def test_what_a_sheet_has_no_room_for_goes_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 4)
    column = Column("n", "n", "number", lambda _answers: None)

    WRITERS["xlsx"](sheet_with(column, *range(7)), tmp_path / "r.xlsx", is_rtl=False)

    pages = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[:-1]
    rows = [[cell for (cell,) in page.iter_rows(values_only=True)] for page in pages]
    assert rows == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]


def test_where_nobody_is_meant_pictures_have_names_and_earlier_answers_are_dots(cast, ask):
    shop = {"value": "shop", "image": {"file": "abc", "alt": {"fa": "فروشگاه"}}}
    who = {"key": "who", "kind": "text", "text": {"fa": "نام شما"}}
    where = {
        "key": "where",
        "kind": "single",
        "text": {"fa": "{{who}}، کجا بودید؟"},
        "choices": [shop, {"value": "home", "text": {"fa": "خانهٔ {{who}}"}}],
    }
    survey = ask(pages=[{"key": "p1", "questions": [who]}, {"key": "p2", "questions": [where]}])

    with inside(cast.cafe):
        _name, column = columns_of(combined(versions_of(survey), survey), "fa")

    assert column.label == "…، کجا بودید؟"
    assert column.labels == {"shop": "فروشگاه", "home": "خانهٔ …"}


def test_one_long_text_among_many_does_not_blow_an_spss_file_up(tmp_path):
    column = Column("said", "گفته", "text", lambda _answers: None)
    path = tmp_path / "r.sav"

    WRITERS["sav"](sheet_with(column, "آ" * 16_000, *["کوتاه"] * 2_000), path, is_rtl=True)

    frame, _about = pyreadstat.read_sav(str(path))
    assert list(frame.said[:2]) == ["آ" * 16_000, "کوتاه"]
    # Without compression every row takes the 32,000 bytes of the longest.
    assert path.stat().st_size < 2_000 * 32_000 / 7


def test_texts_are_cut_shorter_only_where_a_file_would_not_fit():
    assert files.width_for(20_000, 4) == files.MOST_SPSS_BYTES
    assert files.width_for(300_000, 2) == 5_000
    assert files.width_for(300_000, 100) == files.LEAST_SPSS_BYTES


def test_a_text_that_has_no_room_is_cut_between_letters(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_SPSS_ROOM", 0)
    column = Column("said", "گفته", "text", lambda _answers: None)

    WRITERS["sav"](sheet_with(column, "x" + "آ" * 900, None), tmp_path / "r.sav", is_rtl=True)

    frame, _about = pyreadstat.read_sav(str(tmp_path / "r.sav"))
    assert list(frame.said) == ["x" + "آ" * 254, ""]
