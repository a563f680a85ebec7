"""A survey made in Qualtrics is brought in, published, and answered along its own branch."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import choose

pytestmark = pytest.mark.e2e

WORDS = {
    "fa": {
        "import": "درون‌ریزی",
        "open": "باز کردن نظرسنجی",
        "publish": re.compile("انتشار"),
        "dropped": "حذف‌شده",
    },
    "en": {
        "import": "Import",
        "open": "Open the survey",
        "publish": re.compile("Publish"),
        "dropped": "Left out",
    },
}
SHOWN_TO_CRITICS = {
    "0": {
        "0": {"LogicType": "Question", "LeftOperand": "q://QID1/SelectableChoice/2", "Operator": "Selected"}
    },
    "Type": "BooleanExpression",
}


def survey(name):
    choices = {"1": {"Display": "Fine"}, "2": {"Display": "Not so fine"}}
    asked = {
        "QID1": {"QuestionText": "How was the <b>coffee</b>?", "DataExportTag": "coffee", "QuestionType": "MC", "Selector": "SAVR", "Choices": choices},
        "QID2": {"QuestionText": "What was wrong with it?", "DataExportTag": "wrong", "QuestionType": "TE", "Selector": "ML", "DisplayLogic": SHOWN_TO_CRITICS},
        "QID3": {"QuestionText": "Sign here", "QuestionType": "Draw", "Selector": "Signature"},
    }  # fmt: skip
    blocks = [{"ID": "BL_1", "BlockElements": [{"Type": "Question", "QuestionID": qid} for qid in asked]}]
    elements = [
        {"Element": "BL", "Payload": blocks},
        {"Element": "FL", "Payload": {"Flow": [{"Type": "Block", "ID": "BL_1"}]}},
        *({"Element": "SQ", "PrimaryAttribute": qid, "Payload": payload} for qid, payload in asked.items()),
    ]
    return json.dumps(
        {"SurveyEntry": {"SurveyName": name, "SurveyLanguage": "EN"}, "SurveyElements": elements}
    )


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_survey_of_qualtrics_is_brought_in_and_answered(open_page, served, language):
    words, name = WORDS[language], f"Coffee {language}"
    page = open_page(language)

    page.goto("/listen/exchange/")
    page.locator("input[type=file]").set_input_files(
        {"name": "coffee.qsf", "mimeType": "application/json", "buffer": survey(name).encode()}
    )
    page.get_by_role("button", name=words["import"]).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_role("heading", name=words["dropped"])).to_be_visible()
    expect(page.get_by_text("Sign here")).to_be_visible()

    page.get_by_role("link", name=words["open"]).click()
    survey_page = page.url
    page.get_by_role("button", name=words["publish"]).first.click()
    page.goto(f"{survey_page}sharing/")
    link = re.search(r"http://[^\"<\s]+/s/[\w-]+/", page.content())[0]

    phone = open_page(language, width=390, height=760, scripts=False, anonymous=True)
    phone.goto(link)
    choose(phone.get_by_role("radio", name="Not so fine"))
    phone.locator("form button").last.click()
    expect(phone.get_by_text("What was wrong with it?")).to_be_visible()
    phone.locator("textarea").fill("Cold")
    phone.locator("form button").last.click()
    expect(phone.get_by_text("Thank you for your answers.")).to_be_visible()
