"""The strict look at one question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hamdel.listen.surveys.definition.metric import Metric
from hamdel.listen.surveys.definition.parts import NONE, OTHER, WITH_CHOICES, Kind

LOOKS = ("numbers", "stars", "faces")
LARGEST = 1e15
LONGEST_PATTERN = 200
# A repetition inside a repeated group takes for ever on some texts.
ENDLESS = re.compile(r"[+*}]\)?[+*{]|\([^()]*[+*}|][^()]*\)[+*{]")
RESERVED = {"page", "once", "language", "channel", "touchpoint", "uid", "lang", "place"}
BOUNDED = {Kind.SLIDER, Kind.NUMBER}


class QuestionCheck:
    """The part of the check that knows questions; `checking.py` has the rest of it."""

    seen: dict[str, str]
    parts: set[str]
    say: Any
    key: Any
    texts: Any
    rule: Any
    rule_of_choice: Any
    number: Any
    list_of: Any
    unique: Any

    def question(self, form: Mapping[str, Any], where: str) -> None:
        key, kind = form.get("key"), form.get("kind")
        if self.key(key, f"{where}.key"):
            self.new_key(str(key), where)
        self.rule(form.get("shown_if"), f"{where}.shown_if")
        if kind not in list(Kind):
            self.say(f"{where}.kind", _("Choose one of these kinds: %(kinds)s.") % {"kinds": ", ".join(Kind)})
            return
        self.wording(form, Kind(kind), where)
        if kind in WITH_CHOICES:
            self.choices(form, "choices", where, fewest=2 if kind == Kind.RANKING else 1)
        if kind == Kind.MATRIX:
            self.choices(form, "rows", where, fewest=1)
        self.bounds(form, Kind(kind), where)
        if isinstance(key, str):
            self.remember(form, key)

    def new_key(self, key: str, where: str) -> None:
        if key in RESERVED:
            self.say(
                f"{where}.key", _("“%(key)s” has a meaning of its own: choose another key.") % {"key": key}
            )
        if key in self.seen:
            self.say(f"{where}.key", _("“%(key)s” is there twice: give each its own key.") % {"key": key})

    def wording(self, form: Mapping[str, Any], kind: Kind, where: str) -> None:
        self.texts(form, "text", where, required=kind != Kind.HIDDEN)
        for name in ("help", "low_label", "high_label", "unit", "pattern_text", "other", "none"):
            self.texts(form, name, where)
        feedback = form.get("feedback")
        if feedback is not None and not isinstance(feedback, Mapping):
            self.say(f"{where}.feedback", _("Write feedback for right and wrong answers, or leave it out."))
        elif feedback:
            self.texts(feedback, "right", f"{where}.feedback")
            self.texts(feedback, "wrong", f"{where}.feedback")
        self.image(form.get("image"), f"{where}.image")

    def image(self, form: Any, where: str) -> None:
        if form is None:
            return
        if not isinstance(form, Mapping) or not re.fullmatch(
            r"[A-Za-z0-9_-]{1,64}", str(form.get("file") or "")
        ):
            self.say(where, _("Choose the picture again: its file is not named."))
            return
        self.texts(form, "alt", where, required=not form.get("decorative"))

    def choices(self, form: Mapping[str, Any], name: str, where: str, *, fewest: int) -> None:
        found = self.list_of(form, name, where)
        if len(found) < fewest:
            self.say(f"{where}.{name}", _("Add something to choose from."))
        self.unique(f"{where}.{name}", [str(choice.get("value")) for choice in found])
        for n, choice in enumerate(found):
            self.choice(form, choice, f"{where}.{name}[{n}]")

    def choice(self, form: Mapping[str, Any], choice: Mapping[str, Any], where: str) -> None:
        value = choice.get("value")
        if not isinstance(value, str) or not re.fullmatch(r"[^\x00-\x20\x7f.]{1,60}", value):
            self.say(f"{where}.value", _("Write a value without blanks and dots, at most 60 letters."))
        if (value == OTHER and form.get("other")) or (value == NONE and form.get("none")):
            self.say(
                f"{where}.value",
                _("“%(value)s” has a meaning of its own: choose another.") % {"value": value},
            )
        image = choice.get("image")
        is_said_by_image = isinstance(image, Mapping) and not image.get("decorative")
        self.texts(choice, "text", where, required=not is_said_by_image)
        self.image(image, f"{where}.image")
        self.rule_of_choice(choice.get("shown_if"), f"{where}.shown_if")
        self.number(choice, "points", where, low=-1_000, high=1_000)

    def bounds(self, form: Mapping[str, Any], kind: Kind, where: str) -> None:
        fewest = self.number(form, "fewest", where, low=0, high=4_000, whole=True)
        most = self.number(form, "most", where, low=1, high=4_000, whole=True)
        if fewest is not None and most is not None and fewest > most:
            self.say(f"{where}.fewest", _("The least is more than the most."))
        self.number(form, "points", where, low=0, high=1_000)
        if kind == Kind.SCORE:
            self.score(form, where)
        elif kind in BOUNDED:
            self.numbers(form, kind, where)
        elif kind == Kind.DATE:
            self.days(form, where)
        elif kind == Kind.CONSTANT_SUM:
            self.number(form, "total", where, low=1, high=1_000_000)
        self.pattern(form, where)

    def score(self, form: Mapping[str, Any], where: str) -> None:
        if form.get("metric") is not None and form["metric"] not in list(Metric):
            self.say(f"{where}.metric", _("Choose nps, csat, ces1 or ces2."))
        if form.get("look") is not None and form["look"] not in LOOKS:
            self.say(f"{where}.look", _("Show the scale as numbers, stars or faces."))

    def numbers(self, form: Mapping[str, Any], kind: Kind, where: str) -> None:
        required = kind == Kind.SLIDER
        low = self.number(form, "low", where, low=-LARGEST, high=LARGEST, required=required)
        high = self.number(form, "high", where, low=-LARGEST, high=LARGEST, required=required)
        step = self.number(form, "step", where, low=1e-6, high=LARGEST)
        if low is not None and high is not None and low >= high:
            self.say(f"{where}.low", _("The lowest number is not below the highest."))
        elif required and low is not None and high is not None and (high - low) / (step or 1) > 10_000:
            self.say(f"{where}.step", _("The slider has too many steps: make them larger."))

    def days(self, form: Mapping[str, Any], where: str) -> None:
        for name in ("low", "high"):
            try:
                if form.get(name) is not None:
                    date.fromisoformat(form[name])
            except (TypeError, ValueError):
                self.say(f"{where}.{name}", _("Write the day as in 2026-03-21."))

    def pattern(self, form: Mapping[str, Any], where: str) -> None:
        pattern = form.get("pattern")
        if not pattern:
            return
        try:
            fits = isinstance(pattern, str) and len(pattern) <= LONGEST_PATTERN and bool(re.compile(pattern))
        except (re.error, OverflowError, RecursionError):
            fits = False
        if not fits:
            self.say(f"{where}.pattern", _("The pattern is no regular expression."))
        elif ENDLESS.search(pattern):
            self.say(
                f"{where}.pattern", _("The pattern could take for ever: do not repeat what repeats already.")
            )

    def remember(self, form: Mapping[str, Any], key: str) -> None:
        self.seen[key] = str(form.get("kind"))
        for name in ("choices", "rows"):
            items = form.get(name)
            for item in items if isinstance(items, list) else ():
                if isinstance(item, Mapping):
                    self.parts.add(f"{key}.{item.get('value')}")
        self.parts |= {f"{key}.other", f"{key}.none"}
