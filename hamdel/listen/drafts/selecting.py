"""Which part of a survey the editor has open, and what its form needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hamdel.ground.rules import NotARule, parse, sentence
from hamdel.ground.rules.building import Draft as Rule
from hamdel.listen.drafts.carrying import sources_for
from hamdel.listen.drafts.editing import (
    LISTS,
    NOBODY,
    NoSuchPart,
    find_choice,
    find_end,
    find_page,
    find_question,
    find_quota,
    page_of,
)
from hamdel.listen.drafts.forms import QuestionForm
from hamdel.listen.surveys.definition import Kind, read_definition, rule_fields

FIRST = "first"


@dataclass
class Opened:
    """The part in the middle of the editor: `kind` is question, choice, page, end, quota or quiz; `rule` its condition.

    The key of a choice begins with that of its question: "q1:choices:c2".
    """

    kind: str
    key: str
    part: dict[str, Any]
    form: QuestionForm | None = None
    rule: Rule | None = None
    branches: list[dict[str, Any]] = field(default_factory=list)
    targets: list[tuple[str, str]] = field(default_factory=list)
    # Earlier questions whose answers this one may offer again.
    sources: list[tuple[str, str]] = field(default_factory=list)
    # The question a choice belongs to.
    question: dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """Return the address of the line of the outline it belongs to."""
        return f"question:{self.question['key']}" if self.question else self.address

    @property
    def is_row(self) -> bool:
        """Tell whether it is a row of a matrix rather than an answer."""
        return self.kind == "choice" and self.key.split(":")[1] == "rows"

    @property
    def may_have_picture(self) -> bool:
        """Tell whether a picture beside this choice would be seen."""
        return self.is_row or self.question.get("kind") != Kind.MATRIX

    @property
    def is_in_ranking(self) -> bool:
        return self.question.get("kind") == Kind.RANKING

    @property
    def address(self) -> str:
        return f"{self.kind}:{self.key}"


def opened(form: dict[str, Any], address: str, *, posted: Mapping[str, str] | None = None) -> Opened:
    """Return the part that an address such as "question:q1" names, the first question for anything else."""
    kind, _colon, key = address.partition(":")
    try:
        if kind == "page":
            return _page(form, find_page(form, key), posted)
        if kind == "end":
            return _with_rule(form, "end", find_end(form, key), "if", posted)
        if kind == "quota":
            found = _with_rule(form, "quota", find_quota(form, key), "if", posted)
            found.targets = ends_of(form)
            return found
        if kind == "quiz":
            return Opened("quiz", "quiz", form.get("quiz") or {})
        if kind == "choice":
            return _choice(form, key, posted)
        if kind == "question":
            return _question(form, find_question(form, key), posted)
    except NoSuchPart:
        pass
    first = next((q for page in form["pages"] for q in page["questions"]), None)
    return _question(form, first, posted) if first else _page(form, form["pages"][0], posted)


def _question(form: dict[str, Any], question: dict[str, Any], posted: Mapping[str, str] | None) -> Opened:
    found = _with_rule(
        form, "question", question, "shown_if", posted, before=page_of(form, question["key"])["key"]
    )
    found.form = QuestionForm(question, form["languages"], is_quiz=bool(form.get("quiz")))
    found.form.conditions = conditions_in(form, question)
    found.sources = [(one["key"], title_of(one, form)) for one in sources_for(form, question["key"])]
    return found


def conditions_in(form: dict[str, Any], question: dict[str, Any]) -> dict[str, str]:
    """Return the conditions of choices and rows in words: "choices:c2" → sentence."""
    ruled = [(name, item) for name in LISTS for item in question.get(name, []) if item.get("shown_if")]
    fields = rule_fields(read_definition(form), language_now()) if ruled else {}
    return {f"{name}:{item['value']}": said(item["shown_if"], fields) for name, item in ruled}


def _choice(form: dict[str, Any], address: str, posted: Mapping[str, str] | None) -> Opened:
    choice, question = find_choice(form, address), find_question(form, address.partition(":")[0])
    before = page_of(form, question["key"])["key"]
    found = _with_rule(form, "choice", choice, "shown_if", posted, before=before)
    found.key, found.question = address, question
    if found.rule:
        found.rule.says_when_empty = _("No condition yet: it is offered to everybody.")
    return found


def _page(form: dict[str, Any], page: dict[str, Any], posted: Mapping[str, str] | None) -> Opened:
    found = _with_rule(form, "page", page, "shown_if", posted, before=page["key"])
    fields = rule_fields(read_definition(form), language_now())
    later = form["pages"][form["pages"].index(page) + 1 :]
    found.targets = [(p["key"], title_of(p, form)) for p in later] + ends_of(form)
    labels = dict(found.targets)
    found.branches = [
        {
            "number": n,
            "said": said(branch["if"], fields),
            "to": labels.get(branch["to"], branch["to"]),
            "rule": Rule.of(branch["if"], fields=fields, name=f"branch{n}"),
        }
        for n, branch in enumerate(page.get("next", []))
    ]
    return found


def _with_rule(
    form: dict[str, Any],
    kind: str,
    part: dict[str, Any],
    name: str,
    posted: Mapping[str, str] | None,
    *,
    before: str = "",
) -> Opened:
    fields = rule_fields(read_definition(form), language_now(), until=before)
    rule = Rule.read(posted, fields=fields) if posted is not None else Rule.of(part.get(name), fields=fields)
    if kind == "end":
        rule.says_when_empty = _("No condition yet: only a page or a quota leads here.")
    return Opened(kind, part.get("key", ""), part, rule=rule)


def ends_of(form: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f"end:{end['key']}", title_of(end, form)) for end in form["ends"]]


def language_now() -> str:
    return "fa" if get_language() == "fa" else "en"


def local(texts: Mapping[str, str] | None, form: Mapping[str, Any]) -> str:
    """Return a text in the reader's language, or in another it has."""
    texts = texts or {}
    return texts.get(language_now()) or texts.get(form["languages"][0]) or next(iter(texts.values()), "")


def title_of(part: Mapping[str, Any], form: Mapping[str, Any]) -> str:
    """Return how a part of the survey is called in lists."""
    return local(part.get("title"), form) or local(part.get("text"), form) or str(part["key"])


def said(rule: Any, fields: Any) -> str:
    """Return a rule as a sentence; as it stands for one that speaks of what is gone."""
    if rule == NOBODY:
        return _("Only where a page or a quota leads here")
    try:
        return sentence(parse(rule), fields)
    except (NotARule, KeyError, ValueError):
        return str(rule)
