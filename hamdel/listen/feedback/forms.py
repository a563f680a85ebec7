"""Forms of feedback sources."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hamdel.listen.feedback.connectors import Connector


class InboxForm(forms.Form):
    """Name of a source, and what its connector asks for besides; a password that is kept need not be typed again."""

    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, connector: Connector, *args: Any, is_kept: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = connector.label
        for name, field in (connector.form.base_fields if connector.form else {}).items():
            self.fields[name] = deepcopy(field)
        if is_kept and "password" in self.fields:
            self.fields["password"].required = False
            self.fields["password"].help_text = _("Leave it empty to keep the one that is sealed here.")

    @property
    def settings(self) -> dict[str, Any]:
        """Return what is no secret."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"name", "password"}}

    @property
    def secrets(self) -> dict[str, str]:
        return {"password": self.cleaned_data["password"]} if self.cleaned_data.get("password") else {}


class SecretForm(forms.Form):
    secret = forms.CharField(
        label=_("Secret that is shown over there"),
        max_length=500,
        help_text=_("It is sealed and never shown again."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
