"""What is said beside an answer that does not fit."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from hamdel.ground.calendar.digits import in_digits_of
from hamdel.listen.surveys.definition import Definition, Question
from hamdel.listen.surveys.definition.words import say_day

MESSAGES = {
    "required": _("Please answer this."),
    "other_required": _("Please say it in your own words."),
    "not_a_score": _("Please choose one of the numbers."),
    "not_a_choice": _("Please choose one of the answers."),
    "none_alone": _("You chose “none” and something else; please choose one or the other."),
    "choose_more": _("Please choose at least %(fewest)s."),
    "choose_fewer": _("Please choose at most %(most)s."),
    "write_more": _("Please write at least %(fewest)s letters."),
    "write_fewer": _("That is more than %(most)s letters; please shorten it."),
    "every_row": _("Please answer each row."),
    "rank_all": _("Please choose what comes first, then second, and leave no place out."),
    "ranked_twice": _("The same is in two places; please choose each once."),
    "too_long": _("That is too long; please shorten it."),
    "not_a_number": _("Please write a number."),
    "too_low": _("Please write %(low)s or more."),
    "too_high": _("Please write %(high)s or less."),
    "off_step": _("Please write a multiple of %(step)s."),
    "not_a_day": _("There is no such day; please write day, month and year."),
    "too_early": _("Please choose %(low)s or a later day."),
    "too_late": _("Please choose %(high)s or an earlier day."),
    "not_a_phone": _("Please write a telephone number, as in 0912 123 4567."),
    "not_an_email": _("Please write an e-mail address, as in name@example.com."),
    "pattern": _("That does not have the form we can use."),
    "wrong_sum": _("Together they must make %(total)s."),
    "too_many_files": _("Please send at most %(most)s files."),
}


def message(code: str, question: Question, asks: Definition, language: str) -> str:
    """Return what is wrong, in the respondent's language. A file's refusal comes as words already."""
    if code not in MESSAGES:
        return code
    own = asks.local(question.pattern_text, language) if code == "pattern" else ""
    names = ("fewest", "most", "low", "high", "step", "total")
    with translation.override(language if language in {"fa", "en"} else "en"):
        return own or str(MESSAGES[code]) % {name: _said(getattr(question, name), language) for name in names}


def _said(value: Any, language: str) -> str:
    if isinstance(value, str):
        return say_day(value, language)
    return in_digits_of(language, f"{value:,}" if isinstance(value, int) else str(value))
