"""The channels an invitation can go by, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.queries import usable_channels
from hamdel.ground.workspaces.models import Workspace

LABELS: dict[str, str | Promise] = {
    "sms": _("SMS"),
    "email": _("E-mail"),
    "telegram": _("Telegram"),
    "bale": _("Bale"),
    "push": _("Push message"),
    "ivr": _("Phone menu"),
    "webhook": _("Webhook"),
    "link": _("Link"),
    "qr": _("QR code"),
    "web": _("Web"),
    "kiosk": _("Kiosk"),
    "app": _("App"),
}
# What a plan may send by; the others are ways by which customers come to a survey.
SENT_BY = ("sms", "email", "telegram", "bale", "push", "webhook")


def channel_label(channel: str) -> str:
    """Return a channel in the active language; one we have no word for as it is."""
    return str(LABELS.get(channel, channel))


def channels_to_choose(workspace: Workspace) -> list[tuple[str, str, bool]]:
    """Return channel, name, and whether an account for it is set up."""
    usable = {channel for channel, _label in usable_channels(workspace)}
    listed = [*SENT_BY, *sorted(usable - set(SENT_BY))]
    return [(channel, channel_label(channel), channel in usable) for channel in listed]
