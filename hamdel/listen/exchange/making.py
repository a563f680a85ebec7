"""A survey in the making: pages and questions as they are read, with conditions that are settled at the end.

A condition may speak of a question that is read later, so readers hand in functions that give the rule; `finish`
calls them, drops what names nothing asked before, and divides pages where an answer decides about its own page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hamdel.listen.exchange.conditions import ALWAYS, NEVER, RuleForm, Subject, joined
from hamdel.listen.exchange.names import TAKEN, Names, slug
from hamdel.listen.exchange.plain_text import short
from hamdel.listen.exchange.report import CannotSay, Report

MOST_QUESTIONS = 500
MOST_LANGUAGES = 8
# Where a choice or a row in the making keeps the conditions it is offered under.
ONLY_IF = "only_if"
EMPTY: tuple[Any, ...] = (None, "", [], {})
Condition = Callable[[], RuleForm]
Texts = dict[str, str]


@dataclass
class Asked:
    """A question with what decides whether it is shown. `place` names it in the report."""

    form: dict[str, Any]
    place: str
    conditions: list[Condition] = field(default_factory=list)
    # One of several copies: that some of them are never shown is as it should be.
    is_copy: bool = False


@dataclass
class Jump:
    """Where to go after a page when a rule holds: to a page, or to an end."""

    condition: Condition
    to: Callable[[], str | None]
    place: str = ""


@dataclass
class Page:
    """A page in the making."""

    key: str
    title: Texts = field(default_factory=dict)
    text: Texts = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    random_order: bool = False
    # Of a page that was divided, the key of the whole: what jumps were written for.
    origin: str = ""


@dataclass
class End:
    key: str
    text: Texts
    condition: Condition | None = None
    url: str = ""
    url_text: Texts = field(default_factory=dict)
    title: Texts = field(default_factory=dict)
    # Seen only by those whom a jump or a quota leads here.
    is_led_to: bool = False


class Full(Exception):
    """The survey has more questions than a survey may have."""


class Making:
    """Collects one survey. `languages` are codes such as "fa", the default one first."""

    def __init__(self, languages: list[str], report: Report) -> None:
        self.languages = languages[:MOST_LANGUAGES]
        self.report = report
        if languages[MOST_LANGUAGES:]:
            report.drop("languages", languages=", ".join(languages[MOST_LANGUAGES:]))
        self.pages: list[Page] = []
        self.ends: list[End] = []
        self.quotas: list[dict[str, Any]] = []
        self.quiz: dict[str, Any] | None = None
        # What is not asked but how: dates, limits, anonymity, as `Survey.settings` has it.
        self.settings: dict[str, Any] = {}
        # What the file calls an answer → how rules name it.
        self.subjects: dict[str, Subject] = {}
        self.keys = Names("q", TAKEN)
        self.page_keys = Names("p")
        self.count = 0

    # Building

    def page(self, title: Texts | None = None, text: Texts | None = None, *, name: str = "") -> Page:
        key = self.page_keys.take((slug(name) and name) or f"p{len(self.pages) + 1}")
        page = Page(key, title or {}, text or {}, origin=key)
        self.pages.append(page)
        return page

    def ask(self, name: str, kind: str, text: Texts, *, place: str = "", **form: Any) -> Asked:
        """Add a question to the last page. Empty parts of the form are left out."""
        if self.count >= MOST_QUESTIONS:
            raise Full
        self.count += 1
        key = self.keys.take(name)
        if kind != "statement" and slug(name) and key not in {name, slug(name)}:
            self.report.change("renamed", old=name, new=key)
        elif kind != "statement" and key != name.lower():
            self.report.change("names", text=f"{name} → {key}")
        if not text.get(self.languages[0]):
            text = {**text, self.languages[0]: self.default(text) or key}
        kept = {part: value for part, value in form.items() if value is not False and value not in EMPTY}
        asked = Asked(
            {"key": key, "kind": kind, "text": text, **kept}, place or short(self.default(text)) or key
        )
        (self.pages[-1] if self.pages else self.page()).asked.append(asked)
        return asked

    def know(
        self, name: str, asked: Asked, choices: dict[str, str] | None = None, *, yes: str = ""
    ) -> Subject:
        """Remember what the file calls this answer."""
        form = asked.form
        subject = Subject(form["key"], form["kind"], choices or {}, yes=yes)
        self.subjects.setdefault(name.lower(), subject)
        return subject

    def find(self, name: str) -> Subject:
        """Return the answer of this name. Raises CannotSay."""
        subject = self.subjects.get(name.strip().lower())
        if subject is None:
            raise CannotSay("unknown_question", name=name)
        return subject

    @property
    def thanks(self) -> Texts:
        """Return what is said at the end where the file says nothing."""
        return {language: THANKS.get(language, THANKS["en"]) for language in self.languages}

    def part(self, key: str) -> Asked | None:
        """Return the question with this key."""
        return next((asked for page in self.pages for asked in page.asked if asked.form["key"] == key), None)

    def default(self, text: Texts) -> str:
        return next((text[language] for language in self.languages if text.get(language)), "")

    # Finishing

    def finish(self) -> dict[str, Any]:
        """Return the definition, format 2."""
        self._settle_questions()
        self._divide_pages()
        self._carry_hidden()
        pages = [page for page in self.pages if page.asked]
        if not pages:
            # A draft with a page to write on, rather than a refusal: that is what the file holds.
            self.report.drop("no_questions")
            pages = self.pages = [*self.pages[:1]] or [Page("p1")]
        leads = self._where_pages_lead(pages)
        form: dict[str, Any] = {
            "format": 2,
            "languages": self.languages,
            "pages": [self._page_form(page, number, pages, leads) for number, page in enumerate(pages)],
            "ends": [*self._ends()],
        }
        if quotas := [*self._kept_quotas()]:
            form["quotas"] = quotas
        return form | ({"quiz": self.quiz} if self.quiz else {})

    def _settle_questions(self) -> None:
        known: set[str] = set()
        for page in self.pages:
            kept: list[Asked] = []
            page_rule = self._rule(page.conditions, known, self.default(page.title))
            for asked in page.asked:
                rule = joined("and", [page_rule, self._rule(asked.conditions, known, asked.place)])
                if rule == NEVER:
                    if not asked.is_copy:
                        self.report.drop("never_shown", asked.place)
                    continue
                if rule != ALWAYS:
                    asked.form["shown_if"] = rule
                self._settle_choices(asked, known)
                kept.append(asked)
                known.add(asked.form["key"])
            page.asked = kept

    def _settle_choices(self, asked: Asked, known: set[str]) -> None:
        """Turn what decides about single choices and rows, kept under ONLY_IF until now, into their rules."""
        for name in ("choices", "rows"):
            for item in [*asked.form.get(name, ())]:
                rule = self._rule(item.pop(ONLY_IF, []), known, asked.place, "choice_condition")
                if rule == NEVER and len(asked.form[name]) > 1:
                    asked.form[name].remove(item)
                    self.report.drop("choice_never", asked.place)
                elif rule != ALWAYS:
                    item["shown_if"] = rule

    def beside(self, item: dict[str, Any], place: str) -> None:
        """Note that an answer that becomes “other” or “none of these” loses its condition."""
        if item.pop(ONLY_IF, []):
            self.report.cannot("choice_condition", CannotSay("beside"), place)

    def _rule(
        self, conditions: list[Condition], known: set[str], place: str, what: str = "condition"
    ) -> RuleForm:
        """Return all conditions as one rule; one that cannot be kept is reported and left out."""
        rules = []
        for condition in conditions:
            try:
                rules.append(self._checked(condition(), known))
            except CannotSay as reason:
                self.report.cannot(what, reason, place)
        return joined("and", rules)

    @staticmethod
    def _checked(rule: RuleForm, known: set[str]) -> RuleForm:
        for named in fields_of(rule):
            if named.partition(".")[0] not in known:
                raise CannotSay("unknown_question", name=named)
        return rule

    def _divide_pages(self) -> None:
        """Begin a new page before a question whose rule names an answer of its own page."""
        divided: list[Page] = []
        for page in self.pages:
            part = Page(page.key, page.title, page.text, random_order=page.random_order, origin=page.key)
            parts = [part]
            here: set[str] = set()
            for asked in page.asked:
                if asked_about(asked.form) & here:
                    part = Page(self.page_keys.take(f"{page.key}_2"), origin=page.key)
                    parts.append(part)
                    here = set()
                    self.report.change("split_pages", asked.place)
                part.asked.append(asked)
                # What the link brings is known before its page is shown.
                here |= {asked.form["key"]} if asked.form["kind"] != "hidden" else set()
            part.jumps = page.jumps
            if len(parts) > 1 and page.random_order:
                page.random_order = parts[0].random_order = False
                self.report.change("random_lost", self.default(page.title))
            divided += parts
        self.pages = divided

    def _carry_hidden(self) -> None:
        """Put hidden fields that stand alone on the next page: a page with nothing to see is passed over."""
        carried: list[Asked] = []
        for page in self.pages:
            if all(asked.form["kind"] == "hidden" for asked in page.asked) and page is not self.pages[-1]:
                carried += page.asked
                page.asked = []
            elif carried:
                page.asked = [*carried, *page.asked]
                carried = []

    def _where_pages_lead(self, pages: list[Page]) -> dict[str, str]:
        """Return where a jump to any page really leads: an empty page passes it on to the next one with questions."""
        leads: dict[str, str] = {}
        following = "end"
        for page in reversed(self.pages):
            following = page.key if page in pages else following
            leads[page.key] = following
        return leads

    def _page_form(self, page: Page, number: int, pages: list[Page], leads: dict[str, str]) -> dict[str, Any]:
        form: dict[str, Any] = {"key": page.key, "questions": [asked.form for asked in page.asked]}
        form |= {"title": page.title} if any(page.title.values()) else {}
        form |= {"text": page.text} if any(page.text.values()) else {}
        form |= {"random_order": True} if page.random_order else {}
        jumps = [*self._jumps(page, number, pages, leads)]
        return form | ({"next": jumps} if jumps else {})

    def _jumps(
        self, page: Page, number: int, pages: list[Page], leads: dict[str, str]
    ) -> Iterator[dict[str, Any]]:
        known = {asked.form["key"] for earlier in pages[: number + 1] for asked in earlier.asked}
        later = {other.key for other in pages[number + 1 :]}
        for jump in page.jumps:
            try:
                rule, to = self._checked(jump.condition(), known), jump.to()
                to = leads.get(to, to) if to else None
                if to is None or not (to.startswith("end") or to in later):
                    self.report.cannot("branch", CannotSay("backward"), jump.place)
                elif rule != NEVER:
                    yield {"if": rule, "to": to}
            except CannotSay as reason:
                self.report.cannot("branch", reason, jump.place)

    def _ends(self) -> Iterator[dict[str, Any]]:
        known = {asked.form["key"] for page in self.pages for asked in page.asked} | {"score"}
        plain: list[dict[str, Any]] = []
        for end in self.ends:
            form: dict[str, Any] = {"key": end.key, "text": end.text or self.thanks}
            form |= {"title": end.title} if end.title else {}
            link = {"url": end.url} | ({"text": end.url_text} if end.url_text else {})
            form |= {"link": link} if end.url else {}
            if end.is_led_to:
                yield form | {"if": NEVER}
                continue
            if end.condition is None:
                plain.append(form)
                continue
            try:
                yield form | {"if": self._checked(end.condition(), known)}
            except CannotSay as reason:
                self.report.cannot("end", reason)
        # Only one end can be that of everybody else.
        yield from ({**form, "if": NEVER} for form in plain[:-1])
        yield from plain[-1:] or [{"key": "thanks", "text": self.thanks}]

    def _kept_quotas(self) -> Iterator[dict[str, Any]]:
        known = {asked.form["key"] for page in self.pages for asked in page.asked}
        for quota in self.quotas:
            try:
                rule = self._checked(quota["if"](), known)
                yield {**quota, "if": rule}
            except CannotSay as reason:
                self.report.cannot("quota", reason, name=quota["name"])


THANKS = {
    "fa": "از پاسخ شما سپاسگزاریم.", "en": "Thank you for your answers.", "ar": "شكرًا على إجاباتكم.",
    "de": "Vielen Dank für Ihre Antworten.", "fr": "Merci pour vos réponses.", "es": "Gracias por sus respuestas.",
    "nl": "Bedankt voor uw antwoorden.", "tr": "Yanıtlarınız için teşekkür ederiz.",
}  # fmt: skip


def fields_of(rule: RuleForm) -> Iterator[str]:
    """Yield every field a rule names."""
    if "field" in rule:
        yield rule["field"]
    elif "not" in rule:
        yield from fields_of(rule["not"])
    else:
        for part in rule.get("all") or rule.get("any") or ():
            yield from fields_of(part)


def asked_about(question: dict[str, Any]) -> set[str]:
    """Return the keys of the questions that decide about a question or about what it offers."""
    items = [*question.get("choices", ()), *question.get("rows", ())]
    rules = (one.get("shown_if") or ALWAYS for one in (question, *items))
    return {name.partition(".")[0] for rule in rules for name in fields_of(rule)}
