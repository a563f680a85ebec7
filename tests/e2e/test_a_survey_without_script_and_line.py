"""A long survey is answered on a phone without script, mistakes and all; another is sent when the line is back."""

from __future__ import annotations

import json
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import choose

pytestmark = pytest.mark.e2e
WORDS = {
    "fa": {"again": "لطفاً این‌ها را دوباره ببینید", "back": "بازگشت", "thanks": "سپاس", "offline": "اینترنت قطع است", "month": "9"},
    "en": {"again": "Please look at these once more", "back": "Back", "thanks": "Thank you", "offline": "There is no connection", "month": "11"},
}  # fmt: skip


def said(fa: str, en: str) -> dict[str, str]:
    return {"fa": fa, "en": en}


def choices(*values: str) -> list[dict]:
    return [{"value": value, "text": said(f"گزینهٔ {value}", f"Choice {value}")} for value in values]


FORM = {
    "format": 2,
    "languages": ["fa", "en"],
    "pages": [
        {"key": "p1", "questions": [
            {"key": "score", "kind": "score", "metric": "csat", "look": "stars", "required": True, "text": said("چند ستاره؟", "How many stars?")},
            {"key": "liked", "kind": "multiple", "choices": choices("a", "b"), "text": said("چه چیزی؟", "What?")},
        ]},
        {"key": "p2", "shown_if": {"field": "liked.a", "operator": "=", "value": True}, "questions": [
            {"key": "day", "kind": "date", "required": True, "text": said("چه روزی؟", "Which day?")},
            {"key": "rows", "kind": "matrix", "rows": choices("x", "y"), "choices": choices("1", "2"), "text": said("هر کدام؟", "Each?")},
            {"key": "phone", "kind": "phone", "text": said("شماره", "Number")},
        ]},
    ],
    "ends": [{"key": "thanks", "title": said("سپاس", "Thank you"), "text": said("رسید.", "We have it.")}],
}  # fmt: skip


def call(served, path: str, body: dict | None = None) -> dict:
    request = urllib.request.Request(
        f"{served.base}/api/v1{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {served.keys['api_token']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)


@pytest.fixture
def survey(served):
    return call(served, "/surveys", {"definition": FORM, "name": "Story", "publish": True})


def stored(served, survey) -> dict:
    [response] = call(served, f"/surveys/{survey['id']}/responses")["items"]
    return {answer["question"]: answer["value"] for answer in response["answers"]}


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_long_survey_is_answered_without_script(open_page, served, survey, language):
    words = WORDS[language]
    page = open_page(language, width=390, height=800, scripts=False, anonymous=True)

    page.goto(f"{survey['link']}?lang={language}")
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text(words["again"])
    choose(page.locator("input[name=score][value='4']"))
    choose(page.locator("input[name='liked.a']"))
    page.get_by_role("button").click()
    page.locator("input[name='day.d']").fill("۲" if language == "fa" else "23")
    page.locator("select[name='day.m']").select_option(words["month"])
    page.locator("input[name='day.y']").fill("۱۴۰۵" if language == "fa" else "2026")
    choose(page.locator("input[name='rows.x'][value='2']"))
    page.locator("input[name=phone]").fill("۰۹۱۲۱۲۳۴۵۶۷")
    page.get_by_role("link", name=words["back"]).click()
    expect(page.locator("input[name=score][value='4']")).to_be_checked()
    page.get_by_role("button").click()
    page.locator("input[name='day.d']").fill("2" if language == "fa" else "23")
    page.locator("select[name='day.m']").select_option(words["month"])
    page.locator("input[name='day.y']").fill("1405" if language == "fa" else "2026")
    choose(page.locator("input[name='rows.x'][value='2']"))
    page.get_by_role("button").click()

    expect(page.get_by_role("heading", name=words["thanks"])).to_be_visible()
    assert stored(served, survey) == {"score": 4, "liked": ["a"], "day": "2026-11-23", "rows": {"x": "2"}}


@pytest.mark.parametrize("language", ["fa", "en"])
def test_an_answer_waits_for_the_line(open_page, served, survey, language):
    words = WORDS[language]
    page = open_page(language, width=390, height=800, anonymous=True)
    page.goto(f"{survey['link']}?lang={language}")
    choose(page.locator("input[name=score][value='2']"))

    page.context.set_offline(True)
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text(words["offline"])
    page.context.set_offline(False)

    expect(page.get_by_role("heading", name=words["thanks"])).to_be_visible(timeout=20_000)
    assert stored(served, survey) == {"score": 2}
