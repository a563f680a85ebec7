from __future__ import annotations

import base64
import binascii

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.forms import LTR, AccountForm, SecretField

PREFIX = "whsec_"


class WebhookForm(AccountForm):
    url = forms.URLField(
        label=_("Address that is called"),
        assume_scheme="https",
        max_length=500,
        widget=forms.URLInput(attrs=LTR),
    )
    secret = SecretField(
        label=_("Signing secret"),
        help_text=_("whsec_ and 24 to 64 bytes in base64; the receiver has the same."),
    )
    old_secret = SecretField(
        label=_("Former secret"),
        required=False,
        help_text=_("Signs as well while the receiver changes over."),
    )
    secrets = ("secret", "old_secret")
    rare = ("old_secret", "per_second")

    def clean_secret(self) -> str:
        return self._checked("secret")

    def clean_old_secret(self) -> str:
        return self._checked("old_secret")

    def _checked(self, name: str) -> str:
        secret = self.cleaned_data.get(name) or ""
        try:
            size = len(base64.b64decode(secret.removeprefix(PREFIX), validate=True))
        except binascii.Error:
            size = 0
        if secret and not (secret.startswith(PREFIX) and 24 <= size <= 64):
            raise forms.ValidationError(_now("Write whsec_ and then 24 to 64 bytes in base64."))
        return secret
