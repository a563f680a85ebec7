"""Conditions written for SurveyJS and for LimeSurvey, read into one small tree.

SurveyJS: `{age} >= 18 and ({pets} contains 'cat' or {name} notempty)`. LimeSurvey: `((Q1.NAOK == "Y") && !is_empty(age))`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hamdel.listen.exchange.report import CannotSay

LONGEST = 5_000
DEEPEST = 60


@dataclass(frozen=True)
class Name:
    """An answer, by the name its question has in the file."""

    name: str


@dataclass(frozen=True)
class Value:
    """Something written out: a text, a number, yes or no, nothing, or a list of these."""

    value: Any


@dataclass(frozen=True)
class Not:
    part: Tree


@dataclass(frozen=True)
class Pair:
    """Two parts and what is between them: and, or, a comparison, or a calculation."""

    operator: str
    left: Tree
    right: Tree


@dataclass(frozen=True)
class Call:
    """A function and what it is given. `empty` is the one every dialect has."""

    function: str
    parts: tuple[Tree, ...]


Tree = Name | Value | Not | Pair | Call
MOST_STEPS = 10


def with_formulas(tree: Tree, formulas: Mapping[str, Tree], steps: int = 0) -> Tree:
    """Return the tree with the formula itself wherever it names a value that is calculated. Raises CannotSay."""
    if steps > MOST_STEPS:
        raise CannotSay("syntax", text="…")
    match tree:
        case Name(name) if name.lower() in formulas:
            return with_formulas(formulas[name.lower()], formulas, steps + 1)
        case Not(part):
            return Not(with_formulas(part, formulas, steps))
        case Pair(operator, left, right):
            return Pair(operator, with_formulas(left, formulas, steps), with_formulas(right, formulas, steps))
        case Call(function, parts):
            return Call(function, tuple(with_formulas(part, formulas, steps) for part in parts))
    return tree


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<variable>\{[^{}]*\})
    | (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<answer>\d+X\d+X\w*(?:\.\w+)*)
    | (?P<number>\d+(?:\.\d+)?(?![\w]))
    | (?P<sign>&&|\|\||==|!=|<>|<=|>=|=<|=>|[=<>!()\[\],+\-*/%^?:])
    | (?P<word>[^\W\d][\w]*(?:[.:#]\w+)*(?:-\w+)*)
    )""",
    re.VERBOSE,
)
# Every way of writing an operator, and the one used here.
OPERATORS = {
    "=": "=", "==": "=", "equal": "=", "eq": "=", "!=": "≠", "<>": "≠", "notequal": "≠", "ne": "≠",
    "<": "<", "less": "<", "lt": "<", "<=": "≤", "=<": "≤", "lessorequal": "≤", "le": "≤",
    ">": ">", "greater": ">", "gt": ">", ">=": "≥", "=>": "≥", "greaterorequal": "≥", "ge": "≥",
    "contains": "contains", "contain": "contains", "notcontains": "notcontains", "notcontain": "notcontains",
    "anyof": "anyof", "allof": "allof", "noneof": "noneof",
}  # fmt: skip
_BINDING = [
    {"or": "or", "||": "or"},
    {"and": "and", "&&": "and"},
    OPERATORS,
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/", "%": "%", "mod": "%"},
    {"^": "^", "power": "^"},
]
_CONSTANTS = {"true": True, "false": False, "undefined": None, "null": None}


def read_expression(text: str) -> Tree:
    """Return the tree of a condition. Raises CannotSay when it is not one."""
    if len(text) > LONGEST:
        raise CannotSay("syntax", text=text[:40])
    return _Reader(text).whole()


class _Reader:
    """Reads by precedence: each level of `_BINDING` holds parts of the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.place = self.depth = 0

    def _tokens(self) -> list[tuple[str, str]]:
        tokens, place, end = [], 0, len(self.text.rstrip())
        while place < end:
            found = _TOKEN.match(self.text, place)
            if found is None:
                raise self._wrong()
            tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            place = found.end()
        return tokens

    def whole(self) -> Tree:
        tree = self._level(0)
        if self.place != len(self.tokens):
            raise self._wrong()
        return tree

    def _level(self, level: int) -> Tree:
        if level == len(_BINDING):
            return self._single()
        self.depth += 1
        if self.depth > DEEPEST * len(_BINDING):
            raise self._wrong()
        left = self._level(level + 1)
        while (operator := _BINDING[level].get(self._peek().lower())) and not self._is_quoted():
            self.place += 1
            left = Pair(operator, left, self._level(level + 1))
        if level == 0 and self._peek() == "?":
            left = self._choice(left)
        self.depth -= 1
        return left

    def _choice(self, condition: Tree) -> Tree:
        self._take("?")
        yes = self._level(0)
        self._take(":")
        return Call("iif", (condition, yes, self._level(0)))

    def _single(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST * len(_BINDING):
            raise self._wrong()
        tree = self._alone(*self._next())
        self.depth -= 1
        return tree

    def _alone(self, kind: str, word: str) -> Tree:
        match kind:
            case "variable":
                return self._after(Name(word[1:-1].strip()))
            case "text":
                return self._after(Value(re.sub(r"\\(.)", r"\1", word[1:-1])))
            case "number":
                return self._after(Value(float(word) if "." in word else int(word)))
            case "answer":
                return Name(word)
            case "word":
                return self._after(self._word(word))
        if word == "(":
            inner = self._level(0)
            self._take(")")
            return self._after(inner)
        if word == "[":
            return self._list()
        if word == "!":
            return Not(self._single())
        if word == "-":
            inner = self._single()
            if isinstance(inner, Value) and isinstance(inner.value, int | float):
                return Value(-inner.value)
            return Pair("-", Value(0), inner)
        raise self._wrong()

    def _word(self, word: str) -> Tree:
        if word.lower() in _CONSTANTS:
            return Value(_CONSTANTS[word.lower()])
        if word.lower() in {"not", "negate"}:
            return Not(self._single())
        if self._peek() == "(":
            self.place += 1
            return Call(word.lower(), tuple(self._parts(")")))
        return Name(word)

    def _after(self, tree: Tree) -> Tree:
        """Read the tests that SurveyJS writes behind their subject."""
        word = "" if self._is_quoted() else self._peek().lower()
        if word in {"empty", "notempty"}:
            self.place += 1
            tested = Call("empty", (tree,))
            return tested if word == "empty" else Not(tested)
        return tree

    def _list(self) -> Tree:
        parts = self._parts("]")
        if not all(isinstance(part, Value) for part in parts):
            raise self._wrong()
        return Value([part.value for part in parts if isinstance(part, Value)])

    def _parts(self, end: str) -> list[Tree]:
        parts: list[Tree] = []
        if self._peek() == end:
            self.place += 1
            return parts
        while True:
            parts.append(self._level(0))
            if self._peek() == ",":
                self.place += 1
                continue
            self._take(end)
            return parts

    def _is_quoted(self) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place][0] in {"text", "variable"}

    def _peek(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise self._wrong()
        self.place += 1
        return self.tokens[self.place - 1]

    def _take(self, sign: str) -> None:
        if self._next()[1] != sign:
            raise self._wrong()

    def _wrong(self) -> CannotSay:
        return CannotSay("syntax", text=self.text)
