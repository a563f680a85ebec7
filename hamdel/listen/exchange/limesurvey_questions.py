"""LimeSurvey's kinds of questions, each known by one letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.conditions import Subject
from hamdel.listen.exchange.limesurvey_tables import FIXED, InRows
from hamdel.listen.exchange.making import Asked, Texts
from hamdel.listen.exchange.patterns import CLOCK, bare_pattern
from hamdel.listen.exchange.plain_text import plain, short
from hamdel.listen.exchange.report import Report
from hamdel.listen.exchange.scales import metric_of
from hamdel.listen.exchange.shapes import Choices, number, whole
from hamdel.listen.exchange.usual_words import COMMENT, OTHER

if TYPE_CHECKING:
    from hamdel.listen.exchange.limesurvey import LimeSurveyReader, Row


class Questions:
    """Adds the questions of a file to the survey in the making."""

    def __init__(self, reader: LimeSurveyReader) -> None:
        self.reader, self.making, self.report = reader, reader.making, reader.report
        self.tables = reader.tables
        self.filled = {row.get("qid") for row in self.tables.rows.get("defaultvalues", [])}

    def add(self, row: Row) -> None:
        """Add one question, or the several it is made of."""
        kind, code = row.get("type", ""), row.get("title", "")
        words = self.tables.texts("questions", "qid", row)
        place = self._place(words) or code
        title = self.reader.texts(words, "question", place, code) or {self.making.languages[0]: code or "…"}
        asking = Asking(self, row, title, self.reader.texts(words, "help", place), place)
        self._note(asking)
        if asking.has("hidden") and kind != "*":
            if kind in TYPED:
                asking.hidden()
            else:
                self.report.drop("never_shown", place)
            return
        if kind not in KINDS:
            self.report.drop("kind", place, kind=kind or "?")
            return
        own = self.reader.relevance(row.get("relevance", ""), code) or self.reader.old_conditions(
            row.get("qid", "")
        )
        for asked in KINDS[kind](asking):
            asked.conditions += own

    def _place(self, words: dict[str, Row]) -> str:
        """Return the beginning of a question's text, as the report names it."""
        found = [words.get(language, {}).get("question", "") for language in (*self.making.languages, "")]
        return next((said for one in found if (said := short(plain(one, Report())))), "")

    def _note(self, asking: Asking) -> None:
        if asking.row.get("mandatory") == "S":
            self.report.change("soft_required", asking.place)
        for name in FORMULAS:
            if asking.attribute(name):
                self.report.drop("prices", asking.place, text=short(asking.attribute(name)))
        for name in CHECKS:
            if asking.has(name):
                self.report.drop("validation", asking.place, why="words_of_other")
        for name, why in CHECKS_OF_FILES.items() if asking.row.get("type") == "|" else ():
            if asking.attribute(name) not in {"", "0"}:
                said = {"text": short(asking.attribute(name))}
                self.report.drop("validation", asking.place, why=why, why_words=said)
        if asking.has("slider_middlestart") or asking.attribute("slider_default"):
            self.report.change("default_value", asking.place)
        for theme in BY_SCRIPT & {
            asking.attribute("question_template"),
            asking.row.get("question_theme_name"),
        }:
            self.report.change("kind_text", asking.place, kind=theme)
        self._note_words_of_checks(asking)
        if asking.attribute("time_limit"):
            self.report.drop("time_limit", asking.place)
        words = self.tables.texts("questions", "qid", asking.row).values()
        if asking.row.get("script") or any(one.get("script") for one in words):
            self.report.drop("script", asking.place)
        if asking.row.get("qid") in self.filled:
            self.report.change("default_value", asking.place)
        if asking.attribute("random_group"):
            self.report.change("random_pages", asking.place)

    def _note_words_of_checks(self, asking: Asking) -> None:
        """Keep what is said about a check that is a formula: people can still heed it."""
        for name in ("em_validation_q_tip", "em_validation_sq_tip"):
            tip = asking.said(name)
            for language, words in tip.items():
                asking.help[language] = "\n".join(filter(None, [asking.help.get(language), words]))
            if tip:
                self.report.change("check_words", asking.place)

    def subquestions(self, row: Row, scale: str = "0") -> list[Row]:
        found = self.tables.of("subquestions", "question_order", "qid")
        return [
            sub
            for sub in found
            if sub.get("parent_qid") == row.get("qid") and sub.get("scale_id", "0") == scale
        ]

    def label(self, table: str, row: Row, identity: str, part: str, place: str) -> Texts:
        words = self.tables.texts(table, identity, row)
        return self.reader.texts(words, part, place) or {
            self.making.languages[0]: row.get("code", row.get("title", "…")) or "…"
        }


class Asking(InRows):
    """One row of the table of questions on its way to be asked."""

    def __init__(self, questions: Questions, row: Row, title: Texts, help_: Texts, place: str) -> None:
        self.questions, self.row, self.title, self.help, self.place = questions, row, title, help_, place
        self.code, self.making, self.report = row.get("title", ""), questions.making, questions.report

    def attribute(self, name: str) -> str:
        return self.questions.reader.attributes.get(self.row.get("qid", ""), {}).get(name, "")

    def has(self, name: str) -> bool:
        return self.attribute(name) in {"1", "Y"}

    def said(self, name: str) -> Texts:
        """Return an attribute that is a text, by language."""
        rows = self.questions.reader.said.get((self.row.get("qid", ""), name), {})
        return self.questions.reader.texts(rows, "value", self.place, self.code)

    def count(self, name: str) -> int | None:
        """Return an attribute that counts something; a formula instead of a number is said."""
        found = whole(self.attribute(name))
        if found is None and self.attribute(name) not in {"", "0"}:
            self.report.drop("prices", self.place, text=short(f"{name} = {self.attribute(name)}"))
        return found

    def hidden(self) -> None:
        """Keep what is hidden from people as a field the link fills."""
        asked = self.ask("hidden")
        asked.form.pop("required", None)
        self.report.change("embedded", self.place)

    def ask(self, kind: str, *, suffix: str = "", row: Texts | None = None, **parts: Any) -> Asked:
        """Ask a question; `suffix` and `row` name one part of a question that has several."""
        title = {
            language: " – ".join(
                filter(None, [words, (row or {}).get(language, self.making.default(row or {}))])
            )
            for language, words in self.title.items()
        }
        # Of several parts the first one says what helps with all of them.
        said, self.help = self.help, {}
        asked = self.making.ask(
            f"{self.code}{suffix}", kind, title, place=self.place, help=said,
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
        found = Choices(self.report, place=self.place)
        has_points = self.questions.reader.survey.get("assessments") == "Y"
        for row in self.questions.tables.of("answers", "sortorder", "code"):
            if row.get("qid") == self.row.get("qid") and row.get("scale_id", "0") == scale:
                points = number(row.get("assessment_value")) if has_points else None
                identity = _answer_identity(self.questions)
                label = self.questions.label("answers", row, identity, "answer", self.place)
                more: dict[str, Any] = {"points": points} if points else {}
                found.add(row.get("code", ""), label, **more)
        return found

    def fixed(self, kind: str) -> Choices:
        found = Choices(self.report, place=self.place)
        for code, words in FIXED[kind]:
            found.add(code, {one: words.get(one, words.get("en", code)) for one in self.making.languages})
        return found

    def other(self) -> Texts:
        if self.row.get("other") != "Y":
            return {}
        if self.has("other_numbers_only"):
            self.report.drop("validation", self.place, why="number_of_other")
        said = self.said("other_replace_text")
        return {one: said.get(one) or OTHER.get(one, OTHER["en"]) for one in self.making.languages}

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
            and self.row.get("other") != "Y"
        ):
            metric = metric_of(
                min(values), max(values), f"{self.code} {self.place} {self.attribute('nps_left_text')}"
            )
            if metric:
                self.report.change("kind_score", self.place, metric=metric.upper())
                ends: dict[str, Any] = {
                    "low_label": self.said("nps_left_text"),
                    "high_label": self.said("nps_right_text"),
                }
                return [self.ask("score", metric=metric, **ends)]
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
            self.report.change("kind_score", self.place, metric=metric.upper())
            return [self.ask("score", metric=metric)]
        return [self.choose("single", self.fixed("A"))]

    def with_comment(self) -> list[Asked]:
        made = self.single()
        words = {one: COMMENT.get(one, COMMENT["en"]) for one in self.making.languages}
        self.report.change("comment_field", self.place)
        comment = self.ask("long_text", suffix="_comment", row=words)
        comment.form.pop("required", None)
        return [*made, comment]

    def multiple(self) -> list[Asked]:
        choices, rows = self.subs()
        if not choices.forms:
            return self.nothing()
        none = self._nobody(choices)
        points = number(self.attribute("assessment_value"))
        if points and self.questions.reader.survey.get("assessments") == "Y":
            for form in choices.forms:
                form["points"] = points
        asked = self.choose(
            "multiple", choices, none=none, fewest=self.count("min_answers"), most=self.count("max_answers")
        )
        for row in rows:
            ours = choices.ours.get(row.get("title", "").lower(), "")
            self.know(asked, f"_{row.get('title', '')}", part=ours, kind="tick")
        if self.row.get("type") == "P":
            words = {one: COMMENT.get(one, COMMENT["en"]) for one in self.making.languages}
            self.report.change("comments_joined", self.place)
            comment = self.ask("text", suffix="_comment", row=words)
            comment.form.pop("required", None)
            return [asked, comment]
        return [asked]

    def _nobody(self, choices: Choices) -> Texts:
        """Take the choice that excludes all others out of the list: it is “none of these”."""
        codes = self.attribute("exclude_all_others").split(";")
        if len(codes) > 1:
            self.report.change("exclusives", self.place)
        ours = choices.ours.get(codes[0].strip().lower()) if len(codes) == 1 and codes[0] else None
        found = next((form for form in choices.forms if form["value"] == ours), None)
        if found is None or len(choices.forms) < 3:
            return {}
        choices.forms.remove(found)
        choices.ours[codes[0].strip().lower()] = "none"
        self.making.beside(found, self.place)
        self.report.change("exclusive", self.place, choice=short(self.making.default(found["text"])))
        return found["text"]

    def ranking(self) -> list[Asked]:
        choices = self.choices()
        if not choices.forms:
            choices, _rows = self.subs()
        if not choices.forms:
            return self.nothing()
        if most := self.attribute("max_answers") or self.attribute("max_subquestions"):
            self.report.drop("validation", self.place, why="ranked_most", why_words={"text": short(most)})
        # Where it is not required, as many places as one likes may be given.
        fewest = self.count("min_answers") or (None if self.row.get("mandatory") == "Y" else 1)
        return [self.choose("ranking", choices, fewest=fewest)]

    def _pattern(self) -> dict[str, Any]:
        written = self.row.get("preg", "")
        pattern = bare_pattern(written)
        if written and not pattern:
            self.report.drop("validation", self.place, why=short(written))
        return {"pattern": pattern}

    def _no_pattern(self) -> None:
        """Say that numbers have no regular expression here."""
        if self.row.get("preg"):
            self.report.drop("validation", self.place, why=short(self.row["preg"]))

    def number(self) -> list[Asked]:
        self._no_pattern()
        return [self.ask("number", **self._bounds(), **self._beside())]

    def text(self) -> list[Asked]:
        if self.has("numbers_only"):
            return [self.ask("number", **self._beside())]
        self._words_beside()
        kind = "text" if self.row.get("type") == "S" else "long_text"
        return [self.ask(kind, most=self.count("maximum_chars"), **self._pattern())]

    def date(self) -> list[Asked]:
        shape = self.attribute("date_format").lower()
        if shape and not {"y", "d"} & set(shape):
            self.report.change("kind_text", self.place, kind=shape)
            return [self.ask("text", pattern=CLOCK)]
        if "h" in shape:
            self.report.change("time_of_day", self.place)
        asked = self.ask("date")
        for name, end in (("date_min", "low"), ("date_max", "high")):
            if re.fullmatch(r"\d{4}-\d\d-\d\d.*", self.attribute(name)):
                asked.form[end] = self.attribute(name)[:10]
            elif self.attribute(name):
                self.report.drop("prices", self.place, text=short(f"{name} = {self.attribute(name)}"))
        return [asked]

    def statement(self) -> list[Asked]:
        return [self.ask("statement")]

    def file(self) -> list[Asked]:
        return [self.ask("file", most=whole(self.attribute("max_num_of_files")) or 1)]

    def equation(self) -> list[Asked]:
        self.report.drop("prices", self.place, text=self.place)
        return []

    def language(self) -> list[Asked]:
        self.report.drop("kind", self.place, kind="language")
        return []

    def nothing(self) -> list[Asked]:
        self.report.drop("empty", self.place)
        return []


TYPED = frozenset("STUNLQ!DY")
FORMULAS = (
    "em_validation_q", "em_validation_sq", "max_num_value_sgqa", "min_num_value_sgqa", "num_value_equals_sgqa",
)  # fmt: skip
CHECKS = ("other_comment_mandatory",)
CHECKS_OF_FILES = {
    "allowed_filetypes": "file_kinds", "max_filesize": "file_size", "min_num_of_files": "file_fewest",
    "show_title": "file_words", "show_comment": "file_words",
}  # fmt: skip
# Themes of questions under which scripts answer them, not people.
BY_SCRIPT = frozenset({"browserdetect"})


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
