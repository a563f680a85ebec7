"""Make a mail of a message: text and HTML, buttons for the score, and the headers mail programs act on."""

from __future__ import annotations

from email.utils import formataddr
from typing import TYPE_CHECKING

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from hamdel.act.messages.connectors import Parcel

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount

RIGHT_TO_LEFT = {"fa", "ar", "he", "ur", "ckb"}
SERVICE = "service"


def write_mail(account: ChannelAccount, parcel: Parcel) -> EmailMultiAlternatives:
    """Return the mail, ready for a connection."""
    settings, content = account.settings, parcel.content
    with translation.override(content.language if content.language in {"fa", "en"} else "en"):
        context = mail_context(account, parcel)
        text = render_to_string("messages/email.txt", context).strip() + "\n"
        html = content.html or render_to_string("messages/email.html", context)
    domain = settings["from_email"].rpartition("@")[2]
    headers = {"Message-ID": f"<{parcel.message_id.hex}@{domain}>", "X-Entity-Ref-ID": parcel.message_id.hex}
    if parcel.unsubscribe_url.startswith("http") and parcel.purpose != SERVICE:
        headers["List-Unsubscribe"] = f"<{parcel.unsubscribe_url}>"
        if parcel.unsubscribe_url.startswith("https://"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject=one_line(content.subject) or one_line(content.text)[:80],
        body=text,
        from_email=formataddr((one_line(settings["from_name"]), settings["from_email"])),
        to=[parcel.address],
        reply_to=[settings["reply_to"]] if settings.get("reply_to") else None,
        headers=headers,
    )
    mail.attach_alternative(html, "text/html")
    return mail


def mail_context(account: ChannelAccount, parcel: Parcel) -> dict[str, object]:
    """Return what the templates of a mail are given."""
    content = parcel.content
    body = content.text.replace(content.link, "").strip() if content.link else content.text
    return {
        "content": content,
        "paragraphs": [part.strip() for part in body.split("\n\n") if part.strip()],
        "direction": "rtl" if content.language in RIGHT_TO_LEFT else "ltr",
        "buttons": [(choice.text, content.link_for(choice)) for choice in content.choices if content.link],
        "link_text": content.link_text or _("Open the question"),
        "sender": account.settings["from_name"],
        "unsubscribe_url": parcel.unsubscribe_url if parcel.purpose != SERVICE else "",
    }


def one_line(text: str) -> str:
    """Return a text that can stand in a header."""
    return " ".join(text.split())
