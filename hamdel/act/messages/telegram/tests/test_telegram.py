"""Bots: the wire shape, linking a chat, buttons that answer, and what errors mean."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from hamdel.act.contacts.models import Address
from hamdel.act.messages.content import Content
from hamdel.act.messages.models import ChannelAccount, ChatLink, Message
from hamdel.act.messages.replies import ANSWERED_BEFORE, SURVEY_OVER, Reply, _takers, on_reply
from hamdel.act.messages.sweeping import poll
from hamdel.act.messages.telegram.chats import start_link
from hamdel.act.messages.telegram.connector import webhook_secret
from hamdel.act.messages.tests.fakes import gateway
from hamdel.act.messages.tests.stage import MORNING, NPS, Clock, attempts, connect, queue_one, reread, send
from hamdel.ground.workspaces.tenancy import inside
from tests.cast import make_customer

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "123456:AAH-secret_token_of_bot"
State = Message.State


class Bot:
    """Plays the Bot API of Telegram, and of Bale, which speaks it too."""

    def __init__(self):
        self.calls = []
        self.refusal = None
        self.updates = []

    def __call__(self, asked):
        if not asked.path.startswith(f"/bot{TOKEN}/"):
            return 404, {"ok": False, "error_code": 404, "description": "Not Found"}
        method = asked.path.rsplit("/", 1)[1]
        self.calls.append((method, asked.json))
        if method == "sendMessage" and self.refusal:
            code, words, *more = self.refusal
            return code, {"ok": False, "error_code": code, "description": words, **(more[0] if more else {})}
        result = {
            "sendMessage": {"message_id": len(self.calls), "chat": {"id": 55}},
            "getMe": {"id": 1, "username": "cafe_bot"},
            "getUpdates": self.updates,
        }.get(method, True)
        return 200, {"ok": True, "result": result}

    def said(self, method):
        return [body for called, body in self.calls if called == method]


@pytest.fixture
def bot():
    return Bot()


@pytest.fixture(params=["telegram", "bale"])
def account(request, cast, bot):
    with gateway(bot) as fake:
        account = connect(cast, request.param, base_url=fake.url, token=TOKEN, updates="webhook")
        change(account, bot="cafe_bot")
        yield account


def change(account, **settings):
    account.settings = {**account.settings, **settings}
    with inside(account.workspace_id):
        account.save()


class Replies(list[Reply]):
    """What a taker heard, and what it says of it."""

    answer = ""


@pytest.fixture
def replies():
    kept = Replies()

    @on_reply
    def take(reply):
        kept.append(reply)
        return kept.answer or reply.value is not None

    yield kept
    _takers.remove(take)


def update(client, account, body, *, secret=None):
    path = f"/act/messages/in/{account.secrets['callback_key']}/updates/"
    given = webhook_secret(account) if secret is None else secret
    return client.post(
        path, json.dumps(body), content_type="application/json", HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN=given
    )


def chat(text, number=1, chat_id=55, **more):
    return {"update_id": number, "message": {"message_id": number, "date": 1795500000, "text": text,
            "chat": {"id": chat_id, "type": "private"}, **more}}  # fmt: skip


@pytest.fixture
def linked(cast, account, client):
    with inside(cast.cafe):
        link = start_link(account, cast.customer, at=MORNING)
    token = link.rpartition("=")[2]
    assert update(client, account, chat(f"/start {token}", 100)).status_code == 200
    send(account, Clock(MORNING + timedelta(minutes=1)))  # the welcome
    return token


def test_a_start_link_opens_the_bot_and_links_the_chat_once(cast, account, client, linked):
    link = {"telegram": "https://t.me/cafe_bot?start=", "bale": "https://ble.ir/cafe_bot?start="}[
        account.channel
    ]
    with inside(cast.cafe):
        assert start_link(account, cast.customer, at=MORNING).startswith(link)
        assert ChatLink.objects.get(address="55").customer == cast.customer
        welcome = Message.objects.outgoing().get()
        assert (welcome.purpose, welcome.address) == ("service", "55")
    assert len(linked) <= 64

    update(client, account, chat(f"/start {linked}", 101, chat_id=66))

    with inside(cast.cafe):
        assert not ChatLink.objects.filter(address="66").exists()


def test_a_token_nobody_made_links_nothing(cast, account, client):
    update(client, account, chat("/start guessed-token"))

    with inside(cast.cafe):
        assert not ChatLink.objects.exclude(address="").exists()
        assert not Message.objects.outgoing().exists()


def test_a_chat_that_changes_hands_is_the_last_owners(cast, account, client, linked):
    other = make_customer(cast.cafe, name="دیگری", phone="+989120000001")
    with inside(cast.cafe):
        token = start_link(account, other, at=MORNING).rpartition("=")[2]

    update(client, account, chat(f"/start {token}", 102))

    with inside(cast.cafe):
        assert [link.customer for link in ChatLink.objects.filter(address="55")] == [other]


def test_a_question_has_buttons_and_a_press_answers_it(cast, account, client, bot, linked, replies):
    content = Content("از ۰ تا ۱۰؟", choices=NPS, link="https://x.example/i/a/", link_text="باز کردن")
    queued = queue_one(cast, channel=account.channel, content=content, reference="invitation:1")
    send(account, Clock(MORNING + timedelta(minutes=2)))
    message = reread(cast, queued.message)
    asked = next(body for body in bot.said("sendMessage") if body["text"] == "از ۰ تا ۱۰؟")
    rows = asked["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in rows] == [6, 5, 1]
    assert rows[1][3] == {"text": "9", "callback_data": f"{message.local_id}:9"}
    assert rows[2] == [{"text": "باز کردن", "url": "https://x.example/i/a/"}]

    press = {
        "id": "q1",
        "from": {"id": 55},
        "data": f"{message.local_id}:9",
        "message": {"message_id": 1, "chat": {"id": 55}},
    }
    for _ in range(3):
        update(client, account, {"update_id": 200, "callback_query": press})

    [reply] = replies
    assert (reply.value, reply.reference, reply.customer_id) == ("9", "invitation:1", cast.customer.id)
    assert reread(cast, message).state == State.ANSWERED
    assert bot.said("answerCallbackQuery")[0]["callback_query_id"] == "q1"


def press_on(message, number, value="9"):
    return {"update_id": number, "callback_query": {
        "id": f"q{number}", "from": {"id": 55}, "data": f"{message.local_id}:{value}",
        "message": {"message_id": 1, "chat": {"id": 55}},
    }}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "over", "before"),
    [("fa", "به پایان رسیده", "پیش‌تر گرفته‌ایم"), ("en", "has ended", "have your answer already")],
)
def test_a_press_that_comes_too_late_is_told_so_in_the_customers_language(
    cast, account, client, bot, linked, replies, language, over, before
):
    with inside(cast.cafe):
        type(cast.customer).objects.filter(id=cast.customer.id).update(language=language)
    message = queue_one(cast, channel=account.channel, choices=NPS).message
    send(account, Clock(MORNING + timedelta(minutes=2)))
    message = reread(cast, message)

    replies.answer = SURVEY_OVER
    update(client, account, press_on(message, 300))
    asked_again = reread(cast, message)
    replies.answer = ANSWERED_BEFORE
    update(client, account, press_on(message, 301))

    first, second = bot.said("answerCallbackQuery")
    assert over in first["text"]
    assert first["show_alert"] is True
    assert before in second["text"]
    assert "show_alert" not in second
    assert asked_again.state == State.SENT  # nobody answered it
    with inside(cast.cafe):
        presses = Message.objects.incoming().order_by("created_at")
        assert list(presses.values_list("problem", flat=True))[-2:] == [SURVEY_OVER, ANSWERED_BEFORE]


def test_a_press_on_a_question_nobody_knows_is_not_told_that_it_counts(
    cast, account, client, bot, linked, replies
):
    queued = queue_one(cast, channel=account.channel, choices=NPS).message
    queued.local_id += 1

    update(client, account, press_on(queued, 302))

    assert bot.said("answerCallbackQuery") == [{"callback_query_id": "q302"}]


def test_a_press_on_somebody_elses_question_answers_nothing(cast, account, client, linked, replies):
    queued = queue_one(cast, channel=account.channel, choices=NPS)
    send(account, Clock(MORNING + timedelta(minutes=2)))

    press = {
        "id": "q",
        "from": {"id": 66},
        "data": f"{queued.message.local_id}:9",
        "message": {"chat": {"id": 66}},
    }
    update(client, account, {"update_id": 201, "callback_query": press})

    assert reread(cast, queued.message).state == State.SENT
    assert [reply.to for reply in replies] == [None]


def test_a_written_number_answers_as_well(cast, account, client, linked, replies):
    queue_one(cast, channel=account.channel, choices=NPS)
    send(account, Clock(MORNING + timedelta(minutes=2)))

    update(client, account, chat("نمرهٔ ۸", 202))

    assert replies[0].value == "8"


def test_without_the_secret_telegram_is_not_believed(cast, account, client):
    said = update(client, account, chat("۹"), secret="wrong")

    assert said.status_code == (401 if account.channel == "telegram" else 200)
    assert (
        client.post("/act/messages/in/wrong-key/updates/", "{}", content_type="application/json").status_code
        == 404
    )


@pytest.mark.parametrize(("refusal", "state", "problem"), [
    ((403, "Forbidden: bot was blocked by the user"), "failed", "blocked_bot"),
    ((400, "Bad Request: chat not found"), "failed", "wrong_recipient"),
    ((400, "Bad Request: message is too long"), "failed", "refused"),
    ((429, "Too Many Requests", {"parameters": {"retry_after": 33}}), "queued", "throttled"),
    ((401, "Unauthorized"), "queued", "wrong_key"),
    ((502, "Bad Gateway"), "sending", "gateway_down"),
])  # fmt: skip
def test_each_error_says_what_it_is(cast, account, bot, linked, refusal, state, problem):
    queued = queue_one(cast, channel=account.channel)
    bot.refusal = refusal

    send(account, Clock(MORNING + timedelta(minutes=2)))

    message = reread(cast, queued.message)
    assert (message.state, message.problem) == (state, problem)
    assert TOKEN not in attempts(cast, message)[0].request
    if problem == "blocked_bot":
        with inside(cast.cafe):
            assert Address.objects.filter(channel=account.channel, address="55").exists()


def test_the_service_is_told_where_to_call(cast, account, bot):
    from hamdel.act.messages.connectors import connector_named

    with inside(cast.cafe):
        problem = connector_named(account.connector).connected(account, "https://cx.example/in/k/updates/")
        again = ChannelAccount.objects.get(id=account.id)

    assert problem == ""
    assert again.settings["bot"] == "cafe_bot"
    [told] = bot.said("setWebhook")
    assert told["url"] == "https://cx.example/in/k/updates/"
    assert ("secret_token" in told) is (account.channel == "telegram")


def test_updates_can_be_fetched_instead(cast, account, bot, linked, replies):
    change(account, updates="polling")
    queued = queue_one(cast, channel=account.channel, choices=NPS)
    send(account, Clock(MORNING + timedelta(minutes=2)))
    bot.updates = [chat("۱۰", 300), chat("گروه", 301, chat={"id": 9, "type": "group"})]

    for minute in (1, 2):
        poll(account, at=MORNING + timedelta(minutes=minute))
        with inside(cast.cafe):
            account.refresh_from_db()

    assert reread(cast, queued.message).state == State.ANSWERED
    assert [body["offset"] for body in bot.said("getUpdates")] == [0, 302]
    assert len(replies) == 1


def test_whoever_blocks_the_bot_is_not_written_to(cast, account, client, linked):
    left = {"chat": {"id": 55}, "new_chat_member": {"status": "kicked"}}
    update(client, account, {"update_id": 400, "my_chat_member": left})

    refused = queue_one(cast, channel=account.channel)

    assert (refused.message, refused.refusal) == (None, "hard_bounce")


def test_whoever_comes_back_is_written_to_again(cast, account, client, linked, replies):
    left = {"chat": {"id": 55}, "new_chat_member": {"status": "kicked"}}
    update(client, account, {"update_id": 400, "my_chat_member": left})

    update(client, account, chat("/start", 401))

    assert queue_one(cast, channel=account.channel).refusal == ""
    assert replies == []


def test_an_update_of_an_unknown_shape_keeps_no_other_from_being_heard(cast, account, bot, linked, replies):
    change(account, updates="polling")
    bot.updates = [
        {"update_id": 500, "callback_query": {"id": "1", "data": "5:9"}},
        {"update_id": 501, "message": {"text": "۵", "chat": {"id": 55}, "date": 10**18}},
        chat("سلام", 502),
    ]

    poll(account, at=MORNING)

    assert [reply.text for reply in replies] == ["سلام"]


def test_a_bot_that_others_fetch_from_says_so(cast, account, bot, monkeypatch):
    change(account, updates="polling")
    monkeypatch.setattr(Bot, "__call__", lambda _bot, _asked: (409, {"ok": False, "error_code": 409}))

    poll(account, at=MORNING)

    with inside(cast.cafe):
        account.refresh_from_db()
    assert account.last_problem == "fetched_elsewhere"
    assert account.paused_until is None
