"""Forms of widgets, kiosks and places."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.calendar.digits import to_latin
from hamdel.know.segments.models import Segment
from hamdel.listen.surveys.models import Survey
from hamdel.listen.widgets.colours import HEX
from hamdel.listen.widgets.models import Place, Site, Widget
from hamdel.listen.widgets.where import devices_of, lines_of, rule_of


class SurveyChoice(forms.ModelChoiceField):
    """One of the surveys a member sees; published ones first."""

    def __init__(self, **said: Any) -> None:
        super().__init__(queryset=Survey.objects.none(), label=_("Survey"), empty_label=None, **said)


def surveys_of(member: Member) -> Any:
    return Survey.objects.visible_to(member).exclude(state=Survey.State.CLOSED).order_by("-state", "name")


class DeviceForm(forms.Form):
    """A new kiosk."""

    name = forms.CharField(
        label=_("Name of the kiosk"), max_length=80, help_text=_("So that you know which tablet it is.")
    )
    survey = SurveyChoice()
    place = forms.CharField(
        label=_("Place"), max_length=60, required=False,
        help_text=_("Where it stands, such as a branch or a till. Kept with every answer."),
    )  # fmt: skip
    pin = forms.CharField(
        label=_("PIN of staff"), min_length=4, max_length=8,
        help_text=_("4 to 8 digits. Five taps on your company's name ask for it and let staff out of the full screen."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}),
    )  # fmt: skip
    idle_seconds = forms.IntegerField(
        label=_("Start over after so many seconds without a touch"), min_value=10, max_value=600, initial=45
    )
    thanks_seconds = forms.IntegerField(
        label=_("Show the thank-you for so many seconds"), min_value=3, max_value=60, initial=8
    )

    def __init__(self, member: Member, *args: Any, **said: Any) -> None:
        super().__init__(*args, **said)
        self.fields["survey"].queryset = surveys_of(member).open()  # type: ignore[attr-defined]

    def clean_pin(self) -> str:
        pin = to_latin(self.cleaned_data["pin"])
        if not re.fullmatch(r"[0-9]{4,8}", pin):
            raise forms.ValidationError(_("Use digits only, four to eight of them."))
        return pin


class ColourInput(forms.TextInput):
    input_type = "color"


class PlaceForm(forms.Form):
    """A place and the words of its poster. `logo_id` is the file the view has kept of an upload."""

    logo_id = ""

    name = forms.CharField(
        label=_("Place"), max_length=60,
        help_text=_("Such as a branch, a table or a shelf. Kept with every answer that comes from here."),
    )  # fmt: skip
    survey = SurveyChoice()
    title_fa = forms.CharField(label=_("Title (Persian)"), max_length=70, required=False)
    title_en = forms.CharField(label=_("Title (English)"), max_length=70, required=False)
    text_fa = forms.CharField(label=_("Line below (Persian)"), max_length=120, required=False)
    text_en = forms.CharField(label=_("Line below (English)"), max_length=120, required=False)
    accent = forms.CharField(label=_("Colour"), widget=ColourInput(), initial="#00666e")
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, up to 500 KB. Without one your name stands there."),
    )

    def __init__(self, member: Member, *args: Any, place: Place | None = None, **said: Any) -> None:
        if place:
            said["initial"] = initial_of(place)
        super().__init__(*args, **said)
        self.fields["survey"].queryset = surveys_of(member)  # type: ignore[attr-defined]

    def clean_accent(self) -> str:
        return colour(self.cleaned_data["accent"])

    @property
    def words(self) -> dict[str, Any]:
        """Return title, text and colour as a place keeps them."""
        found = self.cleaned_data
        return {
            "title": {code: found[f"title_{code}"] for code in ("fa", "en") if found[f"title_{code}"]},
            "text": {code: found[f"text_{code}"] for code in ("fa", "en") if found[f"text_{code}"]},
            "accent": found["accent"],
        }


def initial_of(place: Place) -> dict[str, Any]:
    texts = {
        f"{part}_{code}": texts.get(code, "")
        for part, texts in (("title", place.title), ("text", place.text))
        for code in ("fa", "en")
    }
    return {"name": place.name, "survey": place.survey_id, "accent": place.accent, **texts}


def colour(text: str) -> str:
    if not HEX.fullmatch(text):
        raise forms.ValidationError(_("Write a colour as in #00666e."))
    return text.lower()


class NewWidgetForm(forms.ModelForm):
    """The first step: which survey, as what."""

    class Meta:
        model = Widget
        fields = ("name", "survey", "form")
        labels = {"name": _("Name of the widget"), "survey": _("Survey"), "form": _("How it appears")}
        widgets = {"form": forms.RadioSelect()}

    def __init__(self, member: Member, *args: Any, **said: Any) -> None:
        super().__init__(*args, **said)
        self.fields["survey"].queryset = surveys_of(member)  # type: ignore[attr-defined]
        self.fields["survey"].empty_label = None  # type: ignore[attr-defined]


class WidgetForm(forms.ModelForm):
    """Everything about a widget: where, when, whom, how often, look."""

    pages = forms.CharField(
        label=_("On which pages"), required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "placeholder": "/cart*\n!/cart/payment"}),
        help_text=_("One a line: /cart is that page, /cart* all that begin so, *sale* all that contain it; ! leaves out. Empty is every page."),
    )  # fmt: skip
    devices = forms.MultipleChoiceField(
        label=_("On which devices"), choices=[("phone", _("Phone")), ("tablet", _("Tablet")), ("computer", _("Computer"))],
        widget=forms.CheckboxSelectMultiple(),
    )  # fmt: skip
    segment = forms.ModelChoiceField(
        label=_("Only customers of a segment"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Everybody"),
        help_text=_("Asked on our server of customers your site vouches for; never told to the browser."),
    )
    button_fa = forms.CharField(label=_("Words on the button (Persian)"), max_length=30, required=False)
    button_en = forms.CharField(label=_("Words on the button (English)"), max_length=30, required=False)

    class Meta:
        model = Widget
        fields = (
            "name", "survey", "form", "selector", "when", "seconds", "percent", "event", "share", "often", "days",
            "accent", "theme", "side",
        )  # fmt: skip
        labels = {
            "name": _("Name of the widget"),
            "survey": _("Survey"),
            "form": _("How it appears"),
            "selector": _("Where inside the page (CSS selector)"),
            "when": _("When"),
            "seconds": _("Seconds on the page"),
            "percent": _("Percent of the page scrolled"),
            "event": _("Name of the event"),
            "share": _("To how many percent of visitors"),
            "often": _("How often"),
            "days": _("Again after so many days"),
            "accent": _("Colour"),
            "theme": _("Light or dark"),
            "side": _("At which side"),
        }
        widgets = {
            "accent": ColourInput(),
            "selector": forms.TextInput(attrs={"dir": "ltr", "placeholder": "#feedback"}),
            "event": forms.TextInput(attrs={"dir": "ltr", "placeholder": "Order Completed"}),
        }

    def __init__(self, member: Member, *args: Any, instance: Widget, **said: Any) -> None:
        initial = {
            "pages": lines_of(instance.where),
            "devices": devices_of(instance.where),
            "segment": instance.segment_id,
            "button_fa": instance.button.get("fa", ""),
            "button_en": instance.button.get("en", ""),
        }
        super().__init__(*args, instance=instance, initial=initial, **said)
        self.fields["segment"].queryset = Segment.objects.visible_to(member).order_by("name")  # type: ignore[attr-defined]
        self.fields["survey"].queryset = surveys_of(member)  # type: ignore[attr-defined]
        self.fields["survey"].empty_label = None  # type: ignore[attr-defined]

    def clean_accent(self) -> str:
        return colour(self.cleaned_data["accent"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("form") == Widget.Form.EMBEDDED and not found.get("selector"):
            self.add_error("selector", _("Say where in the page it stands, as in #feedback."))
        if found.get("when") == Widget.When.EVENT and not found.get("event"):
            self.add_error("event", _("Name the event that brings it on."))
        if not self.errors:
            self.instance.where = rule_of(found["pages"], found["devices"])
            self.instance.segment_id = found["segment"].id if found["segment"] else None
            self.instance.button = {
                code: found[f"button_{code}"] for code in ("fa", "en") if found[f"button_{code}"]
            }
        return found


class SiteForm(forms.ModelForm):
    """What all widgets share."""

    class Meta:
        model = Site
        fields = ("cool_off_days",)
        labels = {"cool_off_days": _("Days between two different widgets")}
        help_texts = {"cool_off_days": _("Whoever saw one widget is left alone by all others for so long.")}
