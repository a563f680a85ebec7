"""A year of orders comes from a spreadsheet: the columns get their meaning on the page, and a buyer has a story."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

# Headings that Hamdel has to be told about, days of the Jalali calendar, and one day that never was.
WORDS = {
    "fa": {
        "file": "سفارش‌های پارسال.csv",
        "rows": ["شماره فاکتور,تماس,خریدار,مبلغ,روز", "ف-۱,۰۹۱۲۱۱۱۲۲۳۳,نوشین آذرپناه,۲۵۰۰۰۰,۱۴۰۵/۰۲/۱۱",
                 "ف-۲,09121112233,نوشین آذرپناه,90000,1405/03/01", "ف-۳,09351112244,کوروش نیک‌بین,1000,1405/13/45"],
        "go": "ادامه", "orders": "سفارش: کسی چیزی خریده است", "order": "شمارهٔ سفارش", "phone": "تلفن", "name": "نام",
        "total": "مبلغ", "time": "زمان اتفاق", "first": "از ۳ سطر اول، ۲ رویداد", "wrong": "سطر ۴", "start": "شروع درون‌ریزی",
        "done": "انجام شد، با چند سطر ردشده", "person": "نوشین آذرپناه", "typed": "0912 111 2233", "ordered": "سفارش داد",
        "worth": "۳۴٬۰۰۰ تومان",
    },
    "en": {
        "file": "orders of last year.csv",
        "rows": ["bill,call,buyer,paid,day", "b-1,+98 912 111 4455,Nora Petersen,250000,2026-05-01",
                 "b-2,09121114455,Nora Petersen,90000,1405/03/01", "b-3,09351114466,Karl Stein,1000,2026-13-45"],
        "go": "Go on", "orders": "Orders: somebody bought something", "order": "Order number", "phone": "Phone", "name": "Name",
        "total": "Amount", "time": "When it happened", "first": "first 3 rows give 2 events", "wrong": "Line 4",
        "start": "Start the import", "done": "Done, some refused", "person": "Nora Petersen", "typed": "0912 111 4455",
        "ordered": "Ordered", "worth": "34,000 toman",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_file_is_imported_by_meaning(open_page, served, language):
    words = WORDS[language]
    bill, call, buyer, paid, day = words["rows"][0].split(",")
    page = open_page(language)
    meaning = page.locator("form.import__form")
    result = page.locator("#rehearsal")

    page.goto("/listen/imports/")
    page.get_by_role("main").locator("input[type=file]").set_input_files(
        {"name": words["file"], "mimeType": "text/csv", "buffer": "\n".join(words["rows"]).encode()}
    )
    page.get_by_role("button", name=words["go"]).click()
    # What the page guessed stays with its guesses; the story says everything itself.
    page.get_by_label(words["orders"]).check()
    for label, column in (("order", bill), ("total", paid), ("phone", call), ("name", buyer), ("time", day)):
        meaning.get_by_label(re.compile(f"^{words[label]}( |$)")).select_option(column)

    expect(result).to_contain_text(words["first"])
    expect(result).to_contain_text(words["wrong"])
    expect(result).to_contain_text(words["person"])
    result.get_by_role("button", name=words["start"]).click()
    expect(page.get_by_text(words["done"])).to_be_visible()

    served.ship()
    page.goto("/know/customers/")
    page.get_by_role("main").get_by_role("searchbox").fill(words["typed"])
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile(words["person"])).click()
    expect(page.get_by_role("listitem").filter(has_text=words["ordered"])).to_have_count(2)
    expect(page.get_by_text(words["worth"])).to_be_visible()


def test_a_file_is_imported_without_script(open_page):
    words = WORDS["en"]
    page = open_page("en", width=390, scripts=False)

    page.goto("/listen/imports/")
    page.get_by_role("main").locator("input[type=file]").set_input_files(
        {"name": "again.csv", "mimeType": "text/csv", "buffer": b"phone,order,total\n09121114477,x-1,5000"}
    )
    page.get_by_role("button", name=words["go"]).click()
    page.get_by_label(words["orders"]).check()
    page.get_by_role("button", name="See what becomes of it").click()

    expect(page.locator("#rehearsal")).to_contain_text("first 1 rows give 1 events")
    page.get_by_role("button", name=words["start"]).click()
    expect(page.get_by_role("heading", name="again.csv")).to_be_visible()
