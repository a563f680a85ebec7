"""What became of a file: what was kept, changed, dropped, each said in words in the reader's language."""

from __future__ import annotations

import re
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
    "codes": later("Codes of its answers, as they stand in files of results, changed: %(text)s"),
    "names": later("Names of questions, as they stand in files of results, changed: %(text)s"),
    "placeholder": later("Words shown in the empty field became help beside the question."),
    "check_words": later("What was said when a check failed became help beside the question."),
    "other_last": later("“Other”, with words of one's own, now stands after all other answers."),
    "renamed": later("The name %(old)s became %(new)s."),
    "calculated": later("A value that was calculated became a hidden field filled from the link."),
    "embedded": later("Embedded data became a hidden field filled from the link."),
    "default_value": later("A value filled in beforehand was left out: nobody is led to an answer."),
    "read_only": later("A question nobody could answer became a statement."),
    "random_pages": later("Blocks or questions were shown in random order; they now come as written."),
    "random_choice": later("Only some blocks were picked at random; now all are shown."),
    "enabled": later("A question that was greyed out is now hidden instead."),
    "required_if": later("It was required only in some cases; now it is not required."),
    "long_text": later("A text longer than %(most)s characters was cut."),
    "score_of_answers": later("Assessment values became points of a quiz."),
    "other_language": later("The language %(language)s has no texts and was left out."),
    "exclusive": later("“%(choice)s” became the choice “none of these”."),
    "exclusives": later(
        "Several choices excluded all others; now they may be chosen together with the rest."
    ),
    "kind_score": later("The scale became a score that feeds %(metric)s."),
    "comment_field": later("Its comment field became a question of its own."),
    "comments_joined": later("The comment field of every choice became one comment."),
    "carried": later("Its choices followed an earlier answer; now all of them are offered."),
    "looped_by_answer": later("The block repeated itself for every earlier choice; now it is asked once."),
    "groups": later("Putting things into groups became choosing a group for each; their order is not asked."),
    "random_subset": later("Only some choices were shown or shuffled; now all are shown, in random order."),
    "random_block": later("Questions were shuffled over the whole block; now only within each page."),
    "random_lost": later("Its questions were shuffled; where it was divided they now come as written."),
    "scale_reversal": later("The scale was turned round for some people; now everybody sees it as written."),
    "set_on_the_way": later(
        "%(name)s was set on the way (%(value)s): conditions about it now ask what it was set by, "
        "its text is filled only from the link."
    ),
    "redirect": later("People were sent on to %(url)s at once; now the end has a link there."),
    "one_page": later("All questions stood on one page; now every group has its own page."),
    "stricter": later("One answered row was enough; now every row has to be answered."),
    "time_of_day": later("Day and hour became a day: the hour is not asked."),
    # What only reports of earlier imports say.
    "joined_pages": later("There were more than 100 pages; short ones were put together."),
    "values": later("Values of choices were rewritten in plain Latin letters."),
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
    "choice_condition": later(
        "The condition of an answer or a row could not be carried over, so it is always shown: %(why)s"
    ),
    "choice_never": later("Answers or rows that were set never to be shown were left out."),
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
    "too_many_choices": later("It has more than %(most)s answers or rows; the rest was left out."),
    "timing": later("A hidden timer was left out; times of answers are kept anyway."),
    "prices": later("A formula could not be carried over: %(text)s"),
    "check": later("It did not fit the rules of a survey here and was left out: %(why)s"),
    "unready": later("It came along, but has to be changed before it can be published: %(why)s"),
    "unplaced": later("%(count)s questions are not on the way through the survey and were left out."),
    "languages": later("A survey has at most 8 languages here; left out: %(languages)s."),
    "header": later("The header or footer of every page was left out: %(text)s"),
    "emails": later("The texts of its e-mails were left out; write them with the invitation."),
    "library_text": later(
        "Its last text is kept in a library and is not in the file; write it in the builder."
    ),
    "access": later("Who may answer was restricted (%(kind)s); choose that again when you invite."),
    "closed": later("Its closing date (%(day)s) has passed and was left out."),
    "choices_elsewhere": later(
        "Its choices came from another server, which is never asked; write them in the builder."
    ),
    "other_in_cell": later("“Other”, with words of one's own, was left out of the columns of a table."),
    "select_all": later("“Select all” was left out."),
    "not_applicable": later("“Not applicable” was left out."),
    "time_limit": later("A time limit for this part alone was left out; a quiz has one for all of it."),
    "set_value": later("A value that was set on the way was left out: %(text)s"),
    "beside": later("Words beside the field were left out: %(text)s"),
    "between": later("Words between both ends of the scale were left out: %(text)s"),
    "buttons": later("Words of its own on the buttons were left out: %(text)s"),
    "setting": later("A setting of the survey has no counterpart here and was left out: %(why)s"),
    "page_time": later("The page could be left only after %(least)s seconds; that was left out."),
    "page_end": later("The page went on by itself after %(most)s seconds; that was left out."),
    "details": later("Questions folded away inside each row were left out (%(count)s)."),
    "cells": later(
        "Cells with questions of their own were left out; each column is asked alike in all rows."
    ),
    "sample_answers": later("Answers that stood in the file were left out: only the survey comes along."),
}
LONGEST_WORD = 200
# What PostgreSQL cannot keep: NUL and halves of characters.
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
# Of which one place has one remark, with all of them.
GATHERED = {"piping", "codes", "names", "buttons", "between"}
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
    "outside": later("it looks at %(text)s, not at an answer."),
    "quota_branch": later("it ends nothing when it is full, it only opens a branch."),
    "beside": later("it stands beside the list, as “other” or “none of these”."),
    "quota_inactive": later("it was switched off."),
    "ranked_most": later("how many may be put in order at most (%(text)s)."),
    "file_kinds": later("which kinds of files may be sent (%(text)s)."),
    "file_size": later("how large a file may be (%(text)s)."),
    "file_fewest": later("how many files have to be sent (%(text)s)."),
    "file_words": later("a title or a comment beside each file."),
    "words_of_other": later("who chooses “other” has to say more."),
    "number_of_other": later("“other” takes only numbers."),
    "unlike_rows": later("no two rows may have the same answer."),
    "mask": later("what is typed is shaped while it is typed (%(text)s)."),
    "no_digits": later("no digits may be typed."),
    "range_length": later("how far apart both ends have to be (%(text)s)."),
    "ranked_rows": later("every row is to be put in an order of its own."),
    "captcha": later("a riddle against robots at the beginning."),
    "print_answers": later("people could print or save their answers at the end."),
    "public_statistics": later("people saw statistics of all answers at the end."),
    "preview": later("people saw all their answers once more before sending; here they can go back."),
    "index": later("people could jump between pages by an index."),
    "delay": later("a page could be left only after some seconds."),
    "edit_after": later("people could change their answers after sending."),
    "addresses": later("the network addresses of people or the pages they came from were stored."),
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
        if what in GATHERED and self._gather(self.changed, what, place, words):
            return
        _add(self.changed, Remark(what, place, _short(words)), CHANGED)

    def drop(self, what: str, place: str = "", **words: Any) -> None:
        self.hits[place] += 1
        if what in GATHERED and self._gather(self.dropped, what, place, words):
            return
        _add(self.dropped, Remark(what, place, _short(words)), DROPPED)

    @staticmethod
    def _gather(remarks: list[Remark], what: str, place: str, words: Mapping[str, Any]) -> bool:
        """Add to what is said of this place already: one remark about all of a kind, not one for each."""
        for number, remark in enumerate(remarks):
            if (remark.what, remark.place) == (what, place):
                words = _short(words)
                said = f"{remark.words['text']}, {words['text']}"
                known = f", {remark.words['text']},"
                if f", {words['text']}," not in known and not remark.words["text"].endswith("…"):
                    text = said if len(said) <= LONGEST_WORD else f"{remark.words['text']}, …"
                    remarks[number] = Remark(what, place, {**remark.words, "text": text})
                return True
        return False

    def cannot(self, what: str, reason: CannotSay, place: str = "", **words: Any) -> None:
        """Note that something was dropped because a condition has no counterpart."""
        self.drop(what, place, why=reason.why, why_words=reason.words, **words)


def _short(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return words that are short, and that PostgreSQL can keep."""
    return {
        name: UNWRITABLE.sub("", word)[:LONGEST_WORD] if isinstance(word, str) else word
        for name, word in words.items()
    }


def _add(remarks: list[Remark], remark: Remark, known: Mapping[str, str]) -> None:
    assert remark.what in known, remark.what
    if remark not in remarks:
        remarks.append(remark)
