"""The editor as its users work it: plain posts, and what comes of them."""

import pytest

from hamdel.listen.drafts.kinds import OFFERS
from hamdel.listen.surveys.definition import check_definition


def at(survey, *rest):
    return "/".join(["/listen/drafts", str(survey.id), *rest, ""])


def add(analyst, survey, kind):
    response = analyst.post(at(survey, "questions"), {"kind": kind, "page": "p1"})
    return response["location"].partition("question%3A")[2].partition("&")[0]


def fields_of(html):
    """Return what the form of the opened question would send."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        found, inside, area, select = {}, False, None, None

        def handle_starttag(self, tag, attributes):
            said = dict(attributes)
            if tag == "form":
                self.inside = said.get("id", "").startswith("question-")
            if not self.inside or not said.get("name"):
                if tag == "option" and self.inside and "selected" in said and self.select:
                    self.found[self.select] = said["value"]
                return
            if tag == "textarea":
                self.area = said["name"]
                self.found[self.area] = ""
            elif tag == "select":
                self.select = said["name"]
            elif tag == "input" and (said.get("type") != "checkbox" or "checked" in said):
                self.found[said["name"]] = said.get("value", "on" if said.get("type") == "checkbox" else "")

        def handle_data(self, text):
            if self.area:
                self.found[self.area] += text

        def handle_endtag(self, tag):
            if tag == "textarea":
                self.area = None

    parser = Fields()
    parser.found = {}
    parser.feed(html)
    return {name: text.strip("\n") for name, text in parser.found.items()}


@pytest.mark.parametrize("kind", [offer.kind.value for offer in OFFERS])
def test_every_kind_is_added_saved_unchanged_and_shown(analyst, survey, draft, kind):
    key = add(analyst, survey, kind)
    page = analyst.get(at(survey), {"at": f"question:{key}"})
    before = draft()

    assert page.status_code == 200
    assert check_definition(before) == []
    response = analyst.post(at(survey, "questions", key), fields_of(page.content.decode()))

    assert response.status_code == 302
    assert draft() == before
    assert analyst.get(at(survey, "preview"), {"lang": "en"}).status_code == 200


def test_texts_and_answers_are_kept_and_emptied_rows_go(analyst, survey, draft):
    key = add(analyst, survey, "single")
    sent = fields_of(analyst.get(at(survey), {"at": f"question:{key}"}).content.decode())
    values = [choice["value"] for choice in draft()["pages"][0]["questions"][1]["choices"]]

    sent |= {
        "text|fa": "چطور با ما آشنا شدید؟", "required": "on",
        "choices-0-fa": "از دوستان", "choices-0-en": "Friends", "choices-1-fa": "", "choices-1-en": "",
        "choices-3-fa": "تبلیغ", "other|fa": "جای دیگر",
    }  # fmt: skip
    analyst.post(at(survey, "questions", key), sent)

    question = draft()["pages"][0]["questions"][1]
    assert question["text"]["fa"] == "چطور با ما آشنا شدید؟"
    assert question["required"] is True
    assert [choice["text"].get("fa") for choice in question["choices"]] == ["از دوستان", "پاسخ ۳", "تبلیغ"]
    assert [choice["value"] for choice in question["choices"]][:2] == [values[0], values[2]]
    assert question["choices"][2]["value"] not in values
    assert question["other"] == {"fa": "جای دیگر"}


def test_questions_move_copy_and_go_and_undo_brings_them_back(analyst, survey, draft):
    second = add(analyst, survey, "text")
    start = draft()

    def keys():
        return [[q["key"] for q in page["questions"]] for page in draft()["pages"]]

    def do(deed):
        return analyst.post(at(survey, "questions", second, "deed"), {"deed": deed})

    do("earlier")
    assert keys() == [[second, "q1"]]
    do("later")
    do("split")
    assert keys() == [["q1"], [second]]
    do("copy")
    assert keys() == [["q1"], [second, "q3"]]
    do("remove")
    assert keys() == [["q1"], ["q3"]]
    for _step in range(5):
        analyst.post(at(survey, "steps"), {"deed": "undo"})
    assert draft() == start
    for _step in range(5):
        analyst.post(at(survey, "steps"), {"deed": "redo"})
    assert keys() == [["q1"], ["q3"]]


def test_a_new_change_forgets_what_was_undone(analyst, survey, draft):
    add(analyst, survey, "text")
    analyst.post(at(survey, "steps"), {"deed": "undo"})
    add(analyst, survey, "email")

    response = analyst.post(at(survey, "steps"), {"deed": "redo"})

    assert "nothing" in response["location"]
    assert [q["kind"] for q in draft()["pages"][0]["questions"]] == ["score", "email"]


def test_two_tabs_lose_nothing(analyst, survey, draft):
    sent = fields_of(analyst.get(at(survey), {"at": "question:q1"}).content.decode())
    analyst.post(at(survey, "questions", "q1"), sent | {"text|fa": "از تب نخست"})

    response = analyst.post(at(survey, "questions", "q1"), sent | {"text|fa": "از تب دوم"})

    assert response.status_code == 409
    page = response.content.decode()
    assert "از تب دوم" in page
    assert "از تب نخست" in page
    assert draft()["pages"][0]["questions"][0]["text"]["fa"] == "از تب نخست"


def test_condition_is_built_and_said(analyst, survey, draft):
    analyst.post(at(survey, "pages"))
    analyst.post(at(survey, "questions"), {"kind": "long_text", "page": "p2"})
    rule = {"rule.kind": "all", "rule.do": "add-is rule"}
    built = analyst.post(at(survey, "rules", "question:q2"), rule)
    assert built.status_code == 200

    response = analyst.post(
        at(survey, "rules", "question:q2"),
        {
            "rule.kind": "all",
            "rule.0.kind": "is",
            "rule.0.field": "q1",
            "rule.0.operator": "≤",
            "rule.0.value": "۶",
        },
    )

    assert response.status_code == 302, response.content.decode()
    question = draft()["pages"][1]["questions"][0]
    assert "≤" in str(question["shown_if"])
    assert check_definition(draft()) == []


def test_ends_quotas_and_quiz(analyst, survey, draft):
    analyst.post(at(survey, "parts"), {"deed": "add-end"})
    analyst.post(
        at(survey, "parts"),
        {
            "deed": "save-end",
            "at": "end:end1",
            "text-fa": "سپاس",
            "url": "https://example.ir",
            "link-fa": "برگشت",
        },
    )
    analyst.post(at(survey, "parts"), {"deed": "add-quota"})
    analyst.post(
        at(survey, "parts"),
        {"deed": "save-quota", "at": "quota:quota1", "limit": "۵۰", "name": "راضی‌ها", "to": "end:end1"},
    )
    analyst.post(
        at(survey, "parts"),
        {"deed": "save-quiz", "is_quiz": "on", "pass_percent": "۷۰", "minutes": "۱۰", "feedback": "each"},
    )

    form = draft()
    assert form["ends"][0]["link"] == {"url": "https://example.ir", "text": {"fa": "برگشت"}}
    assert (form["quotas"][0]["limit"], form["quotas"][0]["to"]) == (50, "end:end1")
    assert form["quiz"] == {"pass_percent": 70, "seconds": 600, "feedback": "each", "certificate": False}
    for address in ("end:end1", "quota:quota1", "quiz:quiz", "page:p1", "nothing"):
        assert analyst.get(at(survey), {"at": address}).status_code == 200


def test_problems_lead_to_where_they_are_mended(analyst, survey):
    analyst.post(at(survey, "pages"))

    page = analyst.get(at(survey, "publication")).content.decode()

    assert "at=page:p2" in page
    assert analyst.post(at(survey, "publication")).status_code == 422


def test_publishing_says_what_changes(analyst, survey):
    assert analyst.post(at(survey, "publication")).status_code == 302
    add(analyst, survey, "email")

    page = analyst.get(at(survey, "publication")).content.decode()

    assert "تازه: پرسش تازه" in page


def test_translations_and_settings(analyst, survey, draft):
    analyst.post(at(survey, "translations"), {"deed": "add", "language": "tr"})
    analyst.post(at(survey, "translations"), {"question:q1|text|tr": "Bizi önerir misiniz?"})
    assert draft()["languages"] == ["fa", "en", "tr"]
    assert draft()["pages"][0]["questions"][0]["text"]["tr"] == "Bizi önerir misiniz?"
    assert analyst.get(at(survey, "translations")).status_code == 200

    wrong = analyst.post(
        at(survey, "settings"),
        {"name": "الف", "smallest_group": "5", "opens_at": "1405/09/02", "closes_at": "1405/09/01"},
    )
    assert wrong.status_code == 422
    right = analyst.post(
        at(survey, "settings"),
        {"name": "الف", "smallest_group": "۷", "opens_at": "۱۴۰۵/۰۹/۰۲ ۱۴:۳۰", "anonymous": "on"},
    )
    assert right.status_code == 302
    pale = analyst.post(
        at(survey, "settings"),
        {"form": "theme", "accent": "#ffffee", "background": "#ffffff", "text": "#222222", "font": "system"},
    )
    assert pale.status_code == 422


def test_agents_may_not_write_surveys(client, cast, survey):
    client.force_login(cast.agent.user)

    assert client.get(at(survey)).status_code == 403
