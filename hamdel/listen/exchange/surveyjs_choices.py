"""SurveyJS questions with something to choose from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.conditions import Subject
from hamdel.listen.exchange.making import ONLY_IF, Asked, Making, Texts
from hamdel.listen.exchange.plain_text import short
from hamdel.listen.exchange.report import Report
from hamdel.listen.exchange.shapes import Choices, items, mapping, number, text, whole
from hamdel.listen.exchange.usual_words import NO, NONE, OTHER, REFUSED, UNKNOWN, YES

if TYPE_CHECKING:
    from hamdel.listen.exchange.surveyjs import SurveyJsReader


DEEPEST = 30
# What a condition about all items calls the one it is looking at.
ITEM = re.compile(r"\{\s*(?:item|choice)\s*\}")


def checks_of(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the validators of a question by their kind."""
    return {
        text(one.get("type")).removesuffix("validator"): one
        for one in map(mapping, items(form.get("validators")))
    }


MOST_NUMBERS = 200


class Choosing:
    """SurveyJS questions with something to choose from."""

    reader: SurveyJsReader
    making: Making
    report: Report
    languages: list[str]
    ask: Callable[..., Asked]
    title: Callable[[dict[str, Any]], str]

    def _radiogroup(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.choice(form, "single", place)]

    def _dropdown(self, form: dict[str, Any], place: str) -> list[Asked]:
        self.report.change("kind_dropdown", place)
        return [self.choice(form, "single", place)]

    def _checkbox(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.choice(form, "multiple", place)]

    def _tagbox(self, form: dict[str, Any], place: str) -> list[Asked]:
        self.report.change("kind_search", place)
        return [self.choice(form, "multiple", place)]

    def _imagepicker(self, form: dict[str, Any], place: str) -> list[Asked]:
        self.report.change("kind_image_choice", place)
        return [self.choice(form, "multiple" if form.get("multiSelect") is True else "single", place)]

    def _ranking(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.choice(form, "ranking", place)]

    def choice(self, form: dict[str, Any], kind: str, place: str) -> Asked:
        """Ask to choose; without choices in the file, ask for a text."""
        all_if = self.all_if(form, "choices", place)
        choices = self.choices(self._offered(form), place, all_if=all_if)
        if form.get("choicesByUrl"):
            self.report.drop("choices_elsewhere", place)
        if form.get("choicesOrder") in ("asc", "desc"):
            choices.forms.sort(
                key=lambda one: self.making.default(one["text"]), reverse=form["choicesOrder"] == "desc"
            )
        if not choices.forms:
            self.report.change("kind_text", place, kind=text(form.get("type")))
            return self.ask(form, "text", place)
        parts: dict[str, Any] = {
            "choices": choices.forms,
            "random_order": form.get("choicesOrder") == "random",
        }
        if kind != "ranking":
            self._others(form, kind, choices, parts)
        if kind == "multiple":
            counted = checks_of(form).get("answercount", {})
            parts |= {
                "fewest": whole(form.get("minSelectedChoices")) or whole(counted.get("minCount")),
                "most": whole(form.get("maxSelectedChoices")) or whole(counted.get("maxCount")),
            }
        elif kind == "ranking" and form.get("selectToRankEnabled") is True:
            parts["fewest"] = whole(form.get("minSelectedChoices")) or 1
            if most := whole(form.get("maxSelectedChoices")):
                self.report.drop("validation", place, why="ranked_most", why_words={"text": most})
        right = form.get("correctAnswer")
        wanted = {str(one).lower() for one in (right if isinstance(right, list) else [right])}
        for source, ours in choices.ours.items():
            if right is not None and source in wanted:
                next(one for one in choices.forms if one["value"] == ours).update(right=True, points=1)
        asked = self.ask(form, kind, place, **parts)
        self._know(form, asked, choices)
        return asked

    def _offered(self, form: dict[str, Any]) -> list[Any]:
        """Return the choices as written, those of another question it follows, or the numbers it counts through."""
        offered = [*items(form.get("choices"))]
        source = text(form.get("choicesFromQuestion"))
        if source:
            offered += self._carried(source, text(form.get("choicesFromQuestionMode")))
        low, high = number(form.get("choicesMin")), number(form.get("choicesMax"))
        if low is not None and high is not None and low <= high:
            step = whole(form.get("choicesStep")) or 1
            offered += [*range(int(low), int(high) + 1, step)][:MOST_NUMBERS]
        return offered

    def _carried(self, source: str, mode: str) -> list[Any]:
        """Return the choices of another question: all of them, or those that were chosen there, or were not."""
        found = self._choices_of(self.reader.form, source, 0)
        if mode not in {"selected", "unselected"}:
            return found
        word = "notcontains" if mode == "unselected" else "contains"
        carried = []
        for one in found:
            form = one if isinstance(one, dict) else {"value": one}
            written = json.dumps(str(form.get("value", "")), ensure_ascii=False)
            carried.append({**form, ONLY_IF: self.reader.condition(f"{{{source}}} {word} {written}")})
        return carried

    def _choices_of(self, part: Any, name: str, depth: int) -> list[Any]:
        """Return what the question of this name offers, wherever it stands."""
        if depth > DEEPEST * 3:
            return []
        if isinstance(part, dict):
            if part.get("name") == name and items(part.get("choices")):
                return items(part["choices"])
            part = [*part.values()]
        if not isinstance(part, list):
            return []
        return next((found for inner in part if (found := self._choices_of(inner, name, depth + 1))), [])

    def _others(self, form: dict[str, Any], kind: str, choices: Choices, parts: dict[str, Any]) -> None:
        if form.get("hasOther") is True or form.get("showOtherItem") is True:
            parts["other"] = self.reader.texts(form.get("otherText")) or self.words(OTHER)
            choices.ours.setdefault("other", "other")
        if form.get("hasNone") is True or form.get("showNoneItem") is True:
            parts["none"] = self.reader.texts(form.get("noneText")) or self.words(NONE)
            choices.ours.setdefault("none", "none")
        for name, value, own, known in (("showRefuseItem", "refused", "refuseText", REFUSED),
                                        ("showDontKnowItem", "dontknow", "dontKnowText", UNKNOWN)):  # fmt: skip
            if form.get(name) is True:
                choices.add(value, self.reader.texts(form.get(own)) or self.words(known))
        alone = [
            one.get("value") for one in items(form.get("choices")) if mapping(one).get("isExclusive") is True
        ]
        if alone and kind == "multiple":
            self._exclusive(alone, choices, parts, self.title(form))

    def _exclusive(self, alone: list[Any], choices: Choices, parts: dict[str, Any], place: str) -> None:
        """Make the choice that excludes all others “none of these”."""
        ours = choices.ours.get(str(alone[0]).strip().lower())
        found = next((one for one in choices.forms if one["value"] == ours), None)
        if "none" in parts or len(alone) > 1 or found is None or len(choices.forms) < 2:
            self.report.change("exclusives", place)
            return
        choices.forms.remove(found)
        choices.ours[str(alone[0]).strip().lower()] = "none"
        self.making.beside(found, place)
        parts["none"] = found["text"]
        self.report.change("exclusive", place, choice=short(self.making.default(found["text"])))

    def _know(self, form: dict[str, Any], asked: Asked, choices: Choices) -> None:
        for name in filter(None, {text(form.get("name")), text(form.get("valueName"))}):
            self.making.subjects.pop(name.lower(), None)
            self.making.know(name, asked, choices.ours)
            if asked.form.get("other"):
                words = Subject(f"{asked.form['key']}.other", "text")
                self.making.subjects.setdefault(f"{name}-comment".lower(), words)

    def choices(self, forms: Any, place: str, fallback: str = "c", *, all_if: str = "") -> Choices:
        """Return choices, written as texts or as {"value", "text"}; `all_if` decides about each as its `{item}`."""
        choices = Choices(self.report, fallback, place=place)
        for form in items(forms):
            value = form.get("value", form.get("name")) if isinstance(form, dict) else form
            if isinstance(value, dict | list) or value is None or str(value).strip() == "":
                continue
            said = mapping(form).get("text", mapping(form).get("title"))
            words = self.reader.texts(said, place)
            only_if = self._only_if(mapping(form), value, all_if, place)
            # Points of a choice, as SurveyJS' own examples of quizzes name them.
            if points := number(mapping(form).get("score")):
                only_if["points"] = points
            choices.add(value, words or self.reader.texts(str(value)) or {self.languages[0]: "…"}, **only_if)
        return choices

    def _only_if(self, form: dict[str, Any], value: Any, all_if: str, place: str) -> dict[str, Any]:
        """Return what decides whether one choice is offered."""
        if text(form.get("enableIf")):
            self.report.change("enabled", place)
        written = json.dumps(str(value), ensure_ascii=False)
        words = [
            ITEM.sub(lambda _found: written, said)
            for said in (text(form.get("visibleIf")), text(form.get("enableIf")), all_if)
            if said
        ]
        found = [self.reader.condition(said) for said in words]
        found += [form[ONLY_IF]] if callable(form.get(ONLY_IF)) else []
        return {ONLY_IF: found} if found else {}

    def all_if(self, form: dict[str, Any], part: str, place: str) -> str:
        """Return the condition that decides about every item of a list: `choicesVisibleIf` and its like."""
        enabled = text(form.get(f"{part}EnableIf"))
        if enabled:
            self.report.change("enabled", place)
        return " and ".join(f"({one})" for one in (text(form.get(f"{part}VisibleIf")), enabled) if one)

    def _boolean(self, form: dict[str, Any], place: str) -> list[Asked]:
        yes, no = (form.get(name, default) for name, default in (("valueTrue", True), ("valueFalse", False)))
        choices = Choices(self.report, place=place)
        for value, label, words in ((yes, "labelTrue", YES), (no, "labelFalse", NO)):
            usable = value if isinstance(value, str | int | float) else label == "labelTrue"
            choices.add(usable, self.reader.texts(form.get(label)) or self.words(words))
        choices.ours |= {"true": choices.forms[0]["value"], "false": choices.forms[-1]["value"]}
        self.report.change("kind_boolean", place)
        if isinstance(right := form.get("correctAnswer"), bool | str | int) and right != "":
            wanted = choices.ours.get(
                ("true" if right else "false") if isinstance(right, bool) else str(right).lower()
            )
            for one in choices.forms:
                if one["value"] == wanted:
                    one.update(right=True, points=1)
        asked = self.ask(form, "single", place, choices=choices.forms)
        self._know(form, asked, choices)
        for name in filter(None, {text(form.get("name")), text(form.get("valueName"))}):
            self.making.subjects[name.lower()].yes = choices.forms[0]["value"]
        return [asked]

    def words(self, known: dict[str, str]) -> Texts:
        return {language: known.get(language, known["en"]) for language in self.languages}
