"""LimeSurvey's kinds of questions, each known by one letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.conditions import Subject
from hamdel.listen.exchange.making import Asked, Condition, Texts
from hamdel.listen.exchange.plain_text import plain, short
from hamdel.listen.exchange.report import Report
from hamdel.listen.exchange.scales import metric_of
from hamdel.listen.exchange.shapes import Choices, number, whole
from hamdel.listen.exchange.surveyjs_questions import NO, OTHER, YES

if TYPE_CHECKING:
    from hamdel.listen.exchange.limesurvey import LimeSurveyReader, Row

MOST_CELLS = 60
UNCERTAIN = {"fa": "مطمئن نیستم", "en": "Uncertain", "de": "Unsicher", "fr": "Incertain"}
INCREASE = {"fa": "بیشتر", "en": "Increase", "de": "Zunahme", "fr": "Augmenter"}
SAME = {"fa": "بی‌تغییر", "en": "Same", "de": "Gleich", "fr": "Sans changement"}
DECREASE = {"fa": "کمتر", "en": "Decrease", "de": "Abnahme", "fr": "Diminuer"}
FEMALE = {"fa": "زن", "en": "Female", "de": "Weiblich", "fr": "Féminin"}
MALE = {"fa": "مرد", "en": "Male", "de": "Männlich", "fr": "Masculin"}
COMMENT = {"fa": "توضیح", "en": "Comment", "de": "Kommentar", "fr": "Commentaire"}
FIXED: dict[str, list[tuple[str, dict[str, str]]]] = {
    "A": [(str(n), {}) for n in range(1, 6)],
    "B": [(str(n), {}) for n in range(1, 11)],
    "C": [("Y", YES), ("U", UNCERTAIN), ("N", NO)],
    "E": [("I", INCREASE), ("S", SAME), ("D", DECREASE)],
    "Y": [("Y", YES), ("N", NO)],
    "G": [("F", FEMALE), ("M", MALE)],
}


class Questions:
    """Adds the questions of a file to the survey in the making."""

    def __init__(self, reader: LimeSurveyReader) -> None:
        self.reader, self.making, self.report = reader, reader.making, reader.report
        self.tables = reader.tables

    def add(self, row: Row, conditions: list[Condition]) -> None:
        """Add one question, or the several it is made of."""
        kind, code = row.get("type", ""), row.get("title", "")
        words = self.tables.texts("questions", "qid", row)
        place = self._place(words) or code
        title = self.reader.texts(words, "question", place, code) or {self.making.languages[0]: code or "…"}
        asking = Asking(self, row, title, self.reader.texts(words, "help", place), place)
        self._note(asking)
        if asking.has("hidden") and kind != "*":
            self.report.drop("never_shown", place)
            return
        if kind not in KINDS:
            self.report.drop("kind", place, kind=kind or "?")
            return
        own = self.reader.relevance(row.get("relevance", ""), code) or self.reader.old_conditions(
            row.get("qid", "")
        )
        for asked in KINDS[kind](asking):
            asked.conditions += [*conditions, *own]

    def _place(self, words: dict[str, Row]) -> str:
        """Return the beginning of a question's text, as the report names it."""
        found = [words.get(language, {}).get("question", "") for language in (*self.making.languages, "")]
        return next((said for one in found if (said := short(plain(one, Report())))), "")

    def _note(self, asking: Asking) -> None:
        if asking.row.get("mandatory") == "S":
            self.report.change("soft_required", asking.place)
        if asking.attribute("array_filter") or asking.attribute("array_filter_exclude"):
            self.report.change("array_filter", asking.place)
        for name in ("em_validation_q", "em_validation_sq", "max_num_value_sgqa", "min_num_value_sgqa"):
            if asking.attribute(name):
                self.report.drop("prices", asking.place, text=short(asking.attribute(name)))
        if asking.attribute("random_group"):
            self.report.change("random_pages", asking.place)

    def subquestions(self, row: Row, scale: str = "0") -> list[Row]:
        found = self.tables.of("subquestions", "question_order", "qid")
        mine = [
            sub
            for sub in found
            if sub.get("parent_qid") == row.get("qid") and sub.get("scale_id", "0") == scale
        ]
        if any(sub.get("relevance") not in {"", "1", None} for sub in mine):
            self.report.drop("choice_condition", row.get("title", ""))
        return mine

    def label(self, table: str, row: Row, identity: str, part: str) -> Texts:
        words = self.tables.texts(table, identity, row)
        return self.reader.texts(words, part) or {
            self.making.languages[0]: row.get("code", row.get("title", "…")) or "…"
        }


class Asking:
    """One row of the table of questions on its way to be asked."""

    def __init__(self, questions: Questions, row: Row, title: Texts, help_: Texts, place: str) -> None:
        self.questions, self.row, self.title, self.help, self.place = questions, row, title, help_, place
        self.code, self.making, self.report = row.get("title", ""), questions.making, questions.report

    def attribute(self, name: str) -> str:
        return self.questions.reader.attributes.get(self.row.get("qid", ""), {}).get(name, "")

    def has(self, name: str) -> bool:
        return self.attribute(name) in {"1", "Y"}

    def ask(self, kind: str, *, suffix: str = "", row: Texts | None = None, **parts: Any) -> Asked:
        """Ask a question; `suffix` and `row` name one part of a question that has several."""
        title = {
            language: " – ".join(
                filter(None, [words, (row or {}).get(language, self.making.default(row or {}))])
            )
            for language, words in self.title.items()
        }
        asked = self.making.ask(
            f"{self.code}{suffix}", kind, title, place=self.place, help=self.help if not suffix else {},
            required=self.row.get("mandatory") == "Y", **parts,
        )  # fmt: skip
        self.know(asked, suffix)
        return asked

    def know(
        self,
        asked: Asked,
        suffix: str = "",
        choices: dict[str, str] | None = None,
        part: str = "",
        kind: str = "",
    ) -> None:
        """Remember every way the Expression Manager has of naming this answer, or one part of it."""
        row = self.row
        sgqa = f"{row.get('sid', '')}x{row.get('gid', '')}x{row.get('qid', '')}"
        for name in (
            f"{self.code}{suffix}",
            f"{sgqa}{suffix.replace('_', '')}",
            f"qid{row.get('qid', '')}{suffix}",
        ):
            field = f"{asked.form['key']}.{part}" if part else asked.form["key"]
            subject = Subject(field, kind or asked.form["kind"], choices or {}, is_tick=kind == "tick")
            if choices is not None or part or name.lower() not in self.making.subjects:
                self.making.subjects[name.lower()] = subject

    # Choices

    def choices(self, scale: str = "0") -> Choices:
        found = Choices(self.report)
        has_points = self.questions.reader.survey.get("assessments") == "Y"
        for row in self.questions.tables.of("answers", "sortorder", "code"):
            if row.get("qid") == self.row.get("qid") and row.get("scale_id", "0") == scale:
                points = number(row.get("assessment_value")) if has_points else None
                label = self.questions.label("answers", row, _answer_identity(self.questions), "answer")
                found.add(row.get("code", ""), label, **({"points": points} if points else {}))
        return found

    def fixed(self, kind: str) -> Choices:
        found = Choices(self.report)
        for code, words in FIXED[kind]:
            found.add(code, {one: words.get(one, words.get("en", code)) for one in self.making.languages})
        return found

    def subs(self, fallback: str = "c", scale: str = "0") -> tuple[Choices, list[Row]]:
        rows = self.questions.subquestions(self.row, scale)
        found = Choices(self.report, fallback)
        for row in rows:
            found.add(row.get("title", ""), self.label(row))
        return found, rows

    def label(self, sub: Row) -> Texts:
        return self.questions.label("subquestions", sub, "qid", "question")

    def other(self) -> Texts:
        if self.row.get("other") != "Y":
            return {}
        said = self.attribute("other_replace_text")
        return {one: said or OTHER.get(one, OTHER["en"]) for one in self.making.languages}

    # Kinds

    def single(self) -> list[Asked]:
        choices = self.choices()
        if self.row.get("type") == "!":
            self.report.change("kind_dropdown", self.place)
        if not choices.forms:
            return self.nothing()
        numbers = [number(source) for source in choices.ours]
        values = [value for value in numbers if value is not None]
        if (
            len(values) == len(numbers) == len(range(int(min(values)), int(max(values)) + 1))
            and len(values) > 4
        ):
            metric = metric_of(
                min(values), max(values), f"{self.code} {self.place} {self.attribute('nps_left_text')}"
            )
            if metric:
                return [self.ask("score", metric=metric)]
        return [self.choose("single", choices)]

    def choose(self, kind: str, choices: Choices, **parts: Any) -> Asked:
        """Ask to choose, with what may be chosen besides."""
        other = self.other() if kind in {"single", "multiple"} else {}
        asked = self.ask(kind, choices=choices.forms, other=other, random_order=self._is_random(), **parts)
        if other:
            choices.ours |= {"-oth-": "other", "other": "other"}
        self.know(asked, "", choices.ours)
        if other:
            self.know(asked, "_other", part="other", kind="text")
        return asked

    def _is_random(self) -> bool:
        return self.has("random_order") or self.attribute("answer_order") == "random"

    def fixed_single(self) -> list[Asked]:
        return [self.choose("single", self.fixed(self.row["type"]))]

    def five_points(self) -> list[Asked]:
        metric = metric_of(1, 5, f"{self.code} {self.place}")
        if metric:
            return [self.ask("score", metric=metric)]
        self.report.change("kind_rating", self.place, low=1, high=5)
        return [self.ask("slider", low=1, high=5, step=1)]

    def with_comment(self) -> list[Asked]:
        made = self.single()
        words = {one: COMMENT.get(one, COMMENT["en"]) for one in self.making.languages}
        self.report.change("split_rows", self.place, count=2)
        comment = self.ask("long_text", suffix="_comment", row=words)
        comment.form.pop("required", None)
        return [*made, comment]

    def multiple(self) -> list[Asked]:
        choices, rows = self.subs()
        if not choices.forms:
            return self.nothing()
        none = self._nobody(choices)
        asked = self.choose(
            "multiple",
            choices,
            none=none,
            fewest=whole(self.attribute("min_answers")),
            most=whole(self.attribute("max_answers")),
        )
        for row in rows:
            ours = choices.ours.get(row.get("title", "").lower(), "")
            self.know(asked, f"_{row.get('title', '')}", part=ours, kind="tick")
        if self.row.get("type") == "P":
            words = {one: COMMENT.get(one, COMMENT["en"]) for one in self.making.languages}
            self.report.change("several_others", self.place)
            comment = self.ask("text", suffix="_comment", row=words)
            comment.form.pop("required", None)
            return [asked, comment]
        return [asked]

    def _nobody(self, choices: Choices) -> Texts:
        """Take the choice that excludes all others out of the list: it is “none of these”."""
        codes = self.attribute("exclude_all_others").split(";")
        ours = choices.ours.get(codes[0].strip().lower()) if len(codes) == 1 and codes[0] else None
        found = next((form for form in choices.forms if form["value"] == ours), None)
        if found is None or len(choices.forms) < 3:
            return {}
        choices.forms.remove(found)
        choices.ours[codes[0].strip().lower()] = "none"
        self.report.change("exclusive", self.place, choice=short(self.making.default(found["text"])))
        return found["text"]

    def ranking(self) -> list[Asked]:
        choices = self.choices()
        if not choices.forms:
            choices, _rows = self.subs()
        return [self.choose("ranking", choices)] if choices.forms else self.nothing()

    def matrix(self) -> list[Asked]:
        kind = self.row["type"]
        columns = self.fixed(kind) if kind in FIXED else self.choices()
        return self.table(columns, "", self.title)

    def dual(self) -> list[Asked]:
        self.report.change("split_rows", self.place, count=2)
        made = []
        for scale, head in (("0", "dualscale_headerA"), ("1", "dualscale_headerB")):
            words = {self.making.languages[0]: self.attribute(head)} if self.attribute(head) else {}
            made += self.table(self.choices(scale), f"_{scale}", words)
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
        low, high = number(self.attribute("multiflexible_min")), number(self.attribute("multiflexible_max"))
        return self.cells("number", low=low if low is not None else None, high=high)

    def texts_table(self) -> list[Asked]:
        return self.cells("text")

    def cells(self, kind: str, **parts: Any) -> list[Asked]:
        """Ask every cell of a table by itself."""
        rows, columns = self.questions.subquestions(self.row), self.questions.subquestions(self.row, "1")
        pairs = [(row, column) for row in rows for column in columns]
        self.report.change("split_rows", self.place, count=len(pairs[:MOST_CELLS]))
        if len(pairs) > MOST_CELLS:
            self.report.drop("too_many", self.place, most=MOST_CELLS)
        return [
            self.ask(
                kind, suffix=f"_{row.get('title', '')}_{column.get('title', '')}",
                row={one: f"{self._said(row, one)} – {self._said(column, one)}" for one in self.title}, **parts,
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
            self.ask(kind, suffix=f"_{row.get('title', '')}", row=self.label(row), **parts) for row in rows
        ]

    def several_texts(self) -> list[Asked]:
        return self.several("text", most=whole(self.attribute("maximum_chars")))

    def several_numbers(self) -> list[Asked]:
        total = number(self.attribute("equals_num_value"))
        if total is not None and total > 0:
            choices, _rows = self.subs()
            if choices.forms:
                return [self.ask("constant_sum", choices=choices.forms, total=total)]
        if self.has("slider_layout"):
            low, high = number(self.attribute("slider_min")) or 0, number(self.attribute("slider_max")) or 100
            made = self.several("slider", high=high, step=number(self.attribute("slider_accuracy")) or 1)
            for asked in made:
                asked.form["low"] = low
            return made
        return self.several("number", **self._bounds())

    def _bounds(self) -> dict[str, Any]:
        found = {
            "low": number(self.attribute("min_num_value_n")),
            "high": number(self.attribute("max_num_value_n")),
        }
        for name, end in (("min_num_value_n", "low"), ("max_num_value_n", "high")):
            if self.attribute(name) and found[end] is None:
                self.report.drop("prices", self.place, text=short(self.attribute(name)))
        return {end: value for end, value in found.items() if value is not None}

    def number(self) -> list[Asked]:
        bounds = self._bounds()
        asked = self.ask("number")
        asked.form |= bounds
        return [asked]

    def text(self) -> list[Asked]:
        kind = "text" if self.row.get("type") == "S" else "long_text"
        asked = self.ask(kind, most=whole(self.attribute("maximum_chars")))
        pattern = self.row.get("preg", "")
        bare = re.fullmatch(r"/(.*)/[a-z]*", pattern, re.DOTALL)
        try:
            if pattern and kind == "text":
                re.compile(bare[1] if bare else pattern)
                asked.form["pattern"] = (bare[1] if bare else pattern)[:200]
        except re.error:
            self.report.drop("validation", self.place, why=short(pattern))
        return [asked]

    def date(self) -> list[Asked]:
        asked = self.ask("date")
        for name, end in (("date_min", "low"), ("date_max", "high")):
            if re.fullmatch(r"\d{4}-\d\d-\d\d.*", self.attribute(name)):
                asked.form[end] = self.attribute(name)[:10]
        return [asked]

    def statement(self) -> list[Asked]:
        return [self.ask("statement")]

    def file(self) -> list[Asked]:
        return [self.ask("file", most=whole(self.attribute("max_num_of_files")) or 1)]

    def equation(self) -> list[Asked]:
        self.report.drop("prices", self.place, text=short(self.making.default(self.title)))
        return []

    def language(self) -> list[Asked]:
        self.report.drop("kind", self.place, kind="language")
        return []

    def nothing(self) -> list[Asked]:
        self.report.drop("empty", self.place)
        return []


def _answer_identity(questions: Questions) -> str:
    return "aid" if "answer_l10ns" in questions.tables.rows else "qid/code/scale_id"


KINDS = {
    "L": Asking.single, "!": Asking.single, "O": Asking.with_comment, "Y": Asking.fixed_single,
    "G": Asking.fixed_single, "5": Asking.five_points, "M": Asking.multiple, "P": Asking.multiple,
    "R": Asking.ranking, "A": Asking.matrix, "B": Asking.matrix, "C": Asking.matrix, "E": Asking.matrix,
    "F": Asking.matrix, "H": Asking.matrix, "1": Asking.dual, ":": Asking.numbers_table, ";": Asking.texts_table,
    "Q": Asking.several_texts, "K": Asking.several_numbers, "N": Asking.number, "S": Asking.text, "T": Asking.text,
    "U": Asking.text, "D": Asking.date, "X": Asking.statement, "|": Asking.file, "*": Asking.equation,
    "I": Asking.language,
}  # fmt: skip
