from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.email.providers import PROVIDERS, SMTP
from hamdel.act.messages.forms import LTR, AccountForm, SecretField


class EmailForm(AccountForm):
    from_email = forms.EmailField(label=_("Sender's address"), widget=forms.EmailInput(attrs=LTR))
    from_name = forms.CharField(label=_("Sender's name"), max_length=80)
    reply_to = forms.EmailField(
        label=_("Answers go to"), required=False, widget=forms.EmailInput(attrs=LTR),
        help_text=_("Empty: to the sender's address."),
    )  # fmt: skip
    provider = forms.ChoiceField(
        label=_("How mail is sent"),
        choices=[(SMTP, _("Mail server (SMTP)")), *[(name, one.label) for name, one in PROVIDERS.items()]],
    )
    host = forms.CharField(
        label=_("Mail server"), required=False, max_length=200, widget=forms.TextInput(attrs=LTR)
    )
    port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65_535, initial=587)
    security = forms.ChoiceField(
        label=_("Encryption"), required=False,
        choices=[("starttls", "STARTTLS (587)"), ("tls", "TLS (465)"), ("none", _("None, inside one's own network"))],
    )  # fmt: skip
    username = forms.CharField(
        label=_("User name"), required=False, max_length=200, widget=forms.TextInput(attrs=LTR)
    )
    password = SecretField(label=_("Password"), required=False)
    api_key = SecretField(label=_("API key of the mail service"), required=False)
    sender_domain = forms.CharField(
        label=_("Domain at the mail service"), required=False, max_length=200, widget=forms.TextInput(attrs=LTR),
        help_text=_("For Mailgun only."),
    )  # fmt: skip
    webhook_key = SecretField(
        label=_("Signing key of its webhooks"), required=False, help_text=_("For Mailgun and Resend.")
    )
    secrets = ("password", "api_key", "webhook_key")
    rare = ("reply_to", "sender_domain", "webhook_key", "per_second")

    # What the chosen way of sending does not need is hidden; a browser must not insist on it.
    use_required_attribute = False

    def __init__(self, *args: Any, kept: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, kept=kept, **kwargs)
        provider = self.data.get("provider") if self.is_bound else self.initial.get("provider")
        is_smtp = (provider or SMTP) == SMTP
        self._ask("host", is_asked=is_smtp, why=_now("Which mail server sends it?"))
        self._ask(
            "api_key", is_asked=not (is_smtp or "api_key" in kept), why=_now("The mail service wants a key.")
        )

    def _ask(self, name: str, *, is_asked: bool, why: str) -> None:
        self.fields[name].required = is_asked
        self.fields[name].error_messages["required"] = why

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("provider") == "mailgun" and not cleaned.get("sender_domain"):
            self.add_error("sender_domain", _now("Mailgun wants the domain as well."))
        return cleaned
