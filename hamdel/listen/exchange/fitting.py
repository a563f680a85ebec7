"""The last look at an imported definition: whatever `check_definition` would refuse is left out and said."""

from __future__ import annotations

import re
from typing import Any

from hamdel.listen.exchange.plain_text import short
from hamdel.listen.exchange.report import Report
from hamdel.listen.surveys.definition import check_definition

ROUNDS = 4
MOST_SAID = 5
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")
# Without these a question would ask something else; then it is better left out as a whole.
ESSENTIAL = {"key", "kind", "text", "choices", "rows"}


def fitted(form: dict[str, Any], report: Report) -> dict[str, Any]:
    """Return the definition without the parts that could not be published."""
    for _round in range(ROUNDS):
        problems = check_definition(form)
        # From the end, so that the numbers of what comes before stay right.
        left_out = [
            _leave_out(form, problem.where, str(problem.what), report) for problem in reversed(problems)
        ]
        if not any(left_out):
            break
    if form["pages"][0]["questions"]:
        for problem in check_definition(form)[:MOST_SAID]:
            report.drop("unready", why=str(problem.what))
    return form


def _leave_out(form: dict[str, Any], where: str, what: str, report: Report) -> bool:
    """Take out the smallest part a problem is about; False when there is none to take out."""
    path = [(name, int(number) if number else None) for name, number in _STEP.findall(where)]
    match path:
        case [
            ("pages", int(page)),
            ("questions", int(question)),
            (("choices" | "rows") as part, int(item)),
            (
                "shown_if",
                _,
            ),
        ]:
            asked = form["pages"][page]["questions"][question]
            report.drop("check", short(next(iter(asked.get("text", {}).values()), "")), why=what)
            return asked[part][item].pop("shown_if", None) is not None
        case [("pages", int(page)), ("questions", int(question)), (part, _), *_rest]:
            asked = form["pages"][page]["questions"]
            if question >= len(asked):
                return False
            report.drop("check", short(next(iter(asked[question].get("text", {}).values()), "")), why=what)
            if part in ESSENTIAL:
                del asked[question]
            else:
                asked[question].pop(part, None)
            return True
        case [("pages", int(page)), (("next" | "title" | "text" | "shown_if") as part, _), *_rest]:
            report.drop("check", why=what)
            return form["pages"][page].pop(part, None) is not None
        case [(("ends" | "quotas") as part, int(place)), *_rest] if place < len(form.get(part, ())):
            report.drop("check", why=what)
            del form[part][place]
            return True
        case [("quiz", _), *_rest]:
            report.drop("check", why=what)
            return form.pop("quiz", None) is not None
    return False
