"""An order is delivered, the question goes out by SMS, a digit comes back, and the score is on the profile."""

from __future__ import annotations

import re
import time
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect

from hamdel.act.messages.kavenegar.tests.test_kavenegar import KEY
from hamdel.act.messages.kavenegar.tests.test_kavenegar import Kavenegar as Fake
from hamdel.act.messages.tests.fakes import gateway

pytestmark = pytest.mark.e2e
WORDS = {
    "fa": {
        "name": "فاطمه میرصادقی", "new": "برنامهٔ تازه", "plan": "پس از تحویل", "event": "رویداد", "save": "ذخیره",
        "start": "شروع", "running": "در جریان", "score": "NPS ۹", "done": "کامل کرده", "panel": "دعوت‌ها", "digit": "۹",
        "title": "نام", "wait": "۹",
    },
    "en": {
        "name": "Mary Carpenter", "new": "New plan", "plan": "After delivery", "event": "Event", "save": "Save",
        "start": "Start", "running": "Running", "score": "NPS 9", "done": "Completed", "panel": "Invitations",
        "digit": "9", "title": "Name", "wait": "9",
    },
}  # fmt: skip
CONNECT = """
from django.urls import reverse
from django.utils.timezone import now
from hamdel.act.contacts.models import Rulebook
from hamdel.act.messages.accounts import connect_account
from hamdel.act.messages.connectors import connector_named
from hamdel.act.messages.models import ChannelAccount
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
with across_workspaces():
    workspace = Workspace.objects.get(id=sys.argv[1])
with inside(workspace):
    # The test may run at night.
    policy = {"quiet_from": "00:00", "quiet_until": "00:00"}
    Rulebook.objects.update_or_create(workspace=workspace, defaults={"policy": policy, "changed_at": now()})
    ChannelAccount.objects.update(is_on=False)
    account = connect_account(workspace, connector_named("kavenegar"), {
        "name": "Kavenegar", "is_on": True, "per_second": 50, "base_url": sys.argv[2], "api_key": sys.argv[3],
        "sender": "30001234", "line_type": "service", "cost_rial_per_segment": 0, "stop_words": ""}, by=None, at=now())
    print(json.dumps(reverse("messages:callback", args=[account.secrets["callback_key"], "inbound"])))
"""


@pytest.fixture
def sms(served):
    """A gateway, and the address at which it tells us of replies."""
    fake = Fake()
    with gateway(fake) as door:
        fake.callback = served.python(CONNECT, served.keys["workspace"], door.url, KEY)
        yield fake


def wait_for(what, seconds=90):
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


def sent_to(fake, number):
    return [one for entries in fake.messages.values() for one in entries if one["receptor"] == number]


@pytest.mark.parametrize(("language", "number"), [("fa", "09121110001"), ("en", "09121110002")])
def test_a_digit_by_sms_is_a_score_on_the_profile(open_page, served, sms, language, number):
    words, page = WORDS[language], open_page(language)
    event = f"Order Delivered {language}"

    page.goto("/listen/invitations/plans/new/")
    page.locator("#id_name").fill(words["plan"])
    # Other stories have made surveys of their own.
    page.locator("#id_survey").select_option(label="NPS")
    page.locator("#id_event").fill(event)
    page.locator("#id_wait_amount").fill("0")
    page.locator("#id_first").select_option("sms")
    page.get_by_role("button", name=words["save"], exact=True).click()
    page.get_by_role("button", name=words["start"], exact=True).click()
    expect(page.get_by_text(words["running"]).first).to_be_visible()

    identified = {
        "type": "identify", "userId": f"sms-{language}",
        "traits": {"name": words["name"], "phone": number, "language": language},
    }  # fmt: skip
    delivered = {
        "type": "track",
        "userId": f"sms-{language}",
        "event": event,
        "properties": {"order_id": "7"},
    }
    served.post("/v1/batch", {"batch": [identified, delivered]}, key=served.keys["write_key"])
    [message] = wait_for(lambda: sent_to(sms, number))
    assert "/i/" in message["message"]

    form = {"messageid": f"in-{language}", "from": number, "to": "30001234", "message": words["digit"]}
    body = urllib.parse.urlencode(form).encode()
    for _again in range(2):  # gateways repeat themselves
        assert urllib.request.urlopen(served.base + sms.callback, body, timeout=30).status == 200
    served.ship()

    page.goto(f"/know/customers/?q={urllib.parse.quote(words['name'])}")
    page.get_by_role("link", name=re.compile(words["name"])).click()
    expect(page.get_by_text(words["score"]).first).to_be_visible()
    expect(page.get_by_text(words["done"]).first).to_be_visible()
    page.get_by_role("link", name=words["panel"], exact=True).first.click()
    expect(page.get_by_role("row").filter(has_text=words["plan"])).to_contain_text(words["running"])
