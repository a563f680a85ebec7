"""The words of widgets and kiosks themselves, in every language we speak; others get English."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from hamdel.listen.surveys.showing import NAMES

WIDGET = {
    "next": _("Next"),
    "send": _("Send"),
    "close": _("Close"),
    "optional": _("(optional)"),
    "required": _("Please choose an answer."),
    "problem": _("That did not go through. Please check your connection and send it again."),
    "feedback": _("Your opinion"),
}
KIOSK = {
    "start": _("Begin"),
    "again": _("Start over"),
    "thanks": _("Received"),
    "staff": _("For staff: your PIN"),
    "wrong": _("That is not the PIN. After five tries please wait a minute."),
    "leave": _("Leave the full screen"),
    "now": _("Send now"),
    "last": _("Last sent"),
    "waiting": _("Waiting to be sent"),
    "never": _("not yet"),
    "back": _("Back to the survey"),
    "look": _("Please look at this answer again."),
    "order": _("Tap them in order, the best first."),
    "revoked": _("This kiosk has been switched off"),
    "removed_text": _("Its address no longer works. Ask whoever looks after Hamdel for a new one."),
}


def spoken(language: str) -> str:
    """Return the language our own words are in beside a survey in `language`."""
    return language if language in {"fa", "en"} else "en"


def widget_words(language: str) -> dict[str, str]:
    with translation.override(spoken(language)):
        return {name: str(text) for name, text in WIDGET.items()}


def kiosk_words(language: str) -> dict[str, str]:
    """Return the words of a kiosk, those of its questions among them."""
    with translation.override(spoken(language)):
        own = {name: str(text) for name, text in KIOSK.items()}
    return {**widget_words(language), **own, "name": NAMES.get(language, language)}
