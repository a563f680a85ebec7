"""Conditions of Qualtrics: rows of comparisons, joined by their own words, over answers and embedded data."""

from __future__ import annotations

import re
from typing import Any

from hamdel.listen.exchange.conditions import (
    ALWAYS,
    NEVER,
    RuleForm,
    Subject,
    compare,
    empty,
    is_,
    joined,
    negated,
)
from hamdel.listen.exchange.making import Condition, Making
from hamdel.listen.exchange.report import CannotSay
from hamdel.listen.exchange.shapes import items, mapping, number, text

CONTACTS = {"Panel", "PanelData", "Contact"}
Settings = dict[str, list[tuple[list[Condition], str]]]


class Answers:
    """The answers a condition may name: those known where it stands come before those that are read later."""

    def __init__(self, making: Making) -> None:
        self.making, self.here = making, dict(making.subjects)

    def get(self, name: str) -> Subject | None:
        return self.here.get(name.lower()) or self.making.subjects.get(name.lower())

    def find(self, name: str) -> Subject:
        """Return the answer of this name. Raises CannotSay."""
        return self.get(name) or self.making.find(name)

    def rows(self, name: str) -> list[Subject]:
        """Return the rows of a table."""
        known = self.making.subjects | self.here
        return [one for key, one in known.items() if key.startswith(f"{name.lower()}/") and one.choices]


class Logic:
    """Reads one condition. `settings` are the embedded data that the flow sets, `turn` the row of the loop it stands in."""

    def __init__(self, answers: Answers, settings: Settings, turn: str = "") -> None:
        self.answers, self.settings, self.turn = answers, settings, turn

    def rule(self, logic: Any) -> RuleForm:
        """Return the rule: rows joined by their own word, and the sets they stand in likewise. Raises CannotSay."""
        sets = [mapping(one) for one in _numbered(logic)]
        return _in_turn([(text(one.get("Type")), self._rows(one)) for one in sets])

    def _rows(self, form: dict[str, Any]) -> RuleForm:
        rows = [mapping(one) for one in _numbered(form)]
        return _in_turn(
            [(text(row.get("Conjuction", row.get("Conjunction"))), self._row(row)) for row in rows]
        )

    def _row(self, row: dict[str, Any]) -> RuleForm:
        operand = text(row.get("LeftOperand")) or text(row.get("ChoiceLocator"))
        operator, kind = text(row.get("Operator")), text(row.get("LogicType"))
        if operator in {"Displayed", "NotDisplayed"}:
            raise CannotSay("displayed")
        if kind == "LoopAndMerge" and self.turn and operator in {"EqualTo", "NotEqualTo"}:
            is_it = operand.rpartition(",")[2] == self.turn
            return ALWAYS if is_it is (operator == "EqualTo") else NEVER
        if kind in {"EmbeddedField", "EmbeddedData"}:
            if settings := self.settings.get(operand.lower()):
                return _by_settings(settings, operator, text(row.get("RightOperand")))
            return _typed(self.answers.find(f"e://{operand}"), operator, row.get("RightOperand"))
        found = re.match(r"q://([^/]+)/(\w+)(?:/([^/]+))?(?:/([^/]+))?", operand)
        if kind in CONTACTS:
            raise CannotSay("contact")
        if kind not in {"Question", ""}:
            raise CannotSay("outside", text=kind)
        if found is None:
            raise CannotSay("syntax", text=operand)
        return self._of_question(found, operator, row.get("RightOperand"))

    def _of_question(self, found: re.Match[str], operator: str, right: Any) -> RuleForm:
        name, what, first, second = found[1], found[2], found[3], found[4]
        if what in {"ChoiceNumericEntryValue", "ChoiceTextEntryValue"} and first:
            return _typed(self._field(name, first), operator, right)
        if what in {"SelectableChoice", "SelectableAnswer"} and operator in {"Selected", "NotSelected"}:
            part = f"{name}/{first}" if second else name
            is_any_row = what == "SelectableAnswer" and not second
            chosen = self._selected(part, second or first or "", is_any_row=is_any_row)
            return chosen if operator == "Selected" else negated(chosen)
        if what in {"SelectedAnswerCount", "SelectedChoicesCount"}:
            raise CannotSay("expression", text=what)
        return _typed(self.answers.find(name), operator, right)

    def _field(self, name: str, part: str) -> Subject:
        """Return a field of a form, or the words beside the choice that is “other”."""
        own = self.answers.get(f"{name}/{part}")
        if own is not None:
            return own
        whole = self.answers.find(name)
        if whole.choices.get(part.lower()) == "other":
            return Subject(f"{whole.field}.other", "text")
        return whole

    def _selected(self, part: str, code: str, *, is_any_row: bool) -> RuleForm:
        rows = self.answers.rows(part) if is_any_row else []
        if rows:
            return joined("or", [_chosen(row, code) for row in rows])
        return _chosen(self.answers.find(part), code)


def _numbered(form: Any) -> list[Any]:
    return items({key: value for key, value in mapping(form).items() if str(key).isdigit()})


def _by_settings(settings: list[tuple[list[Condition], str]], operator: str, right: str) -> RuleForm:
    """Return when the flow has set embedded data to what is asked for; what is set last counts. Raises CannotSay."""
    if operator not in {"EqualTo", "NotEqualTo", "Empty", "NotEmpty", "Is", "IsNot"}:
        raise CannotSay("expression", text=operator)
    fits: RuleForm = NEVER
    for conditions, value in settings:
        here = joined("and", [condition() for condition in conditions])
        is_it = operator in {"Empty", "NotEmpty"} or value.lower() == right.lower()
        fits = joined("or", [here, fits]) if is_it else joined("and", [negated(here), fits])
    return fits if operator in {"EqualTo", "NotEmpty", "Is"} else negated(fits)


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
