"""The forms of the import pages: give a file, say what its rows mean."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hamdel.listen.sources.describing import KINDS, PARTS, Choices
from hamdel.listen.sources.files import KINDS as ENDINGS

# A form with a file may have 10.5 MB in all; see ground/guard.
MOST_BYTES = 10_000_000


class UploadForm(forms.Form):
    """One file of rows."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, Excel (.xlsx), JSON lines or Parquet, up to 10 MB; text also as .gz."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.jsonl,.ndjson,.xlsx,.parquet,.gz"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        endings = {ending.lstrip(".").lower() for ending in PurePath(file.name or "").suffixes}
        if not endings & set(ENDINGS):
            raise ValidationError(
                _("Files of this kind cannot be read. Save it as CSV (UTF-8) or Excel (.xlsx) and try again.")
            )
        if file.size > MOST_BYTES:
            raise ValidationError(
                _(
                    "The file is larger than 10 MB. Compress it (.csv.gz), or import it with the command hamdel import."
                )
            )
        return file


KIND_LABELS = {
    "orders": _("Orders: somebody bought something"),
    "deliveries": _("Deliveries: an order arrived"),
    "scores": _("Scores: somebody rated us"),
    "feedback": _("Feedback: somebody said something"),
    "customers": _("Customers: who they are"),
    "events": _("Something else that happened"),
}
METRICS = (
    ("csat", _("CSAT: satisfaction, 1 to 5")),
    ("nps", _("NPS: would recommend, 0 to 10")),
    ("ces2", _("CES 2.0: easy, 1 to 7")),
    ("ces1", _("CES 1.0: effort, 1 to 5")),
    ("stars", _("Stars of a shop, 1 to 5")),
)
PART_LABELS = {
    "user": _("Customer’s id"), "email": _("E-mail"), "phone": _("Phone"), "name": _("Name"),
    "time": _("When it happened"), "id": _("What tells one row from another"), "event": _("Column that says what happened"),
    "order": _("Order number"), "total": _("Amount"), "score": _("Score"), "text": _("What they said"),
    "touchpoint": _("Column of the touchpoint"), "channel": _("Column of the channel"),
}  # fmt: skip
PART_HELP = {
    "time": _("Jalali or Gregorian, however it is written. Without one, now."),
    "id": _(
        "The same id is the same event: a file given twice adds nothing. Without one, the whole row counts."
    ),
}


class MeaningForm(forms.Form):
    """What one row means."""

    kind = forms.ChoiceField(
        label=_("What does a row tell?"),
        choices=[(kind, KIND_LABELS[kind]) for kind in KINDS],
        widget=forms.RadioSelect,
    )
    event = forms.CharField(
        label=_("What happened, in a few words"),
        help_text=_("In English and the past tense, such as Store Visited: this is its name everywhere."),
        max_length=120,
        required=False,
    )
    metric = forms.ChoiceField(label=_("Kind of score"), choices=METRICS)
    currency = forms.ChoiceField(
        label=_("Amounts are in"), choices=(("rial", _("Rial")), ("toman", _("Toman")))
    )
    touchpoint = forms.CharField(
        label=_("Touchpoint"),
        help_text=_("The same for every row, such as delivery."),
        max_length=60,
        required=False,
    )
    channel = forms.CharField(
        label=_("Channel"), help_text=_("Such as web, sms or store."), max_length=20, required=False
    )
    rest = forms.BooleanField(label=_("Keep all other columns as properties"), required=False)

    def __init__(self, *args: Any, columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [("", _("– none –")), *((name, name) for name in columns)]
        for part in PARTS:
            self.fields[f"column_{part}"] = forms.ChoiceField(
                label=PART_LABELS[part], choices=listed, required=False, help_text=PART_HELP.get(part, "")
            )

    @property
    def who(self) -> list[forms.BoundField]:
        return [self[f"column_{part}"] for part in ("user", "email", "phone", "name")]

    @property
    def when_and_where(self) -> list[forms.BoundField]:
        parts = ("column_time", "column_id", "touchpoint", "column_touchpoint", "channel", "column_channel")
        return [self[part] for part in parts]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        kind = said.get("kind")
        if not any(said.get(f"column_{part}") for part in ("user", "email", "phone")):
            self.add_error("column_user", _("Choose at least one column that says which customer it is."))
        needed = {"scores": "score", "feedback": "text"}.get(kind or "")
        if needed and not said.get(f"column_{needed}"):
            self.add_error(f"column_{needed}", _("Choose the column."))
        if kind == "events" and not (said.get("event") or said.get("column_event")):
            self.add_error("event", _("Say what happened, or choose the column that does."))
        return said

    def choices(self) -> Choices:
        said = self.cleaned_data
        return Choices(
            columns={part: said[f"column_{part}"] for part in PARTS},
            **{
                name: said[name]
                for name in ("kind", "event", "metric", "currency", "touchpoint", "channel", "rest")
            },
        )


def initial_of(choices: Choices) -> dict[str, Any]:
    """Return what the form shows for these choices."""
    plain = ("kind", "event", "metric", "currency", "touchpoint", "channel", "rest")
    return {name: getattr(choices, name) for name in plain} | {
        f"column_{part}": column for part, column in choices.columns.items()
    }


class MappingForm(forms.Form):
    """A mapping written by hand."""

    mapping = forms.CharField(
        label=_("Mapping"),
        help_text=_("As docs/guides/import.md explains it. Begin with what the form above made."),
        widget=forms.Textarea({"rows": 16, "dir": "ltr", "spellcheck": "false", "class": "code"}),
    )

    def clean_mapping(self) -> dict[str, Any]:
        try:
            written = json.loads(self.cleaned_data["mapping"])
        except ValueError as error:
            raise ValidationError(_("This is not JSON: %(error)s") % {"error": error}) from error
        if not isinstance(written, dict):
            raise ValidationError(_("A mapping is a JSON object."))
        return written
