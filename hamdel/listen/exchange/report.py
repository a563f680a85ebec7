"""What became of a file: what was kept, changed, dropped, each said in words in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

CHANGED = {
    "formatting": later("Bold, colours and other formatting became plain text."),
    "kind_rating": later("A rating that feeds no metric became a slider from %(low)s to %(high)s."),
    "kind_boolean": later("A yes/no switch became a choice of two."),
    "kind_dropdown": later("A drop-down list became a list of choices."),
    "kind_image_choice": later("Pictures to choose from became their texts."),
    "kind_search": later("A list to search in became a list of choices."),
    "kind_text": later("This kind (%(kind)s) became a text to type."),
    "split_rows": later("It became %(count)s questions, one for each part."),
    "split_pages": later("Its page was divided, so that earlier answers can decide what follows."),
    "looped": later("The block repeats itself; it became %(count)s copies, one for each turn."),
    "repeated": later("A list people may lengthen became %(count)s fixed entries."),
    "soft_required": later("“Please answer, but you may go on” became not required."),
    "several_others": later("Several choices had their own text field; one “other” field is left."),
    "values": later("Values of choices were rewritten in plain Latin letters."),
    "renamed": later("The name %(old)s became %(new)s."),
    "calculated": later("A value that was calculated became a hidden field filled from the link."),
    "embedded": later("Embedded data became a hidden field filled from the link."),
    "default_value": later("A value filled in beforehand was left out: nobody is led to an answer."),
    "read_only": later("A question nobody could answer became a statement."),
    "joined_pages": later("There were more than 100 pages; short ones were put together."),
    "random_pages": later("Blocks were shown in random order; they now come as written."),
    "random_choice": later("Only some blocks were picked at random; now all are shown."),
    "enabled": later("A question that was greyed out is now hidden instead."),
    "required_if": later("It was required only in some cases; now it is not required."),
    "long_text": later("A text longer than %(most)s characters was cut."),
    "score_of_answers": later("Assessment values became points of a quiz."),
    "other_language": later("The language %(language)s has no texts and was left out."),
    "array_filter": later("Its rows followed an earlier answer; now all rows are shown."),
    "exclusive": later("“%(choice)s” became the choice “none of these”."),
}
DROPPED = {
    "media": later("Pictures, films or frames inside the text were left out; add them again in the builder."),
    "script": later("Scripts and styles were left out: nothing from a file is ever run."),
    "kind": later("This kind (%(kind)s) has no counterpart here and was left out."),
    "empty": later("It asks nothing and was left out."),
    "no_questions": later("The file holds no question; add some in the builder."),
    "unused": later("%(count)s questions in the bin of the survey were left out."),
    "never_shown": later("It was set never to be shown and was left out."),
    "condition": later("Its condition could not be carried over, so it is always shown: %(why)s"),
    "branch": later("A jump could not be carried over: %(why)s"),
    "choice_condition": later("Conditions on single choices or rows were left out: all are shown."),
    "validation": later("A check of the answer could not be carried over: %(why)s"),
    "piping": later("An insertion could not be carried over and was left out: %(text)s"),
    "web_service": later("Calls to other programs in the flow were left out."),
    "scoring": later("Scoring was left out; set points in the builder."),
    "quota": later("The quota “%(name)s” could not be carried over: %(why)s"),
    "trigger": later("A trigger was left out (%(kind)s)."),
    "end": later("An end page could not be carried over: %(why)s"),
    "theme": later("Colours, fonts and layout were left out; choose a theme here."),
    "reference": later("The flow names something that is not in the file: %(name)s"),
    "broken_part": later("A part of the file is damaged and was left out."),
    "too_many": later("The survey has more than %(most)s questions; the rest was left out."),
    "timing": later("A hidden timer was left out; times of answers are kept anyway."),
    "prices": later("A formula could not be carried over: %(text)s"),
    "check": later("It did not fit the rules of a survey here and was left out: %(why)s"),
}
# One remark about all the questions that one became.
SPLITTING = {"split_rows", "repeated", "looped"}
WHY = {
    "unknown_question": later("it names a question that is not asked before it (%(name)s)."),
    "unknown_choice": later("it names an answer that is not offered (%(name)s)."),
    "expression": later("it calculates more than can be compared here (%(text)s)."),
    "syntax": later("it cannot be read (%(text)s)."),
    "function": later("it uses the function %(text)s."),
    "backward": later("it leads back to something already asked."),
    "contact": later("it looks at the contact or the participant's record."),
    "displayed": later("it asks whether something was shown, not what was answered."),
    "compare": later("it compares two answers with each other."),
}


class CannotSay(Exception):
    """A condition has no counterpart among our rules; `why` is one of WHY."""

    def __init__(self, why: str, **words: Any) -> None:
        super().__init__(why)
        self.why, self.words = why, {name: str(word)[:120] for name, word in words.items()}


@dataclass(frozen=True)
class Remark:
    """One thing that was changed or dropped, and where: the question's text, or "" for the whole survey."""

    what: str
    place: str = ""
    words: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place}: {self.said}" if self.place else self.said

    @property
    def said(self) -> str:
        """Say it in the active language, without its place."""
        words = dict(self.words)
        if "why" in words:
            words["why"] = (
                _(WHY[words["why"]]) % words.get("why_words", {}) if words["why"] in WHY else words["why"]
            )
        return _((CHANGED | DROPPED)[self.what]) % words

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what, "place": self.place, "words": dict(self.words)}


@dataclass
class Report:
    """All remarks about one file. The same remark about the same place is made once."""

    changed: list[Remark] = field(default_factory=list)
    dropped: list[Remark] = field(default_factory=list)
    # How many questions each place stands for, as far as remarks tell: equal remarks are kept once but counted.
    hits: Counter[str] = field(default_factory=Counter)

    def change(self, what: str, place: str = "", **words: Any) -> None:
        self.hits[place] += words.get("count", 1) if what in SPLITTING else 1
        _add(self.changed, Remark(what, place, _short(words)), CHANGED)

    def drop(self, what: str, place: str = "", **words: Any) -> None:
        self.hits[place] += 1
        _add(self.dropped, Remark(what, place, _short(words)), DROPPED)

    def cannot(self, what: str, reason: CannotSay, place: str = "", **words: Any) -> None:
        """Note that something was dropped because a condition has no counterpart."""
        self.drop(what, place, why=reason.why, why_words=reason.words, **words)


def _short(words: Mapping[str, Any]) -> dict[str, Any]:
    return {name: word[:200] if isinstance(word, str) else word for name, word in words.items()}


def _add(remarks: list[Remark], remark: Remark, known: Mapping[str, str]) -> None:
    assert remark.what in known, remark.what
    if remark not in remarks:
        remarks.append(remark)
