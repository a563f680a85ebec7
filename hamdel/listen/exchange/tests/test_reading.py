"""Files that are no surveys, and what a survey loses on its way."""

from __future__ import annotations

import gzip
import json
import time

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from hamdel.listen.exchange.reading import MOST_BYTES, Unreadable, read_survey
from hamdel.listen.surveys.definition import check_definition, read_definition

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(
        b'<!ENTITY lol%d "%s">' % (n, b"&lol%s;" % (b"" if n == 1 else b"%d" % (n - 1)) * 10)
        for n in range(1, 10)
    )
    + b"]><document><LimeSurveyDocType>&lol9;</LimeSurveyDocType></document>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><document>&x;</document>'
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"\0" * 100,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"PK\x03\x04" + b"\0" * 50,
        gzip.compress(b'{"pages": []}', mtime=0),
        "سلام".encode("cp1256"),
        b'{"pages": [',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"<a>" * 100_000,
        LAUGHS,
        OUTSIDE,
        b"<html><body>404</body></html>",
        b"<document><LimeSurveyDocType>Question</LimeSurveyDocType></document>",
        b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>",
        b'<?xml version="1.0" encoding="klingon"?><document/>',
        b"[]",
        b"42",
        b'{"SurveyEntry": {}}',
        b'{"hello": "world"}',
        b"x" * (MOST_BYTES + 1),
    ],
    ids=lambda content: repr(content[:20]),
)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_what_is_no_survey_is_refused_in_words(content, language):
    began = time.monotonic()

    with translation.override(language), pytest.raises(Unreadable) as refusal:
        read_survey(content, "file")

    assert len(str(refusal.value)) > 10
    assert time.monotonic() - began < 5


STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["true", "1", "{q}", "random"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["name", "title", "type", "elements", "choices", "rows", "columns", "value", "text", "visibleIf", "default", "en"]
    ), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip
KINDS = ["text", "radiogroup", "checkbox", "matrix", "matrixdropdown", "matrixdynamic", "paneldynamic", "multipletext",
         "rating", "slider", "boolean", "file", "html", "panel", "ranking", "expression", "losses", "_know"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.fixed_dictionaries({"type": st.sampled_from(KINDS)}, optional=dict.fromkeys(("name", "title", "choices", "rows", "columns", "items", "templateElements", "visibleIf", "rateMin", "rateMax", "min", "max", "validators", "correctAnswer", "elements", "panelCount"), STRANGE)), max_size=4))  # fmt: skip
def test_any_shape_of_surveyjs_is_read_or_refused(elements):
    content = json.dumps({"title": "t", "pages": [{"elements": elements}]}).encode()

    try:
        reading = read_survey(content)
    except Unreadable:
        return

    read_definition(reading.definition)
    json.dumps(reading.definition).encode()
    assert "\\u0000" not in json.dumps(
        [reading.definition, reading.report.changed and reading.report.changed[0].as_json()]
    )


@settings(max_examples=100, deadline=None)
@given(STRANGE, STRANGE, STRANGE)
def test_any_shape_of_qualtrics_is_read_or_refused(blocks, flow, question):
    elements = [
        {"Element": "BL", "Payload": blocks},
        {"Element": "BL", "Payload": [{"ID": "b", "BlockElements": [{"Type": "Question", "QuestionID": "QID1"}]}]},
        {"Element": "FL", "Payload": {"Flow": [{"Type": "Block", "ID": "b"}, {"Type": "Branch", "BranchLogic": flow, "Flow": flow}]}},
        {"Element": "SQ", "PrimaryAttribute": "QID1", "Payload": {"QuestionType": "MC", "Selector": "SAVR", "QuestionText": question, "Choices": question, "Validation": flow}},
    ]  # fmt: skip

    try:
        reading = read_survey(json.dumps({"SurveyEntry": question, "SurveyElements": elements}).encode())
    except Unreadable:
        return

    read_definition(reading.definition)


def surveyjs(*elements, **rest):
    return read_survey(json.dumps({"title": "t", "pages": [{"elements": list(elements)}], **rest}).encode())


def questions(reading):
    return {
        question["key"]: question for page in reading.definition["pages"] for question in page["questions"]
    }


def test_scripts_and_markup_become_plain_text():
    said = "<p>Hello <b>you</b> &amp; me</p><script>alert(1)</script><img src=x onerror=alert(1)><ul><li>one<li>two</ul>"

    reading = surveyjs({"type": "text", "name": "a", "title": said})

    assert questions(reading)["a"]["text"]["en"] == "Hello you & me\n• one• two"
    assert {"media", "script"} <= {remark.what for remark in reading.report.dropped}


def test_braces_of_a_text_insert_nothing_of_their_own():
    reading = surveyjs(
        {"type": "text", "name": "a", "title": "A"}, {"type": "text", "name": "b", "title": "{{a}} and {a}"}
    )

    assert questions(reading)["b"]["text"]["en"].endswith("and {{a}}")


def test_a_huge_survey_ends_at_five_hundred_questions():
    reading = surveyjs(*({"type": "text", "name": f"q{n}", "title": f"Q {n}"} for n in range(900)))

    assert len(questions(reading)) == 500
    assert "too_many" in [remark.what for remark in reading.report.dropped]


def test_panels_repeated_inside_each_other_do_not_explode():
    inner = {"type": "text", "name": "a", "title": "A"}
    for depth in range(25):
        inner = {
            "type": "paneldynamic",
            "name": f"p{depth}",
            "panelCount": 5,
            "templateElements": [inner, {**inner, "name": "again"}] if depth < 4 else [inner],
        }
    began = time.monotonic()

    read = surveyjs(inner)

    assert time.monotonic() - began < 10
    assert len(questions(read)) <= 500


def test_a_report_is_said_in_the_readers_language():
    reading = surveyjs(
        {"type": "signaturepad", "name": "s", "title": "Sign"}, {"type": "text", "name": "a", "title": "A"}
    )
    [remark] = reading.report.dropped

    with translation.override("en"):
        english = str(remark)
    with translation.override("fa"):
        persian = str(remark)

    assert english.startswith("Sign: This kind (signaturepad)")
    assert "signaturepad" in persian
    assert persian != english


def test_languages_come_along():
    reading = surveyjs({"type": "text", "name": "a", "title": {"default": "Name", "fa": "نام"}}, locale="en")

    assert reading.definition["languages"] == ["en", "fa"]
    assert questions(reading)["a"]["text"] == {"en": "Name", "fa": "نام"}
    assert check_definition(reading.definition) == []


def test_small_faults_of_writing_do_not_stop_a_file():
    broken_line = (
        b'{"title": "a\nb", "pages": [{"elements": [{"type": "text", "name": "q", "title": "A\tB"}]}]}'
    )
    pasted = (
        b'<?xml version="1.0"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType><languages><language>fa</language></languages>'
        b"<groups><rows><row><gid>1</gid><group_name>G</group_name><language>fa</language></row></rows></groups>"
        b"<questions><rows><row><qid>1</qid><gid>1</gid><type>S</type><title>q</title><question>A\x0bB</question><language>fa</language>"
        b"</row></rows></questions><surveys><rows><row><sid>1</sid><language>fa</language></row></rows></surveys></document>"
    )

    readings = [read_survey(content, "file") for content in (broken_line, pasted, "\ufeff".encode() + pasted)]

    assert [list(questions(reading)) for reading in readings] == [["q"]] * 3
    assert readings[1].definition["languages"] == ["fa"]


def test_many_things_that_do_not_fit_are_all_left_out_and_said():
    elements = [
        {"type": "text", "name": f"q{n}", "title": "Q", "validators": [{"type": "regex", "regex": "(a+)+b"}]}
        for n in range(12)
    ]

    read = read_survey(json.dumps({"pages": [{"elements": elements}]}).encode())

    assert check_definition(read.definition) == []
    assert not any("pattern" in question for question in read.asked)


def test_a_long_page_in_which_each_answer_decides_about_the_next_becomes_as_many_pages():
    elements = [
        {
            "type": "text",
            "name": f"q{n}",
            "title": f"Q{n}",
            "visibleIf": f"{{q{n - 1}}} notempty" if n else "",
        }
        for n in range(150)
    ]

    read = read_survey(json.dumps({"pages": [{"elements": elements}]}).encode())

    assert len(read.asked) == len(read.definition["pages"]) == 150
    assert check_definition(read.definition) == []
    assert not {"unready", "check"} & {remark.what for remark in read.report.dropped}


@pytest.mark.parametrize("content", [b"hi", "سلام".encode(), b"name,score\nAli,9\n", b'"hi"', b"12"])
def test_what_is_no_survey_at_all_is_told_which_files_are_taken(content):
    with pytest.raises(Unreadable) as refused:
        read_survey(content, "x.txt")

    assert all(ending in str(refused.value) for ending in ("qsf", "lss", "json"))
