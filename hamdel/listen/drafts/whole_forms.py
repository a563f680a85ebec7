"""Forms about the survey as a whole: its name, when and how it is asked, how it looks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hamdel.ground.calendar.days import local_day, start_of_day, zone_of
from hamdel.ground.calendar.digits import to_latin
from hamdel.ground.calendar.periods import PeriodError, parse_day
from hamdel.listen.drafts.forms import NAMES, NumberField
from hamdel.listen.surveys.appearance import ACCENT, FONTS, INK, PAPER, check_theme, contrast
from hamdel.listen.surveys.models import Survey
from hamdel.listen.surveys.paths import LONGEST_PATH, PATH, PathTaken, choose_path
from hamdel.ui.formats import day_number


class MomentField(forms.CharField):
    """A local day with an optional time: 1405/09/02 or 1405/09/02 14:30."""

    def __init__(self, zone: str, **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(
            required=False,
            widget=forms.TextInput({"dir": "ltr", "placeholder": "1405/09/02 14:30"}),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        local = value.astimezone(zone_of(self.zone))
        clock = "" if local.time() == time.min else f" {local:%H:%M}"
        return f"{day_number(local_day(value, self.zone))}{clock}"

    def to_python(self, value: Any) -> Any:
        text = to_latin(super().to_python(value) or "").strip()
        if not text:
            return None
        day, _space, clock = text.partition(" ")
        try:
            at = time.fromisoformat(clock.strip().zfill(5)) if clock.strip() else time.min
            begins = start_of_day(parse_day(day), self.zone)
        except (PeriodError, ValueError) as error:
            raise forms.ValidationError(_("Write it as 1405/09/02 14:30 or 2026-11-23 14:30.")) from error
        return begins + timedelta(hours=at.hour, minutes=at.minute)


class SettingsForm(forms.Form):
    """Everything of a survey that is not a question. `save` keeps it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    touchpoint = forms.CharField(
        label=gettext_lazy("Touchpoint"), max_length=60, required=False,
        help_text=gettext_lazy("Where in the customer's journey you ask, such as delivery or support. Scores are compared by it."),
    )  # fmt: skip
    path = forms.CharField(
        label=gettext_lazy("End of the open link"), max_length=LONGEST_PATH, required=False,
        widget=forms.TextInput({"dir": "ltr", "placeholder": "tehran-branch"}),
        help_text=gettext_lazy("Small Latin letters, digits and hyphens, after /s/. Links already given out go on working. Empty: a short random one."),
    )  # fmt: skip
    most_responses = NumberField(
        label=gettext_lazy("Close after so many responses"),
        required=False,
        min_value=1,
        widget=forms.TextInput,
    )
    one_per_person = forms.BooleanField(
        label=gettext_lazy("One response from each known customer"), required=False
    )
    anonymous = forms.BooleanField(
        label=gettext_lazy("Anonymous"), required=False,
        help_text=gettext_lazy("Nobody, you included, can tell who answered what. It cannot be undone for answers already given."),
    )  # fmt: skip
    smallest_group = NumberField(
        label=gettext_lazy("Smallest group shown"), min_value=2, widget=forms.TextInput,
        help_text=gettext_lazy("Results of fewer answers than this are never shown when the survey is anonymous."),
    )  # fmt: skip
    progress = forms.BooleanField(label=gettext_lazy("Show how far they are"), required=False)
    back = forms.BooleanField(label=gettext_lazy("Let them go back"), required=False)

    def __init__(self, survey: Survey, data: Any = None) -> None:
        self.survey, how, zone = survey, survey.how, survey.workspace.timezone
        super().__init__(
            data,
            initial={
                "name": survey.name, "touchpoint": survey.touchpoint, "path": how.path, "most_responses": how.most_responses,
                "one_per_person": how.one_per_person, "anonymous": how.anonymous,
                "smallest_group": how.smallest_group, "progress": how.progress, "back": how.back,
            },
        )  # fmt: skip
        self.fields["opens_at"] = MomentField(zone, label=_("Opens"), initial=how.opens_at)
        self.fields["closes_at"] = MomentField(zone, label=_("Closes"), initial=how.closes_at)

    def clean_path(self) -> str:
        path = self.cleaned_data["path"].strip().strip("/").lower()
        if path and not PATH.fullmatch(path):
            raise forms.ValidationError(_("Use small Latin letters, digits and single hyphens."))
        return path

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        opens, closes = given.get("opens_at"), given.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It must close after it opens."))
        if self.survey.how.anonymous and self.survey.responses.exists():
            self._keep_promises(given)
        return given

    def _keep_promises(self, given: dict[str, Any]) -> None:
        """Refuse what would show more of answers that were given as anonymous ones."""
        if given.get("anonymous") is False:
            self.add_error(
                "anonymous", _("People were promised anonymity. Copy the survey to ask with names.")
            )
        if given.get("smallest_group") not in {None, self.survey.how.smallest_group}:
            # Other groups could be subtracted from those that were shown so far.
            self.add_error(
                "smallest_group",
                _("People have answered under this promise. Copy the survey to ask with other groups."),
            )

    def save(self, *, at: datetime) -> bool:
        """Keep what was typed; False when the path belongs to another survey, which is then said beside it."""
        given, survey = self.cleaned_data, self.survey
        try:
            choose_path(survey, given["path"], at=at)
        except PathTaken:
            self.add_error("path", _("Another survey has this address already; choose another one."))
            return False
        survey.name, survey.touchpoint = given["name"], given["touchpoint"]
        names = ("most_responses", "one_per_person", "anonymous", "smallest_group", "progress", "back")
        moments = {
            name: given[name].astimezone(UTC).isoformat() if given[name] else None
            for name in ("opens_at", "closes_at")
        }
        survey.settings = {**survey.settings, **{name: given[name] for name in names}, **moments}
        survey.save(update_fields=["name", "touchpoint", "settings"])
        return True


COLOURS = (
    ("accent", gettext_lazy("Buttons and marks"), ACCENT),
    ("background", gettext_lazy("Background"), PAPER),
    ("text", gettext_lazy("Text"), INK),
)


class ThemeForm(forms.Form):
    """The looks: colours that can be read, a font, a logo."""

    logo = forms.FileField(
        label=gettext_lazy("Logo"), required=False, help_text=gettext_lazy("PNG, JPEG or WebP, up to 500 KB.")
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)

    def __init__(self, survey: Survey, data: Any = None, files: Any = None) -> None:
        self.survey, theme = survey, survey.how.theme
        super().__init__(data, files)
        for name, label, usual in COLOURS:
            widget = forms.TextInput({"type": "color", "dir": "ltr"})
            self.fields[name] = forms.CharField(
                label=label, required=False, widget=widget, initial=getattr(theme, name) or usual
            )
        self.fields["font"] = forms.ChoiceField(
            label=_("Font"), required=False, choices=[(key, label) for key, (label, _stack) in FONTS.items()],
            initial=theme.font or "system",
        )  # fmt: skip

    @property
    def colours(self) -> dict[str, str]:
        given = self.cleaned_data if hasattr(self, "cleaned_data") else self.initial_colours()
        return {name: given.get(name) or usual for name, _label, usual in COLOURS}

    def initial_colours(self) -> dict[str, str]:
        theme = self.survey.how.theme
        return {name: getattr(theme, name) for name, _label, _usual in COLOURS}

    @property
    def contrasts(self) -> list[tuple[str, float, bool]]:
        """Return what is compared, how far apart it is, and whether that can be read."""
        colours = self.colours
        pairs = ((_("Text on the background"), "text", 4.5), (_("Buttons on the background"), "accent", 3.0))
        found = [
            (label, contrast(colours[name], colours["background"]), needed) for label, name, needed in pairs
        ]
        return [(label, round(value, 1), value >= needed) for label, value, needed in found]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for problem in check_theme(self.theme()):
            name = problem.where.partition(".")[2]
            self.add_error(name if name in self.fields else None, problem.what)
        return given

    def theme(self) -> dict[str, str]:
        """Return the theme's JSON; what is as usual is left out."""
        given = self.cleaned_data
        colours = {
            name: given[name] for name, _label, usual in COLOURS if given.get(name) and given[name] != usual
        }
        font = {"font": given["font"]} if given.get("font") not in {"", None, "system"} else {}
        kept = self.survey.how.theme.logo
        logo = {"logo": kept} if kept and not given.get("remove_logo") else {}
        return {**colours, **font, **logo}


def other_languages(languages: list[str]) -> list[tuple[str, str]]:
    """Return the languages a survey may yet be translated into."""
    return [(code, str(name)) for code, name in NAMES.items() if code not in languages]
