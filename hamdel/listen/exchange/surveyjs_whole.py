"""A file of SurveyJS as a whole, before any question is read: its languages, its formulas, the names in it."""

from __future__ import annotations

import re
from typing import Any

from hamdel.listen.exchange.shapes import items, mapping, text

DEEPEST = 30
USED = re.compile(r"\{([^{}\n]{1,80})\}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
PERSIAN = re.compile("[\u0600-\u06ff]")
LATIN = re.compile("[A-Za-z]")
# Parts that are texts, and so may be written by language.
WORDS = {
    "title", "description", "text", "html", "labelTrue", "labelFalse", "otherText", "noneText", "commentText",
    "minRateDescription", "maxRateDescription", "completedHtml", "requiredErrorText", "placeholder", "placeHolder",
    "templateTitle", "refuseText", "dontKnowText", "selectAllText", "loadingHtml", "navigationTitle",
}  # fmt: skip


def looks_like(form: Any) -> bool:
    """Tell whether this is JSON of SurveyJS."""
    return isinstance(form, dict) and any(
        isinstance(form.get(part), list) for part in ("pages", "elements", "questions")
    )


def unpacked(form: Any) -> Any:
    """Return the survey inside what programs that keep surveys wrap around it."""
    for name in ("json", "survey", "schema", "content", "definition", "surveyJson"):
        if isinstance(form, dict) and not looks_like(form) and looks_like(form.get(name)):
            return {"title": form.get("title", form.get("name")), **form[name]}
    return form


def languages_of(form: dict[str, Any]) -> list[str]:
    """Return the languages its texts are in; "default" is the survey's own."""
    found: list[str] = []
    plain_texts: list[str] = []
    _collect(form, found, plain_texts, 0)
    own, stated = text(form.get("locale")), list(dict.fromkeys(found))
    if not LANGUAGE.fullmatch(own):
        # Nobody says what the plain texts are written in: their letters do.
        own = _language_in(plain_texts) if plain_texts or not stated else stated[0]
    return [own, *(language for language in stated if language != own)]


def _language_in(texts: list[str]) -> str:
    letters = " ".join(texts)[:20_000]
    return "fa" if len(PERSIAN.findall(letters)) > len(LATIN.findall(letters)) else "en"


def _collect(part: Any, found: list[str], plain_texts: list[str], depth: int) -> None:
    if depth > 3 * DEEPEST:
        return
    if isinstance(part, dict):
        for name, inner in part.items():
            if name in WORDS and isinstance(inner, dict):
                found += [key for key in inner if key != "default" and LANGUAGE.fullmatch(str(key))]
                plain_texts += [inner["default"]] if isinstance(inner.get("default"), str) else []
            elif name in WORDS and isinstance(inner, str):
                plain_texts.append(inner)
            else:
                _collect(inner, found, plain_texts, depth + 1)
    elif isinstance(part, list):
        for inner in part:
            _collect(inner, found, plain_texts, depth + 1)


def formulas_in(part: Any, found: dict[str, str], depth: int) -> None:
    """Collect what is calculated, by name: values of the whole survey, and questions that only show a result."""
    if depth > 3 * DEEPEST:
        return
    if isinstance(part, dict):
        if part.get("type") == "expression" and text(part.get("name")):
            found.setdefault(text(part["name"]).lower(), text(part.get("expression")))
        for form in map(mapping, items(part.get("calculatedValues"))):
            found.setdefault(text(form.get("name")).lower(), text(form.get("expression")))
        for inner in part.values():
            formulas_in(inner, found, depth + 1)
    elif isinstance(part, list):
        for inner in part:
            formulas_in(inner, found, depth + 1)


def names_in(part: Any, names: set[str], used: dict[str, str], depth: int) -> None:
    """Collect the names questions have, and those that are used in braces."""
    if depth > 3 * DEEPEST:
        return
    if isinstance(part, dict):
        names |= {text(part.get(word)).lower() for word in ("name", "valueName")} if "name" in part else set()
        for inner in part.values():
            names_in(inner, names, used, depth + 1)
    elif isinstance(part, list):
        for inner in part:
            names_in(inner, names, used, depth + 1)
    elif isinstance(part, str):
        for found in USED.findall(part[:100_000]):
            if not found.startswith(("panel.", "row.", "item", "parentPanel.", "rowIndex", "prevPanel")):
                used.setdefault(found.strip().lower(), found.strip())
