from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.forms import LTR, AccountForm, SecretField


class BotForm(AccountForm):
    token = SecretField(label=_("Token of the bot"), help_text=_("From BotFather, such as 123456:ABC-DEF."))
    updates = forms.ChoiceField(
        label=_("How answers reach us"),
        choices=[
            ("webhook", _("The service calls this server (it must be reachable over HTTPS)")),
            ("polling", _("This server asks once a minute")),
        ],
    )
    base_url = forms.URLField(
        label=_("Address of the API"), assume_scheme="https", widget=forms.URLInput(attrs=LTR),
        help_text=_("Change it only for a relay of your own."),
    )  # fmt: skip
    secrets = ("token",)
    last = ("base_url", *AccountForm.last)


class TelegramForm(BotForm):
    base_url = forms.URLField(
        label=_("Address of the API"), assume_scheme="https", widget=forms.URLInput(attrs=LTR),
        initial="https://api.telegram.org", help_text=_("Change it only for a relay of your own."),
    )  # fmt: skip


class BaleForm(BotForm):
    base_url = forms.URLField(
        label=_("Address of the API"), assume_scheme="https", widget=forms.URLInput(attrs=LTR),
        initial="https://tapi.bale.ai", help_text=_("Change it only for a relay of your own."),
    )  # fmt: skip
