"""Where in a draft a problem is: for the editor's address, and in words."""

from __future__ import annotations

import re
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hamdel.listen.drafts.selecting import local
from hamdel.listen.surveys.definition import Problem
from hamdel.ui.formats import number

# pages[0].questions[2].choices[1].shown_if, and whatever it begins with.
WHERE = re.compile(
    r"(pages|ends|quotas)\[(\d+)\](?:\.questions\[(\d+)\](?:\.(choices|rows)\[(\d+)\](\.shown_if|\.image)?)?)?"
)
PARTS = {
    "pages": gettext_lazy("page %(n)s"),
    "ends": gettext_lazy("end %(n)s"),
    "quotas": gettext_lazy("quota %(n)s"),
    "questions": gettext_lazy("question %(n)s"),
    "choices": gettext_lazy("answer %(n)s"),
    "rows": gettext_lazy("row %(n)s"),
}
LONGEST = 60


def address_of(form: dict[str, Any], problem: Problem) -> str:
    """Return where in the editor a problem is mended: pages[0].questions[2].text is question:q3, its choice q3:choices:c1."""
    found = WHERE.match(problem.where)
    if found is None:
        return "quiz:quiz" if problem.where.startswith("quiz") else ""
    part = form[found[1]][int(found[2])]
    if found[3] is None:
        return f"{found[1].removesuffix('s')}:{part.get('key')}"
    question = part["questions"][int(found[3])]
    if found[6] is None:
        return f"question:{question.get('key')}"
    value = question[found[4]][int(found[5])].get("value")
    return f"choice:{question.get('key')}:{found[4]}:{value}"


def place_of(form: dict[str, Any], problem: Problem) -> str:
    """Return where a problem is, in words: page 1, question 2 (How was it?), answer 3; "" for the whole survey."""
    found = WHERE.match(problem.where)
    if found is None:
        return ""
    part = form[found[1]][int(found[2])]
    said = [_named(found[1], found[2], part, form)]
    if found[3] is not None:
        question = part["questions"][int(found[3])]
        said.append(_named("questions", found[3], question, form))
        if found[4] is not None:
            said.append(_named(found[4], found[5], question[found[4]][int(found[5])], form))
    return _(", ").join(said)


def _named(kind: str, at: str, part: dict[str, Any], form: dict[str, Any]) -> str:
    """Return the place of a part among its like, with its words where it has any."""
    place = str(PARTS[kind]) % {"n": number(int(at) + 1)}
    words = local(part.get("title"), form) or local(part.get("text"), form)
    return f"{place} ({Truncator(words).chars(LONGEST)})" if words else place
