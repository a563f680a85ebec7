"""What htmx does with our answers, in a real browser: its rules changed between versions 2 and 4."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import render_to_string

from hamdel.ui import assets
from hamdel.ui.context import SCRIPTS

ORIGIN = "http://hamdel.test"
UI = Path(assets.HERE)
BODY = """<!doctype html><html><head>{head}</head><body>
<button hx-post="/answer" hx-target="#place">Save</button><div id="place">before</div>
<template id="failed"><p data-toast data-failed>It failed</p></template><div id="toasts"></div></body></html>"""


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
    return BODY.format(head=render_to_string("shell/head.html", {"shell": {"scripts": SCRIPTS}}))


def page_answering(browser, status, text="<b>after</b>"):
    """Open a page of ours whose button is answered with this status."""
    page = browser.new_page()

    def answer(route):
        path = route.request.url.removeprefix(ORIGIN)
        if path.startswith("/static/"):
            route.fulfill(path=UI / path.lstrip("/"))
        elif path == "/answer":
            route.fulfill(status=status, body=text, content_type="text/html")
        else:
            route.fulfill(body=whole_page(), content_type="text/html")

    page.route("**/*", answer)
    page.goto(ORIGIN + "/")
    with page.expect_response("**/answer"):
        page.get_by_role("button").click()
    page.wait_for_timeout(200)
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
    page.wait_for_timeout(200)

    assert len(asked) > len(SCRIPTS)
    assert [url for url in asked if not url.startswith(ORIGIN)] == []
    page.close()
