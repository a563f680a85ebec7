"""A question as a page shows it, in one language, with what was answered or typed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from hamdel.ground.calendar.days import Calendar, ymd
from hamdel.ground.calendar.digits import in_digits_of, to_latin
from hamdel.ground.calendar.words import month_name
from hamdel.listen.surveys.definition import (
    NONE,
    OTHER,
    Choice,
    Definition,
    Image,
    Kind,
    Metric,
    Question,
    Texts,
    piped,
)

# A slider of few steps is a scale to choose from: nothing is chosen before somebody chooses.
MOST_SCALE_STEPS = 11
TEMPLATES = {
    Kind.SCORE: "scale", Kind.SINGLE: "options", Kind.MULTIPLE: "options", Kind.MATRIX: "matrix",
    Kind.RANKING: "ranking", Kind.SLIDER: "line", Kind.TEXT: "line", Kind.LONG_TEXT: "area",
    Kind.NUMBER: "line", Kind.DATE: "day", Kind.PHONE: "line", Kind.EMAIL: "line", Kind.FILE: "file",
    Kind.CONSENT: "consent", Kind.STATEMENT: "statement", Kind.CONSTANT_SUM: "sum",
}  # fmt: skip


class Option(NamedTuple):
    """Something to choose: the field it is sent in, its value there, its words, whether it is chosen, its picture."""

    name: str
    value: str
    label: str
    is_chosen: bool
    image: Picture | None = None
    own: str = ""


class Picture(NamedTuple):
    address: str
    alt: str


class Row(NamedTuple):
    """A row of a matrix: its words, what may be chosen in it, its picture."""

    label: str
    options: list[Option]
    image: Picture | None


@dataclass
class Asked:
    """One question on a page. `typed` is what was sent, or what was answered, as form fields."""

    asks: Definition
    question: Question
    language: str
    metric: Metric | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    seed: str = ""

    def say(self, texts: Texts | None) -> str:
        return piped(self.asks, texts or {}, self.answers, self.language)

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def template(self) -> str:
        if self.question.kind == Kind.SLIDER and self.scale:
            return "respond/scale.html"
        return f"respond/{TEMPLATES[self.question.kind]}.html"

    @cached_property
    def text(self) -> str:
        return self.say(self.question.text)

    @cached_property
    def help(self) -> str:
        return self.say(self.question.help)

    @property
    def required(self) -> bool:
        return self.question.required

    @property
    def look(self) -> str:
        return self.question.look

    @property
    def low_label(self) -> str:
        return self.say(self.question.low_label)

    @property
    def high_label(self) -> str:
        return self.say(self.question.high_label)

    @property
    def image(self) -> Picture | None:
        return self.picture(self.question.image)

    def picture(self, image: Image | None) -> Picture | None:
        return Picture(f"/files/{image.file}", self.say(image.alt)) if image else None

    @property
    def described(self) -> str:
        """Return the ids of what describes the field besides its name."""
        ids = [f"{self.key}-help"] * bool(self.help or self.hint) + [f"{self.key}-error"] * bool(self.error)
        return " ".join(ids)

    @cached_property
    def value(self) -> str:
        return self.typed.get(self.key, "")

    @property
    def hint(self) -> str:
        """Return what may be written, where the field itself does not show it."""
        low, high = self.question.low, self.question.high
        match self.question.kind:
            case Kind.SLIDER:
                return _("A number from %(low)s to %(high)s") % {
                    "low": self.digits(low),
                    "high": self.digits(high),
                }
            case Kind.CONSTANT_SUM:
                return _("Together they make %(total)s.") % {"total": self.digits(self.question.total)}
            case Kind.RANKING:
                return _("Choose which comes first, second and so on.")
            case Kind.MULTIPLE if self.question.most and self.question.most < len(self.question.choices):
                return _("Choose at most %(most)s.") % {"most": self.digits(self.question.most)}
        return ""

    def digits(self, number: Any) -> str:
        return in_digits_of(self.language, f"{number:g}" if isinstance(number, float) else str(number))

    # Kinds

    @cached_property
    def scale(self) -> range | None:
        """Return the numbers of a score, or of a slider with few steps."""
        question = self.question
        if question.kind == Kind.SCORE:
            low, high = question.scale(self.metric)
            return range(low, high + 1)
        step = question.step or 1
        ends = (question.low, question.high, step)
        if (
            not all(isinstance(end, int) for end in ends)
            or (question.high - question.low) // step >= MOST_SCALE_STEPS
        ):
            return None
        return range(question.low, question.high + 1, int(step))

    @property
    def steps(self) -> list[tuple[int, bool]]:
        """Return each number of the scale and whether it is the chosen one."""
        chosen = to_latin(self.value)
        return [(score, str(score) == chosen) for score in self.scale or ()]

    @property
    def ordered(self) -> list[Choice]:
        """Return the choices, in an order of this respondent's own if it is to be random."""
        choices = list(self.question.choices)
        if self.question.random_order:
            random.Random(f"{self.seed}{self.key}").shuffle(choices)
        return choices

    @property
    def several(self) -> bool:
        return self.question.kind == Kind.MULTIPLE

    @property
    def options(self) -> list[Option]:
        question = self.question
        last = [
            Choice(value, texts)
            for value, texts in ((OTHER, question.other), (NONE, question.none))
            if texts is not None
        ]
        return [self.option(choice) for choice in self.ordered + last]

    def option(self, choice: Choice) -> Option:
        if self.several:
            name, value = f"{self.key}.{choice.value}", "1"
        else:
            name, value = self.key, choice.value
        is_own = choice.value == OTHER and self.question.other is not None
        return Option(
            name, value, self.say(choice.text), self.typed.get(name, "") == value, self.picture(choice.image),
            own=f"{self.key}.{OTHER}" if is_own else "",
        )  # fmt: skip

    @property
    def own_words(self) -> str:
        return self.typed.get(f"{self.key}.{OTHER}", "")

    @property
    def rows(self) -> list[Row]:
        return [
            Row(self.say(row.text), [self.cell(row, c) for c in self.ordered], self.picture(row.image))
            for row in self.question.rows
        ]

    def cell(self, row: Choice, choice: Choice) -> Option:
        name = f"{self.key}.{row.value}"
        name, value = (f"{name}.{choice.value}", "1") if self.question.several else (name, choice.value)
        return Option(name, value, self.say(choice.name), self.typed.get(name, "") == value)

    @property
    def cells(self) -> str:
        return "checkbox" if self.question.several else "radio"

    @property
    def places(self) -> list[tuple[str, str, list[Option]]]:
        """Return each place of a ranking: its field, its name, what may stand there."""
        found = []
        for n in range(1, len(self.question.choices) + 1):
            name = f"{self.key}.{n}"
            options = [
                Option(name, c.value, self.say(c.name), self.typed.get(name, "") == c.value)
                for c in self.ordered
            ]
            found.append((name, _("Place %(n)s") % {"n": self.digits(n)}, options))
        return found

    @property
    def parts(self) -> list[Option]:
        """Return the fields of a constant sum: `value` is what stands in them."""
        return [
            Option(
                name := f"{self.key}.{c.value}", self.typed.get(name, ""), self.say(c.text), is_chosen=False,
                image=self.picture(c.image),
            )
            for c in self.ordered
        ]  # fmt: skip

    @property
    def gallery(self) -> list[tuple[Picture, str]]:
        """Return the pictures of a ranking, each with the name its choice has in the lists; alike words are said once."""
        shown = [(self.picture(choice.image), self.say(choice.name)) for choice in self.ordered]
        return [
            (picture._replace(alt="") if picture.alt == name else picture, name)
            for picture, name in shown
            if picture
        ]

    @property
    def unit(self) -> str:
        return self.say(self.question.unit)

    @property
    def line(self) -> dict[str, str]:
        """Return how one line is typed: its type, its keyboard, what the browser may fill in, its direction."""
        kinds = {
            Kind.PHONE: {"type": "tel", "keys": "tel", "fill": "tel", "dir": "ltr"},
            Kind.EMAIL: {"type": "email", "keys": "email", "fill": "email", "dir": "ltr"},
            Kind.NUMBER: {"type": "text", "keys": "decimal", "fill": "off", "dir": "ltr"},
            Kind.SLIDER: {"type": "text", "keys": "decimal", "fill": "off", "dir": "ltr"},
        }
        return kinds.get(self.question.kind, {"type": "text", "keys": "", "fill": "", "dir": "auto"})

    @property
    def track(self) -> str:
        """Return the ends and the step of a slider, for the script that draws one beside its field."""
        question = self.question
        ends = (question.low, question.high, question.step or 1)
        is_whole = all(isinstance(end, int | float) for end in ends)
        return (
            " ".join(map(str, ends)) if question.kind == Kind.SLIDER and is_whole and not self.scale else ""
        )

    @property
    def longest(self) -> int:
        return min(self.question.most or 4_000, 4_000) if self.question.kind == Kind.LONG_TEXT else 500

    @property
    def calendar(self) -> str:
        return Calendar.JALALI if self.language == "fa" else Calendar.GREGORIAN

    @property
    def months(self) -> list[tuple[int, str, bool]]:
        chosen = to_latin(self.typed.get(f"{self.key}.m", ""))
        language = self.language if self.language in {"fa", "en"} else "en"
        return [(n, month_name(n, self.calendar, language), str(n) == chosen) for n in range(1, 13)]

    @property
    def day(self) -> str:
        return self.typed.get(f"{self.key}.d", "")

    @property
    def year(self) -> str:
        return self.typed.get(f"{self.key}.y", "")

    @property
    def example_year(self) -> str:
        return self.digits(1370 if self.calendar == Calendar.JALALI else 1991)

    @property
    def kept(self) -> list[str]:
        """Return the names of files sent before."""
        found = self.answers.get(self.key)
        return [str(one.get("name", "")) for one in found] if isinstance(found, list) else []

    @property
    def may_send_several(self) -> bool:
        return (self.question.most or 1) > 1


def as_typed(asks: Definition, answers: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return answers as the form fields that would give them, so that a page can be shown again."""
    found: dict[str, str] = {}
    for key, value in answers.items():
        question = asks.by_key.get(key)
        if question is None:  # words of one's own
            found[key] = str(value)
        else:
            found |= _fields(question, value, language)
    return found


def _fields(question: Question, value: Any, language: str) -> dict[str, str]:
    key = question.key
    match question.kind:
        case Kind.MULTIPLE:
            return {f"{key}.{item}": "1" for item in value if item != OTHER or question.other is None}
        case Kind.RANKING:
            return {f"{key}.{n}": item for n, item in enumerate(value, 1)}
        case Kind.MATRIX:
            several = {f"{key}.{r}.{v}": "1" for r, vs in value.items() if isinstance(vs, list) for v in vs}
            return several | {f"{key}.{r}": v for r, v in value.items() if isinstance(v, str)}
        case Kind.CONSTANT_SUM:
            return {f"{key}.{item}": in_digits_of(language, str(number)) for item, number in value.items()}
        case Kind.DATE:
            calendar = Calendar.JALALI if language == "fa" else Calendar.GREGORIAN
            year, month, day = ymd(date.fromisoformat(value), calendar)
            shown = {
                "y": in_digits_of(language, str(year)),
                "m": str(month),
                "d": in_digits_of(language, str(day)),
            }
            return {f"{key}.{part}": text for part, text in shown.items()}
        case Kind.FILE | Kind.HIDDEN:
            return {}
        case Kind.CONSENT:
            return {key: "1"}
        case Kind.NUMBER | Kind.SLIDER:
            return {key: in_digits_of(language, str(value))}
    return {key: str(value)}
