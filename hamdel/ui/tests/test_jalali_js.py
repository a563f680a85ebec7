"""The calendar of the date field, against the one of the server."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from hamdel.ground.calendar.days import ymd
from hamdel.ground.calendar.periods import parse_day

SCRIPT = Path(__file__).parents[1] / "static" / "hamdel" / "jalali.js"
EPOCH = date(1970, 1, 1)


def run(expression: str):
    if not shutil.which("node"):
        pytest.skip("Node is needed to run the page's own calendar.")
    program = f"import * as c from {json.dumps(SCRIPT.as_uri())}; console.log(JSON.stringify({expression}))"
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def test_every_day_of_150_years_is_the_servers():
    first, count = (date(1950, 1, 1) - EPOCH).days, 150 * 365

    shown = run(f"Array.from({{length: {count}}}, (_, i) => c.toJalali({first} + i))")

    assert shown == [list(ymd(date(1950, 1, 1) + timedelta(days=i), "jalali")) for i in range(count)]


@pytest.mark.parametrize("text", ["1403/05/12", "۱۴۰۳/۰۵/۱۲", "2024-08-02", "1403/12/30", "1399.12.30"])
def test_typed_days_mean_the_same_on_both_sides(text):
    days = run(f"c.parseDay({json.dumps(text)})")

    assert EPOCH + timedelta(days=days) == parse_day(text)


@pytest.mark.parametrize("text", ["1402/12/30", "1403/13/01", "2023-02-29", "tomorrow", "", "1403/05"])
def test_days_that_do_not_exist_are_refused(text):
    assert run(f"c.parseDay({json.dumps(text)})") is None
