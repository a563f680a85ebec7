"""Qualtrics questions over several rows: tables, sliders, groups, forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.conditions import Subject
from hamdel.listen.exchange.making import Asked, Condition, Making, Texts
from hamdel.listen.exchange.plain_text import plain, short
from hamdel.listen.exchange.report import Report
from hamdel.listen.exchange.shapes import Choices, items, mapping, number, numbered, text, whole

if TYPE_CHECKING:
    from hamdel.listen.exchange.qualtrics import QualtricsReader

Form = dict[str, Any]


MOST_CELLS = 60

SEVERAL_SUB = {"MultipleAnswer"}


class InRows:
    """Qualtrics questions over several rows: tables, sliders, groups, forms."""

    reader: QualtricsReader
    name: str
    payload: Form
    place: str
    selector: str
    sub: str
    making: Making
    report: Report
    ask: Callable[..., Asked]
    choices: Callable[..., Choices]
    nothing: Callable[[], list[Asked]]
    _know: Callable[[str, Subject], None]
    _is_random: Callable[[], bool]
    asked_beside: set[str]

    def _labels(self, part: str) -> list[tuple[str, Texts]]:
        entries = numbered(self.payload.get(part))
        order = [
            text(one)
            for one in items(self.payload.get("ChoiceOrder" if part == "Choices" else "AnswerOrder"))
        ]
        known = [one for one in order if one in entries] or list(entries)
        return [
            (
                one,
                self.reader.texts(self.payload, "Display", self.place, (part, one))
                or {self.making.languages[0]: one},
            )
            for one in known
        ]

    def _each(self, kind: str, parts: list[tuple[str, Texts]], **form: Any) -> list[Asked]:
        """Ask every part by itself."""
        if not parts:
            return self.nothing()
        if len(parts) == 1 and not self._is_said(parts[0][0]):
            # A single field without words of its own is the question itself.
            parts = [(parts[0][0], {})]
        if len(parts) > 1:
            self.report.change("split_rows", self.place, count=len(parts))
        made = []
        for name, words in parts[:MOST_CELLS]:
            asked = self.ask(kind, suffix=f"_{name}", part=words, **form)
            asked.conditions += self._only_if(name)
            made.append(asked)
        return made

    def _is_said(self, name: str) -> bool:
        """Tell whether a choice or row has words, and not only a number."""
        entry = mapping(numbered(self.payload.get("Choices")).get(name))
        return bool(plain(entry.get("Display"), Report())) or not entry

    def _only_if(self, name: str) -> list[Condition]:
        """Return what decides whether a row is shown; one that became a question of its own is asked by it."""
        entry = mapping(numbered(self.payload.get("Choices")).get(name.partition("_")[0]))
        return [self.reader.condition(entry["DisplayLogic"])] if entry.get("DisplayLogic") else []

    def matrix(self) -> list[Asked]:
        if self.selector in {"TE", "CS"}:
            rows, columns = self._labels("Choices"), self._labels("Answers") or [("1", {})]
            pairs = [
                (
                    f"{row}_{column}",
                    {one: " – ".join(filter(None, [said, b.get(one, "")])) for one, said in a.items()},
                )
                for row, a in rows
                for column, b in columns
            ]
            if len(pairs) > MOST_CELLS:
                self.report.drop("too_many", self.place, most=MOST_CELLS)
            made = self._each("text" if self.selector == "TE" else "number", pairs)
            self._words_beside([name for name, _words in rows], [words for _name, words in rows])
            return made
        return self._choice_matrix()

    def _choice_matrix(self) -> list[Asked]:
        if self.selector not in {"Likert", "Bipolar", "RO", "MaxDiff"}:
            self.report.change("kind_text", self.place, kind=f"Matrix {self.selector}")
            return self._each("text", self._labels("Choices"))
        rows, columns = self.choices("Choices", "r"), self.choices("Answers")
        if self.selector == "MaxDiff" and rows.forms:
            # The best and the worst of several things: each is one choice among them.
            self.report.change("split_rows", self.place, count=len(columns.forms))
            ends = zip(columns.ours, columns.forms, strict=True)
            return [
                self.ask("single", suffix=f"_{key}", part=end["text"], choices=rows.forms)
                for key, end in ends
            ]
        if self.selector == "RO":
            self.report.drop("validation", self.place, why="ranked_rows")
        return self._matrix(rows, columns, several=self.sub in SEVERAL_SUB)

    def _matrix(
        self, rows: Choices, columns: Choices, *, several: bool, suffix: str = "", part: Texts | None = None
    ) -> list[Asked]:
        if not rows.forms or not columns.forms:
            return self.nothing()
        asked = self.ask(
            "matrix",
            suffix=suffix,
            part=part,
            rows=rows.forms,
            choices=columns.forms,
            several=several,
            random_order=self._is_random(),
        )
        self._words_beside([*rows.ours], [form["text"] for form in rows.forms])
        columns_alone = [mapping(one).get("ExclusiveAnswer") for one in self._columns().values()]
        if several and True in columns_alone:
            self.report.change("exclusives", self.place)
        for source, ours in rows.ours.items():
            subject = Subject(f"{asked.form['key']}.{ours}", "cell" if several else "single", columns.ours)
            self._know(f"{suffix.replace('_', '#')}/{source}", subject)
        return [asked]

    def _columns(self) -> dict[str, Any]:
        return numbered(self.payload.get("Answers"))

    def _words_beside(self, sources: list[str], said: list[Texts]) -> None:
        """Ask for the words of rows that have a text field of their own, once for each."""
        entries = numbered(self.payload.get("Choices"))
        for source, words in zip(sources, said, strict=False):
            has_field = text(mapping(entries.get(source)).get("TextEntry")) in {"true", "on", "1"}
            if has_field and source not in self.asked_beside:
                self.asked_beside.add(source)
                self.report.change("comment_field", self.place)
                beside = self.ask("text", suffix=f"_{source}_text", part=words)
                beside.form.pop("required", None)

    def side_by_side(self) -> list[Asked]:
        """Ask each column of a side-by-side table as a matrix of its own."""
        columns = numbered(self.payload.get("AdditionalQuestions"))
        self.report.change("split_rows", self.place, count=len(columns))
        made: list[Asked] = []
        for number_, column in columns.items():
            inner = mapping(column)
            part = self._column(number_, inner)
            if text(mapping(mapping(inner.get("Validation")).get("Settings")).get("ForceResponse")) == "ON":
                for asked in part:
                    asked.form["required"] = True
            if inner.get("DisplayLogic"):
                for asked in part:
                    asked.conditions.append(self.reader.condition(inner["DisplayLogic"]))
            made += part
        return made

    def _column(self, number_: str, inner: Form) -> list[Asked]:
        """Ask one column of a side-by-side table: as a matrix, or cell by cell where something is typed."""
        head = self.reader.texts(inner, "QuestionText", self.place)
        answers = self.choices("Answers", payload=inner)
        if text(inner.get("Selector")) != "TE" and answers.forms:
            several = text(inner.get("SubSelector")) in SEVERAL_SUB
            rows = self.choices("Choices", "r", tags=inner.get("ChoiceDataExportTags") or {})
            return self._matrix(rows, answers, several=several, suffix=f"_{number_}", part=head)
        fields = [(f"_{key}", form["text"]) for key, form in zip(answers.ours, answers.forms, strict=True)]
        cells = [
            (
                f"{number_}_{row}{key}",
                {
                    one: " – ".join(filter(None, [head.get(one, ""), said, what.get(one, "")]))
                    for one, said in words.items()
                },
            )
            for row, words in self._labels("Choices")
            for key, what in (fields if len(fields) > 1 else [("", {})])
        ]
        return self._each("text", cells)

    def slider(self) -> list[Asked]:
        settings = mapping(self.payload.get("Configuration"))
        low, high = number(settings.get("CSSliderMin")), number(settings.get("CSSliderMax"))
        low, high = (low, high) if low is not None and high is not None and low < high else (0, 100)
        if self.selector == "STAR":
            low, high = 0, number(settings.get("StarCount")) or 5
        decimals = whole(settings.get("NumDecimals")) or 0
        step = 1 if decimals == 0 else 10.0 ** -min(decimals, 4)
        labels = [words for _name, words in self._labels("Labels")]
        for words in labels[1:-1]:
            self.report.drop("between", self.place, text=short(self.making.default(words)))
        if settings.get("CustomStart") in (True, "true"):
            self.report.change("default_value", self.place)
        ends: Form = {"low_label": labels[0], "high_label": labels[-1]} if len(labels) > 1 else {}
        parts = self._labels("Choices")
        made = (
            self._each("slider", parts, high=high, step=step, **ends)
            if parts
            else [self.ask("slider", high=high, step=step, **ends)]
        )
        for asked in made:
            asked.form["low"] = low
        return made

    def groups(self) -> list[Asked]:
        """Ask into which group each thing belongs."""
        self.report.change("groups", self.place)
        columns = Choices(self.report, place=self.place)
        for name, words in enumerate(items(self.payload.get("Groups")), 1):
            columns.add(
                str(name), {self.making.languages[0]: self.reader.said(words, self.place) or str(name)}
            )
        return self._matrix(self.choices("Choices", "r"), columns, several=False)
