"""A rule being built on a page: form fields ⇄ JSON form. Works without script, as every button submits the form.

    draft = Draft.read(request.POST, fields=FIELDS, events=names)
    if draft.is_being_built:  # a button of the builder, or the live sentence: show the page again, save nothing
    if draft.is_valid():      # else show the page again with 422; what is missing is said beside its condition
        survey.rule = draft.rule

`components/rule.html` shows it; all its fields begin with the draft's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hamdel.ground.rules.boxes import Box
from hamdel.ground.rules.fields import EVENT_FIELDS, Fields
from hamdel.ground.rules.nodes import GROUPS, Incomplete, Node, fold, read, unfold
from hamdel.ground.rules.reading import DEEPEST, NotARule, parse
from hamdel.ground.rules.rule import FITTING, Operator
from hamdel.ground.rules.saying import sentence

EMPTY: dict[str, Any] = {"all": []}
MOST_NODES = 200
NEW = {
    "is": {"field": "", "operator": "=", "value": "", "value2": ""},
    "did": {"event": "", "bound": "at least", "count": "1", "amount": "", "unit": ""},
}


@dataclass
class Draft:
    """One builder on a page. Without `events` it offers no conditions over events.

    `url` is where the live parts are asked for; empty: at the page's own address.
    """

    root: Node
    fields: Fields
    events: Sequence[str] = ()
    name: str = "rule"
    url: str = ""
    is_being_built: bool = False
    problem: str = ""
    # What an empty rule means here; "" for the usual: it holds for everybody.
    says_when_empty: str = ""
    _rule: dict[str, Any] | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        rule: Mapping[str, Any] | None,
        *,
        fields: Fields,
        events: Sequence[str] = (),
        name: str = "rule",
        url: str = "",
    ) -> Draft:
        """Return the draft of a kept rule; None begins an empty one."""
        root = unfold(rule or EMPTY, name)
        if not root.is_group:
            root = Node(name, "all", parts=[root])
            root.number(name)
        return cls(root, fields, events, name, url)

    @classmethod
    def read(
        cls,
        posted: Mapping[str, str],
        *,
        fields: Fields,
        events: Sequence[str] = (),
        name: str = "rule",
        url: str = "",
    ) -> Draft:
        """Return what was posted, with the pressed button of the builder already done."""
        root = read(posted, name, depth=DEEPEST - 2)
        if root is None or not root.is_group:
            root = Node(name, "all")
        deed, _space, path = posted.get(f"{name}.do", "").partition(" ")
        draft = cls(root, fields, events, name, url, is_being_built=bool(deed))
        if deed:
            draft._do(deed, path)
            draft._fit_operators()
        return draft

    def _fit_operators(self) -> None:
        """Give a condition whose field was changed a comparison that the new field knows."""
        for node in self.root.walk():
            known = (EVENT_FIELDS if node.in_event else self.fields).get(node.values.get("field", ""))
            if node.kind == "is" and known and node.values.get("operator") not in FITTING[known.kind]:
                node.values["operator"] = Operator.IS.value

    # The buttons

    def _do(self, deed: str, path: str) -> None:
        found = {node.path: node for node in self.root.walk()}
        node = found.get(path)
        if node is None:
            return
        if deed == "remove":
            self._remove(node)
        elif deed == "where" and node.kind == "did":
            node.where = Node("", "all", parts=[_new("is", in_event=True)], in_event=True)
        elif deed.startswith("add-") and node.is_group and len(found) < MOST_NODES:
            self._add(deed.removeprefix("add-"), node)
        self.root.number(self.name)

    def _add(self, kind: str, group: Node) -> None:
        if kind == "group":
            other = "any" if group.kind in {"all", "not_all"} else "all"
            parts = [_new("is", in_event=group.in_event)]
            group.parts.append(Node("", other, parts=parts, in_event=group.in_event))
        elif kind == "is" or (kind == "did" and not group.in_event):
            group.parts.append(_new(kind, in_event=group.in_event))

    def _remove(self, node: Node) -> None:
        for parent in self.root.walk():
            parent.parts = [part for part in parent.parts if part is not node]
            if parent.where is node:
                parent.where = None

    # What it makes

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing has been said: such a rule is always true."""
        return not self.root.parts

    def is_valid(self) -> bool:
        """Tell whether the rule is whole; marks each condition that is not, and fills `problem` or `rule`."""
        self.problem, self._rule = "", None
        whole = True
        for node in self.root.walk():
            node.error = ""
        for node in self.root.walk():
            if not node.is_group:
                whole &= self._is_whole(node)
        if not whole:
            self.problem = _("One of the conditions is not complete.")
            return False
        try:
            rule = fold(self.root, self.fields)
            parse(rule, fields=self.fields)
        except (Incomplete, NotARule) as wrong:
            self.problem = str(wrong)
            return False
        self._rule = rule
        return True

    def _is_whole(self, node: Node) -> bool:
        try:
            fold(node, self.fields)
        except Incomplete:
            return False
        return True

    @property
    def rule(self) -> dict[str, Any]:
        """Return the JSON form. ValueError when the draft is not valid."""
        if self._rule is None and not self.is_valid():
            raise ValueError(self.problem)
        return self._rule or EMPTY

    @property
    def so_far(self) -> dict[str, Any]:
        """Return the JSON form of what is complete; it may be empty."""
        kept = {node.path: node.error for node in self.root.walk()}
        rule = fold(self.root, self.fields, skips_incomplete=True)
        for node in self.root.walk():
            node.error = kept[node.path]
        try:
            parse(rule, fields=self.fields)
        except NotARule:
            return EMPTY
        return rule

    @property
    def is_incomplete(self) -> bool:
        """Tell whether some condition cannot be said yet. Marks nothing."""
        kept = {node.path: node.error for node in self.root.walk()}
        missing = not all(self._is_whole(node) for node in self.root.walk() if not node.is_group)
        for node in self.root.walk():
            node.error = kept[node.path]
        return missing

    @property
    def sentence(self) -> str:
        """Return what is complete in words; empty when nothing is."""
        rule = self.so_far
        if not (rule.get("all") or rule.get("any") or rule.get("not")):
            return ""
        return sentence(parse(rule), self.fields)

    @property
    def box(self) -> Box:
        """Return what the template shows."""
        return Box(self.root, self.fields, has_events=bool(self.events), is_root=True)

    @property
    def id(self) -> str:
        """Return the id of the builder on the page."""
        return self.name.replace(".", "-")


def _new(kind: str, *, in_event: bool = False) -> Node:
    return Node("", kind, dict(NEW[kind]), in_event=in_event)


__all__ = ["EMPTY", "GROUPS", "Draft"]
