"""The one rule language: see README.md beside this file."""

from hamdel.ground.rules.clickhouse import Fragment, fragment
from hamdel.ground.rules.fields import Field, Fields
from hamdel.ground.rules.predicate import Happening, holds
from hamdel.ground.rules.reading import NotARule, as_json, parse
from hamdel.ground.rules.rule import (
    All,
    AnyOf,
    Bound,
    Did,
    DidNot,
    Is,
    Kind,
    Not,
    Operator,
    Rule,
    Times,
    Unit,
    Within,
)
from hamdel.ground.rules.saying import sentence

__all__ = [
    "All",
    "AnyOf",
    "Bound",
    "Did",
    "DidNot",
    "Field",
    "Fields",
    "Fragment",
    "Happening",
    "Is",
    "Kind",
    "Not",
    "NotARule",
    "Operator",
    "Rule",
    "Times",
    "Unit",
    "Within",
    "as_json",
    "fragment",
    "holds",
    "parse",
    "sentence",
]
