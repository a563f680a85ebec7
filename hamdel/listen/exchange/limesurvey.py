"""LimeSurvey .lss: tables of rows in XML, older ones with a row for each language, newer ones with tables of texts."""

from __future__ import annotations

import re
from collections import defaultdict
from xml.etree.ElementTree import Element  # for the type only; reading is left to defusedxml

from hamdel.listen.exchange.conditions import RuleForm, Subject, compare, joined, rule_of
from hamdel.listen.exchange.expressions import read_expression
from hamdel.listen.exchange.making import Condition, End, Full, Making, Texts
from hamdel.listen.exchange.names import Names
from hamdel.listen.exchange.plain_text import piped, plain
from hamdel.listen.exchange.report import CannotSay, Report
from hamdel.listen.exchange.shapes import number, whole

PIPE = re.compile(r"\{(?![\s}])([^{}]{1,500}?)\}")
SUFFIX = re.compile(r"\.(naok|value|valuenaok|code|shown|question|qid|type)$")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
MOST_ROWS = 20_000
Row = dict[str, str]


def _fixed(rule: RuleForm) -> Condition:
    return lambda: rule


class Tables:
    """The tables of a file. `texts(table, id)` finds a row's texts wherever this version keeps them."""

    def __init__(self, root: Element) -> None:
        self.rows: dict[str, list[Row]] = {}
        for table in root:
            found = table.find("rows")
            if found is not None:
                self.rows[table.tag] = [
                    {cell.tag: (cell.text or "").strip() for cell in row}
                    for row in found.findall("row")[:MOST_ROWS]
                ]
        self._words: dict[tuple[str, str], dict[str, dict[str, Row]]] = {}

    def of(self, table: str, *order: str) -> list[Row]:
        """Return rows, one for each thing and not for each language, in order."""
        seen: dict[tuple[str, ...], Row] = {}
        for row in self.rows.get(table, []):
            unique = tuple(row.get(part, "") for part in UNIQUE.get(table, ())) or (str(len(seen)),)
            seen.setdefault(unique, row)
        return sorted(seen.values(), key=lambda row: [number(row.get(part)) or 0 for part in order])

    def texts(self, table: str, identity: str, row: Row) -> dict[str, Row]:
        """Return the rows that hold a thing's texts, by language."""
        words_table = WORDS[table] if WORDS[table] in self.rows else table
        key = (words_table, identity)
        if key not in self._words:
            by_id: dict[str, dict[str, Row]] = defaultdict(dict)
            for words in self.rows.get(words_table, []):
                by_id["/".join(words.get(part, "") for part in identity.split("/"))][
                    words.get("language", "")
                ] = words
            self._words[key] = by_id
        return self._words[key].get("/".join(row.get(part, "") for part in identity.split("/")), {})


UNIQUE = {
    "groups": ("gid",), "questions": ("qid",), "subquestions": ("qid",), "answers": ("qid", "code", "scale_id"),
    "quota": ("id",),
}  # fmt: skip
WORDS = {
    "groups": "group_l10ns", "questions": "question_l10ns", "subquestions": "question_l10ns",
    "answers": "answer_l10ns", "quota": "quota_languagesettings",
}  # fmt: skip


class LimeSurveyReader:
    """Reads one survey."""

    def __init__(self, root: Element, report: Report) -> None:
        self.report, self.tables = report, Tables(root)
        self.survey = (self.tables.rows.get("surveys") or [{}])[0]
        stated = [self.survey.get("language", ""), *self.survey.get("additional_languages", "").split()]
        stated += [(one.text or "").strip() for one in root.findall("languages/language")]
        known = [language for language in dict.fromkeys(stated) if LANGUAGE.fullmatch(language)]
        self.making = Making(known[:8] or ["en"], report)
        self.attributes: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self.tables.rows.get("question_attributes", []):
            if row.get("value"):
                self.attributes[row.get("qid", "")].setdefault(row.get("attribute", ""), row["value"])

    @property
    def name(self) -> str:
        """Return the title of the survey in its own language."""
        return self.making.default(self.settings("surveyls_title"))

    def settings(self, part: str) -> Texts:
        """Return a text of the whole survey by language."""
        rows = self.tables.rows.get("surveys_languagesettings", [])
        return self.texts({row.get("surveyls_language", ""): row for row in rows}, part)

    def read(self) -> dict:
        from hamdel.listen.exchange.limesurvey_questions import Questions

        questions = Questions(self)
        welcome = self.settings("surveyls_welcometext")
        if welcome:
            self.making.page(text=welcome)
            self.making.ask("welcome", "statement", welcome)
            self.making.pages[-1].text = {}
        try:
            for group in self.tables.of("groups", "group_order", "gid"):
                self._group(group, questions)
        except Full:
            self.report.drop("too_many", most=500)
        self._ends()
        self._quotas()
        return self.making.finish()

    def _group(self, group: Row, questions: object) -> None:
        words = self.tables.texts("groups", "gid", group)
        title, text = self.texts(words, "group_name"), self.texts(words, "description")
        conditions = self.relevance(group.get("grelevance", ""))
        if group.get("randomization_group"):
            self.report.change("random_pages", self.making.default(title))
        layout = self.survey.get("format", "G")
        asked = [
            row
            for row in self.tables.of("questions", "question_order", "qid")
            if row.get("gid") == group.get("gid")
        ]
        for place, row in enumerate(asked):
            if place == 0 and (layout != "A" or not self.making.pages):
                self._page(conditions, title=title, text=text)
            elif layout == "S":
                self._page(conditions)
            questions.add(row, conditions if layout == "A" else [])  # type: ignore[attr-defined]

    def _page(self, conditions: list[Condition], **texts: Texts) -> None:
        self.making.page(**texts).conditions = conditions

    # Texts and conditions

    def texts(self, rows: dict[str, Row], part: str, place: str = "", own: str = "") -> Texts:
        """Return one column of the texts as plain text by language."""
        found = {}
        for language, row in rows.items():
            code = language or self.making.languages[0]
            if code in self.making.languages and (words := plain(row.get(part, ""), self.report, place)):
                found[code] = piped(
                    words, PIPE, lambda match: self._key_of(match[1], own), self.report, place
                )
        return found

    def _key_of(self, name: str, own: str) -> str | None:
        try:
            return self.find(name, own).field
        except CannotSay:
            return None

    def find(self, name: str, own: str = "") -> Subject:
        """Return the answer a name of the Expression Manager means. Raises CannotSay."""
        flat = name.strip().lower().removeprefix("insertans:").removeprefix("that.")
        if flat.startswith(("token:", "tokens:", "attribute_")):
            raise CannotSay("contact")
        if flat == "this" or flat.startswith("self"):
            flat = own.lower() + flat.removeprefix("self").removeprefix("this").replace(".sq_", "_")
        while SUFFIX.search(flat):
            flat = SUFFIX.sub("", flat)
        return self.making.find(flat)

    def relevance(self, words: str, own: str = "") -> list[Condition]:
        """Return the condition of a relevance equation; none when it always holds."""
        words = words.strip().removeprefix("{").removesuffix("}") if words else ""
        if words in {"", "1"}:
            return []

        def rule() -> RuleForm:
            return rule_of(read_expression(words), lambda name: self.find(name, own))

        return [rule]

    def old_conditions(self, qid: str) -> list[Condition]:
        """Return the rows of the table of conditions: any scenario, all of its questions, any value of one."""
        rows = [row for row in self.tables.rows.get("conditions", []) if row.get("qid") == qid]
        if not rows:
            return []

        def rule() -> RuleForm:
            scenarios: dict[str, dict[str, list[RuleForm]]] = defaultdict(lambda: defaultdict(list))
            for row in rows:
                name = row.get("cfieldname", "").lstrip("+")
                sign = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}.get(
                    row.get("method", ""), row.get("method", "")
                )
                if sign not in {"=", "≠", "<", ">", "≤", "≥"}:
                    raise CannotSay("syntax", text=sign)
                found = compare(self.find(name), "=" if sign == "≠" else sign, row.get("value", ""))
                found = {"not": found} if sign == "≠" else found
                scenarios[row.get("scenario", "1")][name].append(found)
            return joined(
                "or",
                [
                    joined("and", [joined("or", same) for same in parts.values()])
                    for parts in scenarios.values()
                ],
            )

        return [rule]

    # Around the questions

    def _ends(self) -> None:
        if self.survey.get("assessments") == "Y":
            self._assessments()
        words = self.settings("surveyls_endtext")
        rows = self.tables.rows.get("surveys_languagesettings", [{}])
        url = next(
            (row["surveyls_url"] for row in rows if row.get("surveyls_url", "").startswith("http")), ""
        )
        if words or url:
            self.making.ends.append(
                End("thanks", words or dict.fromkeys(self.making.languages, "✓"), url=url)
            )

    def _assessments(self) -> None:
        self.making.quiz = {"feedback": "none"}
        self.report.change("score_of_answers")
        keys = Names("end")
        for row in self.tables.of("assessments", "minimum"):
            low, high = number(row.get("minimum")), number(row.get("maximum"))
            words = self.texts({row.get("language", ""): row}, "message")
            if row.get("scope") == "T" and words and low is not None and high is not None:
                rule = {"field": "score.points", "operator": "between", "value": [low, high]}
                self.making.ends.append(End(keys.take("end"), words, _fixed(rule)))
            else:
                self.report.drop("scoring")

    def _quotas(self) -> None:
        keys = Names("quota")
        for row in self.tables.of("quota", "id"):
            limit, name = whole(row.get("qlimit")), row.get("name", "")[:120] or "quota"
            if row.get("active", "1") != "1" or limit is None:
                continue
            key = keys.take(name)
            words = self._quota_words(row)
            self.making.ends.insert(0, End(f"{key}_full"[:40], words))
            rule = self._quota_rule(row.get("id", ""))
            self.making.quotas.append(
                {"key": key, "name": name, "if": rule, "limit": limit, "to": f"end:{key}_full"[:44]}
            )

    def _quota_words(self, quota: Row) -> Texts:
        rows = self.tables.rows.get("quota_languagesettings", [])
        mine = {
            row.get("quotals_language", ""): row
            for row in rows
            if row.get("quotals_quota_id") == quota.get("id")
        }
        return self.texts(mine, "quotals_message") or dict.fromkeys(self.making.languages, "✓")

    def _quota_rule(self, quota: str) -> Condition:
        members = [row for row in self.tables.rows.get("quota_members", []) if row.get("quota_id") == quota]

        def rule() -> RuleForm:
            by_question: dict[str, list[RuleForm]] = defaultdict(list)
            for row in members:
                subject = self.making.find(f"qid{row.get('qid', '')}")
                code = row.get("code", "")
                operator = "contains" if subject.kind == "multiple" else "="
                by_question[row.get("qid", "")].append(compare(subject, operator, code))
            if not by_question:
                raise CannotSay("syntax", text="")
            return joined("and", [joined("or", same) for same in by_question.values()])

        return rule
