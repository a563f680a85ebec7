"""Trees of conditions become rules over answers, by what each question and its choices are called here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as part
from datetime import date
from typing import Any

from hamdel.listen.exchange.expressions import Call, Name, Not, Pair, Tree, Value
from hamdel.listen.exchange.report import CannotSay

RuleForm = dict[str, Any]
NUMBERS = frozenset({"score", "slider", "number", "constant_sum"})
NEGATED = {"≠": "=", "notcontains": "contains", "noneof": "anyof"}
FLIPPED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤"}
SET_OR_NOT = {"is set": "is not set", "is not set": "is set"}
ORDERING = frozenset(FLIPPED)
ALWAYS: RuleForm = {"all": []}
NEVER: RuleForm = {"any": []}


@dataclass
class Subject:
    """An answer as rules name it. `choices` leads from the file's values (as text, in small letters) to ours."""

    field: str
    kind: str
    choices: dict[str, str] = part(default_factory=dict)
    # What a number in the file is called, for choices that are numbers: 4 → "4" although the value is "v4".
    is_tick: bool = False
    yes: str = ""


Find = Callable[[str], Subject]


def rule_of(tree: Tree, find: Find) -> RuleForm:
    """Return the JSON form of the rule. Raises CannotSay."""
    match tree:
        case Value(value):
            return ALWAYS if value not in {0, "", None, "0"} else NEVER
        case Not(part):
            return negated(rule_of(part, find))
        case Pair("and" | "or" as word, left, right):
            return joined(word, [rule_of(left, find), rule_of(right, find)])
        case Pair(operator, left, right):
            return _compared(operator, left, right, find)
        case Call("empty" | "is_empty", (Name(name),)):
            return empty(find(name))
        case Call(function, parts):
            return _called(function, parts, find)
        case Name(name):
            return _truthy(find(name))
    raise CannotSay("expression", text=str(tree))


def joined(word: str, rules: list[RuleForm]) -> RuleForm:
    """Return all or any of the rules, flat where it can be."""
    key, neutral, final = ("all", ALWAYS, NEVER) if word == "and" else ("any", NEVER, ALWAYS)
    parts: list[RuleForm] = []
    for rule in rules:
        if rule == final:
            return final
        if rule != neutral:
            parts.extend(rule[key] if set(rule) == {key} else [rule])
    unique = [part for place, part in enumerate(parts) if part not in parts[:place]]
    return unique[0] if len(unique) == 1 else {key: unique}


def negated(rule: RuleForm) -> RuleForm:
    if rule in (ALWAYS, NEVER):
        return NEVER if rule == ALWAYS else ALWAYS
    if rule.get("operator") in SET_OR_NOT:
        return {**rule, "operator": SET_OR_NOT[rule["operator"]]}
    return rule["not"] if set(rule) == {"not"} else {"not": rule}


def empty(subject: Subject) -> RuleForm:
    return is_(subject, "is not set") if not subject.is_tick else negated(is_(subject, "=", value=True))


def is_(subject: Subject, operator: str, **value: Any) -> RuleForm:
    return {"field": subject.field, "operator": operator, **value}


def _truthy(subject: Subject) -> RuleForm:
    if subject.is_tick or subject.kind == "consent":
        return is_(subject, "=", value=True)
    if subject.yes:
        return is_(subject, "=", value=subject.yes)
    return (
        is_(subject, "is set")
        if subject.kind not in NUMBERS
        else negated(joined("or", [is_(subject, "is not set"), is_(subject, "=", value=0)]))
    )


def _called(function: str, parts: tuple[Tree, ...], find: Find) -> RuleForm:
    if function in {"iif", "if"} and len(parts) == 3:
        yes, no = (rule_of(part, find) for part in parts[1:])
        condition = rule_of(parts[0], find)
        return joined("or", [joined("and", [condition, yes]), joined("and", [negated(condition), no])])
    names = [part.name for part in parts if isinstance(part, Name)]
    # “How many are answered” as a condition asks whether any is.
    if function == "count" and names and len(names) == len(parts):
        return joined("or", [negated(empty(find(name))) for name in names])
    raise CannotSay("function", text=f"{function}()")


def _compared(operator: str, left: Tree, right: Tree, find: Find) -> RuleForm:
    if isinstance(left, Value) and isinstance(right, Name):
        left, right, operator = right, left, FLIPPED.get(operator, operator)
    if isinstance(left, Value) and not isinstance(right, Value | Name):
        left, right, operator = right, left, FLIPPED.get(operator, operator)
    if isinstance(right, Value) and operator in {"=", "≠"} and _is_condition(left):
        fits = _condition_is(left, right.value, find)
        return fits if operator == "=" else negated(fits)
    if isinstance(left, Name) and isinstance(right, Name) and right.name.isalnum() and operator in {"=", "≠"}:
        raise CannotSay("compare")
    if isinstance(left, Value) and isinstance(right, Value) and operator in {"=", "≠"}:
        return ALWAYS if (str(left.value) == str(right.value)) is (operator == "=") else NEVER
    if not (isinstance(left, Name) and isinstance(right, Value)):
        raise CannotSay("compare" if isinstance(right, Name) else "expression", text=_written(left))
    subject = find(left.name)
    if operator in NEGATED:
        return negated(compare(subject, NEGATED[operator], right.value))
    return compare(subject, operator, right.value)


def _is_condition(tree: Tree) -> bool:
    match tree:
        case Not() | Call("empty" | "is_empty" | "iif" | "if"):
            return True
        case Pair(operator, _left, _right):
            return operator in {"and", "or", "=", "contains", "anyof", "allof", *NEGATED, *FLIPPED}
    return False


def _condition_is(tree: Tree, value: Any, find: Find) -> RuleForm:
    """Return when a condition, or a choice by condition, comes to a value."""
    match tree:
        case Call("iif" | "if", (condition, yes, no)):
            rule = rule_of(condition, find)
            parts = [_comes_to(part, value, find) for part in (yes, no)]
            return joined("or", [joined("and", [rule, parts[0]]), joined("and", [negated(rule), parts[1]])])
    rule = rule_of(tree, find)
    return rule if str(value).lower() in {"true", "1", "y"} else negated(rule)


def _comes_to(tree: Tree, value: Any, find: Find) -> RuleForm:
    if isinstance(tree, Value):
        return ALWAYS if str(tree.value).lower() == str(value).lower() else NEVER
    return _condition_is(tree, value, find)


def _written(tree: Tree) -> str:
    match tree:
        case Call(function, _parts):
            return f"{function}()"
        case Pair(operator, left, right):
            return f"{_written(left)} {operator} {_written(right)}"
        case Name(name):
            return name
        case Value(value):
            return str(value)
    return "…"


def compare(subject: Subject, operator: str, value: Any) -> RuleForm:
    """Return the rule that compares an answer with a value of the file. Raises CannotSay."""
    if value is None or value == "":
        return empty(subject) if operator in {"=", "≤"} else negated(empty(subject))
    if operator == "≥" and isinstance(value, str) and not value.strip():
        return negated(empty(subject))
    values = value if isinstance(value, list) else [value]
    if subject.is_tick:
        return _ticked(subject, operator, values)
    if subject.kind == "multiple":
        word = "or" if operator == "anyof" else "and"
        return joined(word, [_is_chosen(subject, one) for one in values])
    if operator == "anyof" and len(values) > 1 and subject.choices and subject.kind == "single":
        return is_(subject, "in", value=[choice_of(subject, one) for one in values])
    if operator in {"anyof", "allof"}:
        return joined("or" if operator == "anyof" else "and", [compare(subject, "=", one) for one in values])
    if len(values) != 1:
        return joined("and", [compare(subject, operator, one) for one in values])
    return _one(subject, operator, values[0])


def _ticked(subject: Subject, operator: str, values: list[Any]) -> RuleForm:
    """Compare a single box of several: "Y" or true is ticked."""
    ticked = is_(subject, "=", value=True)
    said = str(values[0]).lower() in {"y", "true", "1", "checked", "selected"}
    if operator == ">" and str(values[0]) == "0":
        said = True
    elif operator not in {"=", "≥"}:
        raise CannotSay("expression", text=f"{operator} {values[0]}")
    return ticked if said else negated(ticked)


def _is_chosen(subject: Subject, value: Any) -> RuleForm:
    """Return the rule that one of several choices was made; for “other” its own words stand there."""
    choice = choice_of(subject, value)
    tick = Subject(f"{subject.field}.{choice}", "multiple", is_tick=True)
    return is_(tick, "is set") if choice == "other" else is_(tick, "=", value=True)


def choice_of(subject: Subject, value: Any) -> str:
    """Return our value of a choice of the file. Raises CannotSay when it is not offered."""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value).strip().lower()
    for form in (text, text.removesuffix(".0"), {"1": "true", "0": "false"}.get(text, text)):
        if form in subject.choices:
            return subject.choices[form]
    raise CannotSay("unknown_choice", name=str(value))


def _one(subject: Subject, operator: str, value: Any) -> RuleForm:
    if subject.kind == "cell":
        # Several answers in one row of a table: a list, of which its text is looked at.
        return is_(subject, "contains", value=f'"{choice_of(subject, value)}"')
    if subject.kind == "consent":
        return is_(subject, "=", value=True) if str(value).lower() in {"true", "1", "y"} else empty(subject)
    if subject.choices and operator == "contains":
        operator = "="
    if subject.choices and operator == "=":
        return is_(subject, "=", value=choice_of(subject, value))
    if subject.choices and operator in ORDERING:
        return _in_order(subject, operator, value)
    if subject.kind in NUMBERS or (operator in ORDERING and subject.kind != "date"):
        return is_(subject, operator, value=_number(value))
    if subject.kind == "date" and operator in ORDERING | {"="}:
        return is_(subject, operator, value=_day(value))
    if operator in {"=", "contains"}:
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        return is_(subject, operator, value=text)
    raise CannotSay("expression", text=f"{operator} {value}")


def _in_order(subject: Subject, operator: str, value: Any) -> RuleForm:
    """Compare choices that are numbers: those that hold are listed."""
    limit = float(_number(value))
    holds = {"<": limit.__gt__, "≤": limit.__ge__, ">": limit.__lt__, "≥": limit.__le__}[operator]
    fitting = []
    for source, ours in subject.choices.items():
        try:
            if holds(float(source)) is True and ours not in fitting:
                fitting.append(ours)
        except ValueError:
            continue
    return is_(subject, "in", value=fitting) if fitting else NEVER


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise CannotSay("expression", text=str(value)) from None
    if not abs(number) <= 1e15:
        raise CannotSay("expression", text=str(value))
    return int(number) if number.is_integer() else number  # type: ignore[return-value]


def _day(value: Any) -> str:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise CannotSay("expression", text=str(value)) from None
