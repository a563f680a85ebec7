"""Our small scripts, and what htmx does with our answers (its rules changed between versions 2 and 4), in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from hamdel.ui import assets
from hamdel.ui.context import SCRIPTS

ORIGIN = "http://hamdel.test"
UI = Path(assets.HERE)
BODY = """<!doctype html><html><head>{head}</head><body>
<button hx-post="/answer" hx-target="#place">Save</button>{copy}<div id="place">before</div>
<ul><li><a href="/older" hx-get="/answer" hx-target="closest li" hx-swap="outerHTML">Older</a></li></ul>
<a href="/next">Next</a><form data-submit-on-change><select name="touchpoint" aria-label="Touchpoint"><option>a<option>b
</select></form><div hx-get="/same" hx-trigger="changed from:body"><a href="/one">One</a> <a href="/two">Two</a></div>
<template id="failed"><p data-toast data-failed>It failed</p></template><div id="toasts"></div></body></html>"""

# htmx says so when it has put an answer in its place, or has not.
WATCH = """() => {
    const said = (done) => document.addEventListener("htmx:finally:request", done, { once: true });
    window.dealtWith = new Promise(said).then(() => true);
}"""


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = Path("/usr/bin/chromium")
    if not chromium.exists():
        pytest.skip("No chromium here; bin/setup says how to install it.")
    assets.gather()
    with playwright.sync_playwright() as run:
        opened = run.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield opened
        opened.close()


def whole_page():
    with translation.override("en"):
        copy = render_to_string(
            "components/copy.html", {"id": "link", "label": "Link", "value": "https://a.example/s/1"}
        )
    return BODY.format(head=render_to_string("shell/head.html", {"shell": {"scripts": SCRIPTS}}), copy=copy)


def page_of_ours(browser, origin=ORIGIN, status=200):
    """Open a page of ours; its button will be answered with this status."""
    page = browser.new_page()

    def answer(route):
        path = route.request.url.removeprefix(origin)
        if path.startswith("/static/"):
            route.fulfill(path=UI / path.lstrip("/"))
        elif path == "/answer":
            route.fulfill(status=status, body="<b>after</b>", content_type="text/html")
        elif path == "/same":
            route.fulfill(
                body="<a href='/one'>One</a> <a href='/two'>Two</a> fresh", content_type="text/html"
            )
        else:
            route.fulfill(body=whole_page(), content_type="text/html")

    page.route("**/*", answer)
    page.goto(origin + "/")
    return page


def page_answering(browser, status):
    """Open a page of ours and press its button."""
    page = page_of_ours(browser, status=status)
    page.evaluate(WATCH)
    page.get_by_role("button", name="Save").click()
    page.evaluate("window.dealtWith")
    return page


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("status", "shown"), [(200, "after"), (422, "after"), (403, "before"), (500, "before")]
)
def test_only_an_answer_meant_for_the_page_is_put_into_it(browser, status, shown):
    page = page_answering(browser, status)

    assert page.locator("#place").inner_text() == shown
    page.close()


@pytest.mark.e2e
@pytest.mark.parametrize(("status", "toasts"), [(200, 0), (422, 0), (403, 1), (500, 1)])
def test_a_failure_is_said_and_a_form_with_errors_is_none(browser, status, toasts):
    page = page_answering(browser, status)

    assert page.locator("#toasts [data-failed]").count() == toasts
    page.close()


@pytest.mark.e2e
def test_the_page_asks_nothing_of_other_hosts(browser):
    page = page_answering(browser, 200)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.reload()
    page.wait_for_load_state("networkidle")

    assert len(asked) > len(SCRIPTS)
    assert [url for url in asked if not url.startswith(ORIGIN)] == []
    page.close()


@pytest.mark.e2e
def test_a_value_can_be_copied(browser):
    page = page_of_ours(browser, origin="http://localhost")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy").click()

    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "https://a.example/s/1"
    page.close()


@pytest.mark.e2e
def test_a_copy_button_that_cannot_work_is_not_shown(browser):
    # Browsers lend their clipboard only to https and to this machine.
    page = page_of_ours(browser)

    assert not page.get_by_role("button", name="Copy").is_visible()
    assert page.get_by_label("Link").input_value() == "https://a.example/s/1"
    page.close()


@pytest.mark.e2e
def test_the_keyboard_goes_on_where_a_control_was_taken_away(browser):
    page = page_of_ours(browser)

    page.get_by_role("link", name="Older").press("Enter")

    page.get_by_text("after").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Next"
    page.close()


@pytest.mark.e2e
def test_the_keyboard_stays_on_a_control_that_comes_anew(browser):
    page = page_of_ours(browser)
    page.get_by_role("link", name="Two").focus()

    page.evaluate("document.body.dispatchEvent(new CustomEvent('changed'))")

    page.get_by_text("fresh").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Two"
    page.close()


@pytest.mark.e2e
def test_a_filter_changed_by_keyboard_is_at_hand_on_the_next_page(browser):
    page = page_of_ours(browser)
    page.get_by_label("Touchpoint").focus()

    with page.expect_navigation():
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.name") == "touchpoint"
    page.close()
