"""What can be kept of a file is kept, and what is lost or changed is named: found by comparing files with what they became."""

from __future__ import annotations

import pytest
from django.utils import translation

from hamdel.listen.exchange.tests.making import asked, changed, dropped, limesurvey, mc, qualtrics, surveyjs
from hamdel.listen.surveys.definition import check_definition

TABLE = {
    "QuestionID": "QID1", "DataExportTag": "t", "QuestionText": "Table", "QuestionType": "Matrix", "Selector": "Likert",
    "SubSelector": "SingleAnswer",
    "Choices": {"1": {"Display": "Bread"}, "2": {"Display": "Tea"}}, "ChoiceOrder": ["1", "2"],
    "Answers": {"1": {"Display": "Good"}, "2": {"Display": "Bad"}}, "AnswerOrder": ["1", "2"],
}  # fmt: skip
SLIDER = {
    "QuestionID": "QID1", "DataExportTag": "s", "QuestionText": "How often?", "QuestionType": "Slider", "Selector": "HSLIDER",
    "Choices": {"4": {"Display": "&nbsp;"}}, "Labels": [{"Display": "Never"}, {"Display": "Half"}, {"Display": "Always"}],
    "Configuration": {"CSSliderMin": 0, "CSSliderMax": 10, "CustomStart": True},
}  # fmt: skip
SIDE_BY_SIDE = {
    "QuestionID": "QID1", "DataExportTag": "x", "QuestionText": "Both", "QuestionType": "SBS", "Selector": "SBSMatrix",
    "Choices": {"1": {"Display": "Bread"}},
    "AdditionalQuestions": {
        "1": {"QuestionText": "Why", "Selector": "TE", "Answers": {"1": {"Display": "Taste"}, "2": {"Display": "Price"}}},
        "2": {"QuestionText": "How", "Selector": "Likert", "Answers": {"1": {"Display": "Whole"}},
              "Validation": {"Settings": {"ForceResponse": "ON"}}},
    },
}  # fmt: skip


def words(reading, what):
    [remark] = [one for one in (*reading.report.changed, *reading.report.dropped) if one.what == what]
    return remark.words


def values(question, part="choices"):
    return [one["value"] for one in question[part]]


# Qualtrics


def test_choices_that_are_written_as_a_list_keep_words_and_numbers_from_zero():
    listed = {**mc("QID1"), "Choices": [{"Display": "Bad"}, {"Display": "Good"}], "ChoiceOrder": ["0", "1"]}
    after = {**mc("QID2", "A", "B"), "DisplayLogic": {"0": {"0": {
        "LogicType": "Question", "LeftOperand": "q://QID1/SelectableChoice/1", "Operator": "Selected"}}}}  # fmt: skip

    read = qualtrics(listed, after)

    assert [(one["value"], one["text"]["en"]) for one in asked(read)["qid1"]["choices"]] == [
        ("0", "Bad"),
        ("1", "Good"),
    ]
    assert asked(read)["qid2"]["shown_if"] == {"field": "qid1", "operator": "=", "value": "1"}


def test_rows_keep_the_names_they_are_exported_under():
    read = qualtrics({**TABLE, "ChoiceDataExportTags": {"1": "bread", "2": "t_2"}})

    assert values(asked(read)["t"], "rows") == ["bread", "2"]


def test_codes_that_cannot_be_kept_are_named_one_by_one():
    read = qualtrics(mc("QID1", "A", "B", "C", RecodeValues={"1": "0", "2": "0", "3": "a b"}))

    assert values(asked(read)["qid1"]) == ["0", "0_2", "a_b"]
    assert words(read, "codes") == {"text": "0 → 0_2, a b → a_b"}
    assert read.kept == 0


def test_columns_that_exclude_all_others_are_named():
    alone = {"1": {"Display": "Good"}, "2": {"Display": "None", "ExclusiveAnswer": True}}

    read = qualtrics({**TABLE, "SubSelector": "MultipleAnswer", "Answers": alone})

    assert "exclusives" in changed(read)


def test_a_row_with_words_of_its_own_is_asked_for_them_in_a_table_of_texts():
    own = {"1": {"Display": "Bread"}, "2": {"Display": "Else:", "TextEntry": "true"}}

    read = qualtrics({**TABLE, "Selector": "TE", "Choices": own})

    assert [*asked(read)] == ["t_1_1", "t_1_2", "t_2_1", "t_2_2", "t_2_text"]
    assert "comment_field" in changed(read)


def test_fields_beside_each_other_are_asked_one_by_one_and_a_column_keeps_what_it_requires():
    read = qualtrics(SIDE_BY_SIDE)

    said = {key: (one["text"]["en"], one.get("required", False)) for key, one in asked(read).items()}
    assert said == {
        "x_1_1_1": ("Both – Why – Bread – Taste", False),
        "x_1_1_2": ("Both – Why – Bread – Price", False),
        "x_2": ("Both – How", True),
    }


def test_a_slider_without_words_of_its_own_is_the_question_and_what_stands_between_its_ends_is_named():
    read = qualtrics(SLIDER)

    [slider] = asked(read).values()
    assert (slider["text"], slider["low_label"], slider["high_label"]) == (
        {"en": "How often?"},
        {"en": "Never"},
        {"en": "Always"},
    )
    assert words(read, "between") == {"text": "Half"}
    assert "default_value" in changed(read)


def test_other_that_stood_in_the_middle_is_said_to_stand_last():
    read = qualtrics(mc("QID1", "A", ("Else", {"TextEntry": "true"}), "Refuse", RecodeValues={"2": "77"}))

    assert "other_last" in changed(read)
    assert words(read, "codes") == {"text": "77 → other"}


def test_how_long_a_page_had_to_be_looked_at_is_named():
    timer = {
        **SLIDER, "QuestionType": "Timing", "Selector": "PageTimer", "QuestionID": "QID2",
        "Configuration": {"MinSeconds": 2, "MaxSeconds": "30"},
    }  # fmt: skip

    read = qualtrics(mc("QID1", "A", "B"), timer, SO={"NextButton": "Weiter", "PreviousButton": " <<"})

    assert {"page_time", "page_end"} <= dropped(read)
    assert words(read, "buttons") == {"text": "Weiter"}


# LimeSurvey


def test_codes_of_limesurvey_stay_as_they_are():
    read = limesurvey(
        {"type": "L", "title": "q", "answers": {"A1": "Yes", "No-1": "No"}}, {"type": "Y", "title": "y"}
    )

    assert values(asked(read)["q"]) == ["A1", "No-1"]
    assert values(asked(read)["y"]) == ["Y", "N"]
    assert "codes" not in changed(read)


def test_help_and_words_of_a_check_stay_with_the_first_part_of_a_question():
    read = limesurvey(
        {
            "type": "K", "title": "k", "help": "Think back.", "subs": {"a": "A", "b": "B"},
            "attributes": {"em_validation_q": "sum(self) < 6", "em_validation_q_tip": "At most 5 in all"},
        }
    )  # fmt: skip

    assert asked(read)["k_a"]["help"] == {"en": "Think back.\nAt most 5 in all"}
    assert "help" not in asked(read)["k_b"]
    assert "check_words" in changed(read)
    assert "prices" in dropped(read)


def test_a_pattern_of_a_table_is_kept_for_texts_and_named_for_numbers():
    cells = [
        {"qid": "91", "parent_qid": n, "title": "c", "question": "C", "scale_id": "1", "language": "en"} for n in "12"
    ] + [
        {"qid": "92", "parent_qid": n, "title": "r", "question": "R", "scale_id": "0", "language": "en"} for n in "12"
    ]  # fmt: skip
    for number, cell in enumerate(cells):
        cell["qid"] = str(90 + number)

    read = limesurvey(
        {"type": ";", "title": "t", "preg": "/^[0-9]+$/"},
        {"type": ":", "title": "n", "preg": "/^[0-9]$/"},
        subquestions=cells,
    )

    assert asked(read)["t_r_c"]["pattern"] == "[0-9]+"
    assert words(read, "validation") == {"why": "/^[0-9]$/"}


@pytest.mark.parametrize(
    ("shown", "parts"), [("B", {"title", "text"}), ("N", {"title"}), ("D", {"text"}), ("X", set())]
)
def test_a_group_shows_of_itself_what_it_showed_before(shown, parts):
    group = {"gid": "1", "sid": "9", "group_name": "G", "description": "About G", "group_order": "0", "language": "en"}  # fmt: skip

    read = limesurvey(
        {"type": "S", "title": "q"}, survey={"showgroupinfo": shown, "printanswers": "Y"}, groups=[group]
    )

    [page] = read.definition["pages"]
    assert {"title", "text"} & page.keys() == parts
    assert words(read, "setting") == {"why": "print_answers"}


# SurveyJS


def test_codes_of_surveyjs_may_be_persian():
    read = surveyjs(
        {"type": "radiogroup", "name": "q", "choices": ["عالی", "نه‌چندان", "Good enough", "None"]},
        {"type": "text", "name": "why", "visibleIf": "{q} = 'نه‌چندان'"},
    )

    assert values(asked(read)["q"]) == ["عالی", "نه‌چندان", "good_enough", "none_2"]
    assert words(read, "codes") == {"text": "Good enough → good_enough, None → none_2"}
    assert asked(read)["why"]["shown_if"]["value"] == "نه‌چندان"
    assert check_definition(read.definition) == []


def test_words_in_the_empty_field_become_help():
    read = surveyjs({"type": "text", "name": "q", "description": "Your sign", "placeholder": "e.g. MM"})

    assert asked(read)["q"]["help"] == {"en": "Your sign\ne.g. MM"}
    assert "placeholder" in changed(read)


def test_a_question_without_words_is_asked_in_those_of_its_panel():
    panel = {
        "type": "panel", "name": "p", "title": "Are you married?", "description": "As of today",
        "elements": [{"type": "text", "name": "m", "title": " "}, {"type": "text", "name": "n", "title": "Since?"}],
    }  # fmt: skip

    read = surveyjs(panel)

    said = {key: (one["kind"], one["text"]["en"], one.get("help")) for key, one in asked(read).items()}
    assert said == {
        "m": ("text", "Are you married?", {"en": "As of today"}),
        "n": ("text", "Since?", None),
    }


def test_a_picture_that_was_an_answer_is_missed_where_it_stood():
    picture = '<img src="x.png">'

    read = limesurvey(
        {"type": "L", "title": "q", "question": "Which?", "answers": {"A1": picture, "A2": "None"}}
    )
    other = surveyjs({"type": "radiogroup", "name": "q", "title": "Which?", "choices": [{"value": 1, "text": picture}]})  # fmt: skip

    for one in (read, other):
        assert [remark.place for remark in one.report.dropped if remark.what == "media"] == ["Which?"]
        assert one.kept == 0


def test_parts_of_a_question_are_said_in_every_language_one_of_them_has():
    title = {"default": "Address", "nl": "Adres"}

    read = surveyjs({"type": "multipletext", "name": "a", "title": title, "items": [{"name": "c", "title": "City"}]})  # fmt: skip

    [city] = asked(read).values()
    assert city["text"] == {"en": "Address – City", "nl": "Adres – City"}


def test_what_is_said_about_repeated_panels_stands_before_the_first():
    panel = {
        "type": "paneldynamic", "name": "p", "title": "Contact", "description": "At least two", "panelCount": 2,
        "templateElements": [{"type": "text", "name": "name"}],
    }  # fmt: skip

    read = surveyjs(panel)

    assert asked(read)["p_0_title"]["help"] == {"en": "At least two"}
    assert "help" not in asked(read)["p_1_title"]


def test_limits_of_files_buttons_and_the_last_look_are_named_in_words_of_the_reader():
    with translation.override("fa"):
        read = surveyjs(
            {"type": "file", "name": "f", "maxSize": 5000, "acceptedTypes": ".pdf"},
            completeText="Absenden",
            showPreviewBeforeComplete="showAnsweredQuestions",
        )
        said = " ".join(str(remark) for remark in read.report.dropped)

    assert {"validation", "buttons", "setting"} <= dropped(read)
    assert "حجم فایل" in said
    assert ".pdf" in said
    assert "maxSize" not in said


def test_a_list_of_very_many_answers_is_cut_and_said_and_a_page_of_many_questions_may_be_published():
    long_list = {"type": "radiogroup", "name": "q", "choices": [*range(50_000)]}

    cut, page = surveyjs(long_list), surveyjs(*({"type": "text", "name": f"q{n}"} for n in range(450)))

    assert len(asked(cut)["q"]["choices"]) == 300
    assert words(cut, "too_many_choices") == {"most": 300}
    assert (check_definition(cut.definition), check_definition(page.definition)) == ([], [])
    assert len(asked(page)) == 450


def test_a_survey_of_many_pages_of_which_each_decides_about_the_next_can_be_published():
    steps = [
        {"name": f"p{n}", "elements": [{"type": "boolean", "name": f"q{n}", "visibleIf": f"{{q{n - 1}}} = true"}]}
        for n in range(1, 300)
    ]  # fmt: skip

    read = surveyjs(
        pages=[{"name": "p0", "elements": [{"type": "boolean", "name": "q0", "title": "First?"}]}, *steps]
    )

    assert len(read.definition["pages"]) == 300
    assert check_definition(read.definition) == []
