"""SurveyJS questions that are several in one: tables of questions, repeated panels, fields in a row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.making import Asked, Condition
from hamdel.listen.exchange.shapes import items, mapping, text, whole

if TYPE_CHECKING:
    from hamdel.listen.exchange.surveyjs_questions import Elements

MOST_TURNS = 5
MOST_CELLS = 60
DEEPEST = 3
WITH_CHOICES = {"dropdown", "radiogroup", "checkbox", "tagbox", "default", ""}


class Repeats:
    """Adds what repeats as single questions, so that each has its own answer."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self.depth = 0

    def multipletext(self, form: dict[str, Any], place: str, own: list[Condition]) -> list[Asked]:
        """Ask each field as a question of its own."""
        fields = [mapping(one) for one in items(form.get("items"))]
        self.elements.report.change("split_rows", place, count=len(fields))
        for field in fields:
            self._cell(form, field, text(field.get("name")), "", {**field, "type": "text"}, own)
        return []

    def matrixdropdown(self, form: dict[str, Any], place: str, own: list[Condition]) -> list[Asked]:
        """Ask each column over all rows: as a matrix where there is something to choose, else row by row."""
        columns = [mapping(one) for one in items(form.get("columns"))]
        self.elements.report.change("split_rows", place, count=len(columns))
        self._details(form, place)
        made = []
        for column in columns:
            kind = text(column.get("cellType")) or text(form.get("cellType")) or "dropdown"
            choices = self.elements.choices(
                column.get("choices", form.get("choices")), place, all_if=text(column.get("choicesVisibleIf"))
            )
            for part in ("requiredIf", "validators", "cells"):
                if column.get(part):
                    self.elements.report.drop("validation", place, why=part)
            if kind in WITH_CHOICES and choices.forms:
                if column.get("showOtherItem") is True or column.get("hasOther") is True:
                    self.elements.report.drop("other_in_cell", place)
                named = {
                    "table": form.get("name"),
                    "column": column.get("name"),
                    "name": f"{text(form.get('name'))}_{text(column.get('name'))}",
                    "title": self._titled(form, column),
                    "rows": form.get("rows"),
                    "rowsVisibleIf": form.get("rowsVisibleIf"),
                    "isRequired": column.get("isRequired"),
                }
                asked = self.elements.matrix(named, choices, place, several=kind in {"checkbox", "tagbox"})
                asked.conditions += self.elements.reader.conditions(column, place)
                made.append(asked)
            else:
                self._column_by_rows(form, column, kind, own)
        return made

    def _column_by_rows(
        self, form: dict[str, Any], column: dict[str, Any], kind: str, own: list[Condition]
    ) -> None:
        for row in items(form.get("rows"))[:MOST_CELLS]:
            value = text(mapping(row).get("value")) or text(row)
            said = self.elements.making.default(self.elements.reader.texts(mapping(row).get("text"))) or value
            self._cell(
                form,
                column,
                f"{value}.{text(column.get('name'))}",
                said,
                self._typed(column, kind, form),
                own,
            )

    def matrixdynamic(self, form: dict[str, Any], place: str, own: list[Condition]) -> list[Asked]:
        """Ask every column for a fixed number of entries."""
        columns = [mapping(one) for one in items(form.get("columns"))]
        turns = _turns(form, "rowCount", "minRowCount", "maxRowCount")
        self._details(form, place)
        self.elements.report.change("repeated", place, count=turns)
        for turn in range(turns):
            for column in columns:
                kind = text(column.get("cellType")) or text(form.get("cellType")) or "dropdown"
                name = f"[{turn}].{text(column.get('name'))}"
                self._cell(form, column, name, str(turn + 1), self._typed(column, kind, form), own)
        return []

    def paneldynamic(self, form: dict[str, Any], place: str, own: list[Condition]) -> list[Asked]:
        """Ask the questions of the panel for a fixed number of entries."""
        if self.depth >= DEEPEST:
            self.elements.report.drop("kind", place, kind="paneldynamic")
            return []
        turns = _turns(form, "panelCount", "minPanelCount", "maxPanelCount")
        self.elements.report.change("repeated", place, count=turns)
        base = text(form.get("name"))
        title = self.elements.reader.texts(form.get("title"))
        about = self.elements.reader.texts(form.get("description"))
        for turn in range(turns):
            if title:
                words = {language: f"{said} {turn + 1}" for language, said in title.items()}
                # What is said about all of them stands before the first.
                asked = self.elements.making.ask(
                    f"{base}_{turn}_title", "statement", words, help=about if turn == 0 else {}
                )
                asked.conditions += own
            written = json.dumps(form.get("templateElements"), ensure_ascii=False)
            written = written.replace(
                "{panel.", "{" + json.dumps(f"{base}[{turn}].", ensure_ascii=False)[1:-1]
            )
            self.depth += 1
            self.elements.add(_renamed(json.loads(written), f"{base}[{turn}].", 0), own, 1)
            self.depth -= 1
        return []

    def _details(self, form: dict[str, Any], place: str) -> None:
        """Say what is lost of rows that unfold or differ."""
        if inner := items(form.get("detailElements")):
            self.elements.report.drop("details", place, count=len(inner))
        if any(mapping(row).get("cells") for row in items(form.get("rows"))):
            self.elements.report.drop("cells", place)

    def _cell(
        self,
        form: dict[str, Any],
        part: dict[str, Any],
        name: str,
        row: str,
        asked: dict[str, Any],
        own: list[Condition],
    ) -> None:
        base = text(form.get("name"))
        full = f"{base}{name}" if name.startswith("[") else f"{base}.{name}"
        self.elements.one({**asked, "name": full, "title": self._titled(form, part, row)}, own)

    def _titled(self, form: dict[str, Any], part: dict[str, Any], row: str = "") -> dict[str, str]:
        """Return the words of the whole, of the row and of the part, in every language."""
        # As they stand in the file: `ask` reads them once, with their insertions.
        reader, making = self.elements.reader, self.elements.making
        whole_words = reader.raw(form.get("title")) or {making.languages[0]: text(form.get("name"))}
        words = reader.raw(part.get("title")) or {making.languages[0]: text(part.get("name"))}
        return {
            language: " – ".join(
                filter(
                    None,
                    [
                        text(whole_words.get(language, making.default(whole_words))),
                        row,
                        text(words.get(language, making.default(words))),
                    ],
                )
            )
            for language in whole_words | words
        }

    @staticmethod
    def _typed(column: dict[str, Any], kind: str, form: dict[str, Any]) -> dict[str, Any]:
        kind = "dropdown" if kind == "default" else kind
        return {"choices": form.get("choices"), **column, "type": kind}


def _turns(form: dict[str, Any], *names: str) -> int:
    given, least, most = (whole(form.get(name)) for name in names)
    return min(max(given or 0, least or 0, 1), most or MOST_TURNS, MOST_TURNS)


def _renamed(element: Any, prefix: str, depth: int) -> Any:
    """Return elements whose names begin with the name of their entry."""
    if isinstance(element, list):
        return [_renamed(one, prefix, depth) for one in element]
    if not isinstance(element, dict) or depth > 30:
        return element
    inner = {part: _renamed(element[part], prefix, depth + 1) for part in ("elements",) if part in element}
    named = {"name": prefix + text(element.get("name"))} if element.get("name") else {}
    titled = {"title": element.get("title", element.get("name"))}
    return {**element, **inner, **named, **titled}
