"""What Qualtrics has: flow, embedded data, recoded values, points, quotas, and what is said when it is lost."""

from __future__ import annotations

import pytest

from hamdel.ground.rules import holds, parse
from hamdel.listen.exchange.tests.making import asked, changed, dropped, mc, qualtrics, when
from hamdel.listen.surveys.definition import check_definition, read_definition

TEXT = {
    "QuestionID": "QID9",
    "DataExportTag": "words",
    "QuestionType": "TE",
    "Selector": "SL",
    "QuestionText": "Words",
}


def test_choices_keep_the_values_their_answers_are_exported_under():
    read = qualtrics(
        mc("QID1", "Bad", "Good", RecodeValues={"1": "10", "2": "-99"}),
        {**TEXT, "DisplayLogic": when("QID1", "2")},
    )

    assert [choice["value"] for choice in asked(read)["qid1"]["choices"]] == ["10", "-99"]
    assert asked(read)["words"]["shown_if"] == {"field": "qid1", "operator": "=", "value": "-99"}
    assert check_definition(read.definition) == []


def test_embedded_data_that_the_flow_sets_is_asked_for_by_what_set_it():
    flow = [
        {"Type": "Block", "ID": "a"},
        {"Type": "EmbeddedData", "EmbeddedData": [{"Field": "Group", "Type": "Custom", "Value": "rest"}]},
        {"Type": "Branch", "BranchLogic": when("QID1", "2"), "Flow": [
            {"Type": "EmbeddedData", "EmbeddedData": [{"Field": "Group", "Type": "Custom", "Value": "happy"}]}]},
        {"Type": "Branch", "BranchLogic": {"0": {"0": {"LogicType": "EmbeddedField", "LeftOperand": "Group",
         "Operator": "EqualTo", "RightOperand": "happy"}}}, "Flow": [{"Type": "Block", "ID": "b"}]},
    ]  # fmt: skip

    read = qualtrics(mc("QID1", "Bad", "Good"), TEXT, flow=flow, blocks={"a": ["QID1"], "b": ["QID9"]})

    rule = parse(asked(read)["words"]["shown_if"])
    assert [holds(rule, {"qid1": answer}) for answer in ("1", "2")] == [False, True]
    assert "set_on_the_way" in changed(read)


def test_points_of_the_scoring_category_become_a_quiz():
    graded = mc("QID1", "Tehran", "Shiraz", GradingData=[
        {"ChoiceID": "1", "Grades": {"SC_1": "5"}}, {"ChoiceID": "2", "Grades": {"SC_1": 0}}])  # fmt: skip

    read = qualtrics(graded, SCO={"ScoringCategories": [{"ID": "SC_1", "Name": "Score"}]})

    definition = read_definition(read.definition)
    assert [definition.result({"qid1": answer}).points for answer in ("1", "2")] == [5, 0]
    assert "score_of_answers" in changed(read)


@pytest.mark.parametrize(
    ("settings", "more"),
    [
        ({"Type": "MinChar", "MinChars": "10"}, {"fewest": 10}),
        ({"Type": "TotalChar", "TotalChars": "50"}, {"most": 50}),
        ({"Type": "CharRange", "MinChars": "2", "MaxChars": "9"}, {"fewest": 2, "most": 9}),
        ({"Type": "None", "TotalChars": "50", "MinChars": "3"}, {}),
        ({"Type": "ContentType", "ContentType": "ValidNumber", "ValidNumber": {"Min": "0", "Max": "9", "NumDecimals": "0"}},
         {"kind": "number", "low": 0, "high": 9, "step": 1}),
        ({"Type": "CustomValidation", "CustomValidation": {"Logic": {"0": {"0": {"Operator": "MatchesRegex",
          "RightOperand": "/^[0-9]{4}$/"}}}}}, {"pattern": "[0-9]{4}"}),
    ],
)  # fmt: skip
def test_checks_of_a_text_come_along_where_they_are_switched_on(settings, more):
    read = qualtrics({**TEXT, "Validation": {"Settings": settings}})

    plain = {"key": "words", "kind": "text", "text": {"en": "Words"}}
    assert asked(read)["words"] == plain | more


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        ({**TEXT, "Validation": {"Settings": {"Type": "ContentType", "ContentType": "ValidZip"}}}, "validation"),
        ({**TEXT, "Validation": {"Settings": {"Type": "SomethingNew"}}}, "validation"),
        (mc("QID1", "A", "B", DefaultChoices={"1": {"Selected": True}}), "default_value"),
        (mc("QID1", ("A", {"DisplayLogic": when("QID0", "1")}), "B"), "choice_condition"),
        (mc("QID1", ("A", {"Image": {"ImageLocation": "x"}}), "B"), "kind_image_choice"),
        (mc("QID1", "A", "B", Randomization={"Type": "ScaleReversal"}), "scale_reversal"),
        (mc("QID1", "A", "B", Randomization={"Type": "All", "TotalRandSubset": "1"}), "random_subset"),
        ({**TEXT, "QuestionType": "Slider", "Selector": "HSLIDER", "Configuration": {"NotApplicable": True}}, "not_applicable"),
        ({**TEXT, "QuestionType": "Captcha", "Selector": "V2"}, "kind"),
        ({**TEXT, "QuestionType": "HeatMap", "Selector": "Image"}, "kind"),
        ({**TEXT, "QuestionType": "Timing", "Selector": "PageTimer"}, "timing"),
        ({**TEXT, "QuestionJS": "alert(1)"}, "script"),
    ],
)  # fmt: skip
def test_what_has_no_counterpart_is_said(question, remark):
    read = qualtrics(question, mc("QID5", "A", "B"))

    assert remark in changed(read) | dropped(read)


def test_choices_that_follow_an_earlier_answer_in_another_way_are_all_offered():
    carried = mc("QID2", DynamicChoices={"Locator": "q://QID1/ChoiceGroup/DisplayedChoices"})

    read = qualtrics(mc("QID1", "Tea", "Coffee", selector="MAVR"), carried)

    assert [choice["text"]["en"] for choice in asked(read)["qid2"]["choices"]] == ["Tea", "Coffee"]
    assert "carried" in changed(read)


def test_insertions_say_answers_words_of_choices_and_of_questions():
    said = ("${q://QID1/ChoiceGroup/SelectedChoices} ${q://QID1/QuestionText} ${q://QID1/ChoiceDescription/2} "
            "${q://QID1/ChoiceTextEntryValue/3}")  # fmt: skip

    read = qualtrics(
        mc("QID1", "Tea", "Coffee", ("Else", {"TextEntry": "true"})), {**TEXT, "QuestionText": said}
    )

    assert asked(read)["words"]["text"]["en"] == "{{qid1}} Text QID1 Coffee {{qid1.other}}"
    assert "piping" not in dropped(read)


def test_questions_no_flow_leads_to_are_counted_apart_from_the_bin():
    blocks = {"a": ["QID1"], "lost": ["QID2", "QID3"], "bin": ["QID4"]}
    four = [mc(f"QID{n}", "A", "B") for n in range(1, 5)]

    read = qualtrics(*four, blocks=blocks, flow=[{"Type": "Block", "ID": "a"}])

    said = {remark.what: remark.words["count"] for remark in read.report.dropped if "count" in remark.words}
    assert said == {"unused": 1, "unplaced": 2}


def test_only_those_who_are_led_out_see_the_address_they_were_sent_to():
    out = {"Type": "EndSurvey", "Options": {"EOSRedirectURL": "https://example.ir/out"}}
    flow = [
        {"Type": "Block", "ID": "a"},
        {"Type": "Branch", "BranchLogic": when("QID1", "1"), "Flow": [out]},
        {"Type": "Block", "ID": "b"},
    ]

    read = qualtrics(mc("QID1", "No", "Yes"), TEXT, flow=flow, blocks={"a": ["QID1"], "b": ["QID9"]})

    definition = read_definition(read.definition)
    out_way, stays = (definition.way({"qid1": answer}) for answer in ("1", "2"))
    assert definition.end({}, out_way.end).link.url == "https://example.ir/out"
    assert definition.end({}, stays.end).link is None
    assert "redirect" in changed(read)


def test_how_it_was_asked_comes_along():
    options = {"BackButton": "false", "ProgressBarDisplay": "None", "BallotBoxStuffingPrevention": "true",
               "AnonymizeResponse": "Yes", "SurveyProtection": "ByInvitation", "Header": "<b>University</b>",
               "EOSMessage": "MS_1", "Skin": "blue"}  # fmt: skip

    read = qualtrics(
        TEXT,
        SO=options,
        entry={"SurveyExpirationDate": "2031-01-02 10:00:00", "SurveyStartDate": "0000-00-00 00:00:00"},
    )

    assert read.settings == {
        "back": False, "progress": False, "one_per_person": True, "anonymous": True, "closes_at": "2031-01-02T10:00",
    }  # fmt: skip
    assert {"access", "header", "library_text", "theme"} <= dropped(read)


def test_a_quota_that_only_opens_a_branch_closes_nothing():
    quota = {"Name": "Q", "Occurrences": 5, "Logic": when("QID1", "1")}

    closing, opening = (
        qualtrics(mc("QID1", "A", "B"), QO={**quota, "QuotaAction": action})
        for action in ("EndCurrentSession", "ForBranching")
    )

    assert [one["limit"] for one in closing.definition["quotas"]] == [5]
    assert "quotas" not in opening.definition
    assert "quota" in dropped(opening)


def test_numbers_in_words_become_the_score_with_its_ends():
    labels = ("0 - Not at all likely", *map(str, range(1, 10)), "10 - Extremely likely")

    read = qualtrics(mc("QID1", *labels, QuestionText="How likely are you to recommend us?"))

    [score] = asked(read).values()
    assert (score["kind"], score["metric"]) == ("score", "nps")
    assert (score["low_label"], score["high_label"]) == (
        {"en": "Not at all likely"},
        {"en": "Extremely likely"},
    )
    assert "kind_score" in changed(read)
