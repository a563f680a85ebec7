"""What members did, as the audit log says it to a reader. In the chained log itself a deed stays as it was written."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.permissions import Role
from hamdel.ui.formats import in_digits

DEEDS: dict[str, str | Promise] = {
    "member added": _("member added"),
    "member removed": _("member removed"),
    "role changed": _("role changed"),
    "API token issued": _("API token issued"),
    "API token revoked": _("API token revoked"),
    "workspace changed": _("workspace changed"),
    "working hours changed": _("working hours changed"),
    "source made": _("source made"),
    "source enabled": _("source enabled"),
    "source disabled": _("source disabled"),
    "file imported": _("file imported"),
    "customers merged": _("customers merged"),
    "merge undone": _("merge undone"),
    "customer exported": _("customer exported"),
    "customer erased": _("customer erased"),
    "segment made": _("segment made"),
    "segment changed": _("segment changed"),
    "segment deleted": _("segment deleted"),
    "survey created": _("survey created"),
    "survey imported": _("survey imported"),
    "survey published": _("survey published"),
    "survey closed": _("survey closed"),
    "results shared": _("results shared"),
    "shared results revoked": _("shared results revoked"),
    "results exported": _("results exported"),
    "prepared file downloaded": _("prepared file downloaded"),
    "invitations planned": _("invitations planned"),
    "invitations changed": _("invitations changed"),
    "invitations started": _("invitations started"),
    "invitations paused": _("invitations paused"),
    "invitations ended": _("invitations ended"),
    "widget created": _("widget created"),
    "widget put live": _("widget put live"),
    "widget paused": _("widget paused"),
    "kiosk added": _("kiosk added"),
    "kiosk given a new address": _("kiosk given a new address"),
    "kiosk revoked": _("kiosk revoked"),
    "place added": _("place added"),
    "feedback source made": _("feedback source made"),
    "feedback source's secret changed": _("feedback source's secret changed"),
    "feedback source's settings changed": _("feedback source's settings changed"),
    "feedback source enabled": _("feedback source enabled"),
    "feedback source disabled": _("feedback source disabled"),
    "channel connected": _("channel connected"),
    "channel changed": _("channel changed"),
    "channel removed": _("channel removed"),
    "contact policy changed": _("contact policy changed"),
    "address blocked": _("address blocked"),
    "address unblocked": _("address unblocked"),
}

COMMAND_LINE = "command line"
# What a deed was done to, where it is told with words of ours. The log keeps it as it was written.
_TOLD: dict[str, tuple[re.Pattern[str], str | Promise]] = {
    "survey published": (
        re.compile(r"(?P<what>.*), version (?P<n>\d+)", re.DOTALL),
        _("%(what)s, version %(n)s"),
    ),
    "member added": (re.compile(r"(?P<who>\S+) as (?P<role>\w+)"), _("%(who)s as %(role)s")),
    "role changed": (re.compile(r"(?P<who>\S+) to (?P<role>\w+)"), _("%(who)s to %(role)s")),
}


def said(deed: str) -> str:
    """Return a deed in the reader's language; one of an older version as it was written."""
    return str(DEEDS.get(deed, deed))


def said_actor(actor: str) -> str:
    """Return who did it: an e-mail address, or our word for the server's own command line."""
    return gettext("command line") if actor == COMMAND_LINE else actor


def said_subject(deed: str, subject: str) -> str:
    """Return what it was done to, in the reader's language as far as the words are ours."""
    shape, words = _TOLD.get(deed, (None, ""))
    found = shape.fullmatch(subject) if shape else None
    if found is None:
        return subject
    parts = found.groupdict()
    if "role" in parts:
        parts["role"] = str(dict(Role.choices).get(parts["role"], parts["role"]))
    if "n" in parts:
        parts["n"] = in_digits(parts["n"])
    return str(words) % parts
