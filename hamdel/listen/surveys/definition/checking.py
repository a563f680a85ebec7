"""The strict look at a definition before it is published or imported: what is wrong, where, and what to do about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from hamdel.ground.rules import NotARule, parse
from hamdel.listen.surveys.definition.checking_questions import QuestionCheck
from hamdel.listen.surveys.definition.form import ABOUT
from hamdel.listen.surveys.definition.parts import Kind
from hamdel.listen.surveys.definition.reading import (
    NotADefinition,
    looks_at_events,
    read_definition,
    upgraded,
)
from hamdel.listen.surveys.definition.words import PIPE

KEY = re.compile(r"[a-z0-9_]{1,40}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
LONGEST_TEXT = 5_000
# A page for every question, for surveys in which each answer decides about the next.
MOST_PAGES, MOST_QUESTIONS, MOST_CHOICES = 500, 500, 300


class Problem(NamedTuple):
    """One thing that is wrong. `where` is a path such as pages[0].questions[2].choices[1].value, `what` says what to do."""

    where: str
    what: str


def check_definition(form: Any) -> list[Problem]:
    """Return what keeps a definition from being published, in the active language; nothing when it may be."""
    if not isinstance(form, Mapping):
        return [Problem("", _("A survey is an object with pages."))]
    try:
        form = form if form.get("format") == 2 else upgraded(form)
    except (KeyError, TypeError, ValueError, AttributeError):
        return [Problem("", _("This is no survey: write format 2 with a list of pages."))]
    check = _Check(form)
    check.whole()
    if not check.problems:
        try:
            read_definition(form)
        except NotADefinition as error:
            check.say("", _("The survey cannot be read: %(why)s.") % {"why": error})
    return check.problems


class _Check(QuestionCheck):
    """Goes once over the form, from front to back, remembering which keys came before."""

    def __init__(self, form: Mapping[str, Any]) -> None:
        self.form = form
        self.problems: list[Problem] = []
        self.languages: list[str] = []
        self.seen: dict[str, str] = {}
        self.parts: set[str] = set()
        # What was asked on the pages before the one that is looked at.
        self.before: frozenset[str] = frozenset()
        self.page_keys: list[str] = []
        self.end_keys: set[str] = set()

    def say(self, where: str, what: str) -> None:
        self.problems.append(Problem(where, what))

    def whole(self) -> None:
        self.check_languages()
        pages = self.list_of(self.form, "pages", "", most=MOST_PAGES)
        if not pages:
            self.say("pages", _("Add a page with a question."))
        ends = self.list_of(self.form, "ends", "")
        self.page_keys = [str(page.get("key")) for page in pages]
        self.end_keys = {str(end.get("key")) for end in ends}
        self.unique("pages", self.page_keys)
        self.unique("ends", [str(end.get("key")) for end in ends])
        for n, page in enumerate(pages):
            self.page(page, n)
        if len(self.seen) > MOST_QUESTIONS:
            self.say("pages", _("Ask at most %(most)s questions.") % {"most": MOST_QUESTIONS})
        for n, end in enumerate(ends):
            self.end(end, f"ends[{n}]", is_last=n == len(ends) - 1)
        for n, quota in enumerate(self.list_of(self.form, "quotas", "")):
            self.quota(quota, f"quotas[{n}]")
        if self.form.get("quiz") is not None:
            self.quiz(self.form["quiz"])

    def check_languages(self) -> None:
        found = self.form.get("languages")
        if not isinstance(found, list) or not found or not all(map(is_language, found)) or has_twins(found):
            self.say("languages", _('Name the languages by their codes, as in ["fa", "en"].'))
            return
        self.languages = found

    def page(self, page: Mapping[str, Any], n: int) -> None:
        where, self.before = f"pages[{n}]", frozenset(self.seen)
        self.key(page.get("key"), f"{where}.key")
        self.texts(page, "title", where)
        self.texts(page, "text", where)
        self.rule(page.get("shown_if"), f"{where}.shown_if")
        questions = self.list_of(page, "questions", where, most=MOST_QUESTIONS)
        if not questions and not page.get("text") and not page.get("title"):
            self.say(f"{where}.questions", _("The page is empty: add a question or remove the page."))
        for m, question in enumerate(questions):
            self.question(question, f"{where}.questions[{m}]")
        for m, branch in enumerate(self.list_of(page, "next", where)):
            self.rule(branch.get("if"), f"{where}.next[{m}].if", required=True)
            self.target(branch.get("to"), f"{where}.next[{m}].to", n)

    def target(self, to: Any, where: str, n: int) -> None:
        if self.is_end(to) or to in self.page_keys[n + 1 :]:
            return
        if to in self.page_keys:
            self.say(where, _("Lead to a later page: nobody may go in a circle."))
        else:
            self.say(where, _("There is no such page or end: choose one of the survey's own."))

    def is_end(self, to: Any) -> bool:
        return to == "end" or (isinstance(to, str) and to.startswith("end:") and to[4:] in self.end_keys)

    def end(self, end: Mapping[str, Any], where: str, *, is_last: bool) -> None:
        self.key(end.get("key"), f"{where}.key")
        self.texts(end, "text", where, required=True)
        self.texts(end, "title", where)
        self.rule(end.get("if"), f"{where}.if")
        if is_last and end.get("if"):
            self.say(f"{where}.if", _("The last end is for everybody else: remove its rule."))
        link = end.get("link")
        if link is None:
            return
        if not isinstance(link, Mapping) or not is_web_address(link.get("url")):
            self.say(f"{where}.link.url", _("Write a whole web address, as in https://example.ir/thanks."))
            return
        self.texts(link, "text", f"{where}.link")

    def quota(self, quota: Mapping[str, Any], where: str) -> None:
        self.key(quota.get("key"), f"{where}.key")
        self.rule(quota.get("if"), f"{where}.if", required=True)
        self.number(quota, "limit", where, low=0, high=10_000_000, required=True, whole=True)
        if not self.is_end(quota.get("to", "end")):
            self.say(f"{where}.to", _("Say which end those see who come when it is full, as in end:full."))

    def quiz(self, quiz: Any) -> None:
        if not isinstance(quiz, Mapping):
            self.say("quiz", _("Write the quiz as an object, or leave it out."))
            return
        self.number(quiz, "pass_percent", "quiz", low=0, high=100)
        self.number(quiz, "seconds", "quiz", low=10, high=86_400, whole=True)
        if quiz.get("feedback") not in (None, "each", "end", "none"):
            self.say("quiz.feedback", _("Write each, end or none."))

    # What many parts have

    def list_of(self, form: Mapping[str, Any], name: str, where: str, *, most: int = MOST_CHOICES) -> list:
        path, found = f"{where}.{name}".lstrip("."), form.get(name)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
            self.say(path, _("Here belongs a list of objects."))
            return []
        if len(found) > most:
            self.say(path, _("There are at most %(most)s of them.") % {"most": most})
        return found

    def unique(self, where: str, keys: Iterable[str]) -> None:
        for key in sorted(key for key, times in Counter(keys).items() if times > 1):
            self.say(where, _("“%(key)s” is there twice: give each its own key.") % {"key": key})

    def key(self, key: Any, where: str) -> bool:
        if isinstance(key, str) and KEY.fullmatch(key):
            return True
        self.say(where, _("Write a key of small Latin letters, digits and underscores, at most 40."))
        return False

    def texts(self, form: Mapping[str, Any], name: str, where: str, *, required: bool = False) -> None:
        path, found = f"{where}.{name}", form.get(name)
        if found is None and not required:
            return
        if not isinstance(found, Mapping) or not all(isinstance(text, str) for text in found.values()):
            if found is not None or required:
                self.say(path, _("Write the text in each language, as in {“fa”: …, “en”: …}."))
            return
        default = self.languages[0] if self.languages else ""
        if required and default and not str(found.get(default, "")).strip():
            self.say(path, _("Write the text in the survey's first language."))
        for text in found.values():
            self.one_text(text, path)

    def one_text(self, text: str, path: str) -> None:
        if len(text) > LONGEST_TEXT:
            self.say(path, _("Shorten the text to %(most)s letters.") % {"most": f"{LONGEST_TEXT:,}"})
        if "\x00" in text or not is_writable(text):
            self.say(path, _("The text has characters that cannot be stored; type it anew."))
        for key in PIPE.findall(text):
            if key.removesuffix(".other") not in self.seen:
                self.say(
                    path,
                    _("“{{%(key)s}}” is no earlier question: its answer is not known here.") % {"key": key},
                )

    def rule(self, form: Any, where: str, *, required: bool = False) -> None:
        if not form:
            if required:
                self.say(where, _("Add the condition."))
            return
        try:
            rule = parse(form)
        except NotARule as error:
            self.say(where, str(error))
            return
        if looks_at_events(rule):
            self.say(where, _("Rules of a survey know its answers: remove what asks for events."))
        for field in fields_in(form):
            self.rule_field(field, where)

    def rule_of_choice(self, form: Any, where: str) -> None:
        """Look at the rule of a choice: answers of its own page are not there yet when it is offered."""
        problems = len(self.problems)
        self.rule(form, where)
        if len(self.problems) > problems:
            return
        for field in fields_in(form):
            named = field.partition(".")[0]
            # What the link brings is known before its page is shown.
            if named in self.seen.keys() - self.before and self.seen[named] != Kind.HIDDEN:
                self.say(
                    where,
                    _("“%(field)s” is asked on the same page: begin a page between the two.")
                    % {"field": field},
                )

    def rule_field(self, field: str, where: str) -> None:
        known = {*ABOUT, "score.points", "score.percent"} | self.seen.keys() | self.parts
        if field not in known:
            self.say(
                where,
                _("“%(field)s” is no answer given before: choose an earlier question.") % {"field": field},
            )

    def number(
        self, form: Mapping[str, Any], name: str, where: str, *, low: float, high: float,
        required: bool = False, whole: bool = False,
    ) -> float | None:  # fmt: skip
        found, path = form.get(name), f"{where}.{name}"
        if found is None and not required:
            return None
        fits = isinstance(found, int if whole else int | float) and not isinstance(found, bool)
        if not fits or not low <= found <= high:  # type: ignore[operator]  # a number by now
            self.say(
                path, _("Write a number from %(low)s to %(high)s.") % {"low": f"{low:,}", "high": f"{high:,}"}
            )
            return None
        return found  # type: ignore[return-value]


def fields_in(form: Any) -> list[str]:
    """Return the fields a rule's JSON names; those of events inside `did` are none of an answer's."""
    if isinstance(form, list):
        return [field for part in form for field in fields_in(part)]
    if not isinstance(form, Mapping) or "did" in form or "did not" in form:
        return []
    if "field" in form:
        return [form["field"]]
    return [field for part in form.values() for field in fields_in(part)]


def is_language(code: Any) -> bool:
    return isinstance(code, str) and LANGUAGE.fullmatch(code) is not None


def has_twins(items: list) -> bool:
    return len(set(items)) != len(items)


def is_web_address(url: Any) -> bool:
    """Tell whether a text is a whole address that a link may lead to."""
    return isinstance(url, str) and len(url) <= 2_000 and bool(re.fullmatch(r"https?://[^\s\"'<>\\]+", url))


def is_writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
