"""A live server and Debian's chromium for the stories."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.faults.server import Server

CHROMIUM = "/usr/bin/chromium"
# How long a story waits for what must come; a crowded machine takes its time. What must come soon says so itself.
PATIENCE_MS = 30_000
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def choose(field):
    """Choose what a radio button or box stands for, as a finger does: by its words, once they stand still."""
    from playwright.sync_api import expect

    field.locator("xpath=ancestor::label[1]").click()
    expect(field).to_be_checked()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import expect, sync_playwright

    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed: apt-get install chromium")
    # Playwright's loop runs in this thread; Django would take it for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served():
    folder = Path(tempfile.mkdtemp(prefix="hamdel-e2e-"))
    # The gateways that stories speak to run on this machine.
    server = Server(folder / "home", HAMDEL_PRIVATE_TARGETS="127.0.0.0/8")
    server.keys = server.found()
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def logged_in(browser, served):
    """The cookies of somebody who came by the login link."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{served.base}/settings/login/{served.keys['login']}/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def open_page(browser, served, logged_in):
    """Open pages as the owner, in a language, and fail on any error the browser reports."""
    contexts, problems = [], []

    def open_in(language, *, width=1280, height=900, scripts=True, anonymous=False):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            storage_state=None if anonymous else logged_in,
            java_script_enabled=scripts,
            base_url=served.base,
        )
        context.add_cookies([{"name": "language", "value": language, "url": served.base}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda message: (
                problems.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        return page

    yield open_in
    for context in contexts:
        context.close()
    assert problems == []
