"""What is known of a response besides its answers, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hamdel.listen.invitations.channels import channel_label
from hamdel.listen.surveys.showing import NAMES
from hamdel.ui import formats


def about_heading(what: str) -> str:
    """Return what `channel`, `touchpoint`, `place`, `language` or `version` is called."""
    names = {
        "channel": _("Channel"),
        "touchpoint": _("Touchpoint"),
        "place": _("Place"),
        "language": _("Language"),
    }
    return names.get(what, _("Version"))


def about(what: str, value: Any) -> str:
    """Return one channel, language, place, touchpoint or version in words."""
    if what == "channel" and value:
        return channel_label(value)
    if what == "language":
        return NAMES.get(value, value) or _("Not named")
    return formats.number(value) if isinstance(value, int) else str(value) or _("Not named")
