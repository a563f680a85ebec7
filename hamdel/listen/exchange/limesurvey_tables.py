"""LimeSurvey questions over several rows, each a subquestion."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.conditions import ALWAYS, RuleForm, empty, negated
from hamdel.listen.exchange.making import ONLY_IF, Asked, Condition, Making, Texts
from hamdel.listen.exchange.plain_text import short
from hamdel.listen.exchange.report import CannotSay, Report
from hamdel.listen.exchange.shapes import Choices, number
from hamdel.listen.exchange.usual_words import DECREASE, FEMALE, INCREASE, MALE, NO, SAME, UNCERTAIN, YES

if TYPE_CHECKING:
    from hamdel.listen.exchange.limesurvey import Row
    from hamdel.listen.exchange.limesurvey_questions import Questions

MOST_CELLS = 60
FIXED: dict[str, list[tuple[str, dict[str, str]]]] = {
    "A": [(str(n), {}) for n in range(1, 6)],
    "B": [(str(n), {}) for n in range(1, 11)],
    "C": [("Y", YES), ("U", UNCERTAIN), ("N", NO)],
    "E": [("I", INCREASE), ("S", SAME), ("D", DECREASE)],
    "Y": [("Y", YES), ("N", NO)],
    "G": [("F", FEMALE), ("M", MALE)],
}


class InRows:
    """LimeSurvey questions over several rows, each a subquestion."""

    questions: Questions
    row: Row
    title: Texts
    place: str
    making: Making
    report: Report
    ask: Callable[..., Asked]
    know: Callable[..., None]
    attribute: Callable[[str], str]
    has: Callable[[str], bool]
    said: Callable[[str], Texts]
    count: Callable[[str], int | None]
    choices: Callable[..., Choices]
    fixed: Callable[[str], Choices]
    nothing: Callable[[], list[Asked]]
    _is_random: Callable[[], bool]
    _pattern: Callable[[], dict[str, Any]]
    _no_pattern: Callable[[], None]

    def subs(self, fallback: str = "c", scale: str = "0") -> tuple[Choices, list[Row]]:
        rows = self.questions.subquestions(self.row, scale)
        found = Choices(self.report, fallback, place=self.place)
        for row in rows:
            only_if = self.only_if(row)
            more: dict[str, Any] = {ONLY_IF: only_if} if only_if else {}
            found.add(row.get("title", ""), self.label(row), **more)
        return found, rows

    def only_if(self, sub: Row) -> list[Condition]:
        """Return what decides whether a subquestion is shown: its own equation, and the answers it follows."""
        code = self.row.get("title", "")
        found = self.questions.reader.relevance(sub.get("relevance", ""), code)
        if sub.get("scale_id", "0") != "0":
            return found
        for attribute in ("array_filter", "array_filter_exclude"):
            for source in filter(None, self.attribute(attribute).replace(" ", "").split(";")):
                found.append(
                    self._followed(source, sub.get("title", ""), is_left=attribute != "array_filter")
                )
        return found

    def _followed(self, source: str, code: str, *, is_left: bool) -> Condition:
        """Return that the subquestion of the same code was answered in an earlier question, or that it was not."""

        def rule() -> RuleForm:
            reader = self.questions.reader
            try:
                unanswered = empty(reader.find(f"{source}_{code}"))
            except CannotSay:
                # Of a code that the earlier question does not have, it says nothing.
                reader.find(source)
                return ALWAYS
            return unanswered if is_left else negated(unanswered)

        return rule

    def label(self, sub: Row) -> Texts:
        return self.questions.label("subquestions", sub, "qid", "question", self.place)

    def matrix(self) -> list[Asked]:
        kind = self.row["type"]
        columns = self.fixed(kind) if kind in FIXED else self.choices()
        return self.table(columns, "", self.title)

    def dual(self) -> list[Asked]:
        self.report.change("split_rows", self.place, count=2)
        made = []
        for scale, head in (("0", "dualscale_headerA"), ("1", "dualscale_headerB")):
            made += self.table(self.choices(scale), f"_{scale}", self.said(head))
        return made

    def table(self, columns: Choices, suffix: str, head: Texts, *, several: bool = False) -> list[Asked]:
        """Ask a matrix over the subquestions."""
        rows, subs = self.subs("r")
        if not rows.forms or not columns.forms:
            return self.nothing()
        asked = self.ask(
            "matrix", suffix=suffix, row=head if suffix else None, choices=columns.forms, rows=rows.forms,
            several=several, random_order=self._is_random(),
        )  # fmt: skip
        for sub in subs:
            ours = rows.ours.get(sub.get("title", "").lower(), "")
            self.know(asked, f"_{sub.get('title', '')}{suffix}", columns.ours, part=ours, kind="single")
        return [asked]

    def numbers_table(self) -> list[Asked]:
        columns, _rows = self.subs("c", "1")
        if self.has("multiflexible_checkbox"):
            return self.table(columns, "", self.title, several=True)
        self._no_pattern()
        low, high = number(self.attribute("multiflexible_min")), number(self.attribute("multiflexible_max"))
        self._note_formulas("multiflexible_min", "multiflexible_max", "multiflexible_step")
        return self.cells("number", low=low, high=high, step=number(self.attribute("multiflexible_step")))

    def texts_table(self) -> list[Asked]:
        return self.cells("text", **self._pattern())

    def cells(self, kind: str, **parts: Any) -> list[Asked]:
        """Ask every cell of a table by itself."""
        rows, columns = self.questions.subquestions(self.row), self.questions.subquestions(self.row, "1")
        pairs = [(row, column) for row in rows for column in columns]
        self.report.change("split_rows", self.place, count=len(pairs[:MOST_CELLS]))
        if len(pairs) > MOST_CELLS:
            self.report.drop("too_many", self.place, most=MOST_CELLS)
        return [
            self._only_if(
                self.ask(
                    kind, suffix=f"_{row.get('title', '')}_{column.get('title', '')}",
                    row={one: f"{self._said(row, one)} – {self._said(column, one)}" for one in self.title}, **parts,
                ),
                row, column,
            )
            for row, column in pairs[:MOST_CELLS]
        ]  # fmt: skip

    def _said(self, sub: Row, language: str) -> str:
        words = self.label(sub)
        return words.get(language, self.making.default(words))

    def several(self, kind: str, **parts: Any) -> list[Asked]:
        """Ask every subquestion by itself."""
        rows = self.questions.subquestions(self.row)
        if not rows:
            return self.nothing()
        self.report.change("split_rows", self.place, count=len(rows))
        return [
            self._only_if(
                self.ask(kind, suffix=f"_{row.get('title', '')}", row=self.label(row), **parts), row
            )
            for row in rows
        ]

    def _only_if(self, asked: Asked, *subs: Row) -> Asked:
        """Give a subquestion that became a question of its own the conditions it was shown under."""
        for sub in subs:
            asked.conditions += self.only_if(sub)
        return asked

    def several_texts(self) -> list[Asked]:
        if self.has("numbers_only"):
            return self.several("number", **self._beside())
        self._words_beside()
        return self.several("text", most=self.count("maximum_chars"), **self._pattern())

    def several_numbers(self) -> list[Asked]:
        self._no_pattern()
        total = number(self.attribute("equals_num_value"))
        self._note_formulas("equals_num_value")
        for name in ("min_num_value", "max_num_value"):
            if self.attribute(name):
                self.report.drop("prices", self.place, text=short(f"{name} = {self.attribute(name)}"))
        if total is not None and total > 0:
            choices, _rows = self.subs()
            if choices.forms:
                return [self.ask("constant_sum", choices=choices.forms, total=total)]
        if self.has("slider_layout"):
            low, high = number(self.attribute("slider_min")) or 0, number(self.attribute("slider_max")) or 100
            made = self.several("slider", high=high, step=number(self.attribute("slider_accuracy")) or 1)
            for asked in made:
                asked.form["low"] = low
                self._slider_ends(asked)
            return made
        return self.several("number", **self._bounds(), **self._beside())

    def _slider_ends(self, asked: Asked) -> None:
        """Take the words of both ends out of “what – text at the start|text at the end”."""
        sign = self.attribute("slider_separator") or "|"
        cut = {language: words.split(sign) for language, words in asked.form["text"].items()}
        if not all(len(parts) == 3 for parts in cut.values()):
            return
        for place, part in ((0, "text"), (1, "low_label"), (2, "high_label")):
            asked.form[part] = {language: parts[place].strip(" –") or "…" for language, parts in cut.items()}

    def _note_formulas(self, *names: str) -> None:
        for name in names:
            if self.attribute(name) and number(self.attribute(name)) is None:
                self.report.drop("prices", self.place, text=short(f"{name} = {self.attribute(name)}"))

    def _beside(self) -> dict[str, Any]:
        """Return the unit of a number; words before the field have no place here."""
        before, after = self.said("prefix"), self.said("suffix")
        if before and after:
            self.report.drop("beside", self.place, text=short(self.making.default(before)))
        return {"unit": after or before}

    def _words_beside(self) -> None:
        for words in filter(None, (self.said("prefix"), self.said("suffix"))):
            self.report.drop("beside", self.place, text=short(self.making.default(words)))

    def _bounds(self) -> dict[str, Any]:
        found = {
            "low": number(self.attribute("min_num_value_n")),
            "high": number(self.attribute("max_num_value_n")),
        }
        for name, end in (("min_num_value_n", "low"), ("max_num_value_n", "high")):
            if self.attribute(name) and found[end] is None:
                self.report.drop("prices", self.place, text=short(self.attribute(name)))
        step = 1 if self.has("num_value_int_only") else None
        return {end: value for end, value in found.items() if value is not None} | (
            {"step": step} if step else {}
        )
