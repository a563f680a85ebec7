"""Sends by Kavenegar's `sms/sendarray` and `verify/lookup`, and reads its reports and replies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.connectors import Health, Heard, News, Outcome, Parcel, Report
from hamdel.act.messages.kavenegar import codes
from hamdel.act.messages.kavenegar.forms import KavenegarForm
from hamdel.act.messages.sms import SmsConnector, broken, failed_call, international, national, posted
from hamdel.act.messages.wire import Answer, WireTrouble, call

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount

A_POLL = 100
# The names of a pattern's variables; what has no such name is given in this order.
TOKENS = ("token", "token2", "token3", "token10", "token20")


class Kavenegar(SmsConnector):
    name = "kavenegar"
    label = _("Kavenegar")
    about = _("SMS by Kavenegar, with patterns, delivery reports and replies.")
    batch = 100
    per_second = 50
    can_look_up = True
    asks_delivery = 200
    polls = True
    secret_names = ("api_key",)
    form = KavenegarForm

    def send(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        plain = [parcel for parcel in parcels if not parcel.content.template]
        outcomes = dict(zip((p.local_id for p in plain), self._send_array(account, plain), strict=True))
        for parcel in parcels:
            if parcel.content.template:
                outcomes[parcel.local_id] = self._look_up_pattern(account, parcel)
        return [outcomes[parcel.local_id] for parcel in parcels]

    def _send_array(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        if not parcels:
            return []
        lists = {
            "receptor": [national(parcel.address) for parcel in parcels],
            "sender": [account.settings["sender"]] * len(parcels),
            "message": [parcel.content.text for parcel in parcels],
            "localmessageids": [str(parcel.local_id) for parcel in parcels],
        }
        data = {name: json.dumps(values, ensure_ascii=False) for name, values in lists.items()}
        try:
            answer = ask(account, "sms/sendarray", data)
        except WireTrouble as trouble:
            return broken(trouble, len(parcels))
        status = status_of(answer)
        if status == 200:
            return _read_entries(answer, parcels)
        if (status in codes.OF_MESSAGE or status == codes.TOO_MANY) and len(parcels) > 1:
            # One of them is wrong and none was sent: halves find out which.
            middle = len(parcels) // 2
            return self._send_array(account, parcels[:middle]) + self._send_array(account, parcels[middle:])
        return [refusal(answer)] * len(parcels)

    def _look_up_pattern(self, account: ChannelAccount, parcel: Parcel) -> Outcome:
        """Send by an approved pattern. It takes no number of ours, so a lost answer stays lost."""
        values = dict(parcel.content.variables)
        rest = iter([name for name in TOKENS if name not in values])
        named = {name if name in TOKENS else next(rest, name): value for name, value in values.items()}
        data = {"receptor": national(parcel.address), "template": parcel.content.template, **named}
        try:
            answer = ask(account, "verify/lookup", data)
        except WireTrouble as trouble:
            return broken(trouble, 1)[0]
        return _read_entries(answer, [parcel])[0] if status_of(answer) == 200 else refusal(answer)

    def look_up(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome | None]:
        """Ask by our own numbers. What Kavenegar never had was not sent; a pattern has no number to ask by."""
        numbers = ",".join(str(parcel.local_id) for parcel in parcels)
        answer = ask(account, "sms/statuslocalmessageid", {"localid": numbers})
        if status_of(answer) != 200:
            message = f"status {status_of(answer)}"
            raise LookupError(message)
        known = {str(entry.get("localid")): entry for entry in answer.body.get("entries") or []}
        return [_looked_up(parcel, known.get(str(parcel.local_id))) for parcel in parcels]

    def delivery(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Report]:
        ids = ",".join(parcel.provider_id for parcel in parcels)
        answer = ask(account, "sms/status", {"messageid": ids})
        entries = (answer.body or {}).get("entries") or []
        return [
            report for entry in entries if (report := _report(entry.get("messageid"), entry.get("status")))
        ]

    def read(self, account: ChannelAccount, what: str, request: HttpRequest) -> News:
        sent = request.POST or request.GET
        if what == "delivery":
            report = _report(sent["messageid"], sent["status"])
            return News(reports=(report,) if report else ())
        return News(heard=(posted(sent["from"], sent["message"], sent.get("messageid", "")),))

    def poll(self, account: ChannelAccount) -> News:
        """Fetch unread replies; Kavenegar marks what it has handed over, at most 100 a call."""
        answer = ask(account, "sms/receive", {"linenumber": account.settings["sender"], "isread": "0"})
        if status_of(answer) != 200:
            return News(problem=refusal(answer).problem)
        entries = answer.body.get("entries") or []
        return News(heard=tuple(_heard(entry) for entry in entries), has_more=len(entries) >= A_POLL)

    def check(self, account: ChannelAccount) -> Health:
        try:
            answer = ask(account, "account/info", {})
        except WireTrouble as trouble:
            return Health(works=False, problem=trouble.problem, answer=trouble.said)
        if status_of(answer) != 200:
            return Health(works=False, problem=refusal(answer).problem, answer=answer.text)
        entries = answer.body.get("entries") or {}
        credit = entries.get("remaincredit") if isinstance(entries, dict) else None
        return Health(works=True, credit_rial=int(credit) if credit is not None else None, answer=answer.text)


def ask(account: ChannelAccount, what: str, data: dict[str, str]) -> Answer:
    key = account.secrets.get("api_key", "")
    url = f"{account.settings['base_url'].rstrip('/')}/v1/{key}/{what}.json"
    return call("POST", url, data=data, secrets=[key])


def status_of(answer: Answer) -> int:
    """Return Kavenegar's own status of a call; 0 when the answer is none of its."""
    body = answer.body
    said: Any = body.get("return", {}).get("status") if isinstance(body, dict) else None
    return int(said) if str(said).isdigit() else 0


def refusal(answer: Answer) -> Outcome:
    """Return what a call that was not accepted means."""
    said = {"answer": f"{answer.status} {answer.text}", "request": answer.request}
    status = status_of(answer)
    if status in codes.OF_ACCOUNT:
        wait = answer.retry_after or (10 if status == 451 else 60)
        return Outcome.temporary(codes.OF_ACCOUNT[status], retry_after=wait, is_about_account=True, **said)
    if status in codes.OF_MESSAGE:
        return Outcome.failed(codes.OF_MESSAGE[status], **said)
    return failed_call(answer) or Outcome.unknown("bad_answer", **said)


def _read_entries(answer: Answer, parcels: Sequence[Parcel]) -> list[Outcome]:
    entries = answer.body.get("entries") or []
    if len(entries) != len(parcels):
        return [Outcome.unknown("bad_answer", answer=answer.text, request=answer.request)] * len(parcels)
    return [
        codes.outcome_of(
            int(entry["status"]), entry["messageid"], cost_rial=int(entry.get("cost") or 0),
            answer=json.dumps(entry, ensure_ascii=False),
            request=answer.request_for(f"receptor {national(parcel.address)}, localid {parcel.local_id}"),
        )
        for entry, parcel in zip(entries, parcels, strict=True)
    ]  # fmt: skip


def _looked_up(parcel: Parcel, entry: dict[str, Any] | None) -> Outcome | None:
    if parcel.content.template:
        return Outcome.unknown("no_answer")
    if entry is None or int(entry.get("status") or 0) == codes.UNKNOWN_ID:
        return None
    return codes.outcome_of(
        int(entry["status"]), entry["messageid"], answer=json.dumps(entry, ensure_ascii=False)
    )


def _report(message_id: object, status: object) -> Report | None:
    code = int(str(status))
    if code == codes.DELIVERED:
        return Report(Outcome.DELIVERED, str(message_id), answer=f"status {code}")
    if code in codes.FAILED:
        return Report(Outcome.FAILED, str(message_id), problem=codes.FAILED[code], answer=f"status {code}")
    return None


def _heard(entry: dict[str, Any]) -> Heard:
    when = datetime.fromtimestamp(int(entry["date"]), UTC) if entry.get("date") else None
    return Heard(international(str(entry["sender"])), str(entry["message"]), str(entry["messageid"]), when)
