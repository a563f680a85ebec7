"""The pages of channels and of the log, as members use them."""

from __future__ import annotations

import pytest

from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.tests.fakes import gateway, mail_server
from hamdel.act.messages.tests.stage import connect, kavenegar, queue_one, send
from hamdel.ground.audit.models import AuditEntry
from hamdel.ground.workspaces.tenancy import inside

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "6B6A7132637473656372"
TYPED = {
    "name": "کاوه‌نگار خدماتی", "api_key": KEY, "sender": "30001234", "line_type": "service", "per_second": "20",
    "cost_rial_per_segment": "150", "allowed_from": "09:00", "allowed_until": "21:00", "is_on": "on",
}  # fmt: skip


@pytest.fixture
def owner(client, cast):
    client.force_login(cast.owner.user)
    return client


@pytest.fixture
def answers():
    entry = {"messageid": 7, "status": 1, "cost": 120}
    said = {"sms/sendarray.json": [entry], "account/info.json": {"remaincredit": 5_000_000}}

    def answer(asked):
        what = asked.path.removeprefix(f"/v1/{KEY}/")
        entries = said.get(what)
        status = 200 if entries is not None else 403
        return status, {"return": {"status": status, "message": "تایید شد"}, "entries": entries}

    answer.said = said
    return answer


@pytest.fixture
def fake(answers):
    with gateway(answers) as fake:
        yield fake


def only_account(cast):
    with inside(cast.cafe):
        return ChannelAccount.objects.get()


def test_a_channel_is_connected_and_its_key_never_comes_back(owner, cast, fake):
    made = owner.post("/act/messages/channels/new/kavenegar/", {**TYPED, "base_url": fake.url})

    account = only_account(cast)
    assert made.status_code == 302
    assert account.secrets["api_key"] == KEY
    for path in (made.url, "/act/messages/channels/", "/act/messages/"):
        page = owner.get(path)
        assert page.status_code == 200
        assert KEY not in page.content.decode()
    with inside(cast.cafe):
        assert AuditEntry.objects.filter(deed="channel connected").exists()


def test_the_key_is_unreadable_in_the_database(owner, cast, fake):
    from django.db import connection

    owner.post("/act/messages/channels/new/kavenegar/", {**TYPED, "base_url": fake.url})
    with inside(cast.cafe), connection.cursor() as cursor:
        cursor.execute("SELECT secrets, settings::text FROM messaging_channelaccount")
        [(sealed, settings)] = cursor.fetchall()

    assert KEY not in sealed + settings
    assert sealed.startswith("s1.")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("۳۰۰۰ ۱۲۳۴", "30001234"),
        (" ٣٠٠٠١٢٣٤ ", "30001234"),
        ("+98 3000", "+983000"),
        ("Cafe Naderi", "Cafe Naderi"),
    ],
)
def test_a_line_typed_in_any_digits_is_one_the_gateway_reads(owner, cast, fake, typed, kept):
    owner.post("/act/messages/channels/new/kavenegar/", {**TYPED, "base_url": fake.url, "sender": typed})

    assert only_account(cast).settings["sender"] == kept


def test_left_empty_a_key_stays_and_typed_it_changes(owner, cast, fake):
    account = kavenegar(cast, fake)
    path = f"/act/messages/channels/{account.id}/"

    assert owner.post(path, {**TYPED, "base_url": fake.url, "api_key": ""}).status_code == 302
    assert only_account(cast).secrets["api_key"] == KEY
    owner.post(path, {**TYPED, "base_url": fake.url, "api_key": "another-key-123"})
    assert only_account(cast).secrets["api_key"] == "another-key-123"


def test_half_a_pair_of_hours_is_refused_in_words(owner, cast, fake):
    said = owner.post(
        "/act/messages/channels/new/kavenegar/", {**TYPED, "base_url": fake.url, "allowed_until": ""}
    )

    assert said.status_code == 422
    assert "هر دو سر ساعت" in said.content.decode()


def test_a_test_is_truly_sent_and_the_gateways_answer_is_shown(owner, cast, fake):
    account = kavenegar(cast, fake)

    page = owner.post(
        f"/act/messages/channels/{account.id}/test/", {"address": "۰۹۱۲ ۱۲۳ ۴۵۶۷"}
    ).content.decode()

    [asked] = fake.asked
    assert asked.form["receptor"] == '["09121234567"]'
    assert "messageid" in page
    assert KEY not in page
    with inside(cast.cafe):
        row = Message.objects.get()
    assert (row.is_test, row.state, row.contact_id) == (True, "sent", None)


def test_a_test_that_fails_says_what_to_do(owner, cast, fake, answers):
    account = kavenegar(cast, fake)
    answers.said.clear()

    page = owner.post(
        f"/act/messages/channels/{account.id}/test/", {"address": "09121234567"}
    ).content.decode()

    assert "درگاه کلید را نمی‌پذیرد" in page


def test_a_test_to_no_number_is_refused(owner, cast, fake):
    account = kavenegar(cast, fake)

    assert owner.post(f"/act/messages/channels/{account.id}/test/", {"address": "abc"}).status_code == 422
    assert fake.asked == []


def test_the_connection_can_be_checked(owner, cast, fake, answers):
    account = kavenegar(cast, fake)

    good = owner.post(f"/act/messages/channels/{account.id}/check/").content.decode()
    answers.said.clear()
    bad = owner.post(f"/act/messages/channels/{account.id}/check/").content.decode()

    assert "درگاه ما را می‌شناسد" in good
    assert "درگاه کلید را نمی‌پذیرد" in bad
    assert only_account(cast).last_problem == "wrong_key"


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("0912 123", True),
        ("۰۹۱۲۱۲۳", True),
        ("+98912", True),
        ("98912123", True),
        ("0913", False),
        ("a912", False),
    ],
)
def test_a_part_of_a_number_finds_messages_however_it_is_typed(owner, cast, fake, typed, is_found):
    kavenegar(cast, fake)
    queue_one(cast, text="سلام زهرا")

    log = owner.get("/act/messages/", {"q": typed}).content.decode()

    assert ("سلام زهرا" in log) is is_found


def test_the_log_shows_what_went_and_one_message_every_attempt(owner, cast, fake):
    account = kavenegar(cast, fake)
    queued = queue_one(cast, text="سلام زهرا")
    send(account)

    log = owner.get(
        "/act/messages/", {"state": "sent", "account": str(account.id), "q": "912123"}
    ).content.decode()
    detail = owner.get(f"/act/messages/{queued.message.id}/").content.decode()

    assert "سلام زهرا" in log
    assert "سلام زهرا" not in owner.get("/act/messages/", {"state": "failed"}).content.decode()
    assert "sms/sendarray" in detail
    assert KEY not in detail
    assert owner.get("/act/messages/", {"account": "x"}).status_code == 404


def test_a_removed_channel_forgets_its_keys_and_calls_off_what_waits(owner, cast, fake):
    account = kavenegar(cast, fake)
    queued = queue_one(cast)
    key = account.secrets["callback_key"]

    owner.post(f"/act/messages/channels/{account.id}/removal/")

    assert len(only_account(cast).secrets) == 0
    with inside(cast.cafe):
        assert Message.objects.get(id=queued.message.id).state == "cancelled"
    assert owner.get(f"/act/messages/channels/{account.id}/").status_code == 404
    assert (
        owner.post(f"/act/messages/in/{key}/delivery/", {"messageid": "1", "status": "10"}).status_code == 404
    )


def test_others_see_neither_channels_nor_messages(client, cast, fake):
    account = kavenegar(cast, fake)
    queued = queue_one(cast)
    paths = [f"/act/messages/channels/{account.id}/", f"/act/messages/{queued.message.id}/"]

    client.force_login(cast.outsider.user)
    assert [client.get(path).status_code for path in paths] == [404, 404]
    assert "09121234567" not in client.get("/act/messages/").content.decode()
    client.force_login(cast.agent.user)
    assert [client.get(path).status_code for path in paths] == [403, 200]
    client.force_login(cast.viewer.user)
    assert [client.get(path).status_code for path in paths] == [403, 403]


@pytest.mark.parametrize(
    "name", ["email", "kavenegar", "smsir", "melipayamak", "http_sms", "telegram", "bale", "webhook", "ivr"]
)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_kind_of_channel_has_its_form(owner, name, language):
    owner.cookies["language"] = language
    page = owner.get(f"/act/messages/channels/new/{name}/")

    assert page.status_code == 200
    assert owner.post(f"/act/messages/channels/new/{name}/", {}).status_code == 422


def test_mail_can_be_tried_from_its_page(owner, cast):
    with mail_server() as post:
        typed = {
            "name": "ایمیل", "provider": "smtp", "host": post.host, "port": post.port, "security": "none",
            "from_email": "a@cafe.example", "from_name": "کافه", "per_second": "5", "is_on": "on",
        }  # fmt: skip
        owner.post("/act/messages/channels/new/email/", typed)
        account = only_account(cast)
        owner.post(f"/act/messages/channels/{account.id}/test/", {"address": "me@cafe.example"})

    assert len(post.mails) == 1


def test_a_channel_whose_key_is_lost_says_so(owner, cast, fake, monkeypatch, tmp_path):
    account = kavenegar(cast, fake)
    monkeypatch.setenv("HAMDEL_HOME", str(tmp_path))

    page = owner.post(f"/act/messages/channels/{account.id}/test/", {"address": "09121234567"})

    assert page.status_code == 200
    assert "sealing_keys" in page.content.decode()


def test_an_exchange_has_an_address_to_call(owner, cast):
    account = connect(cast, "ivr")

    page = owner.get(f"/act/messages/channels/{account.id}/").content.decode()

    assert f"/act/messages/in/{account.secrets['callback_key']}/answer/" in page


def test_a_customers_page_shows_their_messages_and_links_their_chat_to_a_bot(
    owner, cast, fake, analytics_store
):
    from hamdel.act.messages.models import ChatLink

    kavenegar(cast, fake)
    queue_one(cast, text="سلام زهرا")
    bot = connect(
        cast, "bale", base_url=fake.url, token="123456:AAH-secret", updates="polling", bot="cafe_bot"
    )

    page = owner.get(f"/know/customers/{cast.customer.id}/").content.decode()
    made = owner.post(f"/act/messages/channels/{bot.id}/chats/{cast.customer.id}/")

    assert "سلام زهرا" in page
    assert f"/act/messages/channels/{bot.id}/chats/{cast.customer.id}/" in page
    assert made.status_code == 201
    assert "https://ble.ir/cafe_bot?start=" in made.content.decode()
    with inside(cast.cafe):
        assert ChatLink.objects.get().customer == cast.customer
    foreign = f"/act/messages/channels/{bot.id}/chats/{cast.foreign_customer.id}/"
    assert owner.post(foreign).status_code == 404
