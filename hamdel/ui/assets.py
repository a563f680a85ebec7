"""Put what browsers fetch into `static/vendor/`: our CSS in one file, and the packages we do not commit.

Run by `bin/setup` and after an edit of the CSS (`python -m hamdel.ui.assets`), never while serving. There is no
build: the files are joined in order and copied. Fonts come from `npm ci` in this folder, htmx from django-htmx.
"""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
CSS, VENDOR, MODULES = HERE / "css", HERE / "static" / "vendor", HERE / "node_modules"
# The layers are named first; after that the order of files inside a layer does not matter.
SHEETS = (
    "_layers",
    "fonts",
    "tokens",
    "reset",
    "base",
    "layout",
    "components/*",
    "pages/*",
    "utilities",
    "print",
)
FONTS = {
    "vazirmatn.woff2": "vazirmatn/misc/Non-Latin/fonts/webfonts/Vazirmatn-NL[wght].woff2",
    "figtree.woff2": "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2",
    # For paper: what makes our PDFs cannot read a variable font.
    "print.ttf": "vazirmatn/fonts/ttf/Vazirmatn-Regular.ttf",
    "print-bold.ttf": "vazirmatn/fonts/ttf/Vazirmatn-Bold.ttf",
}


def joined_css() -> str:
    """Return every style sheet in one, each under its name."""
    paths = [path for pattern in SHEETS for path in sorted(CSS.glob(f"{pattern}.css"))]
    return "\n".join(f"/* {path.relative_to(CSS)} */\n{path.read_text('utf-8')}" for path in paths)


def gather() -> list[str]:
    """Fill `static/vendor/`; return the names of what could not be found."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / "hamdel.css").write_text(joined_css(), "utf-8")
    wanted = {VENDOR / name: MODULES / source for name, source in FONTS.items()}
    wanted[VENDOR / "htmx.js"] = _of_package("django_htmx") / "static/django_htmx/htmx-4.min.js"
    for target, source in wanted.items():
        if source.exists():
            shutil.copyfile(source, target)
    return [source.name for target, source in wanted.items() if not target.exists()]


def _of_package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed; run bin/setup.")
    return Path(spec.origin).parent


def main() -> int:
    missing = gather()
    if missing:
        print(f"Missing: {', '.join(missing)}. Run `npm ci` in {HERE}.", file=sys.stderr)
        return 1
    print(f"Assets are in {VENDOR}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
