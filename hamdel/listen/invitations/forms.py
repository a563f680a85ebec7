"""The editor of a plan: one form, read into a plan as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.calendar.periods import parse_day
from hamdel.listen.invitations.channels import channel_label, channels_to_choose
from hamdel.listen.invitations.models import Plan
from hamdel.listen.invitations.wording import PARTS, check_words
from hamdel.listen.surveys.models import Survey

UNITS = (("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days")))
MINUTES = {"minutes": 1, "hours": 60, "days": 1_440}
ROUNDS = (
    ("", _("Once")),
    ("7", _("Once a week, a seventh of them each day")),
    ("30", _("Once in 30 days, some each day")),
    ("91", _("Once a quarter, some each day")),
    ("182", _("Twice a year, some each day")),
)
PRIORITIES = (
    (30, _("Low")),
    (50, _("Normal")),
    (80, _("High: may take the last contact that is kept for it")),
)
PLACES = ("first", "second", "third")
LONGEST_WORDS = 4_000


class PlanForm(forms.ModelForm):
    """What a plan is, without its condition (the rule builder's) and its list."""

    wait_amount = forms.IntegerField(label=_("Wait"), min_value=0, max_value=5_000, initial=0)
    wait_unit = forms.ChoiceField(label=_("Unit"), choices=UNITS, initial="hours")
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    repeat = forms.ChoiceField(label=_("How often"), choices=ROUNDS, required=False)
    first = forms.ChoiceField(label=_("First"))
    second = forms.ChoiceField(label=_("If that does not reach them"), required=False)
    third = forms.ChoiceField(label=_("And then"), required=False)
    priority = forms.TypedChoiceField(label=_("Priority"), choices=PRIORITIES, coerce=int, initial=50)

    class Meta:
        model = Plan
        fields = (
            "name", "survey", "whom", "event", "oldest_event_hours", "share_percent", "remind_after_days",
            "most_reminders", "link_lives_days", "same_survey_days", "priority", "topic",
        )  # fmt: skip
        labels = {
            "survey": _("Survey"),
            "whom": _("Whom"),
            "event": _("Event"),
            "oldest_event_hours": _("An event older than so many hours asks nobody"),
            "share_percent": _("Share that is asked, in percent"),
            "remind_after_days": _("Remind after so many days"),
            "most_reminders": _("At most so many reminders"),
            "link_lives_days": _("The link lives so many days"),
            "same_survey_days": _("Not the same survey again within so many days"),
            "topic": _("Topic"),
        }
        help_texts = {
            "share_percent": _("The same customers every time. A larger share takes the smaller one in."),
            "most_reminders": _("0 for none. They stop as soon as somebody answers."),
            "topic": _("What customers can unsubscribe from. Empty: the touchpoint."),
            "oldest_event_hours": _("Imports of history are no news."),
        }
        widgets = {"whom": forms.RadioSelect}

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["survey"].queryset = Survey.objects.visible_to(member).order_by("name")
        self.fields["survey"].empty_label = (
            None if self.instance.survey_id else _("Choose the survey it asks")
        )
        self.fields["event"].widget.attrs["list"] = "events"
        # Whom it concerns does not read "optional" beside it; the browser leaves the check to us.
        whom = self.data.get("whom") if self.is_bound else self.instance.whom
        self.fields["event"].required = whom == Plan.Whom.RULE
        self.fields["segment"].required = whom == Plan.Whom.SEGMENT
        self.fields["event"].error_messages["required"] = _("Say after which event customers are asked.")
        self.fields["segment"].error_messages["required"] = _("Choose a segment.")
        self.fields["share_percent"].min_value = 0.01
        segments = segment_choices(member)
        self.fields["segment"].choices = [("", "—"), *segments]
        has_segment = bool(segments) or self.instance.whom == Plan.Whom.SEGMENT
        self.fields["whom"].choices = [
            (value, label) for value, label in Plan.Whom.choices if value != Plan.Whom.SEGMENT or has_segment
        ]
        self.set_channels()
        if not self.is_bound:
            self.initial |= initial_of(self.instance)
            self.choose_survey()

    def choose_survey(self) -> None:
        """Begin a new plan with the survey that is open, where there is one only; a draft is nobody's first choice."""
        opened = self.fields["survey"].queryset.open()[:2]
        if not self.instance.survey_id and len(opened) == 1:
            self.initial["survey"] = opened[0].pk

    def set_channels(self) -> None:
        """Offer the channels, those without an account marked."""
        offered = [
            (channel, label if is_usable else _("%(channel)s (not set up)") % {"channel": label})
            for channel, label, is_usable in channels_to_choose(self.member.workspace)
        ]
        for place in PLACES:
            nothing = [] if place == "first" else [("", _("Nothing more"))]
            self.fields[place].choices = nothing + offered

    def fill(self, plan: Plan) -> None:
        """Put on the plan what is no field of its own."""
        given = self.cleaned_data
        plan.wait_minutes = given["wait_amount"] * MINUTES[given["wait_unit"]]
        plan.segment_id = UUID(given["segment"]) if given["segment"] else None
        plan.repeat_days = int(given["repeat"]) if given["repeat"] and plan.whom != Plan.Whom.RULE else None
        plan.channels = self.chosen_channels()

    def chosen_channels(self) -> list[str]:
        """Return the channels that were chosen and can be, in order."""
        given = self.cleaned_data
        return list(dict.fromkeys(given[place] for place in PLACES if given.get(place)))


def initial_of(plan: Plan) -> dict[str, Any]:
    """Return what the fields show of a plan that are no fields of the model."""
    minutes = plan.wait_minutes
    unit = next(
        (unit for unit in ("days", "hours") if minutes and minutes % MINUTES[unit] == 0),
        "minutes" if minutes else "hours",
    )
    shown: dict[str, Any] = {
        "wait_amount": minutes // MINUTES[unit],
        "wait_unit": unit,
        "segment": str(plan.segment_id or ""),
        "repeat": str(plan.repeat_days or ""),
        "share_percent": f"{float(plan.share_percent):g}",
    }
    return shown | dict(zip(PLACES, plan.channels, strict=False))


def segment_choices(member: Member) -> list[tuple[str, str]]:
    """Return the segments a plan may ask; none where that slice is left out."""
    if not apps.is_installed("hamdel.know.segments"):
        return []
    from hamdel.know.segments.models import Segment  # may be left out of an installation

    return [(str(one.id), one.name) for one in Segment.objects.visible_to(member).order_by("name")]


class Words:
    """What is said on each channel in each language, as fields `words.CHANNEL.LANGUAGE.PART`."""

    names = [
        f"{{{{ {name} }}}}"
        for name in (
            "customer.first_name",
            "customer.name",
            "question",
            "link",
            "company",
            "lowest",
            "highest",
        )
    ]

    def __init__(self, channels: Iterable[str], languages: Iterable[str], said: Mapping[str, Any]) -> None:
        self.channels, self.languages, self.said = list(channels), list(languages), said
        self.errors: dict[str, str] = {}

    @classmethod
    def read(cls, posted: Mapping[str, str], channels: Iterable[str], languages: Iterable[str]) -> Words:
        """Return what was posted."""
        said: dict[str, Any] = {}
        for name, value in posted.items():
            parts = name.split(".")
            if len(parts) == 4 and parts[0] == "words" and parts[3] in PARTS and value.strip():
                words = said.setdefault(parts[1], {}).setdefault(parts[2], {})
                words[parts[3]] = value.strip().replace("\r\n", "\n")[:LONGEST_WORDS]
        return cls(channels, languages, said)

    def is_valid(self) -> bool:
        """Tell whether every template can be used; fills `errors`."""
        self.errors = {
            f"words.{channel}.{language}.{part}": wrong
            for channel, languages in self.said.items()
            for language, words in languages.items()
            for part, text in words.items()
            if (wrong := check_words(text))
        }
        return not self.errors

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Return what the template shows: one group for a channel and a language."""
        return [
            {"label": channel_label(channel), "channel": channel, "language": language, "fields": self._fields(channel, language)}
            for channel in self.channels
            for language in self.languages
        ]  # fmt: skip

    def _fields(self, channel: str, language: str) -> list[dict[str, Any]]:
        labels = {"subject": _("Subject"), "text": _("Words"), "reminder": _("Words of a reminder")}
        said = self.said.get(channel, {}).get(language, {})
        return [
            {
                "name": f"words.{channel}.{language}.{part}",
                "label": labels[part],
                "value": said.get(part, ""),
                "error": self.errors.get(f"words.{channel}.{language}.{part}", ""),
                "is_line": part == "subject",
            }
            for part in PARTS
            if part != "subject" or channel == "email"
        ]


def moment_of(text: str, zone: ZoneInfo, *, ends: bool = False) -> datetime | None:
    """Return the beginning of a typed local day, or its end; None for none. Raises PeriodError for no day."""
    if not text.strip():
        return None
    day = parse_day(text) + timedelta(days=1 if ends else 0)
    return datetime.combine(day, time(), zone).astimezone(UTC)
