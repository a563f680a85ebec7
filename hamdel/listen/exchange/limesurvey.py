"""LimeSurvey .lss: tables of rows in XML, older ones with a row for each language, newer ones with tables of texts."""

from __future__ import annotations

import re
from collections import defaultdict
from xml.etree.ElementTree import Element  # for the type only; reading is left to defusedxml

from hamdel.listen.exchange.conditions import RuleForm, Subject, compare, joined, rule_of
from hamdel.listen.exchange.expressions import read_expression
from hamdel.listen.exchange.making import Condition, Full, Making, Texts
from hamdel.listen.exchange.plain_text import piped, plain
from hamdel.listen.exchange.report import CannotSay, Report
from hamdel.listen.exchange.shapes import number

# Numbers alone are no insertion: people write regular expressions into their help.
PIPE = re.compile(r"\{(?![\s}]|[\d,]+\})([^{}]{1,500}?)\}")
SUFFIX = re.compile(r"\.(naok|value|valuenaok|code|shown|question|qid|type)$")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
MOST_ROWS = 20_000
Row = dict[str, str]


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
        self.making = Making(known or ["en"], report)
        self.attributes: dict[str, dict[str, str]] = defaultdict(dict)
        # Attributes that are texts, by question, name and language.
        self.said: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
        for row in self.tables.rows.get("question_attributes", []):
            if row.get("value"):
                qid, name = row.get("qid", ""), row.get("attribute", "")
                self.attributes[qid].setdefault(name, row["value"])
                self.said[qid, name][row.get("language", "")] = row

    @property
    def name(self) -> str:
        """Return the title of the survey in its own language."""
        return self.making.default(self.settings("surveyls_title"))

    def settings(self, part: str) -> Texts:
        """Return a text of the whole survey by language."""
        rows = self.tables.rows.get("surveys_languagesettings", [])
        return self.texts({row.get("surveyls_language", ""): row for row in rows}, part)

    def read(self) -> dict:
        from hamdel.listen.exchange.limesurvey_around import Around
        from hamdel.listen.exchange.limesurvey_questions import Questions

        questions, around = Questions(self), Around(self)
        around.before()
        try:
            for group in self.tables.of("groups", "group_order", "gid"):
                self._group(group, questions)
        except Full:
            self.report.drop("too_many", most=500)
        around.after()
        return self.making.finish()

    def _group(self, group: Row, questions: object) -> None:
        words = self.tables.texts("groups", "gid", group)
        shown = self.survey.get("showgroupinfo", "B")
        title = self.texts(words, "group_name") if shown not in {"D", "X"} else {}
        text = self.texts(words, "description") if shown not in {"N", "X"} else {}
        conditions = self.relevance(group.get("grelevance", ""))
        if group.get("randomization_group"):
            self.report.change("random_pages", self.making.default(title))
        layout = self.survey.get("format", "G")
        if layout == "A":
            self.report.change("one_page")
        asked = [
            row
            for row in self.tables.of("questions", "question_order", "qid")
            if row.get("gid") == group.get("gid")
        ]
        for place, row in enumerate(asked):
            if place == 0:
                self._page(conditions, title=title, text=text)
            elif layout == "S":
                self._page(conditions)
            questions.add(row)  # type: ignore[attr-defined]
        if not asked and (title or text):
            self.report.drop("empty", self.making.default(title) or self.making.default(text))

    def _page(
        self, conditions: list[Condition], *, title: Texts | None = None, text: Texts | None = None
    ) -> None:
        self.making.page(title, text).conditions = conditions

    # Texts and conditions

    def texts(self, rows: dict[str, Row], part: str, place: str = "", own: str = "") -> Texts:
        """Return one column of the texts as plain text by language."""
        found: Texts = {}
        for language, row in rows.items():
            code = language or self.making.languages[0]
            if code not in self.making.languages:
                continue
            words = plain(row.get(part, ""), self.report, place)
            said = piped(words, PIPE, lambda match: self._key_of(match[1], own), self.report, place)
            found |= {code: said} if said else {}
        return found

    def _key_of(self, name: str, own: str) -> str | None:
        try:
            field = self.find(name, own).field
        except CannotSay:
            return None
        # A text can hold a whole answer, or the words beside “other”, but no single row or box.
        return field if "." not in field or field.endswith(".other") else None

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
