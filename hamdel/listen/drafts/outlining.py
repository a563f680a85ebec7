"""The survey at a glance, as the editor lists it at the side: pages, questions, ends, quotas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hamdel.ground.rules import Fields
from hamdel.listen.drafts.kinds import label_of
from hamdel.listen.drafts.selecting import language_now, local, said, title_of
from hamdel.listen.surveys.definition import read_definition, rule_fields


@dataclass(frozen=True)
class QuestionLine:
    key: str
    number: int
    title: str
    kind: str
    is_required: bool
    condition: str
    is_open: bool

    @property
    def address(self) -> str:
        return f"question:{self.key}"


@dataclass(frozen=True)
class PageLine:
    key: str
    number: int
    title: str
    questions: list[QuestionLine]
    condition: str
    branches: int
    is_open: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class OtherLine:
    """An end or a quota."""

    address: str
    title: str
    condition: str
    is_open: bool


@dataclass(frozen=True)
class Outline:
    pages: list[PageLine]
    ends: list[OtherLine]
    quotas: list[OtherLine]
    questions: int


def outline(form: dict[str, Any], open_at: str) -> Outline:
    """Return the lines of a draft; `open_at` is the address of the part being edited."""
    fields = rule_fields(read_definition(form), language_now())
    pages, count = [], 0
    for number, page in enumerate(form["pages"], 1):
        lines = []
        for question in page["questions"]:
            count += 1
            lines.append(_question(question, count, form, fields, open_at))
        pages.append(
            PageLine(
                page["key"], number, local(page.get("title"), form), lines, _condition(page.get("shown_if"), fields),
                len(page.get("next", [])), open_at == f"page:{page['key']}", number == 1, number == len(form["pages"]),
            )
        )  # fmt: skip
    return Outline(
        pages,
        [_other("end", end, title_of(end, form), fields, open_at) for end in form["ends"]],
        [
            _other("quota", quota, quota.get("name") or quota["key"], fields, open_at)
            for quota in form.get("quotas", [])
        ],
        count,
    )


def _question(
    question: dict[str, Any], number: int, form: dict[str, Any], fields: Fields, open_at: str
) -> QuestionLine:
    return QuestionLine(
        question["key"],
        number,
        local(question.get("text"), form) or question["key"],
        str(label_of(question["kind"])),
        bool(question.get("required")),
        _condition(question.get("shown_if"), fields),
        open_at == f"question:{question['key']}",
    )


def _other(kind: str, part: dict[str, Any], title: str, fields: Fields, open_at: str) -> OtherLine:
    address = f"{kind}:{part['key']}"
    return OtherLine(address, title, _condition(part.get("if"), fields), open_at == address)


def _condition(rule: Any, fields: Fields) -> str:
    return said(rule, fields) if rule else ""
