"""Charts drawn on the server as SVG: the same picture on a page, in a PDF and in an e-mail, a table behind each."""

from hamdel.ui.charts.bars import Bars
from hamdel.ui.charts.columns import Columns
from hamdel.ui.charts.distribution import Distribution, Part
from hamdel.ui.charts.line import Line
from hamdel.ui.charts.points import Figure, Point, Series, Table
from hamdel.ui.charts.sparkline import sparkline

__all__ = [
    "Bars",
    "Columns",
    "Distribution",
    "Figure",
    "Line",
    "Part",
    "Point",
    "Series",
    "Table",
    "sparkline",
]
