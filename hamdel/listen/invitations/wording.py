"""What an invitation says: the plan's own words, or ours, filled in for one customer on one channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from hamdel.act.messages.accounts import public_url
from hamdel.act.messages.content import Choice, Content
from hamdel.act.messages.wording import BadTemplate, check_template, render
from hamdel.ground.calendar.digits import format_number
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.listen.invitations.models import Plan
from hamdel.listen.surveys.definition import Definition, Question, piped
from hamdel.listen.surveys.models import Survey

# Where a reply or a button can carry the answer itself.
ANSWERED_ON_THE_SPOT = frozenset({"sms", "telegram", "bale"})
WITH_BUTTONS = frozenset({"email", *ANSWERED_ON_THE_SPOT})
PARTS = ("subject", "text", "reminder")
SAMPLE = {
    "customer": {"name": "…", "first_name": "…"}, "link": "https://…", "survey": "…", "company": "…",
    "question": "…", "lowest": 0, "highest": 10,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A survey as invitations speak of it. `on_the_spot` is the question that a digit alone answers."""

    survey: Survey
    definition: Definition
    workspace: Workspace
    on_the_spot: Question | None

    @property
    def scale(self) -> tuple[int, int] | None:
        """Return the lowest and highest digit."""
        return self.on_the_spot.scale(self.survey.scores_by) if self.on_the_spot else None

    def language_for(self, customer: Customer) -> str:
        """Return the customer's language if the survey speaks it, else the workspace's, else its own first."""
        wishes = (customer.language, self.workspace.language)
        return next((one for one in wishes if one in self.definition.languages), self.definition.languages[0])


def asked(survey: Survey, definition: Definition, workspace: Workspace) -> Asked:
    """Look at a published survey once for many invitations."""
    return Asked(survey, definition, workspace, question_on_the_spot(survey, definition))


def question_on_the_spot(survey: Survey, definition: Definition) -> Question | None:
    """Return the score question that a bare digit answers: the first, with nothing required beside it.

    None of an anonymous survey: a reply comes from somebody's number.
    """
    first = definition.pages[0] if definition.pages else None
    question = definition.first_score
    if first is None or question is None or survey.how.anonymous or question not in list(first):
        return None
    others = [one for one in first if one.key != question.key and one.required]
    return None if others or question.shown_if is not None else question


def content_for(
    plan: Plan, about: Asked, customer: Customer, *, channel: str, secret: str, is_reminder: bool = False
) -> Content:
    """Return the words of one invitation. Raises BadTemplate for a plan's words that cannot be filled in."""
    link = link_of(secret)
    return content_with(
        plan, about, customer, channel=channel, link=link, secret=secret, is_reminder=is_reminder
    )


def content_with(
    plan: Plan, about: Asked, customer: Customer, *, channel: str, link: str, secret: str, is_reminder: bool = False
) -> Content:  # fmt: skip
    """Return the words of one invitation around a link, whose secret is sealed when it is stored."""
    language = about.language_for(customer)
    values = values_for(about, customer, link=link, language=language)
    said = plan.words(channel, language)
    with translation.override(language):
        ours = our_words(about, channel, is_reminder=is_reminder)
        text = said.get("reminder" if is_reminder else "text") or ours
        subject = said.get("subject") or _("{{ question }}")
        return Content(
            text=render(text, values),
            subject=render(subject, values) if channel == "email" else "",
            link=link,
            link_text=_("Open the survey"),
            choices=choices_of(about, channel, language),
            low_label=_label(about, "low_label", language),
            high_label=_label(about, "high_label", language),
            language=language,
            secret=secret,
        )


def our_words(about: Asked, channel: str, *, is_reminder: bool = False) -> str:
    """Return the template that stands in where a plan has no words of its own, in the active language."""
    by_digit = about.on_the_spot is not None and channel in ANSWERED_ON_THE_SPOT
    greeting = _("A reminder from {{ company }}:") if is_reminder else _("{{ company }}:")
    if channel == "sms" and by_digit:
        return (
            greeting
            + "\n"
            + _("{{ question }}\nReply with a number from {{ lowest }} to {{ highest }}, or open {{ link }}")
        )
    if by_digit:
        return greeting + "\n" + _("{{ question }}")
    if channel == "email":
        return (
            greeting
            + "\n\n"
            + _("{{ question }}\n\nIt takes a minute, and we read every answer.\n\n{{ link }}")
        )
    return greeting + "\n" + _("{{ question }}\n{{ link }}")


def values_for(about: Asked, customer: Customer, *, link: str, language: str) -> Mapping[str, Any]:
    """Return what a template may speak of."""
    low, high = about.scale or (0, 10)
    first = about.on_the_spot or next(iter(about.definition.questions), None)
    name = customer.name.strip()
    return {
        "customer": {"name": name, "first_name": name.split(" ")[0] if name else ""},
        "link": link,
        "survey": about.survey.name,
        "company": about.workspace.name,
        "question": piped(about.definition, first.text, {}, language) if first else about.survey.name,
        "lowest": format_number(low, language),
        "highest": format_number(high, language),
    }


def choices_of(about: Asked, channel: str, language: str) -> tuple[Choice, ...]:
    """Return the digits a reply may be, or the buttons of a mail or chat."""
    scale = about.scale
    if scale is None or channel not in WITH_BUTTONS:
        return ()
    low, high = scale
    return tuple(Choice(str(n), format_number(n, language)) for n in range(low, high + 1))


def check_words(text: str) -> str:
    """Return what is wrong with a template, in the active language; empty when it can be used."""
    try:
        check_template(text, SAMPLE)
    except BadTemplate as wrong:
        return str(wrong)
    return ""


def link_of(secret: str) -> str:
    """Return the address of a personal link."""
    return public_url(f"/i/{secret}/")


def _label(about: Asked, which: str, language: str) -> str:
    texts = getattr(about.on_the_spot, which, None) if about.on_the_spot else None
    return about.definition.local(texts, language) if texts else ""
