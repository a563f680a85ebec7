"""Qualtrics .qsf: blocks of questions, a flow that leads through them, and texts by language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hamdel.listen.exchange.conditions import joined
from hamdel.listen.exchange.making import Condition, End, Full, Jump, Making, Page, Texts
from hamdel.listen.exchange.names import Names
from hamdel.listen.exchange.plain_text import piped, plain, short
from hamdel.listen.exchange.qualtrics_logic import Answers, Logic
from hamdel.listen.exchange.report import Report
from hamdel.listen.exchange.shapes import items, mapping, numbered, text, whole

DEEPEST = 30
MOST_TURNS = 60
PIPE = re.compile(r"\$\{([^{}]{1,200})\}")
# Words of a question that stand in the file: no answer is needed to say them.
WRITTEN = re.compile(
    r"\$\{q://([^/{}]+)/(QuestionText|QuestionDescription|(?:Choice|Answer)Description/([^/{}]+))\}"
)
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
        self.making = Making(list(dict.fromkeys(languages)), report)
        self.loop: dict[str, str] = {}
        # Embedded data the flow sets: under which conditions, and to what.
        self.set: dict[str, list[tuple[list[Condition], str]]] = {}
        self.placed: set[str] = set()

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
        from hamdel.listen.exchange.qualtrics_around import Around
        from hamdel.listen.exchange.qualtrics_questions import Questions

        self.asker = Questions(self)
        self.blocks = {
            text(block.get("ID")): block
            for payload in self.elements.get("BL", [])
            for block in map(mapping, items(payload))
        }
        self.page_of: dict[str, list[Page]] = {}
        try:
            self._flow(self._root(), [], 0)
        except Full:
            self.report.drop("too_many", most=500)
        self._leftovers()
        Around(self).read()
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
                    self._embedded(step, conditions)
                case "EndSurvey":
                    self._end(step, conditions)
                case "WebService" | "Authenticator" | "TableOfContents" | "SupplementalData" | "Quota":
                    self.report.drop("web_service")
                case other:
                    self.report.drop("reference", name=other or "?")

    def _embedded(self, step: dict[str, Any], conditions: list[Condition]) -> None:
        if not self.making.pages:
            self.making.page()
        for field in map(mapping, items(step.get("EmbeddedData"))):
            name, value = text(field.get("Field")), text(field.get("Value"))
            if not name:
                continue
            if f"e://{name}".lower() not in self.making.subjects:
                asked = self.making.ask(name, "hidden", {self.making.languages[0]: name})
                self.making.know(f"e://{name}", asked)
                self.report.change("embedded", name)
            if "${" in value:
                self.report.drop("set_value", name, text=f"{name} = {value}")
            elif value:
                self.set.setdefault(name.lower(), []).append((conditions, value))
                self.report.change("set_on_the_way", name, name=name, value=value)

    def _end(self, step: dict[str, Any], conditions: list[Condition]) -> None:
        options = mapping(step.get("Options"))
        key = self.end_at(text(options.get("EOSRedirectURL")))
        if text(options.get("EOSMessage")):
            self.report.drop("library_text")
        if not self.making.pages:
            self.report.drop("branch", why="expression", why_words={"text": "EndSurvey"})
            return
        rule = _all(conditions)
        self.making.pages[-1].jumps.append(Jump(rule, lambda: key, "EndSurvey"))

    def end_at(self, url: str) -> str:
        """Return where a jump to this web address leads here: an end of its own, or just the end."""
        if not url.startswith(("http://", "https://")):
            return "end"
        key = Names("end", frozenset(end.key for end in self.making.ends)).take("end")
        self.making.ends.append(End(key, self.making.thanks, url=url, is_led_to=True))
        self.report.change("redirect", url=url)
        return f"end:{key}"

    # Blocks

    def _block(self, identity: str, conditions: list[Condition]) -> None:
        block = self.blocks.get(identity)
        if block is None:
            self.report.drop("reference", name=identity)
            return
        elements = [mapping(one) for one in items(block.get("BlockElements"))]
        self.placed.add(identity)
        options = mapping(block.get("Options"))
        turns = self._turns(options)
        if turns:
            self.report.change("looped", text(block.get("Description")), count=len(turns))
        for turn in turns or [{}]:
            self.loop = turn
            only = [self._chosen(turn)] if "choice" in turn else []
            self._pages(elements, options, [*conditions, *only])
        self.loop = {}

    def _turns(self, options: dict[str, Any]) -> list[dict[str, str]]:
        """Return the turns of a loop: its fields by number, "#" its count, "key" its row, "choice" what it follows."""
        looping, own = text(options.get("Looping")), mapping(options.get("LoopingOptions"))
        rows = numbered(own.get("Static"))
        if looping == "Static":
            return [
                _turn(count, key, row) for count, (key, row) in enumerate([*rows.items()][:MOST_TURNS], 1)
            ]
        if looping != "Question":
            if looping not in {"", "None", "false"}:
                self.report.change("looped_by_answer")
            return []
        name = text(own.get("QID"))
        choices = numbered(self.questions.get(name, {}).get("Choices"))
        if not choices or "SelectedChoices" not in text(own.get("Locator")):
            self.report.change("looped_by_answer")
            return []
        found = []
        for count, (key, choice) in enumerate([*choices.items()][:MOST_TURNS], 1):
            said = {"1": text(mapping(choice).get("Display")), "choice": f"q://{name}/SelectableChoice/{key}"}
            found.append({**_turn(count, key, rows.get(key)), **said})
        return found

    def _chosen(self, turn: dict[str, str]) -> Condition:
        """Return the condition under which a turn is asked: its choice was made."""
        step = {"LogicType": "Question", "LeftOperand": turn["choice"], "Operator": "Selected"}
        return self.condition({"0": {"0": step}})

    def _pages(
        self, elements: list[dict[str, Any]], options: dict[str, Any], conditions: list[Condition]
    ) -> None:
        is_random = text(options.get("RandomizeQuestions")).lower() not in {"", "false", "none"}
        if is_random:
            self._note_shuffling(elements, options)
        page, own = self._page(conditions, is_random=is_random), dict[str, Page]()
        for element in elements:
            if text(element.get("Type")) == "Page Break":
                page = self._page(conditions, is_random=is_random)
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
            own[name] = page
            self.page_of.setdefault(name, []).append(page)
            if items(element.get("SkipLogic")):
                self._skip_logic(items(element.get("SkipLogic")), page, own)
                page = self._page(conditions, is_random=is_random)

    def _note_shuffling(self, elements: list[dict[str, Any]], options: dict[str, Any]) -> None:
        """Say what a page in random order cannot do: shuffle over pages, or ask only some of the questions."""
        advanced = mapping(mapping(options.get("Randomization")).get("Advanced"))
        if any(text(one.get("Type")) == "Page Break" for one in elements) or whole(
            advanced.get("QuestionsPerPage")
        ):
            self.report.change("random_block")
        if (
            whole(advanced.get("TotalRandSubset"))
            or items(advanced.get("RandomSubSet"))
            or items(advanced.get("Undisplayed"))
        ):
            self.report.change("random_choice")

    def _page(self, conditions: list[Condition], *, is_random: bool = False) -> Page:
        page = self.making.page()
        page.conditions, page.random_order = list(conditions), is_random
        return page

    def _skip_logic(self, skips: list[Any], page: Page, own: dict[str, Page]) -> None:
        for skip in map(mapping, skips):
            goal, place = text(skip.get("SkipToDestination")), plain(skip.get("Description"), Report())
            step = {
                "Type": "Expression",
                "LogicType": "Question",
                "LeftOperand": skip.get("Locator"),
                "Operator": skip.get("Condition"),
            }
            rule = self.condition({"0": {"0": step}})
            page.jumps.append(Jump(rule, self._destination(goal, page, own), short(place)))

    def _destination(self, goal: str, page: Page, own: dict[str, Page]) -> Callable[[], str | None]:
        """Return where a jump leads; `own` are the pages of this very block, in this turn of its loop."""

        def found() -> str | None:
            if goal == "ENDOFSURVEY":
                return "end"
            pages = self.making.pages
            if goal == "ENDOFBLOCK":
                mine = {one.key for one in own.values()}
                last = max((n for n, one in enumerate(pages) if one.origin in mine), default=len(pages))
                return pages[last + 1].key if last + 1 < len(pages) else "end"
            here = max((n for n, one in enumerate(pages) if one.origin == page.key), default=-1)
            wanted = {one.key for one in ([own[goal]] if goal in own else self.page_of.get(goal, []))}
            return next((one.key for one in pages[here + 1 :] if one.origin in wanted), None)

        return found

    def _leftovers(self) -> None:
        """Say which questions nobody would have been asked: those in the bin, and those no flow leads to."""
        binned = [block for block in self.blocks.values() if block.get("Type") == "Trash"]
        named = {name for block in binned for name in _names_in(block)}
        placed = {name for key in self.placed for name in _names_in(mapping(self.blocks.get(key)))}
        if unused := len(named - placed):
            self.report.drop("unused", count=unused)
        if unplaced := len(self.questions.keys() - placed - named):
            self.report.drop("unplaced", count=unplaced)

    # Texts and conditions

    def texts(self, payload: dict[str, Any], part: str, place: str, path: tuple[str, ...] = ()) -> Texts:
        """Return a text in all languages: its own and those of the translations, which repeat the path."""
        found: Texts = {}
        for language, form in [("", payload), *mapping(payload.get("Language")).items()]:
            code = language_of(language) if language else self.making.languages[0]
            inner = numbered(form)
            for name in path:
                inner = numbered(inner.get(name))
            if code in self.making.languages and (words := self.said(inner.get(part), place, code)):
                found.setdefault(code, words)
        return found

    def said(self, words: Any, place: str = "", language: str = "") -> str:
        """Return one text as plain text, with insertions."""
        turned = text(words)
        if self.loop:
            turned = LOOP.sub(lambda found: self.loop.get(found[2] or "#", ""), turned)
        turned = WRITTEN.sub(lambda found: self._written(found, language), turned)
        return piped(plain(turned, self.report, place), PIPE, self._key_of, self.report, place)

    def _written(self, found: re.Match[str], language: str) -> str:
        """Return words of another question; insertions within them are not followed."""
        payload = self.questions.get(found[1], {})
        own = next(
            (
                form
                for code, form in mapping(payload.get("Language")).items()
                if language_of(code) == language
            ),
            payload,
        )
        if found[3] is None:
            words = text(mapping(own).get("QuestionText")) or text(payload.get("QuestionText"))
        else:
            part = "Answers" if found[2].startswith("Answer") else "Choices"
            words = text(mapping(numbered(mapping(own).get(part)).get(found[3])).get("Display"))
        return PIPE.sub("…", words) or found[0]

    def _key_of(self, found: re.Match[str]) -> str | None:
        kind, _slash, rest = found[1].partition("://")
        parts, known = rest.split("/"), Answers(self.making)
        if kind == "e":
            subject = known.get(f"e://{parts[-1]}")
        elif kind == "q":
            # A field of a form has an answer of its own; words beside a choice are those of “other”.
            subject = known.get(f"{parts[0]}/{parts[-1]}") if len(parts) > 2 else None
            subject = subject or known.get(parts[0])
            if subject and subject.choices.get(parts[-1].lower()) == "other" and "TextEntry" in rest:
                return f"{subject.field}.other"
        else:
            subject = None
        return subject.field if subject and "." not in subject.field else None

    def condition(self, logic: Any) -> Condition:
        """Return a condition; of questions that are asked several times it means the last one until here."""
        answers, turn = Answers(self.making), self.loop.get("key", "")
        return lambda: Logic(answers, self.set, turn).rule(logic)


def _turn(count: int, key: str, row: Any) -> dict[str, str]:
    fields = {str(name): text(words) for name, words in numbered(row).items()}
    return {**fields, "#": str(count), "key": str(key)}


def _names_in(block: dict[str, Any]) -> set[str]:
    return {text(mapping(one).get("QuestionID")) for one in items(block.get("BlockElements"))} - {""}


def _all(conditions: list[Condition]) -> Condition:
    return lambda: joined("and", [condition() for condition in conditions])
