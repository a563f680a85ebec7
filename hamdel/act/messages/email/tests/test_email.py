"""Mail as it arrives at a server, the errors servers give, and what mail services report."""

from __future__ import annotations

import email
import json
from datetime import timedelta
from email import policy

import pytest

from hamdel.act.contacts.models import Address
from hamdel.act.messages.connectors import connector_named
from hamdel.act.messages.content import Content
from hamdel.act.messages.email.connector import _forget_connection
from hamdel.act.messages.models import Message
from hamdel.act.messages.sweeping import LEASE, ask_after
from hamdel.act.messages.tests.fakes import BREAK, gateway, mail_server
from hamdel.act.messages.tests.stage import MORNING, NPS, Clock, attempts, connect, queue_one, reread, send
from hamdel.ground.workspaces.tenancy import inside

pytestmark = pytest.mark.django_db(transaction=True)
State = Message.State
QUESTION = Content(
    "سلام زهرا،\n\nاز ۰ تا ۱۰ چه‌قدر ما را پیشنهاد می‌کنید؟", subject="نظر شما\r\nBcc: x@evil.example", choices=NPS,
    link="https://cx.example/i/abc/", low_label="اصلاً", high_label="حتماً",
)  # fmt: skip


@pytest.fixture
def post():
    _forget_connection()
    with mail_server() as post:
        yield post
    _forget_connection()


def typed(post, **more):
    return {
        "provider": "smtp", "host": post.host, "port": post.port, "security": "none", "username": "cafe",
        "password": "hush-hush-123", "from_email": "ask@cafe.example", "from_name": "کافهٔ نادری", "reply_to": "",
        "api_key": "", "webhook_key": "", "sender_domain": "", **more,
    }  # fmt: skip


@pytest.fixture
def account(cast, post, own_url):
    return connect(cast, "email", **typed(post))


@pytest.fixture
def own_url(settings):
    settings.PUBLIC_URL = "https://cx.example"


def last_mail(post):
    return email.message_from_bytes(post.mails[-1][2], policy=policy.default)


def test_a_mail_has_both_parts_and_the_score_can_be_pressed_in_it(cast, account, post):
    queued = queue_one(cast, channel="email", content=QUESTION)

    send(account)

    mail = last_mail(post)
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    assert str(mail["From"]) == "کافهٔ نادری <ask@cafe.example>"
    assert mail["To"] == "zahra@example.ir"
    assert 'dir="rtl"' in html
    for score in range(11):
        assert f'href="https://cx.example/i/abc/?score={score}"' in html
    assert "https://cx.example/i/abc/" in text
    assert reread(cast, queued.message).state == State.SENT
    assert post.users


def test_it_can_be_unsubscribed_from_in_one_click(cast, account, post, client):
    queue_one(cast, channel="email", content=QUESTION, topic="delivery")
    send(account)
    mail = last_mail(post)

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail["List-Unsubscribe"].strip(" <>")
    assert url.startswith("https://cx.example/act/messages/unsubscribe/")
    path = url.removeprefix("https://cx.example")
    for _ in range(2):
        assert (
            client.post(
                path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
            ).status_code
            == 200
        )

    refused = queue_one(cast, channel="email", content=QUESTION, at=MORNING + timedelta(days=60))
    assert refused.refusal == "unsubscribed"


def test_looking_at_the_page_unsubscribes_nobody(cast, account, post, client):
    queue_one(cast, channel="email", content=QUESTION, topic="delivery")
    send(account)
    path = last_mail(post)["List-Unsubscribe"].strip(" <>").removeprefix("https://cx.example")

    for method in (client.get, client.head):
        assert method(path).status_code in {200, 405}

    later = queue_one(cast, channel="email", content=QUESTION, at=MORNING + timedelta(days=60))
    assert later.message is not None
    assert "zahra@example.ir" in client.get(path).content.decode()


def test_one_topic_can_be_given_up_alone(cast, account, post, client):
    queue_one(cast, channel="email", content=QUESTION, topic="delivery")
    send(account)
    path = last_mail(post)["List-Unsubscribe"].strip(" <>").removeprefix("https://cx.example")
    assert "«تحویل»" in client.get(path, headers={"Accept-Language": "fa"}).content.decode()

    client.post(path, {"scope": "topic"})

    later = MORNING + timedelta(days=60)
    assert queue_one(cast, channel="email", topic="delivery", at=later).refusal == "unsubscribed"
    assert queue_one(cast, channel="email", topic="support", at=later).message is not None


def test_a_link_nobody_made_says_so(client):
    assert client.get("/act/messages/unsubscribe/WyJhIiwiYiJd:1x:zz/").status_code == 404


@pytest.mark.parametrize(("refuse", "state", "problem"), [
    ({"RCPT": "550 5.1.1 no such user"}, "failed", "bounced"), ({"RCPT": "452 4.2.2 mailbox full"}, "queued", "mailbox_full"),
    ({"RCPT": "554 5.7.1 no"}, "failed", "refused"), ({"MAIL": "553 5.7.1 not yours"}, "queued", "wrong_sender"),
    ({"AUTH": "535 5.7.8 wrong"}, "queued", "wrong_key"), ({"CONNECT": "421 busy"}, "queued", "throttled"),
    ({"DATA": "554 5.7.1 spam"}, "failed", "words_refused"), ({"DATA": BREAK}, "sending", "line_broke"),
])  # fmt: skip
def test_each_error_of_a_server_says_what_it_is(cast, account, post, refuse, state, problem):
    post.refuse = refuse
    queued = queue_one(cast, channel="email", content=QUESTION)

    send(account)

    message = reread(cast, queued.message)
    assert (message.state, message.problem) == (state, problem)
    assert "hush-hush-123" not in attempts(cast, message)[0].answer
    if problem == "bounced":
        with inside(cast.cafe):
            assert Address.objects.get(channel="email", address="zahra@example.ir")


def test_a_mail_whose_acceptance_was_lost_is_not_sent_twice(cast, account, post):
    post.refuse = {"DATA": BREAK}
    queued = queue_one(cast, channel="email", content=QUESTION)
    clock = Clock()
    send(account, clock)
    post.refuse = {}

    ask_after(account, at=clock.forward(seconds=LEASE.total_seconds() + 1))
    clock.forward(hours=9)
    send(account, clock)

    assert reread(cast, queued.message).state == State.UNSURE
    assert post.mails == []


def test_a_server_that_is_not_there_is_tried_later(cast, account, post):
    account.settings = {**account.settings, "port": 1}
    with inside(cast.cafe):
        account.save()
    queued = queue_one(cast, channel="email", content=QUESTION)

    send(account)

    message = reread(cast, queued.message)
    assert (message.state, message.problem) == (State.QUEUED, "unreachable")
    assert connector_named("email").check(account).problem == "unreachable"


def test_several_mails_share_a_greeting(cast, account, post):
    queue_one(cast, channel="email", content=QUESTION)
    queue_one(cast, channel="email", customer=cast.phoneless, content=QUESTION)

    send(account)

    assert (len(post.mails), post.connections) == (2, 1)


def test_a_server_that_hung_up_between_two_mails_is_greeted_again(cast, account, post):
    queue_one(cast, channel="email")
    send(account)
    post.refuse = {"NOOP": BREAK}

    second = queue_one(cast, channel="email", purpose="service").message
    send(account)

    assert (len(post.mails), post.connections) == (2, 2)
    assert reread(cast, second).state == State.SENT


@pytest.fixture
def postmark(cast, post, own_url):
    said = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817",
            "To": "zahra@example.ir", "SubmittedAt": "2026-11-24T10:00:00Z"}  # fmt: skip
    with gateway(lambda _asked: (200, said)) as fake:
        account = connect(
            cast, "email", **typed(post, provider="postmark", api_key="pm-secret-key", api_url=f"{fake.url}/")
        )
        yield account, fake


def test_a_mail_service_is_spoken_to_by_anymail(cast, postmark):
    account, fake = postmark
    queued = queue_one(cast, channel="email", content=QUESTION)

    send(account)

    [asked] = fake.asked
    assert asked.headers["x-postmark-server-token"] == "pm-secret-key"
    assert {pair["Name"] for pair in asked.json["Headers"]} >= {"List-Unsubscribe", "List-Unsubscribe-Post"}
    message = reread(cast, queued.message)
    assert (message.state, message.provider_id) == (State.SENT, "b7bc2f4a-e38e-4336-af7d-e6c392c2f817")


@pytest.mark.parametrize(("event", "state", "refusal"), [
    ({"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1}, "failed", "hard_bounce"),
    ({"RecordType": "SpamComplaint", "Type": "SpamComplaint"}, "failed", "complaint"),
    ({"RecordType": "Delivery"}, "delivered", ""),
])  # fmt: skip
def test_bounces_and_complaints_come_by_its_webhook(cast, postmark, client, event, state, refusal):
    account, _fake = postmark
    queued = queue_one(cast, channel="email", content=QUESTION)
    send(account)
    body = {**event, "MessageID": reread(cast, queued.message).provider_id, "Email": "zahra@example.ir",
            "Recipient": "zahra@example.ir", "ID": 42, "BouncedAt": "2026-11-24T10:01:00Z",
            "DeliveredAt": "2026-11-24T10:01:00Z", "Metadata": {}}  # fmt: skip
    path = f"/act/messages/in/{account.secrets['callback_key']}/tracking/"

    for _ in range(2):
        assert client.post(path, json.dumps(body), content_type="application/json").status_code == 200

    assert reread(cast, queued.message).state == state
    later = queue_one(cast, channel="email", content=QUESTION, at=MORNING + timedelta(days=60))
    assert later.refusal == refusal


@pytest.mark.parametrize(("status", "state", "problem"), [
    (401, "queued", "wrong_key"), (422, "failed", "refused"), (429, "queued", "throttled"), (500, "sending", "gateway_down"),
])  # fmt: skip
def test_each_error_of_a_service_says_what_it_is(cast, postmark, status, state, problem):
    account, fake = postmark
    fake.answer = lambda _asked: (status, {"ErrorCode": 10, "Message": "no"})
    queued = queue_one(cast, channel="email", content=QUESTION)

    send(account)

    message = reread(cast, queued.message)
    assert (message.state, message.problem) == (state, problem)
    assert "pm-secret-key" not in attempts(cast, message)[0].answer
