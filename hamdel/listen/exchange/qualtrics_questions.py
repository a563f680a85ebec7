"""Qualtrics' kinds of questions: a type, a selector, and sometimes a sub-selector."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.conditions import Subject
from hamdel.listen.exchange.making import Asked, Texts
from hamdel.listen.exchange.plain_text import plain, short
from hamdel.listen.exchange.report import Report
from hamdel.listen.exchange.scales import metric_of
from hamdel.listen.exchange.shapes import Choices, items, mapping, number, text, whole
from hamdel.listen.exchange.surveyjs_questions import OTHER

if TYPE_CHECKING:
    from hamdel.listen.exchange.qualtrics import QualtricsReader

Form = dict[str, Any]
MOST_CELLS = 60
SEVERAL = {"MAVR", "MAHR", "MACOL", "MSB"}
SEVERAL_SUB = {"MultipleAnswer"}
CONTENT = {
    "ValidEmail": "email",
    "ValidPhone": "phone",
    "ValidNumber": "number",
    "ValidDate": "date",
    "ValidUSPhone": "phone",
}


class Questions:
    """Adds the questions of a file to the survey in the making."""

    def __init__(self, reader: QualtricsReader) -> None:
        self.reader, self.making, self.report = reader, reader.making, reader.report

    def add(self, name: str, payload: Form) -> list[Asked]:
        """Add one question; return what it became, nothing when it was left out."""
        kind, selector = text(payload.get("QuestionType")), text(payload.get("Selector"))
        place = (
            short(plain(payload.get("QuestionText"), Report())) or text(payload.get("DataExportTag")) or name
        )
        asking = Asking(self, name, payload, place)
        if payload.get("QuestionJS"):
            self.report.drop("script", place)
        read = KINDS.get(f"{kind}/{selector}") or KINDS.get(kind)
        if read is None:
            self.report.drop("kind", place, kind=f"{kind} {selector}".strip() or "?")
            return []
        return read(asking)


class Asking:
    """One question of the file on its way to be asked."""

    def __init__(self, questions: Questions, name: str, payload: Form, place: str) -> None:
        self.reader, self.making, self.report = questions.reader, questions.making, questions.report
        self.name, self.payload, self.place = name, payload, place
        self.tag = text(payload.get("DataExportTag")) or name
        self.selector, self.sub = text(payload.get("Selector")), text(payload.get("SubSelector"))
        self.settings = mapping(mapping(payload.get("Validation")).get("Settings"))

    def ask(self, kind: str, *, suffix: str = "", part: Texts | None = None, **parts: Any) -> Asked:
        """Ask a question; `suffix` and `part` name one part of a question that has several."""
        title = self.reader.texts(self.payload, "QuestionText", self.place)
        title = title or {self.making.languages[0]: self.tag}
        if part:
            title = {
                language: f"{words} – {part.get(language, self.making.default(part))}"
                for language, words in title.items()
            }
        forced = text(self.settings.get("ForceResponse"))
        if forced == "RequestResponse":
            self.report.change("soft_required", self.place)
        turn = self.reader.loop.get("#", "")
        asked = self.making.ask(
            "_".join(filter(None, [turn, self.tag + suffix])) if turn else self.tag + suffix,
            kind, title, place=self.place, required=forced == "ON" and kind != "statement", **parts,
        )  # fmt: skip
        self.making.know(self.name + suffix.replace("_", "/"), asked)
        return asked

    def choices(self, part: str = "Choices", fallback: str = "c", *, payload: Form | None = None) -> Choices:
        """Return choices in the order of the file, by their numbers."""
        form = self.payload if payload is None else payload
        found = Choices(self.report, fallback)
        entries = mapping(form.get(part)) or {str(n): one for n, one in enumerate(items(form.get(part)), 1)}
        order = [text(one) for one in items(form.get("ChoiceOrder" if part == "Choices" else "AnswerOrder"))]
        order = [one for one in order if one in entries] or list(entries)
        for identity in [*order, *(one for one in entries if one not in order)]:
            words = self.reader.texts(form, "Display", self.place, (part, identity))
            found.add(identity, words or {self.making.languages[0]: identity})
            if mapping(entries[identity]).get("DisplayLogic"):
                self.report.drop("choice_condition", self.place)
        return found

    # Kinds

    def multiple_choice(self) -> list[Asked]:
        if self.selector == "NPS":
            return [self.ask("score", metric="nps")]
        kind = "multiple" if self.selector in SEVERAL else "single"
        choices = self.choices()
        if not choices.forms:
            return self.nothing()
        score = self._score(choices) if kind == "single" else None
        if score is not None:
            return [score]
        if self.selector in {"DL", "SB", "MSB"}:
            self.report.change("kind_dropdown", self.place)
        parts: Form = {"choices": choices.forms, "random_order": self._is_random()}
        self._own_words(choices, parts)
        if kind == "multiple":
            self._nobody(choices, parts)
            parts |= {
                "fewest": whole(self.settings.get("MinChoices")),
                "most": whole(self.settings.get("MaxChoices")),
            }
        asked = self.ask(kind, **parts)
        self.making.subjects[self.name.lower()] = Subject(asked.form["key"], kind, choices.ours)
        return [asked]

    def _score(self, choices: Choices) -> Asked | None:
        """Ask for a score where the choices are the numbers of a metric's scale."""
        said = {source: number(self.making.default(form["text"]).split()[0] if self.making.default(form["text"]) else "")
                for source, form in zip(choices.ours, choices.forms, strict=True)}  # fmt: skip
        values = [value for value in said.values() if value is not None]
        if len(values) != len(said) or sorted(values) != list(
            range(int(min(values)), int(min(values)) + len(values))
        ):
            return None
        metric = metric_of(min(values), max(values), f"{self.tag} {self.place}")
        if not metric:
            return None
        asked = self.ask("score", metric=metric)
        numbers = {source: str(value) for source, value in said.items()}
        self.making.subjects[self.name.lower()] = Subject(asked.form["key"], "score", numbers)
        return asked

    def _is_random(self) -> bool:
        return (
            bool(mapping(self.payload.get("Randomization")).get("Type"))
            and text(mapping(self.payload["Randomization"]).get("Type")) != "None"
        )

    def _own_words(self, choices: Choices, parts: Form) -> None:
        """Make the first choice with a text field “other”."""
        entries = mapping(self.payload.get("Choices"))
        own = [
            source
            for source in choices.ours
            if text(mapping(entries.get(source)).get("TextEntry")) in {"true", "on", "1"}
        ]
        if not own:
            return
        form = next(form for form in choices.forms if form["value"] == choices.ours[own[-1]])
        if len(choices.forms) < 2:
            return
        choices.forms.remove(form)
        choices.ours[own[-1]] = "other"
        parts["other"] = form["text"] or {one: OTHER.get(one, OTHER["en"]) for one in self.making.languages}
        if len(own) > 1:
            self.report.change("several_others", self.place)

    def _nobody(self, choices: Choices, parts: Form) -> None:
        entries = mapping(self.payload.get("Choices"))
        alone = [
            source for source in choices.ours if mapping(entries.get(source)).get("ExclusiveAnswer") is True
        ]
        form = next((one for one in choices.forms if alone and one["value"] == choices.ours[alone[0]]), None)
        if form is None or len(choices.forms) < 2:
            return
        choices.forms.remove(form)
        choices.ours[alone[0]] = "none"
        parts["none"] = form["text"]
        self.report.change("exclusive", self.place, choice=short(self.making.default(form["text"])))

    def text_entry(self) -> list[Asked]:
        if self.selector == "FORM":
            return self._each("text", [*self._labels("Choices")])
        kind = CONTENT.get(text(self.settings.get("ContentType")), "text")
        if self.selector in {"ML", "ESTB"}:
            kind = "long_text"
        most = (
            whole(self.settings.get("TotalChars", self.settings.get("MaxChars")))
            if kind in {"text", "long_text"}
            else None
        )
        parts: Form = {"most": most}
        bounds = mapping(self.settings.get("ValidNumber"))
        if kind == "number" and bounds:
            parts |= {"low": number(bounds.get("Min")), "high": number(bounds.get("Max"))}
        pattern = text(mapping(self.settings.get("CustomValidation")).get("Regex"))
        if self.settings.get("Type") == "CustomValidation":
            self.report.drop("validation", self.place, why=short(pattern) or "CustomValidation")
        asked = self.ask(kind, **parts)
        for end in ("low", "high"):
            if parts.get(end) == 0:
                asked.form[end] = 0
        return [asked]

    def _labels(self, part: str) -> list[tuple[str, Texts]]:
        entries = mapping(self.payload.get(part)) or {
            str(n): one for n, one in enumerate(items(self.payload.get(part)), 1)
        }
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
        if len(parts) > 1:
            self.report.change("split_rows", self.place, count=len(parts))
        return [self.ask(kind, suffix=f"_{name}", part=words, **form) for name, words in parts[:MOST_CELLS]]

    def statement(self) -> list[Asked]:
        if not plain(self.payload.get("QuestionText"), Report()):
            if re.search(r"<\s*img", text(self.payload.get("QuestionText"))) or self.selector == "GRB":
                self.report.drop("media", self.place)
            return self.nothing()
        if self.selector == "GRB":
            self.report.drop("media", self.place)
        return [self.ask("statement")]

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
            return self._each("text" if self.selector == "TE" else "number", pairs)
        return self._choice_matrix()

    def _choice_matrix(self) -> list[Asked]:
        if self.selector not in {"Likert", "Bipolar", "RO", "MaxDiff"}:
            self.report.change("kind_text", self.place, kind=f"Matrix {self.selector}")
            return self._each("text", self._labels("Choices"))
        rows, columns = self.choices("Choices", "r"), self.choices("Answers")
        if self.selector == "RO":
            self.report.drop("validation", self.place, why=f"Matrix {self.selector}")
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
        for source, ours in rows.ours.items():
            subject = Subject(f"{asked.form['key']}.{ours}", "cell" if several else "single", columns.ours)
            self.making.subjects[f"{self.name}{suffix.replace('_', '#')}/{source}".lower()] = subject
        return [asked]

    def side_by_side(self) -> list[Asked]:
        """Ask each column of a side-by-side table as a matrix of its own."""
        columns = mapping(self.payload.get("AdditionalQuestions"))
        self.report.change("split_rows", self.place, count=len(columns))
        made: list[Asked] = []
        for number_, column in columns.items():
            inner = mapping(column)
            head = self.reader.texts(inner, "QuestionText", self.place)
            answers = self.choices("Answers", payload=inner)
            if text(inner.get("Selector")) == "TE" or not answers.forms:
                rows = [(f"{number_}_{row}", {one: f"{head.get(one, '')} – {said}" for one, said in words.items()})
                        for row, words in self._labels("Choices")]  # fmt: skip
                made += self._each("text", rows)
            else:
                several = text(inner.get("SubSelector")) in SEVERAL_SUB
                made += self._matrix(
                    self.choices("Choices", "r"), answers, several=several, suffix=f"_{number_}", part=head
                )
        return made

    def slider(self) -> list[Asked]:
        settings = mapping(self.payload.get("Configuration"))
        low, high = number(settings.get("CSSliderMin")), number(settings.get("CSSliderMax"))
        low, high = (low, high) if low is not None and high is not None and low < high else (0, 100)
        if self.selector == "STAR":
            low, high = 0, number(settings.get("StarCount")) or 5
        decimals = whole(settings.get("NumDecimals")) or 0
        step = 1 if decimals == 0 else 10.0 ** -min(decimals, 4)
        labels = [words for _name, words in self._labels("Labels")]
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

    def ranking(self) -> list[Asked]:
        choices = self.choices()
        if len(choices.forms) < 2:
            return self.nothing()
        asked = self.ask("ranking", choices=choices.forms, random_order=self._is_random())
        self.making.subjects[self.name.lower()] = Subject(asked.form["key"], "ranking", choices.ours)
        return [asked]

    def constant_sum(self) -> list[Asked]:
        choices = self.choices()
        total = number(
            mapping(self.settings.get("ChoiceTotal")).get("Total", self.settings.get("ChoiceTotal"))
        )
        if len(choices.forms) < 2:
            return self.nothing()
        if not total or total <= 0:
            return self._each("number", self._labels("Choices"))
        return [self.ask("constant_sum", choices=choices.forms, total=total)]

    def groups(self) -> list[Asked]:
        """Ask into which group each thing belongs; their order within a group is lost."""
        columns = Choices(self.report)
        for name, words in enumerate(items(self.payload.get("Groups")), 1):
            columns.add(
                str(name), {self.making.languages[0]: self.reader.said(words, self.place) or str(name)}
            )
        self.report.change("kind_text", self.place, kind="PGR") if not columns.forms else None
        return self._matrix(self.choices("Choices", "r"), columns, several=False)

    def file(self) -> list[Asked]:
        return [self.ask("file", most=1)]

    def timing(self) -> list[Asked]:
        self.report.drop("timing", self.place)
        return []

    def nothing(self) -> list[Asked]:
        self.report.drop("empty", self.place)
        return []


KINDS = {
    "MC": Asking.multiple_choice, "TE": Asking.text_entry, "DB": Asking.statement, "Matrix": Asking.matrix,
    "SBS": Asking.side_by_side, "Slider": Asking.slider, "RO": Asking.ranking, "CS": Asking.constant_sum,
    "PGR": Asking.groups, "FileUpload": Asking.file, "Timing": Asking.timing,
}  # fmt: skip
