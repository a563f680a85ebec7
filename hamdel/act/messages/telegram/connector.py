"""Sends by `sendMessage` and reads updates, from Telegram and from what speaks like it."""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.connectors import Connector, Health, Heard, News, Outcome, Parcel, Report
from hamdel.act.messages.models import Message
from hamdel.act.messages.replies import ANSWERED_BEFORE, SURVEY_OVER
from hamdel.act.messages.sms import broken, failed_call
from hamdel.act.messages.telegram.chats import chats_of, link_chat, start_link
from hamdel.act.messages.telegram.forms import BaleForm, TelegramForm
from hamdel.act.messages.wire import Answer, WireTrouble, call
from hamdel.ground.workspaces.tenancy import inside

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount
    from hamdel.know.customers.models import Customer

# A row of buttons; eleven scores stand in two rows.
IN_A_ROW = 6
MOST_UPDATES = 100
LONGEST_TEXT = 4_096
WANTED = ["message", "callback_query", "my_chat_member"]
GONE = {"kicked", "left"}
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError)
log = logging.getLogger(__name__)


class Telegram(Connector):
    name = channel = "telegram"
    place = 30
    label = _("Telegram bot")
    about = _("Questions with buttons, answered inside the chat.")
    icon = "send"
    per_second = 25
    polls = True
    links_chats = True
    secret_names = ("token",)
    form: ClassVar[Any] = TelegramForm

    def send(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        return [self._send_one(account, parcel) for parcel in parcels]

    def _send_one(self, account: ChannelAccount, parcel: Parcel) -> Outcome:
        body: dict[str, Any] = {"chat_id": parcel.address, "text": parcel.content.text[:LONGEST_TEXT]}
        if keyboard := keyboard_of(parcel):
            body["reply_markup"] = {"inline_keyboard": keyboard}
        try:
            answer = ask(account, "sendMessage", body)
        except WireTrouble as trouble:
            return broken(trouble, 1)[0]
        said = answer.body if isinstance(answer.body, dict) else {}
        if said.get("ok"):
            number = f"{parcel.address}:{said['result']['message_id']}"
            return Outcome.accepted(number, answer=answer.text[:1_000], request=answer.request)
        return refusal(answer)

    def read(self, account: ChannelAccount, what: str, request: HttpRequest) -> News:
        """Read one update. Telegram proves itself by the secret that was given it with the address."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if self.proves_itself and not hmac.compare_digest(given, webhook_secret(account)):
            return News(refused=True)
        return self._news(account, [json.loads(request.body)])

    # Bale takes no secret_token; there the key in the address stands alone.
    proves_itself = True

    def poll(self, account: ChannelAccount) -> News:
        if account.settings.get("updates") != "polling":
            return News()
        body = {"offset": int(account.polled_up_to or 0), "limit": MOST_UPDATES, "timeout": 0}
        answer = ask(account, "getUpdates", {**body, "allowed_updates": WANTED})
        if answer.status != 200:
            # 409: somebody else fetches, or an address is called; whoever wrote to the bot would never be heard.
            return News(problem="fetched_elsewhere" if answer.status == 409 else refusal(answer).problem)
        updates = (answer.body or {}).get("result") or []
        news = self._news(account, updates)
        last = max((int(update["update_id"]) for update in updates), default=None)
        up_to = str(last + 1) if last is not None else ""
        return replace(news, up_to=up_to, has_more=len(updates) >= MOST_UPDATES)

    def _news(self, account: ChannelAccount, updates: Sequence[dict[str, Any]]) -> News:
        heard, reports, pressed = [], [], {}
        for update in updates:
            try:
                heard += [found] if (found := heard_in(update)) else []
                reports += [told] if (told := report_in(update)) else []
                if "callback_query" in update:
                    pressed[number_of(update)] = str(update["callback_query"]["id"])
            except UNREADABLE as wrong:
                # One of a kind we do not know must not keep the others from being heard.
                log.warning("An update of %s cannot be read: %s", account.connector, type(wrong).__name__)
        return News(
            tuple(reports), tuple(heard), after=(lambda: thank(account, pressed)) if pressed else None
        )

    def check(self, account: ChannelAccount) -> Health:
        try:
            answer = ask(account, "getMe", {})
        except WireTrouble as trouble:
            return Health(works=False, problem=trouble.problem, answer=trouble.said)
        said = answer.body if isinstance(answer.body, dict) else {}
        if not said.get("ok"):
            return Health(works=False, problem=refusal(answer).problem, answer=answer.text)
        return Health(works=True, answer=answer.text, who=str(said["result"].get("username") or ""))

    def connected(self, account: ChannelAccount, callback_url: str) -> str:
        """Learn the bot's name, and tell the service where to call us."""
        health = self.check(account)
        if not health.works:
            return health.problem
        account.settings = {**account.settings, "bot": health.who}
        account.save(update_fields=["settings"])
        try:
            if account.settings.get("updates") == "polling":
                answer = ask(account, "deleteWebhook", {})
            else:
                secret = {"secret_token": webhook_secret(account)} if self.proves_itself else {}
                answer = ask(
                    account, "setWebhook", {"url": callback_url, "allowed_updates": WANTED, **secret}
                )
        except WireTrouble as trouble:
            return trouble.problem
        return "" if (answer.body or {}).get("ok") else refusal(answer).problem

    def start_link(self, account: ChannelAccount, customer: Customer, *, at: datetime) -> str:
        return start_link(account, customer, at=at)

    def start(self, account: ChannelAccount, token: str, address: str, *, at: datetime) -> Customer | None:
        return link_chat(account, token, address, at=at)

    def addresses(self, customers: Sequence[Customer]) -> dict[UUID, str]:
        return chats_of(self.channel, customers)


class Bale(Telegram):
    name = channel = "bale"
    label = _("Bale bot")
    about = _("Questions with buttons in Bale, reachable inside Iran without a detour.")
    form = BaleForm
    proves_itself = False


def ask(account: ChannelAccount, method: str, body: dict[str, Any]) -> Answer:
    token = account.secrets.get("token", "")
    return call(
        "POST", f"{account.settings['base_url'].rstrip('/')}/bot{token}/{method}", json=body, secrets=[token]
    )


def webhook_secret(account: ChannelAccount) -> str:
    """Return what the service repeats in a header: derived from the callback's key, never the key itself."""
    return hmac.new(account.secrets["callback_key"].encode(), b"webhook", "sha256").hexdigest()


def keyboard_of(parcel: Parcel) -> list[list[dict[str, str]]]:
    """Return rows of buttons; a press brings back our number of the message and the value."""
    buttons = [
        {"text": choice.text, "callback_data": f"{parcel.local_id}:{choice.value}"[:64]}
        for choice in parcel.content.choices
    ]
    rows = [buttons[first : first + IN_A_ROW] for first in range(0, len(buttons), IN_A_ROW)]
    if parcel.content.link:
        rows.append([{"text": parcel.content.link_text or parcel.content.link, "url": parcel.content.link}])
    return rows


def refusal(answer: Answer) -> Outcome:
    """Return what an answer that is not ok means."""
    said = {"answer": f"{answer.status} {answer.text}", "request": answer.request}
    body = answer.body if isinstance(answer.body, dict) else {}
    code, words = body.get("error_code", answer.status), str(body.get("description") or "").lower()
    if code == 429:
        wait = (body.get("parameters") or {}).get("retry_after") or answer.retry_after or 10
        return Outcome.temporary("throttled", retry_after=float(wait), is_about_account=True, **said)
    if code in {401, 404}:
        return Outcome.temporary("wrong_key", retry_after=60, is_about_account=True, **said)
    if code == 403:
        return Outcome.failed("blocked_bot", **said)
    if code == 400:
        return Outcome.failed("wrong_recipient" if "chat" in words else "refused", **said)
    return failed_call(answer) or Outcome.unknown("bad_answer", **said)


def number_of(update: dict[str, Any]) -> str:
    return f"update:{update['update_id']}"


def heard_in(update: dict[str, Any]) -> Heard | None:
    """Return what a customer pressed or wrote, in a chat of their own with the bot."""
    number = number_of(update)
    if query := update.get("callback_query"):
        local_id, _colon, value = str(query.get("data") or "").partition(":")
        chat = str(((query.get("message") or {}).get("chat") or query["from"])["id"])
        known = int(local_id) if local_id.isdigit() else None
        return Heard(chat, value, number, local_id=known, value=value)
    message = update.get("message") or {}
    if "text" not in message or (message.get("chat") or {}).get("type", "private") != "private":
        return None
    text, chat = str(message["text"]), str(message["chat"]["id"])
    when = datetime.fromtimestamp(int(message["date"]), UTC) if message.get("date") else None
    command, _space, token = text.partition(" ")
    return Heard(
        chat,
        text if command != "/start" else "/start",
        number,
        when,
        start=token.strip() if command == "/start" else "",
    )


def report_in(update: dict[str, Any]) -> Report | None:
    """Return that a customer has blocked the bot."""
    change = update.get("my_chat_member") or {}
    if (change.get("new_chat_member") or {}).get("status") not in GONE:
        return None
    return Report(Outcome.FAILED, problem="blocked_bot", address=str(change["chat"]["id"]))


def thank(account: ChannelAccount, pressed: Mapping[str, str]) -> None:
    """Stop the buttons turning, and say what became of each press. It does no harm when this fails."""
    with inside(account.workspace_id):
        known = Message.objects.incoming().filter(account=account, provider_id__in=list(pressed))
        said = {row.provider_id: _said_of(row, account) for row in known.select_related("customer")}
    with contextlib.suppress(WireTrouble):
        for number, query in pressed.items():
            ask(account, "answerCallbackQuery", {"callback_query_id": query, **said.get(number, {})})


def _said_of(press: Message, account: ChannelAccount) -> dict[str, Any]:
    """Return what is shown over the chat: in a box to be closed when the answer was not recorded."""
    language = press.customer.language if press.customer else ""
    with translation.override(language or account.workspace.language):
        if press.problem == SURVEY_OVER:
            over = gettext("This survey has ended, so your answer was not recorded. Thank you all the same.")
            return {"text": over, "show_alert": True}
        if press.problem == ANSWERED_BEFORE:
            return {"text": gettext("We have your answer already. Thank you!")}
    return {"text": "✓"} if press.in_reply_to_id else {}
