"""Sends by SMS.ir's `send/liketolike` and `send/verify`; fetches delivery and replies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.connectors import Health, Heard, News, Outcome, Parcel, Report
from hamdel.act.messages.sms import SmsConnector, broken, failed_call, international, national, posted
from hamdel.act.messages.smsir.forms import SmsIrForm
from hamdel.act.messages.wire import Answer, WireTrouble, call

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount

OF_ACCOUNT = {
    0: "gateway_down", 10: "wrong_key", 11: "wrong_key", 12: "not_permitted", 13: "not_permitted",
    14: "not_permitted", 15: "not_permitted", 20: "throttled", 101: "wrong_sender", 102: "no_credit",
    119: "not_permitted", 123: "wrong_sender",
}  # fmt: skip
OF_MESSAGE = {
    16: "refused", 103: "refused", 104: "wrong_recipient", 107: "wrong_recipient", 113: "template_refused",
    114: "too_long", 115: "blocked_recipient", 116: "template_refused", 117: "words_refused", 118: "too_long",
}  # fmt: skip
DONE = 1
# `deliveryState` of GET /v1/send/{messageId}
ARRIVED = 1
NOT_ARRIVED = {2: "not_delivered", 4: "not_delivered", 6: "not_delivered", 7: "blocked_recipient"}
A_POLL = 100


class SmsIr(SmsConnector):
    name = "smsir"
    label = _("SMS.ir")
    about = _("SMS by SMS.ir, with patterns; replies and delivery are fetched each minute.")
    batch = 100
    per_second = 30
    asks_delivery = 20
    polls = True
    callbacks = ("inbound",)
    secret_names = ("api_key",)
    form = SmsIrForm

    def send(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        plain = [parcel for parcel in parcels if not parcel.content.template]
        outcomes = dict(zip((p.local_id for p in plain), self._send_texts(account, plain), strict=True))
        for parcel in parcels:
            if parcel.content.template:
                outcomes[parcel.local_id] = self._send_pattern(account, parcel)
        return [outcomes[parcel.local_id] for parcel in parcels]

    def _send_texts(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        if not parcels:
            return []
        body = {
            "lineNumber": int(account.settings["sender"]),
            "messageTexts": [parcel.content.text for parcel in parcels],
            "mobiles": [national(parcel.address) for parcel in parcels],
            "sendDateTime": None,
        }
        try:
            answer = ask(account, "POST", "send/liketolike", body)
        except WireTrouble as trouble:
            return broken(trouble, len(parcels))
        status = status_of(answer)
        if status == DONE:
            return _read_pack(answer, parcels)
        if status in OF_MESSAGE and len(parcels) > 1:
            middle = len(parcels) // 2
            return self._send_texts(account, parcels[:middle]) + self._send_texts(account, parcels[middle:])
        return [refusal(answer)] * len(parcels)

    def _send_pattern(self, account: ChannelAccount, parcel: Parcel) -> Outcome:
        listed = [{"name": name, "value": value} for name, value in parcel.content.variables.items()]
        template = parcel.content.template
        body = {
            "mobile": national(parcel.address),
            "templateId": int(template) if template.isdigit() else template,
            "parameters": listed,
        }
        try:
            answer = ask(account, "POST", "send/verify", body)
        except WireTrouble as trouble:
            return broken(trouble, 1)[0]
        if status_of(answer) != DONE:
            return refusal(answer)
        said = answer.body.get("data") or {}
        return Outcome.accepted(
            said.get("messageId", ""), cost_rial=None, answer=answer.text, request=answer.request
        )

    def delivery(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Report]:
        reports = []
        for parcel in parcels:
            answer = ask(account, "GET", f"send/{parcel.provider_id}")
            state = ((answer.body or {}).get("data") or {}).get("deliveryState")
            if state == ARRIVED:
                reports.append(Report(Outcome.DELIVERED, parcel.provider_id, answer=answer.text))
            elif state in NOT_ARRIVED:
                reports.append(
                    Report(Outcome.FAILED, parcel.provider_id, problem=NOT_ARRIVED[state], answer=answer.text)
                )
        return reports

    def read(self, account: ChannelAccount, what: str, request: HttpRequest) -> News:
        """Read a reply that the panel forwards, as a form or in the address."""
        sent = request.POST or request.GET
        address = sent.get("mobile") or sent["from"]
        text = sent.get("messageText") or sent.get("text") or sent["message"]
        return News(heard=(posted(address, text, sent.get("id", "")),))

    def poll(self, account: ChannelAccount) -> News:
        answer = ask(account, "GET", f"receive/latest?count={A_POLL}")
        entries = (answer.body or {}).get("data") or [] if status_of(answer) == DONE else []
        return News(heard=tuple(_heard(entry) for entry in entries))

    def check(self, account: ChannelAccount) -> Health:
        try:
            answer = ask(account, "GET", "credit")
        except WireTrouble as trouble:
            return Health(works=False, problem=trouble.problem, answer=trouble.said)
        if status_of(answer) != DONE:
            return Health(works=False, problem=refusal(answer).problem, answer=answer.text)
        return Health(works=True, answer=answer.text)


def ask(account: ChannelAccount, method: str, what: str, body: dict[str, Any] | None = None) -> Answer:
    key = account.secrets.get("api_key", "")
    url = f"{account.settings['base_url'].rstrip('/')}/v1/{what}"
    headers = {"X-API-KEY": key, "Accept": "application/json"}
    if body is None:
        return call(method, url, headers=headers, secrets=[key])
    return call(method, url, headers=headers, secrets=[key], json=body)


def status_of(answer: Answer) -> int:
    """Return the envelope's status; -1 when there is none."""
    body = answer.body
    said = body.get("status") if isinstance(body, dict) else None
    return said if isinstance(said, int) else -1


def refusal(answer: Answer) -> Outcome:
    """Return what an envelope that does not say 1 means."""
    said = {"answer": f"{answer.status} {answer.text}", "request": answer.request}
    status = status_of(answer)
    if status in OF_ACCOUNT:
        wait = answer.retry_after or (10 if OF_ACCOUNT[status] == "throttled" else 60)
        return Outcome.temporary(OF_ACCOUNT[status], retry_after=wait, is_about_account=True, **said)
    if status in OF_MESSAGE:
        return Outcome.failed(OF_MESSAGE[status], **said)
    return failed_call(answer) or Outcome.unknown("bad_answer", **said)


def _read_pack(answer: Answer, parcels: Sequence[Parcel]) -> list[Outcome]:
    """Return an outcome for each id of the pack; an empty id is a number that was not written to."""
    pack = answer.body.get("data") or {}
    ids = pack.get("messageIds") or []
    if len(ids) != len(parcels):
        return [Outcome.unknown("bad_answer", answer=answer.text, request=answer.request)] * len(parcels)
    return [_of_pack(answer, pack, one, parcel) for one, parcel in zip(ids, parcels, strict=True)]


def _of_pack(answer: Answer, pack: dict[str, Any], number: object, parcel: Parcel) -> Outcome:
    said = {
        "answer": f"packId {pack.get('packId')}, messageId {number}",
        "request": answer.request_for(f"mobile {national(parcel.address)}"),
    }
    return Outcome.accepted(number, **said) if number else Outcome.failed("wrong_recipient", **said)


def _heard(entry: dict[str, Any]) -> Heard:
    """Return a reply. It comes without an id: number, time and words stand in for one."""
    when = entry.get("receivedDateTime")
    mark = hashlib.sha256(
        json.dumps([entry.get("mobile"), when, entry.get("messageText")]).encode()
    ).hexdigest()
    moment = datetime.fromtimestamp(int(when), UTC) if when else None
    return Heard(
        international(str(entry["mobile"])),
        str(entry.get("messageText") or ""),
        mark[:32] if when else "",
        moment,
    )
