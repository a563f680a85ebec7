"""What LimeSurvey has: attributes, hidden questions, quotas, policies, and what is said when it is lost."""

from __future__ import annotations

import pytest

from hamdel.listen.exchange.tests.making import asked, changed, dropped, limesurvey
from hamdel.listen.surveys.definition import check_definition, read_definition

YES_NO = {"A1": "Yes", "A2": "No"}


def test_a_hidden_text_becomes_a_field_of_the_link_and_conditions_still_know_it():
    read = limesurvey(
        {"type": "S", "title": "branch", "attributes": {"hidden": "1"}},
        {"type": "L", "title": "q", "answers": YES_NO, "relevance": 'branch.NAOK == "shiraz"'},
    )

    assert asked(read)["branch"]["kind"] == "hidden"
    assert asked(read)["q"]["shown_if"] == {"field": "branch", "operator": "=", "value": "shiraz"}
    assert "embedded" in changed(read)


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ({"type": "N", "attributes": {"num_value_int_only": "1", "min_num_value_n": "0", "suffix": "years"}},
         {"kind": "number", "low": 0, "step": 1, "unit": {"en": "years"}}),
        ({"type": "S", "attributes": {"numbers_only": "1"}}, {"kind": "number"}),
        ({"type": "S", "preg": "/^[A-Z]{2}$/"}, {"kind": "text", "pattern": "[A-Z]{2}"}),
        ({"type": "T", "preg": "/cat|dog/i", "attributes": {"maximum_chars": "99"}},
         {"kind": "long_text", "pattern": r"(?i)[\s\S]*(?:cat|dog)[\s\S]*", "most": 99}),
        ({"type": "D", "attributes": {"date_format": "HH:MM"}}, {"kind": "text", "pattern": "([01]?[0-9]|2[0-3]):[0-5][0-9]"}),
        ({"type": "D", "attributes": {"date_format": "yyyy-mm-dd", "date_min": "2024-01-01"}}, {"kind": "date", "low": "2024-01-01"}),
        ({"type": "R", "answers": {"1": "Tea", "2": "Coffee"}}, {"kind": "ranking", "fewest": 1}),
        ({"type": "5"}, {"kind": "single", "choices": [{"value": str(n), "text": {"en": str(n)}} for n in range(1, 6)]}),
    ],
)  # fmt: skip
def test_a_question_keeps_what_may_be_answered(row, part):
    read = limesurvey({"title": "q", "question": "Q", **row})

    kept = asked(read)["q"]
    assert part.items() <= kept.items()
    assert check_definition(read.definition) == []


@pytest.mark.parametrize(
    ("row", "remark"),
    [
        ({"type": "S", "attributes": {"time_limit": "30"}}, "time_limit"),
        ({"type": "S", "attributes": {"prefix": "Mr"}}, "beside"),
        ({"type": "S", "script": "alert(1)"}, "script"),
        ({"type": "M", "subs": {"a": "A", "b": "B"}, "attributes": {"min_answers": "minimum"}}, "prices"),
        ({"type": "M", "subs": {"a": "A", "b": "B"}, "attributes": {"array_filter": "q0"}}, "choice_condition"),
        ({"type": "M", "subs": {"a": "A", "b": "B", "c": "C"}, "attributes": {"exclude_all_others": "a;b"}}, "exclusives"),
        ({"type": "P", "subs": {"a": "A", "b": "B"}}, "comments_joined"),
        ({"type": "O", "answers": YES_NO}, "comment_field"),
        ({"type": "K", "subs": {"a": "A", "b": "B"}, "attributes": {"max_num_value": "9"}}, "prices"),
        ({"type": "D", "attributes": {"date_format": "yyyy-mm-dd HH:MM"}}, "time_of_day"),
        ({"type": "*", "question": "{1+1}"}, "prices"),
        ({"type": "I"}, "kind"),
        ({"type": "L", "answers": YES_NO, "other": "Y", "attributes": {"other_numbers_only": "1"}}, "validation"),
    ],
)  # fmt: skip
def test_what_has_no_counterpart_is_said(row, remark):
    read = limesurvey(row, {"type": "S", "title": "after"})

    assert remark in changed(read) | dropped(read)


def test_values_filled_in_beforehand_are_said():
    read = limesurvey({"type": "S"}, defaultvalues=[{"qid": "1", "language": "en", "defaultvalue": "42"}])

    assert "default_value" in changed(read)


def test_the_ends_of_a_slider_come_out_of_its_label():
    read = limesurvey({"type": "K", "question": "Mood", "subs": {"s": "Today|bad|good"}, "attributes": {
        "slider_layout": "1", "slider_min": "0", "slider_max": "10", "slider_separator": "|"}})  # fmt: skip

    [slider] = asked(read).values()
    assert (slider["text"], slider["low_label"], slider["high_label"]) == (
        {"en": "Mood – Today"},
        {"en": "bad"},
        {"en": "good"},
    )
    assert (slider["low"], slider["high"]) == (0, 10)


def test_what_comes_before_the_first_question_comes_before_it():
    texts = {
        "surveyls_description": "About", "surveyls_welcometext": "Welcome", "surveyls_policy_notice": "We keep it a year.",
    }  # fmt: skip

    read = limesurvey(
        {"type": "S"},
        texts=texts,
        survey={"showsurveypolicynotice": "1"},
        survey_url_parameters=[{"parameter": "source", "targetqid": ""}],
    )

    first = read.definition["pages"][0]["questions"]
    assert [(one["kind"], one["text"]["en"]) for one in first] == [
        ("statement", "About"),
        ("statement", "Welcome"),
        ("consent", "We keep it a year."),
        ("hidden", "source"),
    ]


def test_a_full_quota_has_its_own_end_and_everybody_else_is_thanked():
    member = {"qid": "1", "quota_id": "1", "code": "A1"}
    words = {"quotals_quota_id": "1", "quotals_language": "en", "quotals_message": "Enough of you."}

    read = limesurvey(
        {"type": "L", "answers": YES_NO},
        quota=[
            {"id": "1", "name": "yes", "qlimit": "5", "active": "1"},
            {"id": "2", "name": "off", "qlimit": "5", "active": "0"},
        ],
        quota_members=[member],
        quota_languagesettings=[words],
    )

    definition = read_definition(read.definition)
    [quota] = definition.quotas
    assert definition.end({}, quota.to.partition(":")[2]).text == {"en": "Enough of you."}
    assert definition.end({"q1": "a1"}).text == {"en": "Thank you for your answers."}
    assert "quota" in dropped(read)


def test_how_it_was_asked_comes_along():
    survey = {"anonymized": "Y", "usecookie": "Y", "allowprev": "N", "showprogress": "N", "usetokens": "Y",
              "expires": "2031-06-19 17:38:00", "startdate": "1970-01-01 02:00:00", "template": "fruity", "autoredirect": "Y"}  # fmt: skip

    read = limesurvey({"type": "S"}, survey=survey, texts={
        "surveyls_url": "https://example.ir/", "surveyls_urldescription": "On", "surveyls_email_invite": "Dear {FIRSTNAME}"})  # fmt: skip

    assert read.settings == {
        "anonymous": True, "one_per_person": True, "back": False, "progress": False, "closes_at": "2031-06-19T17:38",
    }  # fmt: skip
    assert read.definition["ends"][-1]["link"] == {"url": "https://example.ir/", "text": {"en": "On"}}
    assert {"access", "emails", "theme"} <= dropped(read)
    assert "redirect" in changed(read)
    assert "piping" not in dropped(read)


def test_groups_on_one_page_keep_their_titles():
    groups = [{"gid": str(n), "group_name": f"G{n}", "group_order": str(n), "language": "en"} for n in (1, 2)]

    read = limesurvey({"type": "S"}, {"type": "S", "gid": "2"}, survey={"format": "A"}, groups=groups)

    assert [page["title"]["en"] for page in read.definition["pages"]] == ["G1", "G2"]
    assert "one_page" in changed(read)
