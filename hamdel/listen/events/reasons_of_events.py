"""How the reasons of the intake are said; they arise in `calls.py`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hamdel.listen.events.reasons import said_as

said_as(
    r"type must be one of .*",
    _("The event has no type that is known: track, identify, page, screen, group or alias."),
)
said_as(
    r"track needs the name of the event in `event`\.",
    _("The event does not say what happened; fill in “event”."),
)
said_as(r"The name of an event may have \d+ characters\.", _("The name of the event is too long."))
said_as(r"(?P<name>\w+) must be text or a number\.", _("%(name)s must be text or a number."))
said_as(r"(?P<name>\w+) may have \d+ characters\.", _("%(name)s is too long."))
said_as(r"(?P<name>\w+) must be an object\.", _("%(name)s must be an object of names and values."))
said_as(r"alias needs userId and previousId\.", _("alias needs both userId and previousId."))
said_as(
    r"An event needs userId, anonymousId, .*",
    _("Nothing says whom it is about: fill in userId, anonymousId, an e-mail or a phone."),
)
said_as(
    r"timestamp must be an ISO 8601 moment .*",
    _("The time cannot be read; write it as 2026-11-23T08:30:00Z."),
)
said_as(r"An event must be a JSON object\.", _("An event is a JSON object; this is something else."))
said_as(r"The event is (nested )?too deep.*", _("The event is nested too deeply."))
said_as(r"An event may have \d+ bytes; .*", _("The event is too large."))
