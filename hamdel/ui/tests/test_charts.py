from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from hamdel.ui import formats
from hamdel.ui.charts import Bars, Columns, Distribution, Line, Part, Point, Series, sparkline
from hamdel.ui.charts.scale import fit, round_step, shown_labels

DAY = Point("۱ مهر", 32.0, low=28, high=36, n=410)
GAP = Point("۲ مهر", None)


def series(*points):
    return (Series("NPS", points),)


def drawn(figure):
    """Parse the drawing: whatever is shown must at least be well-formed and hold only numbers."""
    text = str(figure.svg())
    assert "nan" not in text.lower()
    assert "inf" not in text.lower().replace("infinite", "")
    return ET.fromstring(text)


def elements(figure, name, style=""):
    return [e for e in drawn(figure).iter() if e.tag.endswith("}" + name) and style in e.get("class", "")]


@pytest.mark.parametrize("kind", [Line, Columns, Bars])
@pytest.mark.parametrize("count", [0, 1, 2, 400])
def test_any_number_of_points_is_drawn(kind, count):
    points = tuple(Point(f"day {i}", 50 * math.sin(i / 9), -60, 60, i) for i in range(count))

    figure = kind(title="A year", series=series(*points))

    assert drawn(figure) is not None
    assert len(figure.table().rows) == count


@pytest.mark.parametrize("kind", [Line, Columns, Bars])
def test_values_without_end_are_gaps(kind):
    points = (
        DAY,
        Point("a", math.nan),
        Point("b", math.inf, -math.inf, math.nan),
        Point("c", 1e15),
        Point("d", -1e-12),
    )

    figure = kind(title="Odd", series=series(*points), unit="count")

    assert drawn(figure) is not None
    assert figure.table().rows[1][1] == formats.NOTHING


def test_a_gap_breaks_the_line_in_two():
    figure = Line(title="NPS", series=series(DAY, DAY, GAP, DAY, DAY))

    line = elements(figure, "path", "chart__line")[0]

    assert line.get("d").count("M") == 2


def test_a_lonely_point_is_a_dot_with_its_band():
    figure = Line(title="NPS", series=series(GAP, DAY, GAP))

    dots, bands = elements(figure, "circle"), elements(figure, "path", "chart__band")

    assert len(dots) == 1
    assert len(bands) == 1


def test_a_series_without_any_answer_says_so():
    figure = Line(title="NPS", series=series(GAP, GAP))

    with translation.override("en"):
        words = "".join(drawn(figure).itertext())

    assert "No answers in this period" in words


def test_the_table_behind_holds_value_interval_and_n():
    with formats.shown_as(formats.Display(language="en")):
        row = Line(title="NPS", series=series(DAY)).table().rows[0]

    assert row == ["۱ مهر", "32.0", "28.0 to 36.0", "410"]


def test_bars_begin_where_reading_begins():
    figure = Bars(title="By city", series=series(Point("تهران", 40, n=9)), bounds=(0, 100))

    with formats.shown_as(formats.Display(language="fa")):
        persian = elements(figure, "text", "chart__name")[0].get("x")
    with formats.shown_as(formats.Display(language="en")):
        english = elements(figure, "text", "chart__name")[0].get("x")

    assert (persian, english) == ("100%", "0")


def test_what_nobody_chose_is_not_said_to_wait_for_answers():
    with translation.override("en"):
        figure = Bars(title="t", unit="percent", series=series(Point("a", 100.0, n=4), Point("b", 0.0, n=0)))
        words = " ".join(drawn(figure).itertext())

    assert "0 answers" in words
    assert "yet" not in words


@pytest.mark.parametrize("kind", [Line, Columns])
@pytest.mark.parametrize("most", [1, 2, 3, 5, 9, 10, 11, 90])
def test_what_is_counted_has_no_tick_between_two_numbers(kind, most):
    counted = kind(title="t", unit="count", series=series(Point("a", 0), Point("b", most)))

    with translation.override("en"):
        words = list(drawn(counted).itertext())

    assert not [text for text in words if "." in text]


def test_parts_fill_the_whole_bar():
    figure = Distribution(title="NPS", parts=(Part("a", 50), Part("b", 30), Part("c", 20)))

    widths = [float(e.get("width").rstrip("%")) for e in elements(figure, "rect", "chart__part")]

    assert sum(widths) == pytest.approx(100, abs=2)


def test_parts_of_nothing_are_words():
    figure = Distribution(title="NPS", parts=(Part("a", 0), Part("b", 0)))

    with translation.override("en"):
        words = "".join(drawn(figure).itertext())

    assert "No answers in this period" in words


def test_labels_are_escaped():
    figure = Bars(title="<script>", series=series(Point('"><script>alert(1)</script>', 1)))

    assert "<script>" not in str(figure.svg())


@pytest.mark.parametrize("values", [[], [None, None], [math.nan]])
def test_a_sparkline_of_nothing_is_nothing(values):
    assert sparkline(values) == ""


@pytest.mark.parametrize("values", [[5], [5, 5, 5], [1, None, 3], list(range(400)), [1e300, -1e300]])
def test_a_sparkline_draws_what_there_is(values):
    svg = ET.fromstring(str(sparkline(values, "NPS")))

    assert svg.get("aria-label") == "NPS"
    assert "nan" not in ET.tostring(svg, "unicode")


@pytest.mark.parametrize(
    ("values", "ticks"),
    [([0, 100], (0, 25, 50, 75, 100)), ([-3, 41], (-20, 0, 20, 40, 60)), ([7, 7], None), ([], None)],
)
def test_a_scale_has_round_ticks_and_holds_every_value(values, ticks):
    scale = fit(values, 0, 100)

    assert ticks is None or scale.ticks == ticks
    assert all(scale.low <= value <= scale.high for value in values)
    assert scale.high > scale.low


@pytest.mark.parametrize(("rough", "step"), [(0.3, 0.5), (1, 1), (2.2, 2.5), (26, 50), (9999, 10000)])
def test_a_step_is_round(rough, step):
    assert round_step(rough) == pytest.approx(step)


@pytest.mark.parametrize("count", [0, 1, 6, 7, 53, 400])
def test_first_and_last_label_are_always_written(count):
    chosen = shown_labels(count)

    assert len(chosen) <= 6
    assert count == 0 or (chosen[0], chosen[-1]) == (0, count - 1)


def test_labels_too_long_for_many_are_the_first_and_the_last():
    assert shown_labels(13, most=1) == [0, 12]
    assert shown_labels(1, most=0) == [0]


def test_every_step_of_a_scale_is_written_under_its_column():
    figure = Columns(title="Scores", series=series(*(Point(str(step), 5.0) for step in range(1, 8))))

    words = elements(figure, "text", "chart__when")

    assert [word.text for word in words] == [str(step) for step in range(1, 8)]
    assert {word.get("text-anchor") for word in words} == {"middle"}
