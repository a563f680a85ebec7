from __future__ import annotations

import re

import pytest

from hamdel.ui.charts import svg
from hamdel.ui.tests.colours import CSS, contrast, of_hex, to_hex, tokens

UI = CSS.parent
GROUNDS = ("paper", "sheet", "raised", "sunken")
WORDS = ("ink", "ink-soft", "ink-faint", "accent", "good", "bad", "warn", "info")
WASHES = [(tone, f"{tone}-wash") for tone in ("accent", "good", "bad", "warn", "info")]
# Written into a style attribute by `Reading.style`.
PLACES = {"--low", "--high", "--zero"}
TEXT, SHAPE = 4.5, 3.0
# Words that name a physical side. Comments are not looked at.
_SIDE = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset|scroll-margin)-(?:left|right)[\w-]*|(?:left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius)"
)
SHEETS = [*sorted(CSS.rglob("*.css")), UI / "templates/respond/style.css"]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_words_can_be_read_on_every_ground(word, ground, theme):
    colours = tokens()

    ratio = contrast(colours[word][theme], colours[ground][theme])

    assert ratio >= TEXT, f"--{word} on --{ground}: {ratio:.2f}"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("word", "ground"), [*WASHES, ("accent-ink", "accent"), ("ink", "accent-wash")])
def test_words_can_be_read_on_their_wash(word, ground, theme):
    colours = tokens()

    ratio = contrast(colours[word][theme], colours[ground][theme])

    assert ratio >= TEXT, f"--{word} on --{ground}: {ratio:.2f}"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    "shape", ["line-strong", "chart-one", "chart-two", "chart-three", "chart-four", "chart-five"]
)
def test_shapes_can_be_told_from_their_sheet(shape, theme):
    colours = tokens()

    ratio = contrast(colours[shape][theme], colours["sheet"][theme])

    assert ratio >= SHAPE, f"--{shape} on --sheet: {ratio:.2f}"


@pytest.mark.parametrize("tone", ["one", "two", "three", "four", "five", "plain"])
def test_charts_outside_our_pages_wear_the_colours_of_the_light_theme(tone):
    colours = tokens()

    token = to_hex(colours[f"chart-{tone}"][0])

    assert svg.INK[tone] == token


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_sheet_names_a_physical_side(sheet):
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)

    assert _SIDE.findall(css) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_token_that_is_used_exists(sheet):
    css = sheet.read_text("utf-8")
    everything = "".join(path.read_text("utf-8") for path in SHEETS) + _drawn_by_code()

    used = set(re.findall(r"var\((--[\w-]+)\)", css))

    assert {name for name in used - PLACES if not re.search(rf'{name}[:"]', everything)} == set()


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("word", "ground", "least"),
    [
        ("ink", "paper", TEXT),
        ("ink", "sheet", TEXT),
        ("soft", "paper", TEXT),
        ("soft", "sheet", TEXT),
        ("accent", "paper", TEXT),
        ("on", "accent", TEXT),
        ("ink", "wash", TEXT),
        ("bad", "paper", TEXT),
        ("bad", "sheet", TEXT),
        ("edge", "paper", SHAPE),
        ("edge", "sheet", SHAPE),
    ],
)
def test_a_respondent_can_read_the_page(word, ground, least, theme):
    sheets = re.findall(r":root\{([^}]*)\}", (UI / "templates/respond/style.css").read_text("utf-8"))
    colours = dict(re.findall(r"--(\w+):(#\w+)", sheets[theme]))

    ratio = contrast(of_hex(colours[word]), of_hex(colours[ground]))

    assert ratio >= least, f"--{word} on --{ground}: {ratio:.2f}"


def _drawn_by_code() -> str:
    """Return everything that may set a variable beside the sheets themselves, in any slice."""
    kinds = ("**/templates/**/*.html", "ui/static/hamdel/*.js", "ui/*.py")
    paths = [path for kind in kinds for path in UI.parent.glob(kind) if "node_modules" not in path.parts]
    return "".join(path.read_text("utf-8") for path in paths)
