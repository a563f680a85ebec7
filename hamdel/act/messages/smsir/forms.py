from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.forms import LTR, LineForm, SecretField


class SmsIrForm(LineForm):
    api_key = SecretField(label=_("API key"), help_text=_("From the panel: Developers, API keys."))
    base_url = forms.URLField(
        label=_("Address of the API"), initial="https://api.sms.ir", assume_scheme="https",
        widget=forms.URLInput(attrs=LTR),
    )  # fmt: skip
    secrets = ("api_key",)
    last = ("base_url", *LineForm.last)
