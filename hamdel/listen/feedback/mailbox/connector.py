"""A mailbox that is read over IMAP: every letter is a conversation or a word in one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hamdel.listen.feedback.connectors import Connector


class MailboxForm(forms.Form):
    host = forms.CharField(label=_("Mail server"), max_length=200, help_text=_("Such as imap.example.com."))
    port = forms.IntegerField(label=_("Port"), initial=993, min_value=1, max_value=65_535)
    user = forms.CharField(label=_("User name"), max_length=200)
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = forms.CharField(label=_("Folder"), initial="INBOX", max_length=200)
    reads_old = forms.BooleanField(
        label=_("Also read the letters that are there already"), initial=False, required=False
    )
    is_encrypted = forms.BooleanField(label=_("Encrypted (TLS)"), initial=True, required=False)


class Mailbox(Connector):
    name = "mailbox"
    label = _("Mailbox")
    about = _("Letters to an address such as support@, read over IMAP; nothing there is changed")
    icon = "mail"
    is_webhook = False
    form = MailboxForm

    def kind(self, payload: dict[str, Any]) -> str:
        return payload.get("kind", "letter")

    def read(self, payload: dict[str, Any]) -> None:
        """Read nothing: letters are fetched, see `fetching`."""
