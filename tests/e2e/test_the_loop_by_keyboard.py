"""The whole loop by keyboard alone: sign in, build, publish, ask, answer 3, take the case, note, close, read the story.

Every key is counted, and every screen: whoever works all day without a mouse should not have to walk through menus.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

# So many keys that move or press (typed words not counted), and so many pages, are enough for all of it.
MOST_KEYS, MOST_SCREENS = 150, 17
MOST_TABS = 60

WORDS = {
    "fa": {
        "name": "نیلوفر یادگاری", "new": "نظرسنجی تازه", "use": "همین را بردار", "publish": "انتشار",
        "invite": "دعوت به نظرسنجی", "make": "ساختن پیوند", "why": "سه بار زنگ زدم و کسی جواب نداد.", "thanks": "دریافت شد",  "cases": "پرونده‌ها",
        "note": "زنگ زدم و عذر خواستم.", "add": "ثبت یادداشت", "learned": "پیک عصر کم است.", "close": "بستن پرونده", "closed": "پرونده بسته شد",
    },
    "en": {
        "name": "Niloufar Yadegari", "new": "New survey", "use": "Use this one", "publish": "Publish",
        "invite": "Invite to a survey", "make": "Make the link", "why": "I rang three times and nobody answered.", "thanks": "Received", "cases": "Cases",
        "note": "I called and apologised.", "add": "Add the note", "learned": "Too few couriers at night.", "close": "Close the case", "closed": "The case was closed",
    },
}  # fmt: skip
PASSWORD = """
from hamdel.ground.access.models import User
user = User.objects.get(email="owner@shop.example")
user.set_password("keyboard-only-42")
user.save()
print("{}")
"""


class Keys:
    """A keyboard that counts. A control is reached by Tab as a person would, and must then show that it is."""

    def __init__(self, page):
        self.page, self.pressed, self.screens = page, 0, set()
        page.on("framenavigated", lambda frame: self._seen(frame))

    def _seen(self, frame):
        if frame == self.page.main_frame:
            self.screens.add(frame.url.partition("#")[0])

    def press(self, key):
        self.page.keyboard.press(key)
        self.pressed += 1

    def reach(self, control, *, back=False):
        """Go on until `control` has the focus; fail when it is too far away or cannot be seen there."""
        expect(control).to_be_attached()
        for _step in range(MOST_TABS):
            if control.evaluate("one => one === document.activeElement"):
                break
            self.press("Shift+Tab" if back else "Tab")
        else:
            where = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
            pytest.fail(f"{control} is more than {MOST_TABS} keys away; the focus is at {where}")
        assert control.evaluate("one => one.matches(':focus-visible')")

    def use(self, control, key="Enter"):
        self.reach(control)
        self.press(key)

    def write(self, control, text):
        self.reach(control)
        self.page.keyboard.type(text)

    def skip(self):
        """Pass over the menu, as the first stop of every page offers."""
        self.use(self.page.locator("a.skip"))


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_whole_loop_without_a_mouse(open_page, served, language):
    words = WORDS[language]
    served.python(PASSWORD)
    user = f"keys-{language}"
    served.post(
        "/v1/identify", {"userId": user, "traits": {"name": words["name"]}}, key=served.keys["write_key"]
    )
    served.ship()
    page = open_page(language, anonymous=True)
    keys = Keys(page)

    page.goto("/accounts/login/")
    keys.write(page.locator("[name=login]"), "owner@shop.example")
    keys.write(page.locator("[name=password]"), "keyboard-only-42")
    keys.press("Enter")
    expect(page.locator("main h1")).to_be_visible()

    page.goto("/listen/library/")
    keys.skip()
    ready = page.locator("form[action$='/listen/library/delivery-nps/']")
    keys.use(ready.get_by_role("button", name=words["use"]))
    page.wait_for_url("**/listen/drafts/**")
    keys.skip()
    keys.use(page.get_by_role("link", name=words["publish"]).first)
    page.wait_for_url("**/publication/")
    keys.skip()
    keys.use(page.get_by_role("button", name=words["publish"]))
    page.wait_for_url("**/sharing/**")

    survey = page.locator("#address").input_value().rstrip("/").rpartition("/")[2]

    # "/" goes to the search box from anywhere.
    keys.press("/")
    page.keyboard.type(words["name"])
    keys.press("Enter")
    page.wait_for_url("**/know/customers/?**")
    keys.skip()
    keys.use(page.get_by_role("link", name=re.compile(words["name"])))
    page.wait_for_url(re.compile(r"/know/customers/[0-9a-f-]{36}/"))
    keys.skip()
    keys.use(page.get_by_role("link", name=words["invite"]))
    expect(page.locator("select[name=survey]")).to_be_attached()
    keys.skip()
    choice = page.locator("select[name=survey]")
    keys.reach(choice)
    while choice.input_value() != survey:
        keys.press("ArrowDown")
    keys.use(page.get_by_role("button", name=words["make"]))
    link = page.locator("#link").input_value()

    phone = open_page(language, width=390, height=844, anonymous=True)
    asked = Keys(phone)
    phone.goto(f"{link}?lang={language}")
    asked.reach(phone.locator("input[type=radio]").first)
    for _score in range(3):
        asked.press("ArrowDown")
    asked.press("Enter")
    asked.write(phone.locator("textarea"), words["why"])
    asked.use(phone.locator("form button").first)
    expect(phone.get_by_text(words["thanks"])).to_be_visible()

    served.ship()
    page.reload()
    keys.use(page.get_by_role("link", name=words["cases"], exact=True).first)
    keys.skip()
    keys.use(page.get_by_role("row").filter(has_text=words["name"]).get_by_role("link"))
    page.wait_for_url(re.compile(r"/act/cases/\d+/"))
    keys.skip()
    keys.write(page.locator("[name=text]"), words["note"])
    keys.use(page.get_by_role("button", name=words["add"]))
    expect(page.locator("article", has_text=words["note"])).to_be_visible()
    keys.skip()
    keys.write(page.locator("form[action$='/closure/'] [name=note]"), words["learned"])
    keys.use(page.get_by_role("button", name=words["close"]))
    expect(page.get_by_text(words["learned"])).to_be_visible()

    served.ship()
    keys.skip()
    keys.use(page.locator("main").get_by_role("link", name=re.compile(words["name"])))
    expect(page.get_by_text(words["closed"])).to_be_visible()
    expect(page.get_by_text(words["why"])).to_be_visible()
    assert keys.pressed + asked.pressed <= MOST_KEYS
    assert len(keys.screens) + len(asked.screens) <= MOST_SCREENS
