"""A kiosk on a tablet: asks without a network, brings each answer once, begins afresh for the next visitor."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PATIENCE_MS

pytestmark = pytest.mark.e2e

WORDS = {
    "fa": {
        "start": "فارسی",
        "three": "۳",
        "send": "فرستادن",
        "thanks": "سپاس",
        "again": "از نو",
        "staff": "ویژه‌ی کارکنان",
    },
    "en": {
        "start": "English",
        "three": "3",
        "send": "Send",
        "thanks": "Thank",
        "again": "Start over",
        "staff": "For staff",
    },
}

MAKE = """
from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.models import Survey
from hamdel.listen.widgets.actions import add_device
with across_workspaces():
    owner = Member.objects.select_related("workspace", "user").get()
    survey = Survey.objects.get(public_id=sys.argv[1])
with inside(owner.workspace):
    device, secret = add_device(owner.workspace, name=sys.argv[2], survey=survey, pin="4711", place=sys.argv[2], by=owner,
        idle_seconds=int(sys.argv[3]), thanks_seconds=3)
print(json.dumps([str(device.id), secret]))
"""
BROUGHT = """
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.models import Response
from hamdel.listen.widgets.models import Device
with across_workspaces():
    device = Device.objects.get(id=sys.argv[1])
    found = Response.objects.filter(place=device.place).order_by("started_at")
    assert len(found) == device.answers.count()
    print(json.dumps([[r.score, r.channel, r.place, r.language, bool(r.completed_at)] for r in found]))
"""


@pytest.fixture
def kiosk(served, browser):
    contexts, problems = [], []

    def open_kiosk(name, *, idle=30):
        device, secret = served.python(MAKE, served.keys["survey"], name, idle)
        context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda said: problems.append(said.text) if "Security Policy" in said.text else None
        )
        page.goto(f"{served.base}/k/{secret}/")
        page.wait_for_selector("html[data-offline=ready]")
        return page, device

    yield open_kiosk
    for context in contexts:
        context.close()
    assert problems == []


def give(page, words):
    page.get_by_role("button", name=words["start"], exact=True).tap()
    page.get_by_role("radio", name=words["three"], exact=True).tap(force=True)
    page.get_by_role("textbox").fill("دیر رسید")
    page.get_by_role("button", name=words["send"]).tap()
    expect(page.get_by_role("status")).to_be_visible()


@pytest.mark.parametrize("language", ["fa", "en"])
def test_offline_then_online(kiosk, served, language):
    words = WORDS[language]
    page, device = kiosk(f"offline {language}")

    page.context.set_offline(True)
    page.reload()
    give(page, words)
    expect(page.get_by_role("button", name=words["start"], exact=True)).to_be_visible(timeout=8_000)
    give(page, words)
    assert served.python(BROUGHT, device) == []

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1_500)
    page.reload()
    page.wait_for_timeout(1_000)

    assert served.python(BROUGHT, device) == [[3, "kiosk", f"offline {language}", language, True]] * 2


def test_an_answer_whose_receipt_was_lost_comes_once(kiosk, served):
    page, device = kiosk("receipt")
    lost = []

    def lose(route):
        # The server stores it; the tablet never hears so.
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    page.route("**/responses/", lose)
    give(page, WORDS["en"])
    page.wait_for_timeout(1_000)
    page.unroute("**/responses/")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1_500)

    assert lost
    assert len(served.python(BROUGHT, device)) == 1


def test_somebody_who_walks_away_leaves_no_trace_on_the_screen(kiosk, served):
    page, device = kiosk("idle", idle=10)

    page.get_by_role("button", name="English", exact=True).tap()
    page.get_by_role("radio", name="3", exact=True).tap(force=True)
    page.get_by_role("textbox").fill("half a thought")
    expect(page.get_by_role("button", name="English", exact=True)).to_be_visible(timeout=15_000)
    page.wait_for_timeout(1_500)

    assert served.python(BROUGHT, device) == [[3, "kiosk", "idle", "en", False]]


def test_two_devices_without_a_network_bring_each_their_own(kiosk, served):
    pages = [kiosk("at the door"), kiosk("at the till")]
    for page, _device in pages:
        page.context.set_offline(True)
        page.reload()
    for page, _device in [pages[0], pages[1], pages[1]]:
        give(page, WORDS["en"])
        expect(page.get_by_role("button", name="English", exact=True)).to_be_visible(timeout=8_000)

    for page, _device in pages:
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
    pages[0][0].wait_for_timeout(2_000)

    assert [len(served.python(BROUGHT, device)) for _page, device in pages] == [1, 2]


def test_staff_get_out_with_the_pin_and_nobody_else(kiosk):
    page, _device = kiosk("staff")
    name = page.locator(".bar b")
    for _ in range(5):
        name.tap()
    dialog = page.get_by_role("dialog")

    for key in "1234✓":
        dialog.get_by_role("button", name=key, exact=True).tap()
    expect(dialog.get_by_role("alert")).to_be_visible()
    for key in "4711✓":
        dialog.get_by_role("button", name=key, exact=True).tap()

    expect(dialog.locator(".facts")).to_be_visible()
    assert json.loads(page.evaluate("JSON.stringify(document.querySelector('.facts b').textContent)")) in {
        "0",
        "۰",
    }
