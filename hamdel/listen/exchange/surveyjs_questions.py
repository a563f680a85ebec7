"""SurveyJS questions, one by one, and panels, which only group them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.making import Asked, Condition, Texts
from hamdel.listen.exchange.plain_text import short
from hamdel.listen.exchange.scales import metric_of
from hamdel.listen.exchange.shapes import Choices, items, mapping, number, text, whole
from hamdel.listen.exchange.surveyjs_repeats import Repeats

if TYPE_CHECKING:
    from hamdel.listen.exchange.surveyjs import SurveyJsReader

DEEPEST = 30
LONGEST_PATTERN = 200
INPUTS = {
    "number": "number", "range": "slider", "date": "date", "datetime-local": "date", "datetime": "date",
    "email": "email", "tel": "phone",
}  # fmt: skip
YES = {"fa": "بله", "en": "Yes", "nl": "Ja", "de": "Ja", "fr": "Oui", "es": "Sí", "ar": "نعم", "tr": "Evet"}
NO = {"fa": "خیر", "en": "No", "nl": "Nee", "de": "Nein", "fr": "Non", "es": "No", "ar": "لا", "tr": "Hayır"}
OTHER = {"fa": "موردی دیگر", "en": "Other", "nl": "Anders", "de": "Sonstiges", "fr": "Autre", "es": "Otro"}
NONE = {"fa": "هیچ‌کدام", "en": "None", "nl": "Geen", "de": "Keine", "fr": "Aucun", "es": "Ninguno"}


class Elements:
    """Adds the elements of a page to the survey in the making."""

    def __init__(self, reader: SurveyJsReader) -> None:
        self.reader, self.making, self.report = reader, reader.making, reader.report
        self.languages = self.making.languages
        self.repeats = Repeats(self)

    def add(self, elements: Any, conditions: list[Condition], depth: int) -> None:
        """Add elements; those of a panel are also shown by what decides about the panel."""
        if depth > DEEPEST:
            self.report.drop("broken_part")
            return
        for form in items(elements):
            if not isinstance(form, dict):
                self.report.drop("broken_part")
            elif form.get("type") == "panel":
                inner = [*conditions, *self.reader.conditions(form, self.title(form))]
                self._panel_words(form, inner)
                self.add(form.get("elements"), inner, depth + 1)
            else:
                self.one(form, conditions)

    def _panel_words(self, form: dict[str, Any], conditions: list[Condition]) -> None:
        words = self.reader.texts(form.get("title"))
        if words:
            asked = self.making.ask(f"{text(form.get('name'))}_title", "statement", words)
            asked.conditions += conditions

    def title(self, form: dict[str, Any]) -> str:
        return short(self.making.default(self.reader.texts(form.get("title"))) or text(form.get("name")))

    def one(self, form: dict[str, Any], conditions: list[Condition]) -> None:
        """Add one question, whatever its kind."""
        kind, place = text(form.get("type")) or "text", self.title(form)
        if kind == "text" and form.get("visible") is False and not text(form.get("visibleIf")):
            self.ask(form, "hidden", place)
            self.report.change("embedded", place)
            return
        own = [*conditions, *self.reader.conditions(form, place)]
        made: list[Asked]
        if kind in KINDS:
            made = KINDS[kind](self, form, place)
        elif kind in REPEATS:
            made = REPEATS[kind](self.repeats, form, place, own)
        elif kind in {"imagemap", "signaturepad"} or not self.reader.texts(form.get("title")):
            self.report.drop("kind", place, kind=kind)
            return
        else:
            self.report.change("kind_text", place, kind=kind)
            made = [self.ask(form, "text", place)]
        for asked in made:
            asked.conditions += own

    def ask(self, form: dict[str, Any], kind: str, place: str, **parts: Any) -> Asked:
        """Ask one question and remember its name."""
        name = text(form.get("name"))
        title = self.reader.texts(form.get("title"), place) or {self.languages[0]: short(name, 200) or "…"}
        asked = self.making.ask(
            name,
            kind,
            title,
            place=place,
            help=self.reader.texts(form.get("description"), place),
            required=form.get("isRequired") is True,
            **parts,
        )
        self._losses(form, place)
        for known in filter(None, {name, text(form.get("valueName"))}):
            self.making.know(known, asked)
        return asked

    def _losses(self, form: dict[str, Any], place: str) -> None:
        if text(form.get("requiredIf")):
            self.report.change("required_if", place)
        if "defaultValue" in form or text(form.get("defaultValueExpression")):
            self.report.change("default_value", place)
        for part in ("choicesVisibleIf", "rowsVisibleIf", "columnsVisibleIf"):
            if text(form.get(part)):
                self.report.drop("choice_condition", place)
        known = {"regex", "numeric", "email", "text", "answercount"}
        for validator in map(mapping, items(form.get("validators"))):
            if text(validator.get("type")).removesuffix("validator") not in known:
                self.report.drop("validation", place, why=text(validator.get("type")) or "?")

    # Kinds

    def _text(self, form: dict[str, Any], place: str) -> list[Asked]:
        kind = INPUTS.get(text(form.get("inputType")).lower(), "text")
        checks = {
            text(one.get("type")).removesuffix("validator"): one
            for one in map(mapping, items(form.get("validators")))
        }
        kind = "email" if "email" in checks else "number" if "numeric" in checks and kind == "text" else kind
        parts: dict[str, Any] = {}
        if kind in {"number", "slider"}:
            numeric = checks.get("numeric", {})
            parts = {
                "low": number(form.get("min", numeric.get("minValue"))),
                "high": number(form.get("max", numeric.get("maxValue"))),
            }
            if kind == "slider":
                parts = {
                    "low": parts["low"] or 0,
                    "high": parts["high"] or 100,
                    "step": number(form.get("step")) or 1,
                }
        elif kind == "date":
            found = {"low": text(form.get("min"))[:10], "high": text(form.get("max"))[:10]}
            parts = {end: day for end, day in found.items() if re.fullmatch(r"\d{4}-\d\d-\d\d", day)}
        elif kind == "text":
            parts = {"most": whole(form.get("maxLength"))} | self._pattern(checks, place)
        asked = self.ask(
            form, kind, place, **{name: part for name, part in parts.items() if part is not None}
        )
        if (right := text(form.get("correctAnswer"))) and kind == "text":
            asked.form |= {"right": right, "points": 1}
        for name, part in parts.items():
            if part == 0:
                asked.form[name] = 0
        return [asked]

    def _pattern(self, checks: dict[str, dict[str, Any]], place: str) -> dict[str, Any]:
        pattern = text(checks.get("regex", {}).get("regex"))
        if not pattern:
            return {}
        try:
            re.compile(pattern[:LONGEST_PATTERN])
        except (re.error, OverflowError, RecursionError):
            pattern = ""
        if not pattern or len(pattern) > LONGEST_PATTERN:
            self.report.drop("validation", place, why="regex")
            return {}
        return {"pattern": pattern, "pattern_text": self.reader.texts(checks["regex"].get("text"))}

    def _comment(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.ask(form, "long_text", place, most=whole(form.get("maxLength")))]

    def _html(self, form: dict[str, Any], place: str) -> list[Asked]:
        words = self.reader.texts(form.get("html"), place)
        if not words:
            self.report.drop("empty", place)
            return []
        return [self.making.ask(text(form.get("name")), "statement", words)]

    def _radiogroup(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.choice(form, "single", place)]

    def _dropdown(self, form: dict[str, Any], place: str) -> list[Asked]:
        self.report.change("kind_dropdown", place)
        return [self.choice(form, "single", place)]

    def _checkbox(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.choice(form, "multiple", place)]

    def _tagbox(self, form: dict[str, Any], place: str) -> list[Asked]:
        self.report.change("kind_search", place)
        return [self.choice(form, "multiple", place)]

    def _imagepicker(self, form: dict[str, Any], place: str) -> list[Asked]:
        self.report.change("kind_image_choice", place)
        return [self.choice(form, "multiple" if form.get("multiSelect") is True else "single", place)]

    def _ranking(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.choice(form, "ranking", place)]

    def choice(self, form: dict[str, Any], kind: str, place: str) -> Asked:
        """Ask to choose; without choices in the file, ask for a text."""
        choices = self.choices(form.get("choices"), place)
        if form.get("choicesByUrl"):
            self.report.drop("validation", place, why="choicesByUrl")
        if not choices.forms:
            self.report.change("kind_text", place, kind=text(form.get("type")))
            return self.ask(form, "text", place)
        parts: dict[str, Any] = {
            "choices": choices.forms,
            "random_order": form.get("choicesOrder") == "random",
        }
        if kind != "ranking":
            self._others(form, kind, choices, parts)
        if kind == "multiple":
            parts |= {
                "fewest": whole(form.get("minSelectedChoices")),
                "most": whole(form.get("maxSelectedChoices")),
            }
        right = form.get("correctAnswer")
        wanted = {str(one).lower() for one in (right if isinstance(right, list) else [right])}
        for source, ours in choices.ours.items():
            if right is not None and source in wanted:
                next(one for one in choices.forms if one["value"] == ours).update(right=True, points=1)
        asked = self.ask(form, kind, place, **parts)
        self._know(form, asked, choices)
        return asked

    def _others(self, form: dict[str, Any], kind: str, choices: Choices, parts: dict[str, Any]) -> None:
        if form.get("hasOther") is True or form.get("showOtherItem") is True:
            parts["other"] = self.reader.texts(form.get("otherText")) or self.words(OTHER)
            choices.ours.setdefault("other", "other")
        if form.get("hasNone") is True or form.get("showNoneItem") is True:
            said = self.reader.texts(form.get("noneText")) or self.words(NONE)
            if kind == "multiple":
                parts["none"] = said
                choices.ours.setdefault("none", "none")
            else:
                parts["none"] = said
                choices.ours.setdefault("none", "none")

    def _know(self, form: dict[str, Any], asked: Asked, choices: Choices) -> None:
        for name in filter(None, {text(form.get("name")), text(form.get("valueName"))}):
            self.making.subjects.pop(name.lower(), None)
            self.making.know(name, asked, choices.ours)

    def choices(self, forms: Any, place: str, fallback: str = "c") -> Choices:
        """Return choices, written as texts or as {"value", "text"}."""
        choices = Choices(self.report, fallback)
        for form in items(forms):
            value = form.get("value", form.get("name")) if isinstance(form, dict) else form
            if isinstance(value, dict | list) or value is None or str(value).strip() == "":
                continue
            words = self.reader.texts(form.get("text", form.get("title"))) if isinstance(form, dict) else {}
            choices.add(value, words or self.reader.texts(str(value)) or {self.languages[0]: "…"})
            if isinstance(form, dict) and (text(form.get("visibleIf")) or text(form.get("enableIf"))):
                self.report.drop("choice_condition", place)
        return choices

    def _boolean(self, form: dict[str, Any], place: str) -> list[Asked]:
        yes, no = (form.get(name, default) for name, default in (("valueTrue", True), ("valueFalse", False)))
        choices = Choices(self.report)
        for value, label, words in ((yes, "labelTrue", YES), (no, "labelFalse", NO)):
            usable = value if isinstance(value, str | int | float) else label == "labelTrue"
            choices.add(usable, self.reader.texts(form.get(label)) or self.words(words))
        choices.ours |= {"true": choices.forms[0]["value"], "false": choices.forms[-1]["value"]}
        self.report.change("kind_boolean", place)
        asked = self.ask(form, "single", place, choices=choices.forms)
        self._know(form, asked, choices)
        for name in filter(None, {text(form.get("name")), text(form.get("valueName"))}):
            self.making.subjects[name.lower()].yes = choices.forms[0]["value"]
        return [asked]

    def words(self, known: dict[str, str]) -> Texts:
        return {language: known.get(language, known["en"]) for language in self.languages}

    def _rating(self, form: dict[str, Any], place: str) -> list[Asked]:
        values = items(form.get("rateValues"))
        if values:
            made = self.choice({**form, "choices": values}, "single", place)
            return [made]
        low, high = number(form.get("rateMin")), number(form.get("rateMax"))
        count = whole(form.get("rateCount"))
        low = 1 if low is None else low
        high = high if high is not None else low + (count or 5) - 1
        low, high = (low, high) if low < high else (1, 5)
        labels = {
            "low_label": self.reader.texts(
                form.get("minRateDescription", form.get("mininumRateDescription"))
            ),
            "high_label": self.reader.texts(
                form.get("maxRateDescription", form.get("maximumRateDescription"))
            ),
        }
        metric = metric_of(low, high, f"{text(form.get('name'))} {place}")
        if metric:
            look = {"stars": "stars", "smileys": "faces"}.get(
                text(form.get("rateType", form.get("rateDisplayMode"))), ""
            )
            return [self.ask(form, "score", place, metric=metric, look=look, **labels)]
        self.report.change("kind_rating", place, low=low, high=high)
        asked = self.ask(form, "slider", place, high=high, step=number(form.get("rateStep")) or 1, **labels)
        asked.form["low"] = low
        return [asked]

    def _slider(self, form: dict[str, Any], place: str) -> list[Asked]:
        if text(form.get("sliderType")) == "range":
            self.report.change("split_rows", place, count=2)
            return [
                self._slide({**form, "name": f"{text(form.get('name'))}_{end}"}, f"{place} ({sign})", sign)
                for end, sign in (("from", "≥"), ("to", "≤"))
            ]
        return [self._slide(form, place, "")]

    def _slide(self, form: dict[str, Any], place: str, sign: str) -> Asked:
        low, high = number(form.get("min")) or 0, number(form.get("max"))
        high = 100 if high is None or high <= low else high
        asked = self.ask(form, "slider", place, high=high, step=number(form.get("step")) or 1)
        asked.form["low"] = low
        if sign:
            asked.form["text"] = {
                language: f"{words} {sign}" for language, words in asked.form["text"].items()
            }
        return asked

    def _matrix(self, form: dict[str, Any], place: str) -> list[Asked]:
        columns = self.choices(form.get("columns"), place)
        return [self.matrix(form, columns, place, is_required=form.get("isAllRowRequired") is True)]

    def matrix(
        self,
        form: dict[str, Any],
        columns: Choices,
        place: str,
        *,
        is_required: bool = False,
        several: bool = False,
    ) -> Asked:
        """Ask a matrix of one answer, or several, in every row."""
        rows = self.choices(form.get("rows"), place, "r")
        if not rows.forms or not columns.forms:
            self.report.change("kind_text", place, kind="matrix")
            return self.ask(form, "text", place)
        asked = self.ask(
            form, "matrix", place, choices=columns.forms, rows=rows.forms, several=several,
            random_order=form.get("rowsOrder", form.get("rowOrder")) == "random",
        )  # fmt: skip
        asked.form |= {"required": True} if is_required else {}
        for source, ours in rows.ours.items():
            self._know_row(form, asked, columns, source, ours)
        return asked

    def _know_row(self, form: dict[str, Any], asked: Asked, columns: Choices, source: str, ours: str) -> None:
        subject = self.making.know(f"{text(form.get('name'))}.{source}", asked, columns.ours)
        subject.field, subject.kind = f"{asked.form['key']}.{ours}", "single"

    def _file(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.ask(form, "file", place, most=None if form.get("allowMultiple") is True else 1)]

    def _image(self, _form: dict[str, Any], place: str) -> list[Asked]:
        self.report.drop("media", place)
        return []

    def _expression(self, form: dict[str, Any], place: str) -> list[Asked]:
        words = text(form.get("expression"))
        self.report.drop("prices", place, text=short(words))
        return []


KINDS = {
    "text": Elements._text,
    "comment": Elements._comment,
    "html": Elements._html,
    "radiogroup": Elements._radiogroup,
    "dropdown": Elements._dropdown,
    "buttongroup": Elements._radiogroup,
    "checkbox": Elements._checkbox,
    "tagbox": Elements._tagbox,
    "imagepicker": Elements._imagepicker,
    "ranking": Elements._ranking,
    "boolean": Elements._boolean,
    "rating": Elements._rating,
    "slider": Elements._slider,
    "matrix": Elements._matrix,
    "file": Elements._file,
    "image": Elements._image,
    "expression": Elements._expression,
}
REPEATS = {
    "matrixdynamic": Repeats.matrixdynamic,
    "matrixdropdown": Repeats.matrixdropdown,
    "paneldynamic": Repeats.paneldynamic,
    "multipletext": Repeats.multipletext,
}
