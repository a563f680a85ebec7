from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.forms import LTR, LineForm, SecretField
from hamdel.act.messages.http_sms.conditions import BadCondition, read_condition
from hamdel.act.messages.http_sms.filling import in_address, in_json

SAMPLE = {"to": "+989120000000", "text": 'نمونه "', "id": "1", "from": "3000", "key": "k"}
AREA = {**LTR, "rows": 4, "spellcheck": "false", "class": "code"}


class HttpSmsForm(LineForm):
    key = SecretField(
        label=_("Key"),
        required=False,
        help_text=_("Written {key} in the fields below, so that it stays sealed."),
    )
    method = forms.ChoiceField(label=_("Method"), choices=[("POST", "POST"), ("GET", "GET"), ("PUT", "PUT")])
    url = forms.CharField(
        label=_("Address"), max_length=1_000, widget=forms.TextInput(attrs={**LTR, "inputmode": "url"}),
        help_text=_("{to} {text} {id} {from} and {key} are filled in, here and below."),
    )  # fmt: skip
    number_format = forms.ChoiceField(
        label=_("How numbers are written"),
        choices=[("national", "09121234567"), ("plus", "+989121234567"), ("plain", "989121234567")],
    )
    headers = forms.CharField(
        label=_("Headers"), required=False, max_length=2_000, widget=forms.Textarea(attrs=AREA),
        help_text=_("One a line, such as: Authorization: Bearer {key}"),
    )  # fmt: skip
    body_kind = forms.ChoiceField(
        label=_("Kind of body"),
        choices=[
            ("json", "JSON"),
            ("form", _("Form")),
            ("xml", "XML"),
            ("text", _("Plain text")),
            ("none", _("None")),
        ],
    )
    body = forms.CharField(
        label=_("Body"), required=False, max_length=4_000, widget=forms.Textarea(attrs=AREA),
        help_text=_('Such as: {"to": "{to}", "message": "{text}"}'),
    )  # fmt: skip
    success = forms.CharField(
        label=_("It went if"), initial="status = 200", max_length=300, widget=forms.TextInput(attrs=LTR),
        help_text=_("Such as: status = 200 and body.status = 0, or: text contains OK. Anything else counts as refused."),
    )  # fmt: skip
    id_place = forms.CharField(
        label=_("Where the answer has the message's number"), required=False, max_length=100, initial="body.id",
        widget=forms.TextInput(attrs=LTR),
    )  # fmt: skip
    report_id = forms.CharField(
        label=_("Delivery report: name of the number"), required=False, max_length=60, initial="id",
        widget=forms.TextInput(attrs=LTR),
    )  # fmt: skip
    report_status = forms.CharField(
        label=_("Delivery report: name of the status"), required=False, max_length=60, initial="status",
        widget=forms.TextInput(attrs=LTR),
    )  # fmt: skip
    report_delivered = forms.CharField(
        label=_("Statuses that mean: arrived"), required=False, max_length=200, initial="delivered",
        widget=forms.TextInput(attrs=LTR),
    )  # fmt: skip
    report_failed = forms.CharField(
        label=_("Statuses that mean: did not arrive"), required=False, max_length=200, initial="failed",
        widget=forms.TextInput(attrs=LTR),
    )  # fmt: skip
    inbound_from = forms.CharField(
        label=_("Reply: name of the sender"), required=False, max_length=60, initial="from",
        widget=forms.TextInput(attrs=LTR),
    )  # fmt: skip
    inbound_text = forms.CharField(
        label=_("Reply: name of the words"), required=False, max_length=60, initial="text",
        widget=forms.TextInput(attrs=LTR),
    )  # fmt: skip
    inbound_id = forms.CharField(
        label=_("Reply: name of its number"), required=False, max_length=60, initial="id",
        widget=forms.TextInput(attrs=LTR),
    )  # fmt: skip
    secrets = ("key",)
    rare = (
        *LineForm.rare, "id_place", "report_id", "report_status", "report_delivered", "report_failed", "inbound_from",
        "inbound_text", "inbound_id",
    )  # fmt: skip

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            URLValidator(["http", "https"])(in_address(url, SAMPLE))
        except forms.ValidationError:
            raise forms.ValidationError(
                _now("Write the whole address, beginning with https:// or http://.")
            ) from None
        return url

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        try:
            read_condition(cleaned.get("success") or "")
        except BadCondition as wrong:
            self.add_error(
                "success", _now("“%(part)s” cannot be read. Write it like the example.") % {"part": wrong}
            )
        if cleaned.get("body_kind") == "json" and not (cleaned.get("body") or "").strip():
            self.add_error("body", _now("Write what is sent, or choose “None” as its kind."))
        elif cleaned.get("body_kind") == "json":
            try:
                json.loads(in_json(cleaned.get("body") or "", SAMPLE))
            except ValueError:
                self.add_error("body", _now('This is no JSON. Put texts in quotes: "{text}".'))
        for line in (cleaned.get("headers") or "").splitlines():
            if line.strip() and ":" not in line:
                self.add_error("headers", _now("“%(line)s” has no colon.") % {"line": line[:60]})
        return cleaned
