"""What may be wrong with a source, in words that say what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, str | Promise] = {
    "signature": _(
        "A call came whose signature does not fit. Paste the secret again, exactly as it is shown over there."
    ),
    "old": _(
        "A call came with an old time. Somebody sent it twice, or a clock is wrong: check the time of this server."
    ),
    "no_secret": _(
        "Calls come, but there is no secret to check them with. Paste the one that is shown over there."
    ),
    "unreadable": _("Something came that could not be read. It is kept below; try it again after an update."),
    "host": _("The mail server cannot be reached. Check its name and port."),
    "certificate": _(
        "The mail server's certificate is not valid for this name. Write the server's name as its certificate says it."
    ),
    "tls": _("There is no TLS on this port. 993 is the usual one; for 143, switch encryption off."),
    "login": _("The mail server refuses the user name or password. Some providers want an app password."),
    "folder": _("The mailbox has no such folder. INBOX is the usual one."),
    "mail": _("The mail server answered something unexpected. It is tried again in a few minutes."),
}
