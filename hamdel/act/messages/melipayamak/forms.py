from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.forms import LTR, LineForm, SecretField


class MelipayamakForm(LineForm):
    username = forms.CharField(label=_("User name"), max_length=60, widget=forms.TextInput(attrs=LTR))
    password = SecretField(label=_("Password or API key"))
    base_url = forms.URLField(
        label=_("Address of the API"), initial="https://rest.payamak-panel.com", assume_scheme="https",
        widget=forms.URLInput(attrs=LTR),
    )  # fmt: skip
    secrets = ("password",)
    last = ("base_url", *LineForm.last)
