"""SurveyJS JSON: pages, panels, and what stands around the questions."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from hamdel.listen.exchange.conditions import RuleForm, Subject, rule_of
from hamdel.listen.exchange.expressions import Tree, read_expression, with_formulas
from hamdel.listen.exchange.making import Condition, End, Full, Jump, Making, Texts
from hamdel.listen.exchange.names import Names
from hamdel.listen.exchange.plain_text import piped, plain, short
from hamdel.listen.exchange.report import CannotSay, Report
from hamdel.listen.exchange.shapes import items, mapping, text, whole
from hamdel.listen.exchange.surveyjs_own import own, read_quotas, read_settings
from hamdel.listen.exchange.surveyjs_whole import formulas_in, languages_of, names_in
from hamdel.listen.surveys.definition.checking import is_web_address

MOST_HIDDEN = 40
SIMPLE = re.compile(r"[^\W\d][\w.-]{0,60}")
# Numbers alone are no insertion: people write regular expressions into their help.
PIPE = re.compile(r"\{(?![\d,\s]+\})(?:(panel|row|item)\.)?([^{}\n]{1,80})\}")
# What SurveyJS itself offers as an insertion; none of it is an answer.
OWN_WORDS = {
    "pageno",
    "pagecount",
    "locale",
    "questioncount",
    "correctanswers",
    "incorrectanswers",
    "correctedanswers",
    "panelindex",
    "visiblepanelindex",
    "rowindex",
    "rowvalue",
    "rowname",
    "rowtitle",
    "index",
    "item",
}


class SurveyJsReader:
    """Reads one survey."""

    def __init__(self, form: dict[str, Any], report: Report) -> None:
        self.form, self.report = form, report
        self.making = Making(languages_of(form), report)
        self.formulas: dict[str, Tree] = {}
        written: dict[str, str] = {}
        formulas_in(form, written, 0)
        for name, words in written.items():
            # One that cannot be read is said where it stands.
            with contextlib.suppress(CannotSay):
                self.formulas[name] = read_expression(words)

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
        self._settings()
        return self.making.finish()

    def _pages(self, pages: list[dict[str, Any]]) -> None:
        from hamdel.listen.exchange.surveyjs_questions import Elements

        elements = Elements(self)
        outside = self._outside()
        is_random = self.form.get("questionsOrder", self.form.get("questionOrder")) == "random"
        about = self.texts(self.form.get("description"))
        if about and self.form.get("pages"):
            self.making.page()
            self.making.ask("description", "statement", about)
        for form in pages:
            title = self.texts(form.get("title")) if form is not self.form else {}
            name = text(form.get("name")) if form is not self.form else ""
            page = self.making.page(title=title, text=self.texts(form.get("description")), name=name)
            own_order = form.get("questionsOrder", form.get("questionOrder"))
            page.random_order = own_order == "random" or (is_random and own_order in (None, "default"))
            if whole(form.get("timeLimit", form.get("maxTimeToFinish"))) and form is not self.form:
                self.report.drop("time_limit", self.making.default(title))
            if form is pages[0]:
                self._hidden(outside)
            page.conditions = self.conditions(form)
            elements.add(form.get("elements", form.get("questions")), [], 0)

    def _outside(self) -> list[str]:
        """Return names that texts and conditions use although no question has them: they were set from outside."""
        names: set[str] = set()
        used: dict[str, str] = {}
        names_in(self.form, names, used, 0)
        own = {
            one
            for form in items(self.form.get("calculatedValues"))
            if (one := text(mapping(form).get("name")).lower())
        }
        heads = {re.split(r"[.\[]", name)[0] for name in names}
        # The words beside “other” are an answer of their own.
        known = heads | own | OWN_WORDS
        strangers = (key for key in used if re.split(r"[.\[]", key)[0].removesuffix("-comment") not in known)
        return [used[key] for key in strangers if SIMPLE.fullmatch(used[key])][:MOST_HIDDEN]

    def _hidden(self, names: list[str]) -> None:
        for name in names:
            asked = self.making.ask(name, "hidden", {self.making.languages[0]: name})
            self.making.know(name, asked)
            self.report.change("embedded", name)

    # Texts

    def texts(self, value: Any, place: str = "") -> Texts:
        """Return a text by language, plain and with insertions."""
        found: Texts = {}
        for code, words in self.raw(value).items():
            said = piped(plain(words, self.report, place), PIPE, self._key_of, self.report, place)
            found |= {code: said} if said else {}
        return found

    def raw(self, value: Any) -> dict[str, Any]:
        """Return a text by language as it stands in the file."""
        by_language = value if isinstance(value, dict) else {"default": value}
        known = {
            self.making.languages[0] if language == "default" else language: words
            for language, words in by_language.items()
            if words is not None and not isinstance(words, dict | list)
        }
        return {code: words for code, words in known.items() if code in self.making.languages}

    def _key_of(self, found: re.Match[str]) -> str | None:
        name = found[2].strip()
        subject = None if found[1] else self.making.subjects.get(name.lower())
        field = subject.field if subject else "."
        return field if "." not in field or field.endswith(".other") else None

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
            return rule_of(with_formulas(read_expression(counted), self.formulas), self._find)

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
        if not self._right_answers() and not own(self.form).get("quiz"):
            if whole(self.form.get("timeLimit", self.form.get("maxTimeToFinish"))):
                self.report.drop("time_limit")
            return
        seconds = whole(self.form.get("timeLimit", self.form.get("maxTimeToFinish")))
        self.making.quiz = {"feedback": "end"} | ({"seconds": seconds} if seconds else {})

    def _ends(self) -> None:
        keys = Names("end")
        for form in map(mapping, items(self.form.get("completedHtmlOnCondition"))):
            words = self.texts(form.get("html"))
            condition = self.condition(text(form.get("expression")))
            if own(form):
                self.making.ends.append(self._own_end(own(form), keys, condition))
            elif words:
                self.making.ends.append(End(keys.take("end"), words, condition))
        for form in map(mapping, items(self.form.get("navigateToUrlOnCondition"))):
            if url := self._address(text(form.get("url"))):
                self.making.ends.append(
                    End(keys.take("end"), {}, self.condition(text(form.get("expression"))), url=url)
                )
        link = self._address(text(self.form.get("navigateToUrl")))
        words = self.texts(self.form.get("completedHtml"))
        if ours := own(mapping(self.form.get("completedHtmlBeside"))):
            self.making.ends.append(self._own_end(ours, keys, None))
        elif words or link:
            self.making.ends.append(End("thanks", words, url=link))

    def _own_end(self, form: dict[str, Any], keys: Names, condition: Condition | None) -> End:
        """Return an end as our own export wrote it beside the words for SurveyJS."""
        link = mapping(form.get("link"))
        url = text(link.get("url"))
        return End(
            keys.take(form.get("key") or "end"), self.raw(form.get("text")), condition,
            url=url if is_web_address(url) else "", url_text=self.raw(link.get("text") or {}),
            title=self.raw(form.get("title") or {}),
        )  # fmt: skip

    def _address(self, url: str) -> str:
        """Return a web address an end may link to; where people were sent at once, the report says so."""
        if not url:
            return ""
        if not is_web_address(url):
            self.report.drop("end", why="expression", why_words={"text": url})
            return ""
        self.report.change("redirect", url=url)
        return url

    def _triggers(self) -> None:
        for form in map(mapping, items(self.form.get("triggers"))):
            kind, words = text(form.get("type")).removesuffix("trigger"), text(form.get("expression"))
            if own(form) and words:
                self._led(own(form), words)
            elif kind == "complete" and words and self.making.pages:
                for page in self.making.pages[:-1]:
                    if any(asked.form["key"] in self._named(words) for asked in page.asked):
                        page.jumps.append(Jump(self.condition(words), lambda: "end", short(words)))
            elif kind == "skip" and words:
                self._skip(words, text(form.get("gotoName")))
            else:
                named = text(form.get("setToName")) or text(form.get("runExpression")) or words
                self.report.drop("trigger", kind=f"{kind or '?'} {named}".strip())

    def _led(self, way: dict[str, Any], words: str) -> None:
        """Lead on from a page as our own export says it."""
        to = text(way.get("to"))
        for page in self.making.pages:
            if page.key == text(way.get("page")):
                page.jumps.append(Jump(self.condition(words), lambda: to, short(words)))

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

    def _settings(self) -> None:
        form, settings = self.form, self.making.settings
        if form.get("showPrevButton") is False:
            settings["back"] = False
        if form.get("showProgressBar") in (False, "off"):
            settings["progress"] = False
        if text(form.get("cookieName")):
            settings["one_per_person"] = True
        if form.get("logo") or form.get("theme") or form.get("backgroundImage"):
            self.report.drop("theme")
        for part in ("startSurveyText", "pagePrevText", "pageNextText", "completeText"):
            if said := self.making.default(self.raw(form.get(part))):
                self.report.drop("buttons", text=short(said))
        if form.get("showPreviewBeforeComplete") not in (None, False, "noPreview"):
            self.report.drop("setting", why="preview")
        if whole(form.get("timeLimitPerPage", form.get("maxTimeToFinishPage"))):
            self.report.drop("time_limit")
        if form.get("data"):
            self.report.drop("sample_answers")
        read_settings(form, self.making)
        self.making.quotas += read_quotas(form)
