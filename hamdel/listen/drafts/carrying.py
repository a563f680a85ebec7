"""Answers of an earlier question offered again: only those that were chosen there, or only those that were not."""

from __future__ import annotations

import copy
from typing import Any

from hamdel.listen.drafts.editing import Form, find_question, page_of
from hamdel.listen.drafts.kinds import BY_KIND, new_question
from hamdel.listen.surveys.definition import OTHER, Kind

# Of the others nobody can tell which of their choices were chosen.
SOURCES = frozenset({Kind.SINGLE, Kind.MULTIPLE})


def sources_for(form: Form, key: str) -> list[Form]:
    """Return the questions on earlier pages whose answers this one may offer again."""
    if "choices" not in BY_KIND[Kind(find_question(form, key)["kind"])].parts:
        return []
    before = form["pages"][: form["pages"].index(page_of(form, key))]
    return [q for page in before for q in page["questions"] if q["kind"] in SOURCES]


def carry_choices(form: Form, key: str, *, source: str, chosen: bool) -> None:
    """Offer the choices of `source` in a question (in the rows of a matrix), each where it was chosen there or was not.

    What the question was born with makes room; what somebody wrote stays above.
    """
    question, given = find_question(form, key), find_question(form, source)
    if given not in sources_for(form, key):
        return
    name = "rows" if question["kind"] == Kind.MATRIX else "choices"
    if question.get(name) == new_question(key, question["kind"], form["languages"])[name]:
        question[name] = []
    items = question.setdefault(name, [])
    for item in _offered_again(given, chosen=chosen):
        taken = {one["value"] for one in items}
        if item["value"] in taken:
            item["value"] = next(
                v for n in range(2, len(taken) + 3) if (v := f"{item['value']}_{n}") not in taken
            )
        items.append(item)


def _offered_again(source: Form, *, chosen: bool) -> list[Form]:
    items = []
    for choice in source.get("choices", []):
        kept = {part: copy.deepcopy(choice[part]) for part in ("value", "text", "image") if part in choice}
        rule = was_chosen(source, choice["value"])
        items.append({**kept, "shown_if": rule if chosen else {"not": rule}})
    if source.get(OTHER) and chosen:
        # The label stays before the words, so that results can be read as well.
        said = f"{{{{{source['key']}.{OTHER}}}}}"
        words = {language: f"{label}: {said}" for language, label in source[OTHER].items()}
        field = f"{source['key']}.{OTHER}"
        items.append(
            {"value": f"{OTHER}_words", "text": words, "shown_if": {"field": field, "operator": "is set"}}
        )
    return items


def was_chosen(source: Form, value: str) -> dict[str, Any]:
    """Return the rule that a choice of a question was chosen."""
    if source["kind"] == Kind.MULTIPLE:
        return {"field": f"{source['key']}.{value}", "operator": "=", "value": True}
    return {"field": source["key"], "operator": "=", "value": value}
