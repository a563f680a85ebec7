"""Sends by Melipayamak's `SendSMS` and `BaseServiceNumber`; fetches delivery and replies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.connectors import Health, Heard, News, Outcome, Parcel, Report
from hamdel.act.messages.melipayamak.forms import MelipayamakForm
from hamdel.act.messages.sms import SmsConnector, broken, failed_call, international, national, posted
from hamdel.act.messages.wire import Answer, WireTrouble, call

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount

OF_ACCOUNT = {
    0: "wrong_key", 2: "no_credit", 3: "throttled", 4: "throttled", 5: "wrong_sender", 6: "gateway_down",
    9: "wrong_sender", 10: "not_permitted", 12: "not_permitted", -1: "not_permitted", -3: "wrong_sender",
    -6: "gateway_down", -7: "wrong_sender", -108: "not_permitted", -109: "not_permitted", -110: "wrong_key",
}  # fmt: skip
OF_MESSAGE = {
    7: "words_refused", 11: "refused", 14: "link_refused", 15: "words_refused", 16: "wrong_recipient",
    17: "refused", 18: "wrong_recipient", 35: "blocked_recipient", -2: "wrong_recipient", -4: "template_refused",
    -5: "template_refused", -10: "link_refused",
}  # fmt: skip
# `Value` of GetDeliveries2
ARRIVED = 1
NOT_ARRIVED = {
    2: "not_delivered", 3: "not_delivered", 16: "not_delivered", 35: "blocked_recipient", 300: "words_refused",
    500: "not_delivered",
}  # fmt: skip
# A number of the message is longer than any code of an error.
SHORTEST_ID = 6
SEPARATOR = ";"


class Melipayamak(SmsConnector):
    name = "melipayamak"
    label = _("Melipayamak")
    about = _("SMS by Melipayamak, with patterns; replies and delivery are fetched each minute.")
    per_second = 10
    asks_delivery = 20
    polls = True
    callbacks = ("inbound",)
    secret_names = ("password",)
    form = MelipayamakForm

    def send(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        return [self._send_one(account, parcel) for parcel in parcels]

    def _send_one(self, account: ChannelAccount, parcel: Parcel) -> Outcome:
        try:
            answer = ask(account, *_call_for(account, parcel))
        except WireTrouble as trouble:
            return broken(trouble, 1)[0]
        provider_id = _id_of(answer)
        if provider_id:
            return Outcome.accepted(provider_id, answer=answer.text, request=answer.request)
        return refusal(answer)

    def delivery(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Report]:
        reports = []
        for parcel in parcels:
            answer = ask(account, "GetDeliveries2", {"recID": parcel.provider_id})
            said = answer.body.get("Value") if isinstance(answer.body, dict) else None
            state = int(str(said)) if str(said).isdigit() else None
            if state == ARRIVED:
                reports.append(Report(Outcome.DELIVERED, parcel.provider_id, answer=answer.text))
            elif state in NOT_ARRIVED:
                problem = NOT_ARRIVED[state]
                reports.append(
                    Report(Outcome.FAILED, parcel.provider_id, problem=problem, answer=answer.text)
                )
        return reports

    def read(self, account: ChannelAccount, what: str, request: HttpRequest) -> News:
        """Read a reply that the panel forwards: `from`, `text` and an id, in the address or as a form."""
        sent = request.POST or request.GET
        return News(heard=(posted(sent["from"], sent["text"], sent.get("id", "")),))

    def poll(self, account: ChannelAccount) -> News:
        """Fetch the latest replies; those we have already are dropped by their number."""
        asked = {"location": "1", "index": "0", "count": "100", "from": account.settings["sender"]}
        answer = ask(account, "GetMessages", asked)
        entries = answer.body.get("Data") or [] if isinstance(answer.body, dict) else []
        return News(heard=tuple(_heard(entry) for entry in entries))

    def check(self, account: ChannelAccount) -> Health:
        try:
            answer = ask(account, "GetCredit", {})
        except WireTrouble as trouble:
            return Health(works=False, problem=trouble.problem, answer=trouble.said)
        if isinstance(answer.body, dict) and answer.body.get("RetStatus") == 1:
            return Health(works=True, answer=answer.text)
        return Health(works=False, problem=refusal(answer).problem, answer=answer.text)


def _call_for(account: ChannelAccount, parcel: Parcel) -> tuple[str, dict[str, str]]:
    to = national(parcel.address)
    if parcel.content.template:
        words = [value.replace(SEPARATOR, "،") for value in parcel.content.variables.values()]
        return "BaseServiceNumber", {
            "text": SEPARATOR.join(words),
            "to": to,
            "bodyId": parcel.content.template,
        }
    return "SendSMS", {
        "to": to, "from": account.settings["sender"], "text": parcel.content.text, "isFlash": "false"
    }  # fmt: skip


def ask(account: ChannelAccount, what: str, data: dict[str, str]) -> Answer:
    password = account.secrets.get("password", "")
    url = f"{account.settings['base_url'].rstrip('/')}/api/SendSMS/{what}"
    own = {"username": account.settings["username"], "password": password}
    return call("POST", url, data={**own, **data}, secrets=[password])


def code_of(answer: Answer) -> int | None:
    """Return the code an answer carries: its `Value` when that is short, else `RetStatus`."""
    body = answer.body
    if not isinstance(body, dict):
        return None
    said = [str(body.get(name)).strip() for name in ("Value", "RetStatus")]
    codes = [int(text) for text in said if text.lstrip("-").isdigit() and len(text) < SHORTEST_ID]
    # A Value of 0 beside another status only says that there is no number.
    return next((code for code in codes if code != 0), codes[0] if codes else None)


def _id_of(answer: Answer) -> str:
    body = answer.body
    value = str(body.get("Value") or "").strip() if isinstance(body, dict) else ""
    return value if value.isdigit() and len(value) >= SHORTEST_ID and answer.status == 200 else ""


def refusal(answer: Answer) -> Outcome:
    """Return what an answer without a message's number means."""
    said = {"answer": f"{answer.status} {answer.text}", "request": answer.request}
    code = code_of(answer)
    if code in OF_ACCOUNT:
        return Outcome.temporary(OF_ACCOUNT[code], retry_after=60, is_about_account=True, **said)
    if code in OF_MESSAGE:
        return Outcome.failed(OF_MESSAGE[code], **said)
    return failed_call(answer) or Outcome.unknown("bad_answer", **said)


def _heard(entry: dict[str, Any]) -> Heard:
    return Heard(
        international(str(entry["Sender"])), str(entry.get("Body") or ""), str(entry.get("MsgID") or "")
    )
