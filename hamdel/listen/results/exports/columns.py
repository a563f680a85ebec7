"""The columns of an export: one for each question, or for each choice or row where one is not enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from hamdel.listen.results.versions import Asked
from hamdel.listen.surveys.definition import NONE, OTHER, Kind, piped
from hamdel.listen.surveys.definition.parts import NUMERIC

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column. `kind` is number, flag (0 or 1), text or day; `labels` say what its values mean."""

    name: str
    label: str
    kind: str
    read: Callable[[Answers], Any]
    labels: Mapping[Any, str] = field(default_factory=dict)


def columns_of(questions: Iterable[Asked], language: str) -> list[Column]:
    """Return the columns of these questions with labels in a language; two of one label tell their keys."""
    found = [column for asked in questions for column in _columns(asked, language)]
    labels = Counter(column.label for column in found)
    return [
        replace(column, label=f"{column.label} ({column.name})") if labels[column.label] > 1 else column
        for column in found
    ]


def _columns(asked: Asked, language: str) -> list[Column]:
    question, key = asked.question, asked.key

    def words(texts: Mapping[str, str]) -> str:
        return piped(asked.definition, texts, {}, language)

    label = words(question.text) or key
    named = {choice.value: words(choice.name) or choice.value for choice in question.choices}
    for value, texts in ((OTHER, question.other), (NONE, question.none)):
        if texts is not None:
            named[value] = words(texts) or value
    match question.kind:
        case Kind.MULTIPLE:
            found = [_flag(key, value, f"{label}: {text}") for value, text in named.items()]
        case Kind.MATRIX:
            found = _of_matrix(asked, label, named, words)
        case Kind.RANKING:
            found = [_place(key, value, f"{label}: {text}") for value, text in named.items()]
        case Kind.CONSTANT_SUM:
            found = [_part(key, value, f"{label}: {text}", "number") for value, text in named.items()]
        case Kind.SINGLE:
            found = [Column(key, label, "text", lambda answers: answers.get(key), named)]
        case Kind.CONSENT:
            found = [
                Column(key, label, "flag", lambda answers: 1 if answers.get(key) else None, {1: _("Yes")})
            ]
        case Kind.FILE:
            found = [Column(key, label, "text", lambda answers: _files(answers.get(key)))]
        case kind:
            fitting = "number" if kind in NUMERIC else "day" if kind == Kind.DATE else "text"
            found = [Column(key, label, fitting, lambda answers: answers.get(key))]
    if question.other is not None:
        own = f"{key}.{OTHER}"
        text = f"{label}: {words(question.other)} ({_('in their own words')})"
        found.append(Column(f"{own}_text", text, "text", lambda answers: answers.get(own)))
    return found


def _of_matrix(
    asked: Asked, label: str, named: Mapping[Any, str], words: Callable[[Mapping[str, str]], str]
) -> list[Column]:
    found = []
    for row in asked.question.rows:
        text = f"{label}: {words(row.name) or row.value}"
        if asked.question.several:
            found += [_cell(asked.key, row.value, value, f"{text}: {name}") for value, name in named.items()]
        else:
            found.append(_part(asked.key, row.value, text, "text", named))
    return found


def _flag(key: str, value: str, label: str) -> Column:
    def read(answers: Answers) -> int | None:
        given = answers.get(key)
        return None if given is None else int(value in given)

    return Column(f"{key}.{value}", label, "flag", read, {0: _("No"), 1: _("Yes")})


def _cell(key: str, row: str, value: str, label: str) -> Column:
    def read(answers: Answers) -> int | None:
        given = (answers.get(key) or {}).get(row)
        return None if given is None else int(value in given)

    return Column(f"{key}.{row}.{value}", label, "flag", read, {0: _("No"), 1: _("Yes")})


def _place(key: str, value: str, label: str) -> Column:
    def read(answers: Answers) -> int | None:
        given = answers.get(key) or []
        return given.index(value) + 1 if value in given else None

    return Column(f"{key}.{value}", label, "number", read)


def _part(key: str, part: str, label: str, kind: str, labels: Mapping[Any, str] | None = None) -> Column:
    return Column(
        f"{key}.{part}", label, kind, lambda answers: (answers.get(key) or {}).get(part), labels or {}
    )


def _files(given: Any) -> str | None:
    return ", ".join(str(file.get("name", "")) for file in given) if given else None
