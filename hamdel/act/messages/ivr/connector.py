"""Reads what a PBX or a USSD menu posts."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.connectors import Connector, Heard, News
from hamdel.act.messages.digits import number_in
from hamdel.act.messages.forms import AccountForm
from hamdel.act.messages.sms import international

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount

CHANNELS = {"ivr", "ussd"}
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# What exchanges call the number of a call.
IDS = ("id", "call_id", "uniqueid", "unique_id", "callid")
# An exchange that names no call may send the same key again: so long it counts once.
A_MOMENT = timedelta(minutes=2)


class IvrForm(AccountForm):
    """Nothing but a name: the exchange calls us."""

    rare = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("per_second")


class Ivr(Connector):
    name = channel = "ivr"
    label = _("Telephone exchange or USSD")
    about = _(
        "Takes the digit that a caller pressed after the call, from any exchange that can call an address."
    )
    icon = "phone"
    sends = False
    callbacks = ("answer",)
    form = IvrForm

    def read(self, account: ChannelAccount, what: str, request: HttpRequest) -> News:
        """Read one answer. Raises KeyError or ValueError for what is not one."""
        sent = _fields(request)
        channel = str(sent.get("channel") or "ivr").lower()
        digit = number_in(str(sent["answer_digit"]))
        if channel not in CHANNELS or digit is None:
            raise ValueError(channel)
        caller, survey = international(str(sent["caller"])), str(sent["survey"]).strip()
        number = next((str(sent[name]) for name in IDS if sent.get(name)), "")
        mark = hashlib.sha256(f"{channel}\n{number}".encode()).hexdigest()[:32] if number else ""
        said = Heard(
            caller, str(digit), mark, value=str(digit), survey=survey, channel=channel,
            # Who hides their number cannot be told from the next who does: each of their keys counts.
            once_within=None if number or not E164.fullmatch(caller) else A_MOMENT,
        )  # fmt: skip
        return News(heard=(said,), must_be_taken=True)


def _fields(request: HttpRequest) -> dict[str, Any]:
    if "json" in (request.content_type or ""):
        body = json.loads(request.body)
        return body if isinstance(body, dict) else {}
    return {**request.GET.dict(), **request.POST.dict()}
