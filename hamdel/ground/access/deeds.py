"""What members did, as the audit log says it to a reader. In the chained log itself a deed stays as it was written."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


def said(deed: str) -> str:
    """Return a deed in the reader's language; one of an older version as it was written."""
    return str(DEEDS.get(deed, deed))
