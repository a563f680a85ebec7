"""Forms of the survey builder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hamdel.listen.surveys.definition import Kind, Metric
from hamdel.listen.surveys.models import Survey
from hamdel.listen.surveys.ready_made import READY_MADE

LANGUAGES = {"fa": _("Persian"), "en": _("English")}


class StartForm(forms.Form):
    """Which ready survey to start from."""

    ready_made = forms.ChoiceField(choices=[(key, key) for key in READY_MADE])


class SurveyForm(forms.Form):
    """Name, touchpoint and every text of a survey, in each language side by side.

    The texts are fields named `text:<page>:<question>:<part>:<language>`, made from the definition.
    """

    name = forms.CharField(label=_("Name"), max_length=120)
    touchpoint = forms.CharField(
        label=_("Touchpoint"),
        max_length=60,
        required=False,
        help_text=_(
            "Where in the customer's journey you ask, such as delivery or support. Scores are compared by it."
        ),
    )
    threshold = forms.IntegerField(
        label=_("Ask what went wrong up to this score"),
        help_text=_("Those who give more are asked what they liked instead."),
    )

    def __init__(self, survey: Survey, *args: Any, **kwargs: Any) -> None:
        self.survey = survey
        super().__init__(*args, initial=self._initial(), **kwargs)
        low, high = Metric(survey.metric).scale
        self.fields["threshold"].min_value, self.fields["threshold"].max_value = low, high
        for name, label, language, text in self._texts():
            self.fields[name] = forms.CharField(
                label=f"{label} ({LANGUAGES[language]})",
                initial=text,
                max_length=500,
                widget=wide_or_short(name, lang=language, dir="rtl" if language == "fa" else "ltr"),
            )

    def _initial(self) -> dict[str, Any]:
        rule = next(
            (q.get("shown_if") for q in self._questions() if "not" not in (q.get("shown_if") or {"not": 1})),
            None,
        )
        threshold = rule["value"] if rule else 0
        return {"name": self.survey.name, "touchpoint": self.survey.touchpoint, "threshold": threshold}

    def _questions(self) -> list[dict[str, Any]]:
        return [question for page in self.survey.draft["pages"] for question in page["questions"]]

    def _texts(self) -> list[tuple[str, Any, str, str]]:
        """Return (field name, label, language, text) of everything that can be worded."""
        found = []
        for question in self._questions():
            parts = {"text": LABELS.get(question["key"], _("Question"))}
            if question["kind"] == Kind.SCORE:
                parts |= {"low_label": _("Lowest score"), "high_label": _("Highest score")}
            for part, label in parts.items():
                for language, text in sorted(question.get(part, {}).items(), key=persian_first):
                    found.append((f"{question['key']}:{part}:{language}", label, language, text))
        for language, text in sorted(self.survey.draft["thanks"].items(), key=persian_first):
            found.append((f"thanks::{language}", _("Thank you"), language, text))
        return found

    def text_rows(self) -> list[list[forms.BoundField]]:
        """Return the text fields, a row for each text with its languages beside each other."""
        rows: dict[str, list[forms.BoundField]] = {}
        for name in self.fields:
            if ":" in name:
                rows.setdefault(name.rpartition(":")[0], []).append(self[name])
        return list(rows.values())

    def definition(self) -> dict[str, Any]:
        """Return the draft with the new texts and threshold."""
        import copy

        draft = copy.deepcopy(self.survey.draft)
        questions = {q["key"]: q for page in draft["pages"] for q in page["questions"]}
        for name, text in self.cleaned_data.items():
            if ":" not in name:
                continue
            key, part, language = name.split(":")
            target = draft["thanks"] if key == "thanks" else questions[key][part]
            target[language] = text
        for question in questions.values():
            rule = question.get("shown_if")
            if rule:
                rule.get("not", rule)["value"] = self.cleaned_data["threshold"]
        return draft


def persian_first(pair: tuple[str, str]) -> bool:
    return pair[0] != "fa"


def wide_or_short(name: str, **attributes: str) -> forms.Widget:
    """Return a line for the ends of a scale, a text area for everything longer."""
    if "_label:" in name:
        return forms.TextInput(attributes)
    return forms.Textarea({**attributes, "rows": 2})


LABELS = {
    "score": _("The question"),
    "why": _("To those who are unhappy"),
    "best": _("To those who are happy"),
}


class InviteForm(forms.Form):
    """Whom to make a personal link for."""

    customer = forms.UUIDField()
