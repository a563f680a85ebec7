"""A kiosk on a tablet: asks without a network, brings each answer once, begins afresh for the next visitor."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PATIENCE_MS, choose

pytestmark = pytest.mark.e2e

WORDS = {
    "fa": {
        "start": "فارسی",
        "three": "۳",
        "send": "فرستادن",
        "thanks": "سپاس",
        "again": "از نو",
        "staff": "ویژهٔ کارکنان",
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
    owner = Member.objects.select_related("workspace", "user").get(role="owner")
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

    def open_kiosk(name, *, idle=30, survey=None):
        device, secret = served.python(MAKE, survey or served.keys["survey"], name, idle)
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
    choose(page.get_by_role("radio", name=words["three"], exact=True))
    page.get_by_role("textbox").fill("دیر رسید")
    page.get_by_role("button", name=words["send"]).tap()
    expect(page.get_by_role("status")).to_be_visible()


def brings_answers(response):
    """Whether this is the receipt for answers, not one for a mere sign of life."""
    return response.url.endswith("/responses/") and bool(response.request.post_data_json["responses"])


def come_online(page):
    """Give the network back, and wait until what is on the shelf has been brought."""
    with page.expect_response(brings_answers):
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_offline_then_online(kiosk, served, language):
    words = WORDS[language]
    page, device = kiosk(f"offline {language}")

    page.context.set_offline(True)
    page.reload()
    give(page, words)
    expect(page.get_by_role("button", name=words["start"], exact=True)).to_be_visible()
    give(page, words)
    assert served.python(BROUGHT, device) == []

    come_online(page)
    with page.expect_response("**/responses/"):
        page.reload()

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
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/responses/")):
        give(page, WORDS["en"])
    page.unroute("**/responses/")
    come_online(page)

    assert lost
    assert len(served.python(BROUGHT, device)) == 1


def test_somebody_who_walks_away_leaves_no_trace_on_the_screen(kiosk, served):
    page, device = kiosk("idle", idle=10)

    page.get_by_role("button", name="English", exact=True).tap()
    choose(page.get_by_role("radio", name="3", exact=True))
    page.get_by_role("textbox").fill("half a thought")
    with page.expect_response(brings_answers):
        expect(page.get_by_role("button", name="English", exact=True)).to_be_visible()

    assert served.python(BROUGHT, device) == [[3, "kiosk", "idle", "en", False]]


def test_two_devices_without_a_network_bring_each_their_own(kiosk, served):
    pages = [kiosk("at the door"), kiosk("at the till")]
    for page, _device in pages:
        page.context.set_offline(True)
        page.reload()
    for page, _device in [pages[0], pages[1], pages[1]]:
        give(page, WORDS["en"])
        expect(page.get_by_role("button", name="English", exact=True)).to_be_visible()

    for page, _device in pages:
        come_online(page)

    assert [len(served.python(BROUGHT, device)) for _page, device in pages] == [1, 2]


def test_staff_get_out_with_the_pin_and_nobody_else(kiosk):
    page, _device = kiosk("staff")
    # All at once: five taps count within three seconds, which a crowded machine may take to bring them one by one.
    page.locator(".bar b").click(click_count=5)
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


PICTURED = """
import struct, zlib
from django.utils.timezone import now
from hamdel.ground.access.models import Member
from hamdel.ground.files.actions import keep_file
from hamdel.ground.files.models import Purpose
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.actions import create_survey, publish_survey

def part(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

size = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
png = b"\\x89PNG\\r\\n\\x1a\\n" + part(b"IHDR", size) + part(b"IDAT", zlib.compress((b"\\0" + bytes(24)) * 8)) + part(b"IEND", b"")
with across_workspaces():
    owner = Member.objects.select_related("workspace", "user").get(role="owner")
with inside(owner.workspace):
    file = keep_file(owner.workspace, name="tea.png", content=png, purpose=Purpose.IMAGE, by=owner, at=now()).public_id
    said = lambda fa, en: {"fa": fa, "en": en}
    choices = [
        {"value": "tea", "text": {}, "image": {"file": file, "alt": said("یک استکان چای", "A glass of tea")}},
        {"value": "cake", "text": said("کیک", "Cake")},
        {"value": "nut", "text": said("گردو", "Nuts")},
    ]
    form = {"format": 2, "languages": ["fa", "en"], "ends": [{"key": "thanks", "text": said("سپاس", "Thanks")}], "pages": [
        {"key": "p1", "questions": [
            {"key": "best", "kind": "ranking", "required": True, "text": said("بهترین؟", "Best?"), "choices": choices},
            {"key": "day", "kind": "date", "required": True, "text": said("کِی؟", "When?")}]},
        {"key": "p2", "questions": [{"key": "share", "kind": "constant_sum", "text": said("بخش کنید", "Share out"), "choices": choices}]},
    ]}
    survey = create_survey(owner.workspace, name="Tastes", metric="", touchpoint="", definition=form, by=owner)
    publish_survey(survey, by=owner, at=now())
print(json.dumps(survey.public_id))
"""
ANSWERED = """
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.models import Answer
with across_workspaces():
    print(json.dumps(dict(Answer.objects.filter(response__survey__public_id=sys.argv[1]).values_list("question", "value"))))
"""


def test_pictures_are_there_and_things_are_put_in_order_without_a_network(kiosk, served):
    survey = served.python(PICTURED)
    page, _device = kiosk("tastes", survey=survey)
    page.context.set_offline(True)
    page.reload()

    page.get_by_role("button", name="English", exact=True).tap()
    tea = page.get_by_role("img", name="A glass of tea")
    expect(tea).to_be_visible()
    assert tea.evaluate("picture => picture.naturalWidth") == 8
    choose(page.get_by_role("checkbox", name="Cake"))
    page.get_by_role("button", name="Next").tap()
    # One place of three is no ranking yet; a tap more takes nothing back.
    expect(page.get_by_role("alert")).to_be_visible()
    choose(page.get_by_role("checkbox", name="Nuts"))
    choose(page.get_by_role("checkbox", name="A glass of tea"))
    page.get_by_role("button", name="Next").tap()
    page.get_by_role("textbox", name="Cake").fill("۷۰")
    page.get_by_role("textbox", name="Nuts").fill("30")
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("status")).to_be_visible()

    come_online(page)
    assert served.python(ANSWERED, survey) == {
        "best": ["cake", "nut", "tea"],
        "share": {"tea": 0, "cake": 70, "nut": 30},
    }
