"""What every channel's settings form asks; a connector's own form adds its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.models import ChannelAccount, LineType
from hamdel.act.messages.problems import PROBLEMS
from hamdel.act.messages.wire import may_be_spoken_to
from hamdel.ground.calendar.digits import to_latin
from hamdel.ui.clock import ClockField

LTR = {"dir": "ltr"}


class SecretField(forms.CharField):
    """A secret: typed in, never shown again. Left empty later, it stays what it was."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={**LTR, "autocomplete": "off"}, render_value=False)
        super().__init__(**{"max_length": 500, "widget": widget, **kwargs})


class AccountForm(forms.Form):
    """The base of settings forms. `kept` are the names of secrets that are stored already."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("How your colleagues know this channel.")
    )
    is_on = forms.BooleanField(label=_("In use"), required=False, initial=True)
    per_second = forms.FloatField(
        label=_("Messages a second at most"), min_value=0.01, max_value=1_000, initial=10,
        help_text=_("Stay below what the gateway allows: it answers too fast a sender with refusals."),
    )  # fmt: skip
    secrets: tuple[str, ...] = ()
    last: tuple[str, ...] = ("per_second", "is_on")
    # Folded away: most accounts never need them.
    rare: tuple[str, ...] = ("base_url", "per_second", "stop_words")

    def __init__(self, *args: Any, kept: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.secrets:
            if name in kept:
                self.fields[name].required = False
                self.fields[name].help_text = _("Stored and sealed. Type only to replace it.")
        self.order_fields([name for name in self.fields if name not in self.last] + list(self.last))

    def usual_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name not in {*self.rare, "is_on"}]

    def rare_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name in self.rare]

    def rare_has_errors(self) -> bool:
        return any(name in self.errors for name in self.rare)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("allowed_from")) != bool(cleaned.get("allowed_until")):
            self.add_error("allowed_until", _("Give both ends of the allowed hours, or none."))
        for name in ("url", "base_url"):
            if _is_private(str(cleaned.get(name) or "")):
                self.add_error(name, PROBLEMS["private_address"])
        return cleaned


def _is_private(url: str) -> bool:
    """Tell whether an address names a machine we do not speak to. What only a name's owner knows, a test message tells."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        host = "127.0.0.1"
    try:
        return not may_be_spoken_to(host)
    except ValueError:  # a name, or nothing
        return False


class LineForm(AccountForm):
    """The base of forms of SMS lines."""

    sender = forms.CharField(
        label=_("Line number"), max_length=20, widget=forms.TextInput(attrs=LTR),
        help_text=_("The number your messages come from, as the gateway's panel shows it."),
    )  # fmt: skip
    line_type = forms.ChoiceField(label=_("Kind of line"), choices=LineType.choices)
    allowed_from = ClockField(label=_("Sends from"), required=False)
    allowed_until = ClockField(
        label=_("until"), required=False,
        help_text=_("By the clock of your workspace. Outside these hours messages wait."),
    )  # fmt: skip
    cost_rial_per_segment = forms.IntegerField(
        label=_("Price of one part, in rial"), min_value=0, max_value=1_000_000, initial=0,
        help_text=_("A Persian text of up to 70 characters is one part; longer ones are cut every 67."),
    )  # fmt: skip
    stop_words = forms.CharField(
        label=_("Words that mean “no more”"), required=False, max_length=100,
        help_text=_("Besides لغو, انصراف and STOP, which always do. Separate them with commas."),
    )  # fmt: skip
    last = (
        "line_type",
        "cost_rial_per_segment",
        "allowed_from",
        "allowed_until",
        "per_second",
        "stop_words",
        "is_on",
    )

    def clean_sender(self) -> str:
        """Return the line in the digits gateways read, without the spaces panels show it with."""
        said = to_latin(self.cleaned_data["sender"])
        number = "".join(said.split())
        return number if number.removeprefix("+").isdigit() else said


def initial_of(account: ChannelAccount) -> Mapping[str, Any]:
    """Return what a stored account's form shows; never a secret."""
    common = {
        name: getattr(account, name)
        for name in (
            "name", "is_on", "per_second", "line_type", "allowed_from", "allowed_until", "cost_rial_per_segment",
        )
    }  # fmt: skip
    return {**account.settings, **common}
