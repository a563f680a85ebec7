"""The one rule language. See `rule.py`."""

from hamdel.ground.rules.rule import All, Any_, Is, Not, NotARule, Rule, as_json, holds, parse, sentence

__all__ = ["All", "Any_", "Is", "Not", "NotARule", "Rule", "as_json", "holds", "parse", "sentence"]
