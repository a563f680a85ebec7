"""A customer asks to be forgotten: everything known is saved for them first, then nobody finds them again."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

WORDS = {
    "fa": {
        "name": "پریچهر دادفر", "more": "بیشتر", "erase": "حذف", "save": "اول هر چه از او می‌دانیم ذخیره شود",
        "sure": "می‌دانم که این کار برگشت ندارد", "for_ever": "برای همیشه حذف کن", "begun": "حذف این مشتری شروع شد",
        "gone": "حذف شد", "nobody": "پیدا نشد",
    },
    "en": {
        "name": "Parisa Forgetmenot", "more": "More", "erase": "Erase", "save": "First save everything we know of them",
        "sure": "I understand that this cannot be undone", "for_ever": "Erase for ever", "begun": "is being forgotten",
        "gone": "Gone", "nobody": "Nobody is found",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_customer_is_erased(open_page, served, language):
    words, user = WORDS[language], f"forget-{language}"
    known = {"type": "identify", "userId": user, "traits": {"name": words["name"]}}
    bought = {"type": "track", "userId": user, "event": "Order Completed", "properties": {"order_id": "77"}}
    served.post("/v1/batch", {"batch": [known, bought]}, key=served.keys["write_key"])
    page = open_page(language)
    served.ship()

    page.goto(f"/know/customers/?q={words['name']}")
    page.get_by_role("link", name=re.compile(words["name"])).click()
    address = page.url
    page.get_by_role("main").get_by_label(words["more"], exact=True).click()
    page.get_by_role("link", name=words["erase"], exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name=words["save"]).click()
    told = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert words["name"] in json.dumps(told, ensure_ascii=False)

    # Without the tick nothing happens: the browser asks for it.
    page.get_by_role("button", name=words["for_ever"]).click()
    assert page.url != address
    page.get_by_label(words["sure"]).check()
    page.get_by_role("button", name=words["for_ever"]).click()
    expect(page.get_by_text(words["begun"])).to_be_visible()

    served.ship()
    # The page asks again by itself until it is done.
    expect(page.get_by_role("row").nth(1)).to_contain_text(words["gone"], timeout=30_000)
    page.goto(f"/know/customers/?q={words['name']}")
    expect(page.get_by_text(words["nobody"])).to_be_visible()
    assert page.goto(address).status == 404
