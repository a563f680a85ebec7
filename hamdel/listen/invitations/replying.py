"""A digit by SMS, a button in a chat, a key on the phone: an answer like any other, through the surveys' own way."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from hamdel.act.messages.replies import ANSWERED_BEFORE, SURVEY_OVER, Reply, on_reply
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.invitations.wording import asked
from hamdel.listen.surveys.actions import (
    AlreadyAnswered,
    SurveyClosed,
    Way,
    WrongPage,
    save_page,
    start_response,
)
from hamdel.listen.surveys.definition import Question
from hamdel.listen.surveys.models import Survey, SurveyVersion
from hamdel.listen.surveys.standing import SurveyFull


@on_reply
def answer_on_the_spot(reply: Reply) -> bool | str:
    """Take the answer to an invitation, or to a survey that a phone system asked; tell whether it was ours, and in
    time.
    """
    kind, _colon, name = reply.reference.partition(":")
    if reply.value is None or kind not in {"invitation", "survey"}:
        return False
    if kind == "survey":
        survey = _survey(reply, name)
        way = Way(channel=reply.channel, language="", customer_id=reply.customer_id)
        return survey is not None and take_digit(survey, way, reply)
    invitation = _invitation(reply, name)
    if invitation is None:
        return False
    if invitation.is_expired(now=reply.at):
        return SURVEY_OVER
    way = Way(
        channel=invitation.channel,
        language=invitation.customer.language,
        touchpoint=invitation.touchpoint,
        customer_id=invitation.customer_id,
        invitation_id=invitation.id,
        caused_by=invitation.caused_by,
    )
    return take_digit(invitation.survey, way, reply)


def take_digit(survey: Survey, way: Way, reply: Reply) -> bool | str:
    """Store one digit as the answer to the survey's score question. False when it is no answer to it.

    One that comes too late was meant for us all the same: no help is sent about a survey that is over.
    """
    version = survey.current
    about = asked(survey, version.asks, survey.workspace) if version else None
    if version is None or about is None or about.on_the_spot is None or reply.value is None:
        return False
    language = way.language if way.language in version.asks.languages else survey.workspace.language
    way = Way(
        **{
            **vars(way),
            "language": language if language in version.asks.languages else version.asks.languages[0],
        }
    )
    try:
        # A digit that is no answer leaves no response behind.
        with transaction.atomic():
            _store(survey, version, about.on_the_spot, way, reply)
    except WrongPage:
        return False
    except (SurveyClosed, SurveyFull):
        return SURVEY_OVER
    except AlreadyAnswered:
        return ANSWERED_BEFORE
    return True


def _store(survey: Survey, version: SurveyVersion, question: Question, way: Way, reply: Reply) -> None:
    response, _secret = start_response(survey, version, way, at=reply.at)
    page = next(n for n, one in enumerate(version.asks.pages) if question in list(one))
    following = save_page(response, page, {question.key: str(reply.value)}, at=reply.at)
    while following is not None and not any(one.required for one in version.asks.pages[following]):
        # Nobody must say more than the digit; whoever wants to has the link, and an hour.
        following = save_page(response, following, {}, at=reply.at)


def _survey(reply: Reply, name: str) -> Survey | None:
    """Return the survey of a public id, as in its open link, or of the id the API tells."""
    surveys = Survey.objects.in_workspace(reply.message.workspace).select_related("workspace")
    try:
        return surveys.filter(id=UUID(name)).first()
    except ValueError:
        return surveys.filter(public_id=name).first()


def _invitation(reply: Reply, name: str) -> Invitation | None:
    try:
        known = Invitation.objects.in_workspace(reply.message.workspace).filter(id=UUID(name))
    except ValueError:
        return None
    return known.select_related("survey__workspace", "customer").first()
