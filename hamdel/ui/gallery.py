"""Sample content for the gallery: believable, fixed, and of no workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import sin
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hamdel.ui import context, filters, formats, icons
from hamdel.ui.charts import Bars, Columns, Distribution, Line, Part, Point, Series
from hamdel.ui.navigation import SHELVES, Entry, Shelf
from hamdel.ui.tabs import Tab

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class SampleScore:
    """The shape `{% score %}` reads."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    unit: str = "points"
    scale: tuple[float, float] | None = None
    verdict: str | None = None
    better: bool | None = None
    difference: float | None = None


SCORES = {
    gettext_lazy("NPS"): SampleScore(38.4, 1248, 34.9, 41.9, verdict="up", better=True, difference=6.2),
    gettext_lazy("Satisfaction"): SampleScore(
        4.12, 963, 4.05, 4.19, "score", (1, 5), verdict="no_evidence", difference=0.02
    ),
    gettext_lazy("Satisfied customers"): SampleScore(
        71.8, 963, 68.9, 74.5, "percent", verdict="down", better=False, difference=-4.6
    ),
    gettext_lazy("First reply"): SampleScore(
        5160, 412, 4020, 6480, "seconds", verdict="down", better=True, difference=-1260
    ),
    gettext_lazy("NPS of Kish"): SampleScore(50.0, 4, -22.0, 89.0, verdict="too_few"),
    gettext_lazy("CES 2.0"): SampleScore(None, 0),
}


class SampleForm(forms.Form):
    """One field of each kind, some in trouble."""

    name = forms.CharField(
        label=gettext_lazy("Name of the survey"), help_text=gettext_lazy("Customers do not see it.")
    )
    email = forms.EmailField(label=gettext_lazy("Reply address"))
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[
            ("sms", gettext_lazy("SMS")),
            ("email", gettext_lazy("E-mail")),
            ("link", gettext_lazy("Link")),
        ],
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea, required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Ask after"),
        choices=[
            ("delivery", gettext_lazy("Delivery")),
            ("return", gettext_lazy("Return")),
            ("call", gettext_lazy("Call")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    anonymous = forms.BooleanField(
        label=gettext_lazy("Anonymous answers"),
        help_text=gettext_lazy("Nobody can find out later who said what."),
        required=False,
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the shell as a member would see it, with a menu that leads nowhere."""
    entries = [
        ("overview", _("Overview"), "home"),
        ("listen", _("Surveys"), "survey"),
        ("listen", _("Invitations"), "invite"),
        ("listen", _("Sources"), "source"),
        ("know", _("Customers"), "customers"),
        ("act", _("Cases"), "case"),
    ]
    shelves = [
        Shelf(
            label,
            [
                Entry(s, "", words, icon, url="#", is_current=s == "know")
                for s, words, icon in entries
                if s == key
            ],
        )
        for key, label in SHELVES.items()
    ]
    filled = [shelf for shelf in shelves if shelf.entries]
    sample = {"member": _("Sara Moradi"), "workspace": _("Cafe Baran"), "search_url": request.path}
    return {**context.shell(request)["shell"], **sample, "shelves": filled, "foot": context.at_hand(filled)}


def content(query: Mapping[str, str]) -> dict[str, Any]:
    """Return everything the gallery shows."""
    touchpoint = filters.Choice(
        "touchpoint",
        _("Touchpoint"),
        [("delivery", _("Delivery")), ("support", _("Support")), ("app", _("App"))],
    )
    return {
        "scores": [(str(label), score) for label, score in SCORES.items()],
        "filters": filters.read(query, now=NOW, choices=[touchpoint]),
        "form": SampleForm({"name": "", "email": "sara@", "channel": "sms", "kinds": ["delivery"]}),
        "rows": rows(query.get("order", "")),
        "page": {"earlier": "abc", "later": "def", "has_others": True},
        "order": query.get("order", ""),
        "figures": figures(),
        "icon_names": sorted(icons.SHAPES),
        "moments": moments(),
        "trail": [(_("Customers"), "#"), (_("Sara Moradi"), "")],
        "tabs": [
            Tab(_("Timeline"), "#", is_current=True),
            Tab(_("Cases"), "#", count=2),
            Tab(_("Answers"), "#", count=14),
        ],
        "tones": ["plain", "good", "bad", "warn", "info", "accent"],
        "day": date(2026, 11, 23),
        "now": NOW,
        "swatches": SWATCHES,
    }


SWATCHES = [
    "paper",
    "sheet",
    "raised",
    "sunken",
    "line",
    "line-strong",
    "ink",
    "ink-soft",
    "ink-faint",
    "accent",
    "accent-deep",
    "accent-wash",
    "good",
    "good-wash",
    "bad",
    "bad-wash",
    "warn",
    "warn-wash",
    "info",
    "info-wash",
    "chart-one",
    "chart-two",
    "chart-three",
    "chart-four",
    "chart-five",
    "chart-plain",
]


def rows(order: str = "") -> list[dict[str, Any]]:
    """Return customers with names of every length."""
    people = [
        (_("Sara Moradi"), "+989121234567", 42_500_000, SCORES_OF[0], "good", _("Promoter")),
        (
            _("Seyed Mohammad-Hossein Tabatabaei Nejad Esfahani"),
            "+989351112233",
            7_890_000,
            SCORES_OF[1],
            "bad",
            _("Detractor"),
        ),
        ("Caffè Nero Ltd.", None, 128_000_000, SCORES_OF[2], "plain", _("Passive")),
        ("", "+982188776655", 0, SCORES_OF[3], "warn", _("Waits for a call")),
    ]
    keys = ("name", "phone", "spent", "score", "tone", "label")
    shown = [dict(zip(keys, person, strict=True)) for person in people]
    if order.strip("-") == "spent":
        shown.sort(key=lambda row: row["spent"], reverse=order.startswith("-"))
    return shown


SCORES_OF = (
    SampleScore(62.0, 84, 51, 71),
    SampleScore(-18.2, 31, -41, 6),
    SampleScore(12.5, 240, 4, 21),
    SampleScore(None, 0),
)


def figures() -> dict[str, Any]:
    """Return one chart of each kind, and the hard cases: nothing, one point, gaps, far too many."""
    days = [NOW - timedelta(days=7 * i) for i in range(26, 0, -1)]
    weeks = tuple(_wave(i, formats.day(day)) for i, day in enumerate(days))
    before = tuple(Point(p.label, 24 + 5 * sin(i / 4), n=300) for i, p in enumerate(weeks))
    counts = tuple(Point(p.label, float(p.n or 0)) for p in weeks)
    named = (
        Point(_("Branch"), 61.0, 52, 68, 418),
        Point(_("Website"), 44.5, 40, 49, 1302),
        Point(_("Delivery by the company's own couriers outside Tehran"), 12.0, 2, 22, 211),
        Point(_("Phone"), -21.4, -33, -9, 164),
        Point(_("Returns"), None, n=0),
    )
    return {
        "line": Line(
            title=_("NPS by week"), series=(Series(_("NPS"), weeks),), target=45, note=_("Band: 95% interval")
        ),
        "two": Line(
            title=_("This year and last"),
            series=(Series(_("This year"), weeks), Series(_("Last year"), before, "plain")),
        ),
        "columns": Columns(title=_("Answers by week"), series=(Series(_("Answers"), counts),)),
        "bars": Bars(title=_("NPS by touchpoint"), series=(Series(_("NPS"), named),), bounds=(-100, 100)),
        "parts": Distribution(
            title=_("Who answered what"),
            parts=(
                Part(_("Detractors"), 212, "bad"),
                Part(_("Passives"), 345, "plain"),
                Part(_("Promoters"), 691, "good"),
            ),
        ),
        "none": Line(title=_("Nothing"), series=(Series(_("NPS"), ()),)),
        "single": Line(
            title=_("One point"), series=(Series(_("NPS"), (Point(_("Today"), 31.0, 12, 50, 40),)),)
        ),
        "many": Line(
            title=_("Many points"),
            series=(
                Series(
                    _("NPS"), tuple(Point(str(i), 30 + 14 * sin(i / 17) + 5 * sin(i)) for i in range(400))
                ),
            ),
        ),
        "spark": [28, 31, 30, None, 36, 33, 38, 41],
    }


def _wave(i: int, label: str) -> Point:
    if i in {9, 10}:
        return Point(label, None)
    value, reach = 32 + 9 * sin(i / 3.1) + i * 0.45, 9 - i * 0.2
    return Point(label, value, value - reach, value + reach, 140 + int(60 * sin(i * 1.7)))


def moments() -> list[dict[str, Any]]:
    """Return a short story of one customer."""
    return [
        {
            "icon": "star",
            "tone": "bad",
            "title": _("Answered NPS: 3"),
            "note": _("after the delivery"),
            "moment": NOW - timedelta(hours=3),
            "text": _("It came four days late and nobody called me."),
            "quote": True,
        },
        {
            "icon": "case",
            "tone": "warn",
            "title": _("Case opened"),
            "note": _("for Reza Karimi"),
            "moment": NOW - timedelta(hours=3),
        },
        {
            "icon": "delivery",
            "tone": "plain",
            "title": _("Order delivered"),
            "note": "#84120",
            "moment": NOW - timedelta(days=1),
        },
        {
            "icon": "order",
            "tone": "accent",
            "title": _("Order placed"),
            "note": formats.money(42_500_000),
            "moment": NOW - timedelta(days=9),
        },
    ]


def questions() -> list[dict[str, Any]]:
    """Return one question of each look a respondent may meet."""
    recommend = _("How likely are you to recommend us to a friend or colleague?")
    delivery = _("How was your delivery?")
    easy = _("The company made it easy for me to solve my problem.")
    return [
        _question(
            "nps", recommend, range(11), chosen=9, low=_("Not at all likely"), high=_("Extremely likely")
        ),
        _question("stars", delivery, range(1, 6), chosen=4, look="stars"),
        _question("faces", delivery, range(1, 6), look="faces", low=_("Very unhappy"), high=_("Very happy")),
        _question("ces", easy, range(1, 8), low=_("Strongly disagree"), high=_("Strongly agree")),
    ]


def _question(
    name: str, text: str, scale: range, *, chosen: int | None = None, **more: str
) -> dict[str, Any]:
    return {"name": name, "text": text, "steps": [(score, score == chosen) for score in scale], **more}
