"""A widget on a page of another site: it comes when it should, is answered with mouse or keys, and stays away after."""

from __future__ import annotations

import json
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PATIENCE_MS, choose
from tests.e2e.foreign import ForeignSite

pytestmark = pytest.mark.e2e

WORDS = {
    "fa": {
        "nine": "۹",
        "send": "فرستادن",
        "next": "بعدی",
        "thanks": "سپاس",
        "close": "بستن",
        "name": "ابزارک",
    },
    "en": {
        "nine": "9",
        "send": "Send",
        "next": "Next",
        "thanks": "Thank",
        "close": "Close",
        "name": "widget",
    },
}

MAKE = """
from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.models import Survey
from hamdel.listen.widgets.actions import create_widget, put_live
from hamdel.listen.widgets.models import Showing, Widget
given = json.loads(sys.argv[1])
with across_workspaces():
    owner = Member.objects.select_related("workspace", "user").get(role="owner")
    survey = Survey.objects.get(public_id=given.pop("survey"))
with inside(owner.workspace):
    Showing.objects.all().delete()
    Widget.objects.all().delete()
    widget = create_widget(owner.workspace, name="widget", survey=survey, by=owner, **given)
    put_live(widget, by=owner)
print(json.dumps(str(widget.id)))
"""
DATED = """
from django.utils.timezone import now
from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.definition import Metric
with across_workspaces():
    owner = Member.objects.select_related("workspace", "user").get(role="owner")
asks = {"format": 2, "languages": ["en"], "pages": [{"key": "p", "questions": [{"key": "day", "kind": "date", "text": {"en": "Which day?"}}]}],
        "ends": [{"key": "t", "text": {"en": "Thank you."}}]}
with inside(owner.workspace):
    survey = create_survey(owner.workspace, name="Days", metric=Metric.NPS, touchpoint="", definition=asks, by=owner)
    publish_survey(survey, by=owner, at=now())
print(json.dumps(survey.public_id))
"""
ASKED = """
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.widgets.queries import funnels
from hamdel.listen.surveys.models import Response
from uuid import UUID
with across_workspaces():
    funnel = funnels([UUID(sys.argv[1])]).get(UUID(sys.argv[1]))
    last = Response.objects.order_by("-started_at").first()
    print(json.dumps([funnel and [funnel.shown, funnel.started, funnel.finished], last and [last.channel, last.score, last.language]]))
"""


# What the script of a site keeps until the server has it.
NOTHING_WAITS = "() => !Object.keys(localStorage).some((name) => name.startsWith('hamdel.queue.'))"
IS_ANSWERED = "(id) => JSON.parse(localStorage['hamdel.seen']).widgets[id].answered === true"


def wait_until_told(served, widget_id, language):
    """Wait until a site in this language is told of a new widget: for some seconds what it was told is remembered."""
    address = f"{served.base}/sdk/v1/widgets/?key={served.keys['write_key']}&lang={language}"
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while widget_id not in urllib.request.urlopen(address, timeout=10).read().decode():
        assert time.monotonic() < deadline
        time.sleep(0.3)


def arrive(page, go):
    """Go to a page and wait until the script there has been told of widgets and has looked which of them come on."""
    with page.expect_response("**/sdk/v1/widgets/*") as told:
        go()
    told.value.finished()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def wait_until(page, fact, of=None):
    """Wait until a function says true; the content policy of the site keeps Playwright from asking in the page again."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(fact, of):
        assert time.monotonic() < deadline, fact
        page.wait_for_timeout(50)


def asked(served, widget, expected):
    """Wait until so many were shown, had begun and had finished; return what the last response is.

    A showing is told beside the answers, so it may come after them.
    """
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while (found := served.python(ASKED, widget))[0] != expected and time.monotonic() < deadline:
        pass
    assert found[0] == expected
    return found[1]


@pytest.fixture
def foreign(served, browser):
    contexts, problems, sites = [], [], []

    def open_page(language, *, width=1280, dark=False, reduced=False, **widget):
        widget_id = served.python(MAKE, json.dumps({"survey": served.keys["survey"], "seconds": 0} | widget))
        wait_until_told(served, widget_id, language)
        site = ForeignSite(served.base, served.keys["write_key"], language=language)
        sites.append(site.__enter__())
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if reduced else "no-preference",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda said: problems.append(said.text) if "Security Policy" in said.text else None
        )
        arrive(page, lambda: page.goto(site.base))
        return page, widget_id

    yield open_page
    for context in contexts:
        context.close()
    for site in sites:
        site.__exit__()
    assert problems == []


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_visitor_answers_and_is_left_alone(foreign, served, language, width):
    words = WORDS[language]
    page, widget = foreign(language, width=width, form="slide_in")

    sheet = page.get_by_role("dialog")
    expect(sheet).to_have_attribute("dir", "rtl" if language == "fa" else "ltr")
    choose(sheet.get_by_role("radio", name=words["nine"], exact=True))
    sheet.get_by_role("textbox").fill("عالی بود")
    sheet.get_by_role("button", name=words["send"]).click()
    expect(sheet.get_by_role("status")).to_be_visible()

    assert asked(served, widget, [1, 1, 1]) == ["web", 9, language]
    assert page.context.cookies() == []
    arrive(page, page.reload)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_popover_holds_the_focus_and_escape_gives_it_back(foreign):
    page, _widget = foreign("en", form="popover", when="event", event="Bought")
    page.get_by_role("button", name="Buy").focus()
    page.evaluate("hamdel.track('Bought', {total: 5})")
    expect(page.get_by_role("dialog")).to_be_visible()

    inside = []
    for _ in range(6):
        page.keyboard.press("Tab")
        inside.append(page.evaluate("document.activeElement.hasAttribute('data-hamdel')"))
    page.keyboard.press("Escape")

    assert all(inside)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#buy")).to_be_focused()


def test_keys_alone_answer_and_only_the_button_sends(foreign, served):
    page, widget = foreign("en", form="popover")
    expect(page.get_by_role("dialog")).to_be_visible()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)  # a tap would have gone on by itself by now
    asked(served, widget, [1, 0, 0])
    page.keyboard.press("Enter")

    expect(page.get_by_role("textbox")).to_be_visible()
    asked(served, widget, [1, 1, 0])


def test_a_feedback_button_stays_and_opens_as_often_as_wanted(foreign):
    page, _widget = foreign("fa", form="button", button={"fa": "نظر شما؟"})
    button = page.get_by_role("button", name="نظر شما؟")
    assert button.evaluate("(one) => getComputedStyle(one).color") == "rgb(255, 255, 255)"

    for _ in range(2):
        button.click()
        page.get_by_role("dialog").get_by_role("button", name="بستن").click()

    expect(button).to_be_visible()


def test_an_embedded_form_stands_in_its_place(foreign):
    page, _widget = foreign("en", form="embedded", selector="#feedback")

    expect(page.locator("#feedback").get_by_role("region")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_it_does_not_draw_is_our_page_in_a_frame(foreign, served):
    served.keys["days"] = served.python(DATED)
    page, widget = foreign("en", form="slide_in", survey=served.keys["days"])
    frame = page.get_by_role("dialog").locator("iframe").content_frame

    frame.get_by_label("Day").fill("23")
    frame.get_by_label("Month").select_option("11")
    frame.get_by_label("Year").fill("2026")
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("status").filter(has_text="Thank")).to_be_visible()

    asked(served, widget, [1, 1, 1])
    wait_until(page, IS_ANSWERED, of=widget)


def test_pages_left_out_stay_without_it(foreign):
    page, _widget = foreign(
        "en", form="slide_in", where={"field": "path", "operator": "starts with", "value": "/cart"}
    )
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.evaluate("history.pushState({}, '', '/cart/2')")

    expect(page.get_by_role("dialog")).to_be_visible()


def test_exit_intent_brings_it_on(foreign):
    page, _widget = foreign("en", form="slide_in", when="exit")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.evaluate(
        "document.dispatchEvent(new MouseEvent('mouseout', {clientY: -1, relatedTarget: null, bubbles: true}))"
    )

    expect(page.get_by_role("dialog")).to_be_visible()


EVENTS = """
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.events.models import LoggedEvent
with across_workspaces():
    bodies = [json.loads(b) for b in LoggedEvent.objects.exclude(body="").order_by("position").values_list("body", flat=True)]
print(json.dumps([[b.get("type"), b.get("name"), b.get("userId"), b.get("anonymousId")] for b in bodies if (b.get("context") or {}).get("library", {}).get("name") == "hamdel.js"]))
"""


def test_events_survive_an_outage_and_come_once(foreign, served):
    page, _widget = foreign("en", form="button")
    wait_until(page, NOTHING_WAITS)
    before = len(served.python(EVENTS))

    page.route("**/v1/batch", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/v1/batch")):
        page.evaluate("hamdel.identify('u-7', {name: 'Sara'}); hamdel.track('Seen', {n: 1})")
    page.unroute("**/v1/batch")
    arrive(page, page.reload)
    page.evaluate("hamdel.track('Bought', {n: 2})")
    wait_until(page, NOTHING_WAITS)

    found = served.python(EVENTS)[before:]
    assert sorted(event[0] for event in found) == ["identify", "page", "track", "track"]
    assert [event[1] for event in found if event[0] == "track"] == ["Seen", "Bought"]
    assert {event[3] for event in found} == {page.evaluate("hamdel.anonymousId()")}
    assert {event[2] for event in found} == {"u-7"}


def test_without_consent_nothing_is_kept_or_sent(foreign, served):
    page, _widget = foreign("en", form="button")
    wait_until(page, NOTHING_WAITS)
    before = len(served.python(EVENTS))

    page.evaluate("hamdel.consent(false); hamdel.track('Seen'); hamdel.identify('u-8')")
    assert page.evaluate("Object.keys(localStorage).sort()") == ["hamdel.consent"]

    # What comes after it would have come before.
    page.evaluate("hamdel.consent(true); hamdel.track('Seen later')")
    wait_until(page, NOTHING_WAITS)
    assert [event[:3] for event in served.python(EVENTS)[before:]] == [["track", "Seen later", None]]
