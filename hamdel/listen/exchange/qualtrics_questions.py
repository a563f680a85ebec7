"""Qualtrics' kinds of questions: a type, a selector, and sometimes a sub-selector."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.conditions import RuleForm, Subject, empty, negated
from hamdel.listen.exchange.making import ONLY_IF, Asked, Texts
from hamdel.listen.exchange.patterns import bare_pattern
from hamdel.listen.exchange.plain_text import plain, short
from hamdel.listen.exchange.qualtrics_logic import Answers
from hamdel.listen.exchange.qualtrics_tables import InRows
from hamdel.listen.exchange.report import Report
from hamdel.listen.exchange.scales import metric_of
from hamdel.listen.exchange.shapes import Choices, items, mapping, number, numbered, text, whole
from hamdel.listen.exchange.usual_words import OTHER

if TYPE_CHECKING:
    from hamdel.listen.exchange.qualtrics import QualtricsReader

Form = dict[str, Any]
# What of an earlier question may be offered again: what was chosen there, or what was not.
CARRIED = ("/SelectedChoices", "/UnselectedChoices")
SEVERAL = {"MAVR", "MAHR", "MACOL", "MSB"}
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
        made = read(asking)
        asking.note()
        return made


class Asking(InRows):
    """One question of the file on its way to be asked."""

    def __init__(self, questions: Questions, name: str, payload: Form, place: str) -> None:
        self.reader, self.making, self.report = questions.reader, questions.making, questions.report
        self.name, self.payload, self.place = name, payload, place
        self.tag = text(payload.get("DataExportTag")) or name
        self.selector, self.sub = text(payload.get("Selector")), text(payload.get("SubSelector"))
        self.settings = mapping(mapping(payload.get("Validation")).get("Settings"))
        self.asked_beside: set[str] = set()

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
        asked.is_copy = bool(turn)
        self._know(suffix.replace("_", "/"), Subject(asked.form["key"], kind))
        return asked

    def _know(self, part: str, subject: Subject) -> None:
        """Remember how rules name this answer, or one part of it; asked again, the last one is meant."""
        self.making.subjects[(self.name + part).lower()] = subject

    def note(self) -> None:
        """Say what of this question no kind of ours has."""
        wanted = text(self.settings.get("Type"))
        if wanted not in {"", "None", *CHECKED.get(text(self.payload.get("QuestionType")), ())}:
            self.report.drop("validation", self.place, why=wanted)
        if any(mapping(self.payload.get("DefaultChoices"))) or items(self.payload.get("DefaultChoices")):
            self.report.change("default_value", self.place)
        if mapping(self.payload.get("Configuration")).get("NotApplicable") in (True, "true", "on", 1):
            self.report.drop("not_applicable", self.place)
        shuffling = mapping(self.payload.get("Randomization"))
        advanced = mapping(shuffling.get("Advanced"))
        if text(shuffling.get("Type")) == "ScaleReversal":
            self.report.change("scale_reversal", self.place)
        elif self._is_random() and (
            whole(shuffling.get("TotalRandSubset"))
            or any(items(advanced.get(part)) for part in ("FixedOrder", "RandomSubSet", "Undisplayed"))
        ):
            self.report.change("random_subset", self.place)

    def choices(
        self, part: str = "Choices", fallback: str = "c", *, payload: Form | None = None, tags: Any = None
    ) -> Choices:
        """Return choices in the order of the file, by the codes it exports their answers under.

        Rows of a table have no codes but tags, which are those of `tags` where the question itself has none.
        """
        form = self.payload if payload is None else payload
        found = Choices(self.report, fallback, place=self.place)
        entries = numbered(form.get(part))
        order = [text(one) for one in items(form.get("ChoiceOrder" if part == "Choices" else "AnswerOrder"))]
        order = [one for one in order if one in entries] or list(entries)
        self._carry(form, part, found)
        has_tags = part == "Choices" and ("Answers" in form or tags is not None)
        codes = self._tags(tags) if has_tags else numbered(form.get("RecodeValues"))
        for identity in [*order, *(one for one in entries if one not in order)]:
            words = self.reader.texts(form, "Display", self.place, (part, identity))
            logic = mapping(entries[identity]).get("DisplayLogic")
            more: Form = {ONLY_IF: [self.reader.condition(logic)]} if logic else {}
            found.add(
                identity,
                words or {self.making.languages[0]: identity},
                wanted=text(codes.get(identity)),
                **more,
            )
            if mapping(mapping(entries[identity]).get("Image")):
                self.report.change("kind_image_choice", self.place)
        return found

    def _tags(self, given: Any) -> dict[str, Any]:
        """Return how rows are called in exported files; names that only count the rows are none."""
        found = numbered(given if given is not None else self.payload.get("ChoiceDataExportTags"))
        return {key: tag for key, tag in found.items() if text(tag) != f"{self.tag}_{key}"}

    def _carry(self, form: Form, part: str, found: Choices) -> None:
        """Add the choices of an earlier question, where the file says that they follow its answer."""
        locator = text(
            mapping(form.get("DynamicChoices" if part == "Choices" else "DynamicAnswers")).get("Locator")
        )
        name = re.match(r"q://([^/]+)/", locator)
        payload = self.reader.questions.get(name[1]) if name else None
        if payload is None:
            return
        theirs = "Answers" if "Answer" in locator else "Choices"
        if not locator.endswith(CARRIED):
            self.report.change("carried", self.place)
        for identity in numbered(payload.get(theirs)):
            words = self.reader.texts(payload, "Display", self.place, (theirs, identity))
            only_if = self._carried_if(name[1], theirs, identity, locator) if name else {}
            found.add(f"x{identity}", words or {self.making.languages[0]: identity}, **only_if)

    def _carried_if(self, name: str, theirs: str, identity: str, locator: str) -> Form:
        """Return when a choice of an earlier question is offered again: it was chosen there, or it was not."""
        if not locator.endswith(CARRIED):
            return {}
        operator = "Selected" if locator.endswith(CARRIED[0]) else "NotSelected"
        if (
            theirs == "Choices"
            and text(mapping(self.reader.questions.get(name)).get("QuestionType")) == "Matrix"
        ):
            # A row of a table is chosen where it was answered.
            rows = Answers(self.making)

            def answered() -> RuleForm:
                is_empty = empty(rows.find(f"{name}/{identity}"))
                return is_empty if operator == "NotSelected" else negated(is_empty)

            return {ONLY_IF: [answered]}
        step = {"LogicType": "Question", "Operator": operator}
        step["LeftOperand"] = f"q://{name}/Selectable{theirs.removesuffix('s')}/{identity}"
        return {ONLY_IF: [self.reader.condition({"0": {"0": step}})]}

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
        self._know("", Subject(asked.form["key"], kind, choices.ours))
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
        said_ends = [_after_number(form["text"]) for form in (choices.forms[0], choices.forms[-1])]
        said_ends = said_ends if values[0] < values[-1] else said_ends[::-1]
        self.report.change("kind_score", self.place, metric=metric.upper())
        asked = self.ask("score", metric=metric, low_label=said_ends[0], high_label=said_ends[1])
        numbers = {source: str(value) for source, value in said.items()}
        self._know("", Subject(asked.form["key"], "score", numbers))
        return asked

    def _is_random(self) -> bool:
        return text(mapping(self.payload.get("Randomization")).get("Type")) not in {
            "",
            "None",
            "ScaleReversal",
        }

    def _own_words(self, choices: Choices, parts: Form) -> None:
        """Make the first choice with a text field “other”."""
        entries = numbered(self.payload.get("Choices"))
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
        if form is not choices.forms[-1] and not parts.get("random_order"):
            self.report.change("other_last", self.place)
        if text(numbered(self.payload.get("RecodeValues")).get(own[-1])):
            self.report.change("codes", self.place, text=f"{form['value']} → other")
        choices.forms.remove(form)
        choices.ours[own[-1]] = "other"
        self.making.beside(form, self.place)
        parts["other"] = form["text"] or {one: OTHER.get(one, OTHER["en"]) for one in self.making.languages}
        if len(own) > 1:
            self.report.change("several_others", self.place)

    def _nobody(self, choices: Choices, parts: Form) -> None:
        entries = numbered(self.payload.get("Choices"))
        alone = [
            source for source in choices.ours if mapping(entries.get(source)).get("ExclusiveAnswer") is True
        ]
        form = next((one for one in choices.forms if alone and one["value"] == choices.ours[alone[0]]), None)
        if form is None or len(choices.forms) < 2:
            return
        choices.forms.remove(form)
        choices.ours[alone[0]] = "none"
        self.making.beside(form, self.place)
        parts["none"] = form["text"]
        self.report.change("exclusive", self.place, choice=short(self.making.default(form["text"])))

    def text_entry(self) -> list[Asked]:
        if self.selector == "FORM":
            return self._each("text", [*self._labels("Choices")])
        kind = CONTENT.get(text(self.settings.get("ContentType")), "text")
        if self.selector in {"ML", "ESTB"}:
            kind = "long_text"
        parts: Form = self._lengths() if kind in {"text", "long_text"} else {}
        bounds = mapping(self.settings.get("ValidNumber"))
        if kind == "number" and bounds:
            parts |= {"low": number(bounds.get("Min")), "high": number(bounds.get("Max"))}
            parts |= {"step": 1} if text(bounds.get("NumDecimals")) == "0" else {}
        content = text(self.settings.get("ContentType"))
        if self.settings.get("Type") == "ContentType" and content not in CONTENT:
            self.report.drop("validation", self.place, why=content or "ContentType")
        if self.settings.get("Type") == "CustomValidation":
            parts |= self._pattern()
        asked = self.ask(kind, **parts)
        for end in ("low", "high"):
            if parts.get(end) == 0:
                asked.form[end] = 0
        return [asked]

    def _lengths(self) -> Form:
        """Return how short and long a text may be; numbers of a check that is switched off stay in the file."""
        wanted = text(self.settings.get("Type"))
        least = self.settings.get("MinChars") if wanted in {"MinChar", "CharRange"} else None
        most = self.settings.get("TotalChars" if wanted == "TotalChar" else "MaxChars")
        return {
            "fewest": whole(least),
            "most": whole(most) if wanted in {"TotalChar", "CharRange", ""} else None,
        }

    def _pattern(self) -> Form:
        """Return the regular expression of a check of the user's own, where it is only one."""
        logic = mapping(mapping(self.settings.get("CustomValidation")).get("Logic"))
        rows = [mapping(row) for one in items(logic) for row in items(mapping(one)) if isinstance(row, dict)]
        rows = [row for row in rows if row.get("Operator")]
        if len(rows) == 1 and "regex" in text(rows[0].get("Operator")).lower():
            pattern = bare_pattern(text(rows[0].get("RightOperand")))
            if pattern:
                return {"pattern": pattern}
        said = ", ".join(f"{text(row.get('Operator'))} {text(row.get('RightOperand'))}" for row in rows)
        self.report.drop("validation", self.place, why=short(said) or "CustomValidation")
        return {}

    def statement(self) -> list[Asked]:
        if not plain(self.payload.get("QuestionText"), Report()):
            if re.search(r"<\s*img", text(self.payload.get("QuestionText"))) or self.selector == "GRB":
                self.report.drop("media", self.place)
            return self.nothing()
        if self.selector == "GRB":
            self.report.drop("media", self.place)
        return [self.ask("statement")]

    def ranking(self) -> list[Asked]:
        choices = self.choices()
        if len(choices.forms) < 2:
            return self.nothing()
        asked = self.ask("ranking", choices=choices.forms, random_order=self._is_random())
        self._know("", Subject(asked.form["key"], "ranking", choices.ours))
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

    def file(self) -> list[Asked]:
        return [self.ask("file", most=1)]

    def timing(self) -> list[Asked]:
        self.report.drop("timing", self.place)
        limits = mapping(self.payload.get("Configuration"))
        if least := whole(limits.get("MinSeconds")):
            self.report.drop("page_time", self.place, least=least)
        if most := whole(limits.get("MaxSeconds")):
            self.report.drop("page_end", self.place, most=most)
        return []

    def nothing(self) -> list[Asked]:
        self.report.drop("empty", self.place)
        return []


def _after_number(texts: Texts) -> Texts:
    """Return what is said besides the number of a choice, as in “1 – not at all”."""
    found = {
        language: re.sub(r"^[\d۰-۹]+\s*[-–—:.=)(]*\s*", "", words).strip(" )")
        for language, words in texts.items()
    }
    return {language: words for language, words in found.items() if words}


# What of "Validation" is read, by type of question.
CHECKED = {
    "TE": {"ContentType", "CustomValidation", "MinChar", "TotalChar", "CharRange"},
    "MC": {"MinChoices", "MaxChoices", "ChoiceRange", "ChoicesRange"},
    "CS": {"ChoicesTotal"},
}
KINDS = {
    "MC": Asking.multiple_choice, "TE": Asking.text_entry, "DB": Asking.statement, "Matrix": Asking.matrix,
    "SBS": Asking.side_by_side, "Slider": Asking.slider, "RO": Asking.ranking, "CS": Asking.constant_sum,
    "PGR": Asking.groups, "FileUpload": Asking.file, "Timing": Asking.timing,
}  # fmt: skip
