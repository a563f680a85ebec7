"""SurveyJS JSON: pages, panels, and what stands around the questions."""

from __future__ import annotations

import re
from typing import Any

from hamdel.listen.exchange.conditions import RuleForm, Subject, rule_of
from hamdel.listen.exchange.expressions import read_expression
from hamdel.listen.exchange.making import Condition, End, Full, Jump, Making, Texts
from hamdel.listen.exchange.names import Names
from hamdel.listen.exchange.plain_text import piped, plain, short
from hamdel.listen.exchange.report import Report
from hamdel.listen.exchange.shapes import items, mapping, text, whole

DEEPEST = 30
MOST_HIDDEN = 40
SIMPLE = re.compile(r"[^\W\d][\w.-]{0,60}")
USED = re.compile(r"\{([^{}\n]{1,80})\}")
PIPE = re.compile(r"\{(?:(panel|row|item)\.)?([^{}\n]{1,80})\}")
# What SurveyJS itself offers as an insertion; none of it is an answer.
OWN_WORDS = {
    "pageno",
    "pagecount",
    "locale",
    "questioncount",
    "correctanswers",
    "incorrectanswers",
    "correctedanswers",
}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


def looks_like(form: Any) -> bool:
    """Tell whether this is JSON of SurveyJS."""
    return isinstance(form, dict) and any(
        isinstance(form.get(part), list) for part in ("pages", "elements", "questions")
    )


def languages_of(form: dict[str, Any]) -> list[str]:
    """Return the languages its texts are in; "default" is the survey's own."""
    own = text(form.get("locale")) or "en"
    found: list[str] = []
    _collect(form, found, 0)
    default = own if LANGUAGE.fullmatch(own) else "en"
    return [default, *(language for language in dict.fromkeys(found) if language != default)][:8]


def _collect(part: Any, found: list[str], depth: int) -> None:
    if depth > 3 * DEEPEST:
        return
    if isinstance(part, dict):
        if (
            part
            and all(isinstance(words, str) for words in part.values())
            and ("default" in part or {"fa", "en"} <= set(part))
        ):
            found += [key for key in part if key != "default" and LANGUAGE.fullmatch(key)]
        for inner in part.values():
            _collect(inner, found, depth + 1)
    elif isinstance(part, list):
        for inner in part:
            _collect(inner, found, depth + 1)


def _names(part: Any, names: set[str], used: dict[str, str], depth: int) -> None:
    """Collect the names questions have, and those that are used in braces."""
    if depth > 3 * DEEPEST:
        return
    if isinstance(part, dict):
        names |= {text(part.get(word)).lower() for word in ("name", "valueName")} if "name" in part else set()
        for inner in part.values():
            _names(inner, names, used, depth + 1)
    elif isinstance(part, list):
        for inner in part:
            _names(inner, names, used, depth + 1)
    elif isinstance(part, str):
        for found in USED.findall(part[:100_000]):
            if not found.startswith(("panel.", "row.", "item", "parentPanel.", "rowIndex", "prevPanel")):
                used.setdefault(found.strip().lower(), found.strip())


class SurveyJsReader:
    """Reads one survey."""

    def __init__(self, form: dict[str, Any], report: Report) -> None:
        self.form, self.report = form, report
        self.making = Making(languages_of(form), report)

    def read(self) -> dict[str, Any]:
        pages = self.form.get("pages") if isinstance(self.form.get("pages"), list) else [self.form]
        try:
            self._pages([mapping(page) for page in items(pages)])
        except Full:
            self.report.drop("too_many", most=500)
        self._quiz()
        self._ends()
        self._triggers()
        self._calculated()
        return self.making.finish()

    def _pages(self, pages: list[dict[str, Any]]) -> None:
        from hamdel.listen.exchange.surveyjs_questions import Elements

        elements = Elements(self)
        outside = self._outside()
        for form in pages:
            title = self.texts(form.get("title")) if form is not self.form else {}
            page = self.making.page(title=title, text=self.texts(form.get("description")))
            page.random_order = form.get("questionsOrder", form.get("questionOrder")) == "random"
            if form is pages[0]:
                self._hidden(outside)
            page.conditions = self.conditions(form)
            elements.add(form.get("elements", form.get("questions")), [], 0)

    def _outside(self) -> list[str]:
        """Return names that texts and conditions use although no question has them: they were set from outside."""
        names: set[str] = set()
        used: dict[str, str] = {}
        _names(self.form, names, used, 0)
        own = {
            one
            for form in items(self.form.get("calculatedValues"))
            if (one := text(mapping(form).get("name")).lower())
        }
        heads = {re.split(r"[.\[]", name)[0] for name in names}
        strangers = (key for key in used if re.split(r"[.\[]", key)[0] not in heads | own | OWN_WORDS)
        return [used[key] for key in strangers if SIMPLE.fullmatch(used[key])][:MOST_HIDDEN]

    def _hidden(self, names: list[str]) -> None:
        for name in names:
            asked = self.making.ask(name, "hidden", {self.making.languages[0]: name})
            self.making.know(name, asked)
            self.report.change("embedded", name)

    # Texts

    def texts(self, value: Any, place: str = "") -> Texts:
        """Return a text by language, plain and with insertions."""
        by_language = value if isinstance(value, dict) else {"default": value}
        found = {}
        for language, words in by_language.items():
            code = self.making.languages[0] if language == "default" else language
            if code in self.making.languages and (said := plain(words, self.report, place)):
                found[code] = piped(said, PIPE, self._key_of, self.report, place)
        return found

    def _key_of(self, found: re.Match[str]) -> str | None:
        name = found[2].strip()
        subject = None if found[1] else self.making.subjects.get(name.lower())
        return subject.field if subject and "." not in subject.field else None

    # Conditions

    def conditions(self, form: dict[str, Any], place: str = "") -> list[Condition]:
        """Return what decides whether a page, panel or question is shown."""
        if form.get("visible") is False and not text(form.get("visibleIf")):
            return [lambda: {"any": []}]
        found = [text(form.get("visibleIf"))]
        if words := text(form.get("enableIf")):
            self.report.change("enabled", place)
            found.append(words)
        return [self.condition(words) for words in found if words]

    def condition(self, words: str) -> Condition:
        def rule() -> RuleForm:
            counted = re.sub(r"\{questionCount\}", str(self._right_answers()), words, flags=re.IGNORECASE)
            return rule_of(read_expression(counted), self._find)

        return rule

    def _find(self, name: str) -> Subject:
        if name.lower() == "correctanswers" and self.making.quiz is not None:
            return Subject("score.points", "number")
        return self.making.find(name)

    # Around the questions

    def _right_answers(self) -> int:
        asked = [asked.form for page in self.making.pages for asked in page.asked]
        return sum(
            1 for form in asked if "right" in form or any(one.get("right") for one in form.get("choices", ()))
        )

    def _quiz(self) -> None:
        if not self._right_answers():
            return
        seconds = whole(self.form.get("timeLimit", self.form.get("maxTimeToFinish")))
        self.making.quiz = {"feedback": "end"} | ({"seconds": seconds} if seconds else {})

    def _ends(self) -> None:
        keys = Names("end")
        for form in map(mapping, items(self.form.get("completedHtmlOnCondition"))):
            words = self.texts(form.get("html"))
            if words:
                self.making.ends.append(
                    End(keys.take("end"), words, self.condition(text(form.get("expression"))))
                )
        link = text(self.form.get("navigateToUrl"))
        words = self.texts(self.form.get("completedHtml"))
        if words or link:
            thanks = words or dict.fromkeys(self.making.languages, "✓")
            is_safe = link.startswith(("https://", "http://"))
            self.making.ends.append(End("thanks", thanks, url=link if is_safe else ""))

    def _triggers(self) -> None:
        for form in map(mapping, items(self.form.get("triggers"))):
            kind, words = text(form.get("type")).removesuffix("trigger"), text(form.get("expression"))
            if kind == "complete" and words and self.making.pages:
                for page in self.making.pages[:-1]:
                    if any(asked.form["key"] in self._named(words) for asked in page.asked):
                        page.jumps.append(Jump(self.condition(words), lambda: "end", short(words)))
            elif kind == "skip" and words:
                self._skip(words, text(form.get("gotoName")))
            else:
                self.report.drop("trigger", kind=kind or "?")

    def _skip(self, words: str, target: str) -> None:
        subject = self.making.subjects.get(target.lower())
        key = subject.field if subject else ""
        goal = next(
            (page for page in self.making.pages if any(one.form["key"] == key for one in page.asked)), None
        )
        for page in self.making.pages:
            if any(asked.form["key"] in self._named(words) for asked in page.asked):
                page.jumps.append(
                    Jump(self.condition(words), lambda: goal.key if goal else None, short(words))
                )

    def _named(self, words: str) -> set[str]:
        names = (found[2].strip().lower() for found in PIPE.finditer(words))
        return {self.making.subjects[name].field for name in names if name in self.making.subjects}

    def _calculated(self) -> None:
        for form in map(mapping, items(self.form.get("calculatedValues"))):
            self.report.drop(
                "prices", text=short(f"{text(form.get('name'))} = {text(form.get('expression'))}")
            )
        if self.form.get("cookieName") or self.form.get("logo"):
            self.report.drop("theme")
