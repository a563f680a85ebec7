"""A ready survey is taken, a question added and moved by keyboard, asked of some only, published, answered on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import choose

pytestmark = pytest.mark.e2e
WORDS = {
    "fa": {
        "new": "نظرسنجی تازه", "use": "همین را بردار", "add": "افزودن پرسش", "moved": "جابه‌جا شد", "publish": "انتشار",
        "question": "چطور با ما آشنا شدید؟", "field": "text|fa", "answer": "از دوستان", "row": "choices-0-fa",
        "send": "ارسال", "next": "بعدی", "thanks": "سپاس", "undo": "واگرد", "some": "فقط برای بعضی‌ها",
    },
    "en": {
        "new": "New survey", "use": "Use this one", "add": "Add a question", "moved": "Moved", "publish": "Publish",
        "question": "How did you hear of us?", "field": "text|en", "answer": "From friends", "row": "choices-0-en",
        "send": "Send", "next": "Next", "thanks": "Thank you", "undo": "Undo", "some": "Only for some",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_survey_is_built_published_and_answered(open_page, language):
    words = WORDS[language]
    page = open_page(language)
    page.goto("/listen/surveys/")
    page.get_by_role("link", name=words["new"]).first.click()
    page.locator("form[action$='/listen/library/store-visit/']").get_by_role(
        "button", name=words["use"]
    ).click()

    # A question by keyboard alone, worded; it is saved while one types.
    add = page.locator(".editor__add summary").first
    add.focus()
    page.keyboard.press("Enter")
    page.locator("button[value=single]").first.focus()
    page.keyboard.press("Enter")
    field = page.locator(f"[name='{words['field']}']")
    expect(page.locator("[name='choices-0-value']")).to_be_attached()
    field.fill(words["question"])
    page.locator(f"[name='{words['row']}']").fill(words["answer"])
    expect(page.locator(".editor__words", has_text=words["question"])).to_be_visible()

    # Up by keyboard: said aloud, and the focus stays where it was.
    up = page.locator(".editor__line.is-open button[value=earlier]")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text(words["moved"])
    expect(page.locator(".editor__line.is-open button[value=earlier]")).to_be_focused()
    expect(page.locator(".editor__line").first).to_contain_text(words["question"])
    frame = page.frame_locator("#preview")
    page.get_by_role("button", name=words["undo"]).click()
    expect(page.locator(".editor__line").first).not_to_contain_text(words["question"])
    expect(frame.locator("form")).to_be_visible()

    page.get_by_role("link", name=words["publish"]).first.click()
    page.get_by_role("button", name=words["publish"]).click()
    address = page.locator("#address").input_value()

    phone = open_page(language, width=390, height=844, scripts=False, anonymous=True)
    phone.goto(f"{address}?lang={language}")
    choose(phone.locator("input[name=score][value='5']"))
    choose(phone.get_by_role("radio", name=words["answer"]))
    phone.locator("form button").last.click()
    phone.locator("form button").last.click()
    expect(phone.get_by_text(words["thanks"]).first).to_be_visible()


PASTE = """(lines) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", lines);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
BRANCHES = {
    "fa": ["ونک", "تجریش", "شیراز", "تبریز", "مشهد"],
    "en": ["Vanak", "Tajrish", "Shiraz", "Tabriz", "Mashhad"],
}


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_list_is_pasted_and_a_condition_names_its_answers(open_page, language):
    """What is pasted keeps its values while one goes on typing, and the condition reads as a sentence."""
    words, branches = WORDS[language], BRANCHES[language]
    page = open_page(language)
    page.goto("/listen/library/store-visit/")
    page.get_by_role("button", name=words["use"]).click()
    page.locator(".editor__add summary").first.click()
    page.locator("button[value=single]").first.click()

    # The words of a new question are ready to be replaced by typing.
    expect(page.locator("[name='choices-0-value']")).to_be_attached()
    expect(page.locator("[name='text|fa']")).to_be_focused()
    page.locator(f"[name='{words['row']}']").focus()
    page.evaluate(PASTE, "\n".join(branches))
    expect(page.locator("[name='choices-4-value']")).to_have_value("c5")
    page.keyboard.press("Enter")
    page.keyboard.type("Kish")
    expect(page.locator("[name='choices-5-value']")).to_have_value("c6")
    expect(page.locator("[name='choices-4-value']")).to_have_value("c5")

    # The last question of the second page is asked only of those who named the second branch.
    page.locator(".editor__page").nth(1).locator(".editor__line a").last.click()
    # It has a condition already, so that part stands open.
    expect(page.get_by_text(words["some"], exact=True)).to_be_visible()
    page.locator("select.rule__field").select_option(value="q1")
    page.locator(".rule__value select").last.select_option(label=branches[1])

    expect(page.locator(".rule__said")).to_contain_text(branches[1])


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_slider_can_be_drawn_or_typed(open_page, language):
    words = WORDS[language]
    page = open_page(language)
    page.goto("/listen/library/store-visit/")
    page.get_by_role("button", name=words["use"]).click()
    page.locator(".editor__add summary").first.click()
    page.locator("button[value=slider]").first.click()
    expect(page.frame_locator("#preview").locator("input[type=range]")).to_be_visible()
    page.get_by_role("link", name=words["publish"]).first.click()
    page.get_by_role("button", name=words["publish"]).click()
    address = page.locator("#address").input_value()

    phone = open_page(language, width=390, height=844, anonymous=True)
    phone.goto(f"{address}?lang={language}")
    track, field = phone.locator("input[type=range]"), phone.locator("[data-track]")
    expect(field).to_have_value("")
    box = track.bounding_box()
    # A quarter of the way from where the line begins.
    start = 0.75 if language == "fa" else 0.25
    track.click(position={"x": box["width"] * start, "y": box["height"] / 2})
    assert 20 <= int(track.input_value()) <= 30
    expect(field).not_to_have_value("")
    field.fill("۴۰" if language == "fa" else "40")
    expect(track).to_have_value("40")
