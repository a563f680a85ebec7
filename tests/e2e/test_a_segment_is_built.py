"""Somebody builds a segment: the rule is read out and counted while they build it, with script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

WORDS = {
    "fa": {
        "name": "خریداران", "field_name": "نام", "event": "رویداد", "new": "نام رویداد", "save": "ذخیرهٔ بخش",
        "said": "دست‌کم ۱ بار «Order Completed»", "city": "شهرزاد",
    },
    "en": {
        "name": "Buyers", "field_name": "Name", "event": "Event", "new": "Name of the event", "save": "Save the segment",
        "said": "did “Order Completed” at least 1 time", "city": "Sheherazade",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_segment_is_built(open_page, served, language):
    words, user = WORDS[language], f"buyer-{language}"
    bought = {"type": "track", "userId": user, "event": "Order Completed", "properties": {"total": 5}}
    known = {"type": "identify", "userId": user, "traits": {"name": words["city"]}}
    served.post("/v1/batch", {"batch": [known, bought]}, key=served.keys["write_key"])
    page = open_page(language)
    served.ship()

    page.goto("/know/segments/new/")
    page.get_by_label(words["field_name"], exact=True).fill(words["name"])
    page.get_by_role("button", name=words["event"], exact=True).first.click()
    page.get_by_label(words["new"]).fill("Order Completed")
    page.get_by_label(words["new"]).press("Tab")

    expect(page.locator(".rule__said")).to_contain_text(words["said"])
    expect(page.get_by_role("complementary").last).to_contain_text(words["city"])
    page.get_by_role("button", name=words["save"]).click()
    expect(page).to_have_url(re.compile(r"/know/segments/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("heading", name=words["name"])).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text(words["city"])


def test_a_segment_is_built_without_script(open_page):
    words = WORDS["en"]
    page = open_page("en", width=390, scripts=False)

    page.goto("/know/segments/new/")
    page.get_by_label(words["field_name"], exact=True).fill("Buyers without script")
    page.get_by_role("button", name=words["event"], exact=True).first.click()
    expect(page.get_by_label(words["field_name"], exact=True)).to_have_value("Buyers without script")
    page.get_by_label(words["new"]).fill("Order Completed")
    page.get_by_label(words["field_name"], exact=True).press("Enter")

    expect(page.get_by_role("heading", name="Buyers without script")).to_be_visible()
    expect(page.locator(".rule__said")).to_contain_text(words["said"])
