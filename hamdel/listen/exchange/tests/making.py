"""Small files of each kind, for tests that ask what becomes of one thing in them."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from hamdel.listen.exchange.reading import Reading, read_survey


def surveyjs(*elements, **rest) -> Reading:
    form = {"title": "t", "pages": [{"name": "p", "elements": list(elements)}], **rest}
    return read_survey(json.dumps(form).encode())


def qualtrics(*questions, flow=None, blocks=None, entry=None, **elements) -> Reading:
    """Read a survey of Qualtrics; every question is a payload with its QuestionID. `blocks` leads names to ids."""
    named = blocks or {"b": [one["QuestionID"] for one in questions]}
    parts = [
        {
            "Element": "BL",
            "Payload": [
                {
                    "ID": name,
                    "Type": "Trash" if name == "bin" else "Standard",
                    "BlockElements": [
                        {"Type": "Page Break"} if one == "-" else {"Type": "Question", "QuestionID": one}
                        for one in ids
                    ],
                }
                for name, ids in named.items()
            ],
        },
        {
            "Element": "FL",
            "Payload": {"Flow": flow or [{"Type": "Block", "ID": name} for name in named if name != "bin"]},
        },
        *({"Element": "SQ", "PrimaryAttribute": one["QuestionID"], "Payload": one} for one in questions),
        *({"Element": name, "Payload": payload} for name, payload in elements.items()),
    ]
    form = {
        "SurveyEntry": {"SurveyName": "s", "SurveyLanguage": "EN", **(entry or {})},
        "SurveyElements": parts,
    }
    return read_survey(json.dumps(form).encode())


def mc(name: str, *labels: str, selector: str = "SAVR", **rest) -> dict:
    """Return a question of choices; a label may be (text, more)."""
    choices = {
        str(n): {"Display": label} if isinstance(label, str) else {"Display": label[0], **label[1]}
        for n, label in enumerate(labels, 1)
    }
    return {
        "QuestionID": name,
        "DataExportTag": name.lower(),
        "QuestionText": f"Text {name}",
        "QuestionType": "MC",
        "Selector": selector,
        "Choices": choices,
        "ChoiceOrder": list(choices),
        **rest,
    }


def when(question: str, choice: str, operator: str = "Selected") -> dict:
    """Return Qualtrics' logic for one choice of one question."""
    row = {
        "LogicType": "Question",
        "LeftOperand": f"q://{question}/SelectableChoice/{choice}",
        "Operator": operator,
        "Type": "Expression",
    }
    return {"0": {"0": row, "Type": "If"}, "Type": "BooleanExpression"}


def limesurvey(*questions, survey=None, texts=None, **tables) -> Reading:
    """Read a survey of LimeSurvey with one group; a question is a row, with `attributes`, `answers` and `subs` beside it."""
    rows: dict[str, list[dict]] = {
        "groups": [{"gid": "1", "sid": "9", "group_name": "G", "group_order": "0", "language": "en"}],
        "questions": [], "subquestions": [], "answers": [], "question_attributes": [],
        "surveys": [{"sid": "9", "language": "en", "format": "G", **(survey or {})}],
        "surveys_languagesettings": [{"surveyls_language": "en", "surveyls_title": "L", **(texts or {})}],
        **tables,
    }  # fmt: skip
    for n, one in enumerate(questions, 1):
        asked = {
            "qid": str(n),
            "sid": "9",
            "gid": "1",
            "question_order": str(n),
            "language": "en",
            "relevance": "1",
        }
        asked |= {"title": f"q{n}", "question": f"Text {n}", "parent_qid": "0"}
        asked |= {name: words for name, words in one.items() if name not in {"attributes", "answers", "subs"}}
        rows["questions"].append(asked)
        for code, words in one.get("answers", {}).items():
            rows["answers"].append({"qid": str(n), "code": code, "answer": words, "language": "en", "scale_id": "0",
                                    "sortorder": str(len(rows["answers"]))})  # fmt: skip
        for code, words in one.get("subs", {}).items():
            place = len(rows["subquestions"])
            rows["subquestions"].append({"qid": str(1000 + place), "parent_qid": str(n), "title": code, "question": words,
                                         "language": "en", "scale_id": "0", "question_order": str(place)})  # fmt: skip
        for name, value in one.get("attributes", {}).items():
            rows["question_attributes"].append(
                {"qid": str(n), "attribute": name, "value": value, "language": "en"}
            )
    return read_survey(_as_xml(rows))


def _as_xml(rows: dict[str, list[dict]]) -> bytes:
    written = ""
    for table, lines in rows.items():
        cells = (
            "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in line.items())
            for line in lines
        )
        written += f"<{table}><rows>{''.join(f'<row>{one}</row>' for one in cells)}</rows></{table}>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>'
        f"<languages><language>en</language></languages>{written}</document>"
    ).encode()


def asked(reading: Reading) -> dict[str, dict]:
    """Return all questions by key."""
    return {one["key"]: one for page in reading.definition["pages"] for one in page["questions"]}


def changed(reading: Reading) -> set[str]:
    return {remark.what for remark in reading.report.changed}


def dropped(reading: Reading) -> set[str]:
    return {remark.what for remark in reading.report.dropped}
