"""The whole loop as one story: event → survey link → answer 3 → case appears → closed → timeline."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import choose

pytestmark = pytest.mark.e2e

WORDS = {
    "fa": {
        "name": "فاطمه‌زهرا میرصادقی", "typed": "ميرصادقي", "invite": "دعوت به نظرسنجی", "make": "ساختن پیوند",
        "three": "۳", "why": "پیک سه ساعت دیر رسید.", "thanks": "دریافت شد", "learned": "چه آموختیم",
        "close": "بستن پرونده", "closed": "پرونده بسته شد", "ordered": "سفارش را تحویل گرفت", "answers": "NPS ۳",
    },
    "en": {
        "name": "Maryam Karimi", "typed": "karimi", "invite": "Invite to a survey", "make": "Make the link",
        "three": "3", "why": "The courier was three hours late.", "thanks": "Received", "learned": "What we learned",
        "close": "Close the case", "closed": "The case was closed", "ordered": "Received the order", "answers": "NPS 3",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_detractor_is_called_back(open_page, served, language):
    words, user = WORDS[language], f"42-{language}"
    delivered = {
        "type": "track",
        "userId": user,
        "event": "Order Delivered",
        "properties": {"order_id": "1001", "late": True},
    }
    identified = {"type": "identify", "userId": user, "traits": {"name": words["name"]}}
    served.post("/v1/batch", {"batch": [identified, delivered]}, key=served.keys["write_key"])
    page = open_page(language)

    served.ship()
    page.goto(f"/know/customers/?q={words['typed']}")
    page.get_by_role("link", name=re.compile(words["name"])).click()
    expect(page.get_by_text(words["ordered"])).to_be_visible()
    page.get_by_role("link", name=words["invite"]).click()
    # Other stories may have published surveys of their own.
    page.locator("select[name=survey]").select_option(label="NPS")
    page.get_by_role("button", name=words["make"]).click()
    link = page.locator("#link").input_value()

    phone = open_page(language, width=360, height=740, scripts=False, anonymous=True)
    phone.goto(f"{link}?lang={language}")
    choose(phone.get_by_role("radio", name=words["three"], exact=True))
    phone.get_by_role("button").click()
    phone.get_by_role("textbox").fill(words["why"])
    phone.get_by_role("button").click()
    expect(phone.get_by_text(words["thanks"])).to_be_visible()

    served.ship()
    page.goto("/act/cases/")
    row = page.get_by_role("row").filter(has_text=words["name"])
    expect(row).to_contain_text(words["answers"])
    expect(row).to_contain_text(words["why"])
    row.get_by_role("link", name=re.compile("#")).click()
    page.get_by_label(words["learned"]).fill("…")
    page.get_by_role("button", name=words["close"]).click()

    served.ship()
    page.goto(f"/know/customers/?q={words['typed']}")
    page.get_by_role("link", name=re.compile(words["name"])).click()
    expect(page.get_by_text(words["closed"])).to_be_visible()
    expect(page.get_by_text(words["why"])).to_be_visible()


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_new_answer_shows_on_the_dashboard_without_a_reload(open_page, served, language):
    page = open_page(language)
    with page.expect_response("**/live"):
        page.goto("/")
    expect(page.locator(".board .skeleton")).to_have_count(0)
    before = page.locator("main").inner_text()

    answer = {
        "type": "track", "userId": f"live-{language}", "event": "Score Given",
        "properties": {"metric": "nps", "score": 10, "scale_min": 0, "scale_max": 10, "touchpoint": f"live-{language}"},
    }  # fmt: skip
    served.post("/v1/track", answer, key=served.keys["write_key"])

    page.wait_for_function("before => document.querySelector('main').innerText !== before", arg=before)
