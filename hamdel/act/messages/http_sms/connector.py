"""Sends by whatever HTTP call the settings describe."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.connectors import Health, News, Outcome, Parcel, Report
from hamdel.act.messages.http_sms.conditions import read_condition, said_at
from hamdel.act.messages.http_sms.filling import BODIES, in_address, in_header
from hamdel.act.messages.http_sms.forms import HttpSmsForm
from hamdel.act.messages.sms import SmsConnector, broken, failed_call, national, posted
from hamdel.act.messages.wire import Answer, WireTrouble, call, checked_address

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount


class HttpSms(SmsConnector):
    name = "http_sms"
    place = 15
    label = _("Any SMS gateway over HTTP")
    about = _(
        "Describe the call of your gateway on a form: address, headers, body, and what success looks like."
    )
    icon = "link"
    secret_names = ("key",)
    form = HttpSmsForm

    def send(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        return [self._send_one(account, parcel) for parcel in parcels]

    def _send_one(self, account: ChannelAccount, parcel: Parcel) -> Outcome:
        settings, key = account.settings, account.secrets.get("key", "")
        try:
            answer = _ask(settings, key, parcel)
        except WireTrouble as trouble:
            return broken(trouble, 1)[0]
        said = {"answer": f"{answer.status} {answer.text}", "request": answer.request}
        if _holds(settings["success"], answer):
            number = said_at(settings.get("id_place") or "text", answer.status, "", answer.body)
            return Outcome.accepted(number, **said)
        # An answer that does not look like success is a refusal. It is not tried again: were the condition of the
        # settings wrong, somebody would get the same message time and again.
        return failed_call(answer) or Outcome.failed("refused", **said)

    def read(self, account: ChannelAccount, what: str, request: HttpRequest) -> News:
        sent, names = _fields(request), account.settings
        if what == "delivery":
            report = _report(names, sent)
            return News(reports=(report,) if report else ())
        address, text = str(sent[names["inbound_from"]]), str(sent[names["inbound_text"]])
        number = str(sent.get(names.get("inbound_id") or "", "") or "")
        return News(heard=(posted(address, text, number),))

    def check(self, account: ChannelAccount) -> Health:
        """There is no harmless call that every gateway knows: only the name and the line are tried."""
        parts = urlsplit(account.settings["url"])
        try:
            checked_address(parts.hostname or "", parts.port or 443)
        except WireTrouble as trouble:
            return Health(works=False, problem=trouble.problem, answer=trouble.said)
        return Health(works=True)


def _ask(settings: Mapping[str, Any], key: str, parcel: Parcel) -> Answer:
    values = {
        "to": _written(parcel.address, settings.get("number_format", "national")),
        "text": parcel.content.text,
        "id": str(parcel.local_id),
        "from": settings["sender"],
        "key": key,
    }
    headers = {}
    for line in (settings.get("headers") or "").splitlines():
        name, _colon, value = line.partition(":")
        if name.strip():
            headers[name.strip()] = in_header(value.strip(), values)
    url = in_address(settings["url"], values)
    kind = settings.get("body_kind", "none")
    if kind not in BODIES or settings["method"] == "GET":
        return call(settings["method"], url, headers=headers, secrets=[key])
    content_type, fill = BODIES[kind]
    body = fill(settings.get("body") or "", values).encode()
    headers = {"Content-Type": content_type, **headers}
    return call(settings["method"], url, headers=headers, secrets=[key], content=body)


def _holds(condition: str, answer: Answer) -> bool:
    return all(test.holds(answer.status, answer.text, answer.body) for test in read_condition(condition))


def _written(number: str, form: str) -> str:
    if form == "plus":
        return number
    return number.removeprefix("+") if form == "plain" else national(number)


def _fields(request: HttpRequest) -> dict[str, Any]:
    """Return what a callback carries, wherever the gateway puts it."""
    found: dict[str, Any] = {**request.GET.dict(), **request.POST.dict()}
    if "json" in (request.content_type or ""):
        body = json.loads(request.body)
        found = {**found, **(body if isinstance(body, dict) else {})}
    return found


def _report(names: Mapping[str, Any], sent: Mapping[str, Any]) -> Report | None:
    number, status = str(sent[names["report_id"]]), str(sent[names["report_status"]]).strip().lower()
    answer = json.dumps(dict(sent), ensure_ascii=False, default=str)[:1_000]
    if status in _listed(names.get("report_delivered")):
        return Report(Outcome.DELIVERED, number, answer=answer)
    if status in _listed(names.get("report_failed")):
        return Report(Outcome.FAILED, number, problem="not_delivered", answer=answer)
    return None


def _listed(line: str | None) -> set[str]:
    return {part.strip().lower() for part in (line or "").split(",") if part.strip()}
