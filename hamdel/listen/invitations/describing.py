"""A plan as a sentence."""

from __future__ import annotations

from django.apps import apps
from django.utils.translation import gettext as _

from hamdel.ground.rules import NotARule, sentence
from hamdel.listen.invitations.channels import channel_label
from hamdel.listen.invitations.models import Plan
from hamdel.ui.formats import duration, number


def describe(plan: Plan) -> str:
    """Say whom a plan asks and how, in the active language."""
    parts = [_whom(plan), _how(plan)]
    if plan.share_percent < 100:
        parts.append(_share(plan))
    return _join(parts)


def _share(plan: Plan) -> str:
    share = float(plan.share_percent)
    return _("only %(share)s out of a hundred") % {"share": number(share, 0 if share == int(share) else 2)}


def _whom(plan: Plan) -> str:
    if plan.whom == Plan.Whom.RULE:
        wait = {"wait": duration(plan.wait_minutes * 60), "event": f"“{plan.event}”"}
        if plan.condition:
            said = (
                _("%(wait)s after %(event)s, if %(condition)s")
                if plan.wait_minutes
                else _("right after %(event)s, if %(condition)s")
            )
            return said % {**wait, "condition": _condition(plan)}
        return (_("%(wait)s after %(event)s") if plan.wait_minutes else _("right after %(event)s")) % wait
    whom = _("everyone on a list") if plan.whom == Plan.Whom.LIST else _segment(plan)
    if plan.repeat_days:
        return _("%(whom)s, once in %(days)s days") % {"whom": whom, "days": number(plan.repeat_days)}
    return _("%(whom)s, once") % {"whom": whom}


def _condition(plan: Plan) -> str:
    try:
        return sentence(plan.rule) if plan.rule else ""
    except NotARule as wrong:
        return str(wrong)


def _segment(plan: Plan) -> str:
    if plan.segment_id is None or not apps.is_installed("hamdel.know.segments"):
        return _("a segment")
    from hamdel.know.segments.models import Segment  # may be left out of an installation

    found = Segment.objects.filter(workspace_id=plan.workspace_id, id=plan.segment_id).first()
    return _("the segment “%(name)s”") % {"name": found.name} if found else _("a segment that is gone")


def _how(plan: Plan) -> str:
    names = [channel_label(channel) for channel in plan.channels]
    if not names:
        return _("by no channel yet")
    return _("by %(channel)s") % {"channel": _(", else ").join(names)}


def _join(parts: list[str]) -> str:
    joined = _(", ").join(parts)
    return joined[:1].upper() + joined[1:]
