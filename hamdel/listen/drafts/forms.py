"""The form of one question: the fields its kind needs, each text in every language of the survey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hamdel.ground.calendar.digits import format_number, to_latin
from hamdel.ground.calendar.periods import PeriodError, parse_day
from hamdel.listen.drafts.kinds import BY_KIND, Offer
from hamdel.listen.surveys.definition import Kind
from hamdel.ui.formats import day_number

Words = str | Promise
NAMES = {
    "fa": gettext_lazy("Persian"),
    "en": gettext_lazy("English"),
    "ar": gettext_lazy("Arabic"),
    "tr": gettext_lazy("Turkish"),
    "ku": gettext_lazy("Kurdish"),
}
RIGHT_TO_LEFT = {"fa", "ar", "ku", "he", "ur"}
METRICS = (
    ("nps", gettext_lazy("NPS: would you recommend us (0–10)")),
    ("enps", gettext_lazy("eNPS: would you recommend working here (0–10)")),
    ("csat", gettext_lazy("CSAT: how satisfied are you (1–5)")),
    ("ces2", gettext_lazy("CES 2.0: they made it easy (1–7)")),
    ("ces1", gettext_lazy("CES 1.0: how much effort (1–5)")),
)
LOOKS = (
    ("numbers", gettext_lazy("Numbers")),
    ("stars", gettext_lazy("Stars")),
    ("faces", gettext_lazy("Faces, all of one colour")),
)
MOST_ROWS = 300
MOST_POINTS = 1_000
# Rows left empty at the end, to be filled in without script.
SPARE = 2


def language_name(code: str) -> str:
    return str(NAMES.get(code, code))


class NumberField(forms.DecimalField):
    """A number typed in any digits; whole numbers stay whole."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(to_latin(value) if isinstance(value, str) else value)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else int(found) if found == int(found) else float(found)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002  # as Django calls it
        return {"inputmode": "decimal"}


class DayField(forms.CharField):
    """A day in either calendar, kept as Gregorian text."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return parse_day(text).isoformat() if text else None
        except PeriodError as error:
            raise forms.ValidationError(_("Write the day as 1405/01/15 or 2026-04-04.")) from error


class QuestionForm(forms.Form):
    """Everything of a question but its logic. `changed()` is its new JSON."""

    def __init__(
        self, question: Mapping[str, Any], languages: list[str], *, is_quiz: bool, data: Any = None
    ) -> None:
        self.question, self.languages, self.is_quiz = question, languages, is_quiz
        self.kind = Kind(question["kind"])
        self.offer: Offer = BY_KIND[self.kind]
        # Of choices and rows that are only for some: "choices:c2" → the condition in words.
        self.conditions: dict[str, str] = {}
        super().__init__(data)
        self._add_texts(
            "text", _("Question") if self.kind not in {Kind.STATEMENT, Kind.HIDDEN} else _("Words"), rows=2
        )
        if self.kind != Kind.HIDDEN:
            self._add_texts("help", _("Help below it"), rows=1)
        if self.kind not in {Kind.STATEMENT, Kind.HIDDEN}:
            self._add("required", forms.BooleanField(label=_("Must be answered"), required=False))
        for part in (
            "metric",
            "ends",
            "bounds",
            "days",
            "unit",
            "total",
            "several",
            "random",
            "amount",
            "places",
            "length",
            "pattern",
            "files",
            "other",
            "none",
        ):
            if part in self.offer.parts:
                getattr(self, f"_add_{part}")()
        if is_quiz and self.kind not in {Kind.STATEMENT, Kind.HIDDEN}:
            self._add_quiz()

    # Fields

    def _add(self, name: str, field: forms.Field, initial: Any = None) -> None:
        field.initial = self.question.get(name) if initial is None else initial
        self.fields[name] = field

    def _add_texts(
        self, name: str, label: Words, *, rows: int = 0, texts: Mapping[str, str] | None = None
    ) -> None:
        kept = self.question.get(name) or {} if texts is None else texts
        for language in self.languages:
            attributes = {"lang": language, "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr"}
            widget = forms.Textarea({**attributes, "rows": rows}) if rows else forms.TextInput(attributes)
            field = forms.CharField(
                label=f"{label} ({language_name(language)})", required=False, max_length=5_000, widget=widget
            )
            self._add(f"{name}|{language}", field, kept.get(language, ""))

    def _number(self, name: str, label: Words, help_text: Words = "") -> None:
        self._add(name, NumberField(label=label, required=False, help_text=help_text, widget=forms.TextInput))

    def _add_metric(self) -> None:
        self._add(
            "metric",
            forms.ChoiceField(
                label=_("What it measures"),
                choices=METRICS,
                help_text=_("Answers given before stay with what was chosen then, and are counted apart."),
            ),
        )
        self._add("look", forms.ChoiceField(label=_("How it looks"), choices=LOOKS, required=False))

    def _add_ends(self) -> None:
        self._add_texts("low_label", _("Lowest"))
        self._add_texts("high_label", _("Highest"))

    def _add_bounds(self) -> None:
        for name, label in (("low", _("From")), ("high", _("To")), ("step", _("In steps of"))):
            self._number(name, label)

    def _add_days(self) -> None:
        for name, label in (("low", _("First day allowed")), ("high", _("Last day allowed"))):
            kept = self.question.get(name)
            shown = day_number(date.fromisoformat(kept)) if kept else ""
            self._add(
                name, DayField(label=label, required=False, widget=forms.TextInput({"dir": "ltr"})), shown
            )

    def _add_unit(self) -> None:
        self._add_texts("unit", _("Unit"))

    def _add_total(self) -> None:
        self._number("total", _("Sum to share out"))

    def _add_several(self) -> None:
        self._add("several", forms.BooleanField(label=_("Several answers in each row"), required=False))

    def _add_random(self) -> None:
        self._add("random_order", forms.BooleanField(label=_("In random order"), required=False))

    def _add_amount(self) -> None:
        self._number("fewest", _("Choose at least"))
        self._number("most", _("Choose at most"))

    def _add_places(self) -> None:
        self._number("fewest", _("Rank at least so many"), _("Empty: all of them."))

    def _add_length(self) -> None:
        self._number("fewest", _("At least so many letters"))
        self._number("most", _("At most so many letters"))

    def _add_pattern(self) -> None:
        self._add(
            "pattern",
            forms.CharField(
                label=_("Pattern it must fit (regular expression)"),
                required=False,
                max_length=300,
                widget=forms.TextInput({"dir": "ltr"}),
            ),
        )
        self._add_texts("pattern_text", _("What to say when it does not fit"))

    def _add_files(self) -> None:
        self._number("most", _("At most so many files"))

    def _add_other(self) -> None:
        self._add_texts("other", _("“Other”, in words; empty for none"))

    def _add_none(self) -> None:
        self._add_texts("none", _("“None of these”; empty for none"))

    def _add_quiz(self) -> None:
        self._number("points", _("Points for a right answer"))
        if "choices" not in self.offer.parts:
            kept = self.question.get("right")
            self._add(
                "right",
                forms.CharField(label=_("Right answer"), required=False),
                "" if kept is None else str(kept),
            )
        feedback = self.question.get("feedback") or {}
        self._add_texts("right_feedback", _("Said after a right answer"), texts=feedback.get("right") or {})
        self._add_texts("wrong_feedback", _("Said after a wrong answer"), texts=feedback.get("wrong") or {})

    # For the template

    def lines(self) -> list[list[forms.BoundField]]:
        """Return the fields: a text with all its languages is one line, every other field a line of its own."""
        found: dict[str, list[forms.BoundField]] = {}
        for name in self.fields:
            found.setdefault(name.partition("|")[0], []).append(self[name])
        return list(found.values())

    @property
    def wording(self) -> list[list[forms.BoundField]]:
        """Return the lines that stand above the answers: the question itself."""
        return self.lines()[:1]

    @property
    def details(self) -> list[list[forms.BoundField]]:
        """Return the lines below the answers."""
        return self.lines()[1:]

    @property
    def lists(self) -> list[Rows]:
        """Return the lists of this kind: rows of a matrix, then answers to choose from."""
        data = self.data if self.is_bound else None
        names = [
            ("rows", _("Rows of the matrix")),
            ("choices", _("Columns") if self.kind == Kind.MATRIX else _("Answers")),
        ]
        marks = self.is_quiz and self.kind in {Kind.SINGLE, Kind.MULTIPLE}
        return [
            Rows(
                name,
                label,
                self.question.get(name, []),
                self.languages,
                data,
                has_right=marks and name == "choices",
                conditions=self.conditions,
                owner=str(self.question.get("key", "")),
            )
            for name, label in names
            if name in self.offer.parts
        ]

    # What it makes

    def changed(self) -> dict[str, Any]:
        """Return the question's new JSON, without what is empty."""
        given = self.cleaned_data
        # What this form does not ask for stays as it is: an import may have brought it.
        asked = (
            {name.partition("|")[0] for name in self.fields}
            | {"feedback"}
            | {rows.name for rows in self.lists}
        )
        made: dict[str, Any] = {name: value for name, value in self.question.items() if name not in asked}
        for name in dict.fromkeys(name.partition("|")[0] for name in self.fields):
            value = self._texts(name) if f"{name}|{self.languages[0]}" in self.fields else given.get(name)
            if value is not None and value is not False and value not in ("", {}):
                made[name] = value
        feedback = {
            part: made.pop(f"{part}_feedback") for part in ("right", "wrong") if f"{part}_feedback" in made
        }
        if feedback:
            made["feedback"] = feedback
        for rows in self.lists:
            made[rows.name] = rows.items()
        made.setdefault("text", {})
        return made

    def _texts(self, name: str) -> dict[str, str]:
        words = {language: self.cleaned_data.get(f"{name}|{language}", "") for language in self.languages}
        return {language: text for language, text in words.items() if text}


class Rows:
    """A list being edited: each row has a text in every language; an emptied row is taken out."""

    def __init__(
        self,
        name: str,
        label: Words,
        kept: list[dict[str, Any]],
        languages: list[str],
        data: Mapping[str, str] | None,
        *,
        has_right: bool,
        conditions: Mapping[str, str],
        owner: str,
    ) -> None:
        self.name, self.label, self.kept, self.languages, self.has_right = (
            name,
            label,
            kept,
            languages,
            has_right,
        )
        self.data, self.conditions, self.owner = data, conditions, owner

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield what the template shows of each row, with empty ones to fill in."""
        shown = self.items() if self.data is not None else list(self.kept)
        for number, item in enumerate([*shown, *({"value": "", "text": {}} for _spare in range(SPARE))]):
            yield {
                "number": number,
                "name": f"{self.name}-{number}",
                "value": item["value"],
                "is_right": item.get("right", False),
                "points": format_number(item["points"], "fa" if get_language() == "fa" else "en")
                if item.get("points")
                else "",
                "is_spare": not item["value"],
                "address": f"choice:{self.owner}:{self.name}:{item['value']}",
                "condition": self.conditions.get(f"{self.name}:{item['value']}", ""),
                "picture": (item.get("image") or {}).get("file", ""),
                "texts": [
                    {
                        "name": f"{self.name}-{number}-{language}",
                        "language": language,
                        "label": language_name(language),
                        "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr",
                        "text": (item.get("text") or {}).get(language, ""),
                    }
                    for language in self.languages
                ],
            }

    def items(self) -> list[dict[str, Any]]:
        """Return the rows as they were typed, each with a value of its own that answers are kept under."""
        data, found = self.data or {}, []
        before = {item["value"]: item for item in self.kept}
        for number in range(MOST_ROWS):
            prefix = f"{self.name}-{number}"
            if f"{prefix}-value" not in data:
                break
            texts = {language: data.get(f"{prefix}-{language}", "").strip() for language in self.languages}
            texts = {language: text for language, text in texts.items() if text}
            value = data[f"{prefix}-value"]
            kept = before.get(value, {})
            # A picture that never had words is no row that was emptied.
            if not texts and (not kept.get("image") or kept.get("text")):
                continue
            item = {**kept, "value": value, "text": texts}
            if self.has_right:
                _mark(
                    item, is_right=bool(data.get(f"{prefix}-right")), points=data.get(f"{prefix}-points", "")
                )
            found.append(item)
        return self._valued(found)

    def _valued(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Give new rows a value nothing had before, so that answers of earlier versions keep their meaning."""
        stem = "r" if self.name == "rows" else "c"
        taken = {item["value"] for item in [*items, *self.kept] if item["value"]}
        for item in items:
            if not item["value"]:
                item["value"] = next(v for n in range(1, MOST_ROWS * 2) if (v := f"{stem}{n}") not in taken)
                taken.add(item["value"])
        return items


def _mark(item: dict[str, Any], *, is_right: bool, points: str) -> None:
    """Say of a choice whether it is right and what it earns; what is no number earns nothing of its own."""
    item.pop("right", None)
    item.pop("points", None)
    if is_right:
        item["right"] = True
    typed = to_latin(points).replace("٫", ".").replace("−", "-").strip()
    try:
        earned = float(typed) if typed else 0
    except ValueError:
        return
    if earned and abs(earned) <= MOST_POINTS:
        item["points"] = int(earned) if earned.is_integer() else earned
