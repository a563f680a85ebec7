"""Answers in words, and texts that speak of earlier answers: `{{key}}` is the answer to `key`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from hamdel.ground.calendar.days import Calendar
from hamdel.ground.calendar.digits import format_number
from hamdel.ground.calendar.words import format_day
from hamdel.listen.surveys.definition.form import Definition
from hamdel.listen.surveys.definition.parts import NONE, OTHER, Kind, Question, Texts

PIPE = re.compile(r"\{\{\s*([a-z0-9_]{1,40}(?:\.other)?)\s*\}\}")
LONGEST_PIPED = 200
# Languages by their own names.
NAMES = {"fa": "فارسی", "en": "English", "ar": "العربية", "tr": "Türkçe", "ku": "Kurdî", "ckb": "کوردی",
         "az": "Azərbaycanca", "de": "Deutsch", "fr": "Français", "ru": "Русский", "ur": "اردو"}  # fmt: skip


def piped(definition: Definition, texts: Texts, answers: Mapping[str, Any], language: str) -> str:
    """Return a text in a language with the earlier answers it speaks of. It is plain text: escape it like any other."""
    text = definition.local(texts, language)
    if "{{" not in text:
        return text
    return PIPE.sub(lambda found: _said(definition, found[1], answers, language), text)


def _said(definition: Definition, key: str, answers: Mapping[str, Any], language: str) -> str:
    question = definition.by_key.get(key.removesuffix(".other"))
    if question is None or answers.get(key) is None:
        return "…"
    if key.endswith(".other"):
        return str(answers[key])[:LONGEST_PIPED]
    return in_words(definition, question, answers, language)[:LONGEST_PIPED]


def in_words(definition: Definition, question: Question, answers: Mapping[str, Any], language: str) -> str:
    """Return the answer to a question as a person would say it, "" for none."""
    value, own = answers.get(question.key), answers.get(f"{question.key}.{OTHER}")
    if value is None:
        return ""
    names = _names(definition, question, language)
    if own:
        names[OTHER] = str(own)
    comma = "، " if language in {"fa", "ar"} else ", "
    match question.kind:
        case Kind.MULTIPLE | Kind.RANKING:
            return comma.join(names.get(item, str(item)) for item in value)
        case Kind.MATRIX | Kind.CONSTANT_SUM:
            return comma.join(
                f"{names.get(k, k)}: {_part(v, names, language, comma)}" for k, v in value.items()
            )
        case Kind.FILE:
            return comma.join(str(file.get("name", "")) for file in value)
        case Kind.CONSENT:
            return "✓"
    return _part(value, names, language, comma) if question.kind != Kind.DATE else say_day(value, language)


def _names(definition: Definition, question: Question, language: str) -> dict[str, str]:
    names = {
        item.value: definition.local(item.name, language) for item in (*question.choices, *question.rows)
    }
    for value, texts in ((OTHER, question.other), (NONE, question.none)):
        if texts is not None:
            names[value] = definition.local(texts, language)
    return names


def _part(value: Any, names: Mapping[str, str], language: str, comma: str) -> str:
    if isinstance(value, list):
        return comma.join(names.get(item, str(item)) for item in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_number(value, language if language in {"fa", "en"} else "en")
    return names.get(value, str(value)) if isinstance(value, str) else str(value)


def say_day(value: Any, language: str) -> str:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    calendar = Calendar.JALALI if language == "fa" else Calendar.GREGORIAN
    return format_day(day, language if language in {"fa", "en"} else "en", calendar)
