"""Parts of a survey an editor must not lose or misread: choices in conditions, ends, points, what an import brought."""

import pytest

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.drafts.tests.test_views import add, at, fields_of
from hamdel.listen.surveys.definition import check_definition, read_definition
from hamdel.listen.surveys.models import Survey


@pytest.fixture
def change(survey, cast):
    """Return a call that changes a question of the draft behind the editor's back, as an import would."""

    def put(key, **parts):
        with inside(cast.cafe):
            kept = Survey.objects.get(id=survey.id)
            question = next(q for page in kept.draft["pages"] for q in page["questions"] if q["key"] == key)
            question |= parts
            kept.save()

    return put


def resave(analyst, survey, key, **typed):
    """Send the form of a question as it is shown, with what was typed."""
    sent = fields_of(analyst.get(at(survey), {"at": f"question:{key}"}).content.decode())
    return analyst.post(at(survey, "questions", key), sent | typed)


def question(draft, key):
    return next(q for page in draft()["pages"] for q in page["questions"] if q["key"] == key)


def test_saving_keeps_what_the_form_does_not_ask_for(analyst, survey, draft, change):
    key = add(analyst, survey, "email")
    change(key, image={"file": "abc", "alt": {"fa": "عکس"}}, something_new={"a": 1})
    before = question(draft, key)

    resave(analyst, survey, key)

    assert question(draft, key) == before


def test_one_choice_may_have_none_of_these_beside_it(analyst, survey, draft):
    key = add(analyst, survey, "single")

    resave(analyst, survey, key, **{"none|fa": "هیچ‌کدام"})

    assert question(draft, key)["none"] == {"fa": "هیچ‌کدام"}
    assert check_definition(draft()) == []


def test_a_ranking_may_be_given_in_part(analyst, survey, draft):
    key = add(analyst, survey, "ranking")

    resave(analyst, survey, key, fewest="۲")

    assert question(draft, key)["fewest"] == 2


def test_each_answer_of_a_quiz_has_its_points(analyst, survey, draft):
    key = add(analyst, survey, "single")
    analyst.post(at(survey, "parts"), {"deed": "save-quiz", "is_quiz": "on", "feedback": "end"})

    resave(
        analyst,
        survey,
        key,
        **{"choices-0-points": "۵", "choices-1-points": "2٫5", "choices-2-points": "چند"},
    )

    definition = read_definition(draft())
    values = [choice["value"] for choice in question(draft, key)["choices"]]
    assert [definition.result({key: value}).points for value in values] == [5, 2.5, 0]
    resave(analyst, survey, key)
    assert [choice.get("points") for choice in question(draft, key)["choices"]] == [5, 2.5, None]


def test_a_condition_offers_the_answers_in_words(analyst, survey, draft):
    key = add(analyst, survey, "single")
    analyst.post(at(survey, "pages"))
    analyst.post(at(survey, "questions"), {"kind": "text", "page": "p2"})
    later = draft()["pages"][1]["questions"][0]["key"]
    rule = {
        "rule.kind": "all",
        "rule.0.kind": "is",
        "rule.0.field": key,
        "rule.0.operator": "=",
        "rule.0.value": "c2",
    }

    built = analyst.post(
        at(survey, "rules", f"question:{later}"), rule | {"rule.do": "look"}
    ).content.decode()

    assert '<option value="c2" selected>پاسخ ۲</option>' in built
    assert "«پاسخ ۲»" in built
    analyst.post(at(survey, "rules", f"question:{later}"), rule)
    assert question(draft, later)["shown_if"]["all"] == [{"field": key, "operator": "=", "value": "c2"}] or (
        question(draft, later)["shown_if"] == {"field": key, "operator": "=", "value": "c2"}
    )


def test_a_new_end_is_for_nobody_until_it_is_said_for_whom(analyst, survey, draft):
    analyst.post(at(survey, "parts"), {"deed": "add-end"})
    analyst.post(at(survey, "parts"), {"deed": "save-end", "at": "end:end1", "text-fa": "بیرون"})

    assert read_definition(draft()).end({"q1": 9}).key == "thanks"
    page = analyst.get(at(survey), {"at": "end:end1"}).content.decode()
    assert "فقط از یک صفحه یا سهمیه به اینجا می‌رسند" in page
    rule = {
        "rule.kind": "all",
        "rule.0.kind": "is",
        "rule.0.field": "q1",
        "rule.0.operator": "≥",
        "rule.0.value": "9",
    }
    analyst.post(at(survey, "rules", "end:end1"), rule)
    assert read_definition(draft()).end({"q1": 9}).key == "end1"
    analyst.post(at(survey, "rules", "end:end1"), {"rule.kind": "all"})
    assert read_definition(draft()).end({"q1": 9}).key == "thanks"


SETTINGS = {"name": "پس از تحویل", "smallest_group": "5"}


def test_the_open_link_ends_in_a_path_of_ones_own_and_earlier_ones_go_on_working(
    analyst, survey, client, cast
):
    analyst.post(at(survey, "publication"))
    paths = [survey.public_id, "tehran-branch", "after-delivery"]

    for path in paths[1:]:
        assert (
            analyst.post(at(survey, "settings"), SETTINGS | {"path": f"/{path.upper()}/"}).status_code == 302
        )

    assert [client.get(f"/s/{path}/").status_code for path in paths] == [200, 200, 200]
    assert client.get("/s/shiraz-branch/").status_code == 404
    with inside(cast.cafe):
        assert Survey.objects.get(id=survey.id).open_path == "after-delivery"
    assert "/s/after-delivery/" in analyst.get(f"/listen/surveys/{survey.id}/sharing/").content.decode()
    analyst.post(at(survey, "settings"), SETTINGS)
    with inside(cast.cafe):
        assert Survey.objects.get(id=survey.id).open_path == survey.public_id
    assert client.get("/s/after-delivery/").status_code == 200


@pytest.mark.parametrize("path", ["شعبه", "two words", "a--b", "-a", "a/b", "a" * 41])
def test_a_path_nobody_could_type_is_refused(analyst, survey, path):
    assert analyst.post(at(survey, "settings"), SETTINGS | {"path": path}).status_code == 422


def test_nobody_takes_the_path_of_another_workspace(analyst, survey, cast):
    with inside(cast.clinic):
        other = Survey.objects.create(workspace=cast.clinic, name="کلینیک", draft=survey.draft)
    from django.utils.timezone import now

    from hamdel.listen.surveys.paths import choose_path

    with inside(cast.clinic):
        choose_path(other, "feedback", at=now())

    refused = analyst.post(at(survey, "settings"), SETTINGS | {"path": "feedback", "name": "نامی دیگر"})

    assert refused.status_code == 422
    with inside(cast.cafe):
        assert Survey.objects.get(id=survey.id).name == survey.name


def test_what_keeps_a_draft_from_publication_is_named_in_words_and_leads_there(analyst, survey, change):
    key = add(analyst, survey, "single")
    change("q1", text={})
    change(key, choices=[{"value": "c1", "text": {"fa": "یک"}}, {"value": "c2", "text": {}}])

    page = analyst.get(at(survey, "publication")).content.decode()

    assert "صفحهٔ ۱، پرسش ۱<" in page
    assert "پرسش ۲ (پرسش تازه)، گزینهٔ ۲" in page
    assert "pages[" not in page
    assert '?at=question:q1"' in page
