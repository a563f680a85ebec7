"""Qualtrics .qsf: blocks of questions, a flow that leads through them, and texts by language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hamdel.listen.exchange.conditions import RuleForm, Subject, compare, empty, is_, joined, negated
from hamdel.listen.exchange.making import Condition, End, Full, Jump, Making, Page, Texts
from hamdel.listen.exchange.names import Names
from hamdel.listen.exchange.plain_text import piped, plain, short
from hamdel.listen.exchange.report import CannotSay, Report
from hamdel.listen.exchange.shapes import items, mapping, number, text, whole

DEEPEST = 30
MOST_TURNS = 60
PIPE = re.compile(r"\$\{([^{}]{1,200})\}")
LOOP = re.compile(r"\$\{lm://(Field/(\d+)|CurrentLoopNumber|TotalLoops)\}")
LANGUAGES = {
    "PB": "pt",
    "ZH-S": "zh",
    "ZH-T": "zh",
    "EN-GB": "en",
    "EN_GB": "en",
    "ES-ES": "es",
    "FR-CA": "fr",
    "SR-BA": "sr",
    "CH": "zh",
}


def looks_like(form: Any) -> bool:
    """Tell whether this is JSON of Qualtrics."""
    return isinstance(form, dict) and ("SurveyElements" in form or "SurveyEntry" in form)


def language_of(code: Any) -> str:
    """Return our code of a language of Qualtrics; "" when it is none."""
    known = LANGUAGES.get(text(code).upper()) or text(code).lower().split("-")[0]
    return known if re.fullmatch(r"[a-z]{2,3}", known) else ""


class QualtricsReader:
    """Reads one survey."""

    def __init__(self, form: dict[str, Any], report: Report) -> None:
        self.report = report
        self.entry = mapping(form.get("SurveyEntry"))
        self.questions: dict[str, dict[str, Any]] = {}
        self.elements: dict[str, list[Any]] = {}
        for element in map(mapping, items(form.get("SurveyElements"))):
            self._element(element)
        languages = [language_of(self.entry.get("SurveyLanguage")) or "en"]
        for payload in self.questions.values():
            languages += filter(None, map(language_of, mapping(payload.get("Language"))))
        self.making = Making(list(dict.fromkeys(languages))[:8], report)
        self.loop: dict[str, str] = {}

    def _element(self, element: dict[str, Any]) -> None:
        kind, payload = text(element.get("Element")), element.get("Payload")
        if kind != "SQ":
            self.elements.setdefault(kind, []).append(payload)
        elif isinstance(payload, dict):
            # The flow speaks of questions by the name of their element.
            name = text(element.get("PrimaryAttribute")) or text(payload.get("QuestionID"))
            if text(payload.get("QuestionID")) not in {"", name}:
                self.report.drop("reference", name=text(payload.get("QuestionID")))
            self.questions[name] = payload
        else:
            self.report.drop("broken_part", text(element.get("SecondaryAttribute")))

    @property
    def name(self) -> str:
        return plain(self.entry.get("SurveyName"), self.report)

    def read(self) -> dict[str, Any]:
        from hamdel.listen.exchange.qualtrics_questions import Questions

        self.asker = Questions(self)
        self.blocks = {
            text(block.get("ID")): block
            for payload in self.elements.get("BL", [])
            for block in map(mapping, items(payload))
        }
        self.skips: list[Callable[[], None]] = []
        self.page_of: dict[str, Page] = {}
        try:
            self._flow(self._root(), [], 0)
        except Full:
            self.report.drop("too_many", most=500)
        for skip in self.skips:
            skip()
        self._leftovers()
        return self.making.finish()

    def _root(self) -> list[Any]:
        flows = [items(mapping(payload).get("Flow")) for payload in self.elements.get("FL", [])]
        if flows and flows[0]:
            return flows[0]
        return [
            {"Type": "Block", "ID": key} for key, block in self.blocks.items() if block.get("Type") != "Trash"
        ]

    # The flow

    def _flow(self, flow: list[Any], conditions: list[Condition], depth: int) -> None:
        if depth > DEEPEST:
            self.report.drop("broken_part")
            return
        for step in map(mapping, flow):
            match text(step.get("Type")):
                case "Block" | "Standard":
                    self._block(text(step.get("ID")), conditions)
                case "Branch":
                    own = self.condition(step.get("BranchLogic"))
                    self._flow(items(step.get("Flow")), [*conditions, own], depth + 1)
                case "Group" | "Root":
                    self._flow(items(step.get("Flow")), conditions, depth + 1)
                case "BlockRandomizer":
                    inner, shown = items(step.get("Flow")), whole(step.get("SubSet"))
                    is_part = shown is not None and shown < len(inner)
                    self.report.change("random_choice" if is_part else "random_pages")
                    self._flow(inner, conditions, depth + 1)
                case "EmbeddedData":
                    self._embedded(step)
                case "EndSurvey":
                    self._end(step, conditions)
                case "WebService" | "Authenticator" | "TableOfContents" | "SupplementalData" | "Quota":
                    self.report.drop("web_service")
                case other:
                    self.report.drop("reference", name=other or "?")

    def _embedded(self, step: dict[str, Any]) -> None:
        if not self.making.pages:
            self.making.page()
        for field in map(mapping, items(step.get("EmbeddedData"))):
            name = text(field.get("Field"))
            if not name or f"e://{name}".lower() in self.making.subjects:
                continue
            asked = self.making.ask(name, "hidden", {self.making.languages[0]: name})
            self.making.know(f"e://{name}", asked)
            self.report.change("embedded", name)
            if text(field.get("Value")):
                self.report.change("default_value", name)

    def _end(self, step: dict[str, Any], conditions: list[Condition]) -> None:
        url = text(mapping(step.get("Options")).get("EOSRedirectURL"))
        key = "end"
        if url.startswith(("http://", "https://")):
            key = f"end:{Names('end', frozenset(end.key for end in self.making.ends)).take('end')}"
            words = dict.fromkeys(self.making.languages, "✓")
            self.making.ends.append(End(key[4:], words, url=url))
        if not self.making.pages:
            self.report.drop("branch", why="expression", why_words={"text": "EndSurvey"})
            return
        rule = _all(conditions)
        self.making.pages[-1].jumps.append(Jump(rule, lambda: key, "EndSurvey"))

    # Blocks

    def _block(self, identity: str, conditions: list[Condition]) -> None:
        block = self.blocks.get(identity)
        if block is None:
            self.report.drop("reference", name=identity)
            return
        elements = [mapping(one) for one in items(block.get("BlockElements"))]
        options = mapping(block.get("Options"))
        turns = self._turns(options)
        if turns:
            self.report.change("looped", text(block.get("Description")), count=len(turns))
        for turn in turns or [{}]:
            self.loop = turn
            self._pages(elements, options, conditions)
        self.loop = {}

    def _turns(self, options: dict[str, Any]) -> list[dict[str, str]]:
        rows = (
            mapping(mapping(options.get("LoopingOptions")).get("Static"))
            if options.get("Looping") == "Static"
            else {}
        )
        if text(options.get("Looping")) not in {"", "None", "Static"}:
            self.report.change("looped", count=1)
        turns = []
        for count, row in enumerate(items(rows)[:MOST_TURNS], 1):
            turns.append(
                {**{str(name): text(words) for name, words in mapping(row).items()}, "#": str(count)}
            )
        return turns

    def _pages(
        self, elements: list[dict[str, Any]], options: dict[str, Any], conditions: list[Condition]
    ) -> None:
        page = self._page(conditions)
        # Questions in random order on one page each have no counterpart: a page has its questions in random order.
        page.random_order = text(options.get("RandomizeQuestions")).lower() not in {"", "false", "none"}
        for element in elements:
            if text(element.get("Type")) == "Page Break":
                page = self._page(conditions)
                continue
            name = text(element.get("QuestionID"))
            payload = self.questions.get(name)
            if payload is None:
                self.report.drop("reference", name=name or text(element.get("Type")))
                continue
            for asked in self.asker.add(name, payload):
                if "DisplayLogic" in payload:
                    asked.conditions.append(self.condition(payload["DisplayLogic"]))
                if "InPageDisplayLogic" in payload:
                    asked.conditions.append(self.condition(payload["InPageDisplayLogic"]))
            self.page_of.setdefault(name, page)
            if items(element.get("SkipLogic")):
                self._skip_logic(items(element.get("SkipLogic")), page, elements)
                page = self._page(conditions)

    def _page(self, conditions: list[Condition]) -> Page:
        page = self.making.page()
        page.conditions = list(conditions)
        return page

    def _skip_logic(self, skips: list[Any], page: Page, elements: list[dict[str, Any]]) -> None:
        for skip in map(mapping, skips):
            goal, place = text(skip.get("SkipToDestination")), plain(skip.get("Description"), Report())
            step = {
                "Type": "Expression",
                "LogicType": "Question",
                "LeftOperand": skip.get("Locator"),
                "Operator": skip.get("Condition"),
            }
            rule = self.condition({"0": {"0": step}})
            page.jumps.append(Jump(rule, self._destination(goal, page, elements), short(place)))

    def _destination(self, goal: str, page: Page, elements: list[dict[str, Any]]) -> Callable[[], str | None]:
        def found() -> str | None:
            if goal == "ENDOFSURVEY":
                return "end"
            pages = self.making.pages
            mine = {text(element.get("QuestionID")) for element in elements}
            if goal == "ENDOFBLOCK":
                last = max(
                    (pages.index(self.page_of[name]) for name in mine if self.page_of.get(name) in pages),
                    default=-1,
                )
                return pages[last + 1].key if 0 <= last + 1 < len(pages) else "end"
            goal_page = self.page_of.get(goal)
            return goal_page.key if goal_page and goal_page is not page else None

        return found

    def _leftovers(self) -> None:
        bins = [block for block in self.blocks.values() if block.get("Type") == "Trash"]
        unused = sum(len(items(block.get("BlockElements"))) for block in bins)
        if unused:
            self.report.drop("unused", count=unused)
        scoring = [mapping(payload) for payload in self.elements.get("SCO", [])]
        if any(items(one.get("ScoringCategories")) for one in scoring):
            self.report.drop("scoring")
        options = [mapping(payload) for payload in self.elements.get("SO", [])]
        if any(text(one.get("Header")) + text(one.get("Footer")) for one in options):
            self.report.drop("script")
        for payload in map(mapping, self.elements.get("QO", [])):
            self._quota(payload)

    def _quota(self, payload: dict[str, Any]) -> None:
        name, limit = text(payload.get("Name")) or "quota", whole(payload.get("Occurrences"))
        if limit is None or not payload.get("Logic"):
            self.report.drop("quota", why="syntax", why_words={"text": ""}, name=name)
            return
        key = Names("quota", frozenset(quota["key"] for quota in self.making.quotas)).take(name)
        self.making.quotas.append(
            {
                "key": key,
                "name": name[:120],
                "if": self.condition(payload["Logic"]),
                "limit": limit,
                "to": "end",
            }
        )

    # Texts and conditions

    def texts(self, payload: dict[str, Any], part: str, place: str, path: tuple[str, ...] = ()) -> Texts:
        """Return a text in all languages: its own and those of the translations, which repeat the path."""
        found: Texts = {}
        for language, form in [("", payload), *mapping(payload.get("Language")).items()]:
            code = language_of(language) if language else self.making.languages[0]
            inner = mapping(form)
            for name in path:
                inner = mapping(inner.get(name))
            if code in self.making.languages and (words := self.said(inner.get(part), place)):
                found.setdefault(code, words)
        return found

    def said(self, words: Any, place: str = "") -> str:
        """Return one text as plain text, with insertions."""
        turned = (
            LOOP.sub(lambda found: self.loop.get(found[2] or "#", ""), text(words))
            if self.loop
            else text(words)
        )
        return piped(plain(turned, self.report, place), PIPE, self._key_of, self.report, place)

    def _key_of(self, found: re.Match[str]) -> str | None:
        kind, _slash, rest = found[1].partition("://")
        parts = rest.split("/")
        name = f"e://{parts[-1]}" if kind == "e" else parts[0]
        subject = self.making.subjects.get(name.lower()) if kind in {"e", "q"} else None
        return subject.field if subject else None

    def condition(self, logic: Any) -> Condition:
        """Return a condition: rows joined by their own word, and the sets they stand in likewise."""

        def rule() -> RuleForm:
            sets = [
                mapping(one) for one in items({k: v for k, v in mapping(logic).items() if str(k).isdigit()})
            ]
            if not sets:
                raise CannotSay("syntax", text="")
            return _in_turn([(text(one.get("Type")), self._rows(one)) for one in sets])

        return rule

    def _rows(self, form: dict[str, Any]) -> RuleForm:
        rows = [mapping(one) for one in items({k: v for k, v in form.items() if str(k).isdigit()})]
        return _in_turn(
            [(text(row.get("Conjuction", row.get("Conjunction"))), self._row(row)) for row in rows]
        )

    def _row(self, row: dict[str, Any]) -> RuleForm:
        """Return one comparison. Raises CannotSay."""
        operand, operator = (
            text(row.get("LeftOperand")) or text(row.get("ChoiceLocator")),
            text(row.get("Operator")),
        )
        if operator in {"Displayed", "NotDisplayed"}:
            raise CannotSay("displayed")
        if text(row.get("LogicType")) in {"EmbeddedField", "EmbeddedData"}:
            return _typed(self.making.find(f"e://{operand}"), operator, row.get("RightOperand"))
        found = re.match(r"q://([^/]+)/(\w+)(?:/([^/]+))?(?:/([^/]+))?", operand)
        if found is None or row.get("LogicType", "Question") != "Question":
            raise CannotSay("contact" if row.get("LogicType") else "syntax", text=operand)
        return _of_question(self.making, found, operator, row.get("RightOperand"))


def _all(conditions: list[Condition]) -> Condition:
    return lambda: joined("and", [condition() for condition in conditions])


def _in_turn(parts: list[tuple[str, RuleForm]]) -> RuleForm:
    """Join rules from first to last; "and" holds tighter than "or", as Qualtrics reads them."""
    if not parts:
        raise CannotSay("syntax", text="")
    groups: list[list[RuleForm]] = []
    for word, rule in parts:
        if groups and word.lower().startswith("and"):
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return joined("or", [joined("and", group) for group in groups])


def _of_question(making: Making, found: re.Match[str], operator: str, right: Any) -> RuleForm:
    name, what, first, second = found[1], found[2], found[3], found[4]
    if (
        what in {"ChoiceNumericEntryValue", "ChoiceTextEntryValue"}
        and first
        and f"{name}/{first}".lower() in making.subjects
    ):
        return _typed(making.find(f"{name}/{first}"), operator, right)
    if what in {"SelectableChoice", "SelectableAnswer"} and operator in {"Selected", "NotSelected"}:
        part = f"{name}/{first}" if second else name
        chosen = _selected(
            making, part, second or first or "", whole_matrix=what == "SelectableAnswer" and not second
        )
        return chosen if operator == "Selected" else negated(chosen)
    if what in {"SelectedAnswerCount", "SelectedChoicesCount"}:
        raise CannotSay("expression", text=what)
    return _typed(making.find(name), operator, right)


def _selected(making: Making, part: str, code: str, *, whole_matrix: bool = False) -> RuleForm:
    if whole_matrix:
        rows = [
            one for key, one in making.subjects.items() if key.startswith(f"{part.lower()}/") and one.choices
        ]
        if rows:
            return joined("or", [_chosen(row, code) for row in rows])
    return _chosen(making.find(part), code)


def _chosen(subject: Subject, code: str) -> RuleForm:
    if subject.kind == "cell":
        return is_(subject, "contains", value=f'"{subject.choices.get(code.lower(), code)}"')
    if subject.kind == "score":
        return compare(subject, "=", subject.choices.get(code.lower(), code))
    return compare(subject, "contains" if subject.kind == "multiple" else "=", code)


SIGNS = {
    "EqualTo": "=", "NotEqualTo": "≠", "GreaterThan": ">", "GreaterThanOrEqual": "≥", "LessThan": "<",
    "LessThanOrEqual": "≤", "Contains": "contains", "DoesNotContain": "notcontains", "Is": "=", "IsNot": "≠",
}  # fmt: skip


def _typed(subject: Subject, operator: str, right: Any) -> RuleForm:
    if operator in {"Empty", "NotEmpty"}:
        return empty(subject) if operator == "Empty" else negated(empty(subject))
    sign = SIGNS.get(operator)
    if sign is None:
        raise CannotSay("expression", text=operator)
    value = number(right) if number(right) is not None and subject.kind != "text" else text(right)
    if sign in {"≠", "notcontains"}:
        return negated(compare(subject, "=" if sign == "≠" else "contains", value))
    return compare(subject, sign, value)
