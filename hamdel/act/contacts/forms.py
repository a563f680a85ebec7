"""The policy and what customers said, as forms."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hamdel.act.contacts.policy import (
    BASES,
    CHANNELS,
    MOST_DAYS,
    PURPOSES,
    WITHOUT_ADDRESS,
    Basis,
    Cap,
    Policy,
)
from hamdel.act.contacts.reasons import REASONS
from hamdel.act.contacts.registers import REFUSERS
from hamdel.ui.clock import ClockField
from hamdel.ui.formats import in_digits

# From Saturday, as the week begins here; Monday is 0.
WEEKDAYS = [
    ("5", _("Saturday")), ("6", _("Sunday")), ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")),
    ("3", _("Thursday")), ("4", _("Friday")),
]  # fmt: skip
CHOICES = [(name, label) for name, label in CHANNELS.items() if name not in WITHOUT_ADDRESS]
MOST_CONTACTS = 100


def whole(label: Any, most: int, help_text: Any = "", least: int = 0) -> forms.IntegerField:
    # No number input: browsers take no Persian digits there.
    field = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 6})
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text, widget=field)


class PolicyForm(forms.Form):
    """The rules of the workspace."""

    cap_most = whole(_("At most so many contacts"), MOST_CONTACTS, _("0 means no limit."))
    cap_days = whole(_("within so many days"), MOST_DAYS, least=1)
    topic_most = whole(_("About one topic at most"), MOST_CONTACTS, _("0 means no limit."))
    topic_days = whole(_("within so many days"), MOST_DAYS, least=1)
    topic_caps = forms.CharField(
        label=_("Topics with a limit of their own"),
        required=False,
        max_length=2_000,
        help_text=_("One a line: topic, how many, within how many days. For example: delivery 2 30"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    kept_slots = whole(
        _("Slots kept for important messages"),
        20,
        _("Of the limit above, so many are left to important messages."),
    )
    kept_for = whole(
        _("Important from priority"), 100, _("Priorities go from 0 to 100; most messages have 50.")
    )
    cool_off_days = whole(_("Days without another survey after one"), MOST_DAYS)
    quiet_from = ClockField(label=_("Quiet from"))
    quiet_until = ClockField(label=_("Quiet until"))
    quiet_days = forms.MultipleChoiceField(
        label=_("Quiet days"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple
    )
    any_hour_channels = forms.MultipleChoiceField(
        label=_("Channels that may be used at any hour"),
        choices=CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    most_soft_bounces = whole(_("Failures in a row until an address is blocked"), 20, least=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose, label in PURPOSES.items():
            self.fields[f"basis_{purpose}"] = forms.ChoiceField(
                label=label, choices=[(basis.value, words) for basis, words in BASES.items()]
            )
        self.fields["refusers"] = forms.MultipleChoiceField(
            label=_("No survey either when"),
            choices=[(name, REASONS[name]) for name in REFUSERS],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def bases(self) -> list[forms.BoundField]:
        return [self[f"basis_{purpose}"] for purpose in PURPOSES]

    def clean_topic_caps(self) -> dict[str, Cap]:
        """Read lines such as "delivery 2 30"; digits may be Persian."""
        return dict(
            self._topic_cap(line) for line in self.cleaned_data["topic_caps"].splitlines() if line.strip()
        )

    @staticmethod
    def _topic_cap(line: str) -> tuple[str, Cap]:
        words = line.replace("،", " ").replace(",", " ").split()
        try:
            topic, most, days = " ".join(words[:-2]), int(words[-2]), int(words[-1])
        except (ValueError, IndexError):
            raise _not_a_cap(line) from None
        if not topic or len(topic) > 60 or not 0 <= most <= MOST_CONTACTS or not 1 <= days <= MOST_DAYS:
            raise _not_a_cap(line)
        return topic, Cap(most, days)

    def policy(self) -> Policy:
        """Return the policy a valid form describes."""
        said = self.cleaned_data
        return Policy(
            basis={purpose: Basis(said[f"basis_{purpose}"]) for purpose in PURPOSES},
            cap=Cap(said["cap_most"], said["cap_days"]),
            topic_cap=Cap(said["topic_most"], said["topic_days"]),
            topic_caps=said["topic_caps"],
            kept_slots=said["kept_slots"],
            kept_for=said["kept_for"],
            cool_off_days=said["cool_off_days"],
            quiet_from=said["quiet_from"],
            quiet_until=said["quiet_until"],
            quiet_days=frozenset(map(int, said["quiet_days"])),
            any_hour_channels=frozenset(said["any_hour_channels"]),
            most_soft_bounces=said["most_soft_bounces"],
            ignored_refusers=frozenset(set(REFUSERS) - set(said["refusers"])),
        )


def _not_a_cap(line: str) -> forms.ValidationError:
    words = _("“%(line)s” is not a topic, a number and days. Write for example: delivery 2 30")
    return forms.ValidationError(words % {"line": line.strip()[:80]})


def shown(policy: Policy) -> dict[str, Any]:
    """Return a policy as the form's first values, numbers in the reader's digits."""
    values = _values(policy)
    return {name: in_digits(str(value)) if type(value) is int else value for name, value in values.items()}


def _values(policy: Policy) -> dict[str, Any]:
    return {
        **{f"basis_{purpose}": policy.basis_of(purpose).value for purpose in PURPOSES},
        "cap_most": policy.cap.most,
        "cap_days": policy.cap.days,
        "topic_most": policy.topic_cap.most,
        "topic_days": policy.topic_cap.days,
        "topic_caps": "\n".join(f"{topic} {cap.most} {cap.days}" for topic, cap in policy.topic_caps.items()),
        "kept_slots": policy.kept_slots,
        "kept_for": policy.kept_for,
        "cool_off_days": policy.cool_off_days,
        "quiet_from": time(policy.quiet_from.hour, policy.quiet_from.minute),
        "quiet_until": time(policy.quiet_until.hour, policy.quiet_until.minute),
        "quiet_days": [str(day) for day in policy.quiet_days],
        "any_hour_channels": list(policy.any_hour_channels),
        "most_soft_bounces": policy.most_soft_bounces,
        "refusers": [name for name in REFUSERS if name not in policy.ignored_refusers],
    }


class WordForm(forms.Form):
    """What a customer said, written down by a member."""

    state = forms.ChoiceField(
        label=_("What was said"), choices=[("given", _("Agreed")), ("withdrawn", _("Does not want it"))]
    )
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("Every channel")), *CHOICES], required=False
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[("", _("Every purpose")), *PURPOSES.items()], required=False
    )
    proof = forms.CharField(
        label=_("How it can be shown"),
        max_length=2_000,
        required=False,
        help_text=_("The call, the form, the sentence that was agreed to."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("state") == "given":
            for name in ("channel", "purpose"):
                if not said.get(name):
                    self.add_error(name, _("A consent is for one channel and one purpose: choose it."))
            if not (said.get("proof") or "").strip():
                self.add_error("proof", _("Say how the consent can be shown."))
        return said
