"""Every problem of sending, in the reader's language, with what to do next."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hamdel.act.contacts.reasons import reason_label

PROBLEMS: dict[str, str | Promise] = {
    "unreachable": _("The gateway cannot be reached. Check the address and this server's connection; it is tried again by itself."),
    "no_answer": _("The gateway took the message and did not answer in time. It may have gone, so it is not sent twice."),
    "line_broke": _("The line broke while the gateway was being asked. It may have gone, so it is not sent twice."),
    "bad_address": _("The gateway's address is not a web address. Correct it in the settings of the channel."),
    "private_address": _("The address lies in a private network. If that is meant, the server's administrator adds it to HAMDEL_PRIVATE_TARGETS."),
    "bad_answer": _("The gateway answered in a way we do not understand. Look at its answer below."),
    "wrong_key": _("The gateway does not accept the key. Copy it again from the panel of the gateway."),
    "no_credit": _("The account has no credit left. Charge it in the panel of the gateway; waiting messages then go by themselves."),
    "wrong_sender": _("The line or sender is not yours or not active. Choose one that the panel of the gateway shows as active."),
    "wrong_recipient": _("The number or address does not exist or is not complete. Correct it on the customer."),
    "blocked_recipient": _("The recipient has blocked such messages with the operator. A service line reaches them."),
    "words_refused": _("The gateway refuses the words. Change the text; some words are forbidden on advertising lines."),
    "link_refused": _("The gateway refuses a link among the variables of a pattern. Put the link into the approved pattern itself, or ask for a digit as the answer."),
    "template_refused": _("The pattern is unknown or not approved. Check its code in the panel of the gateway."),
    "too_long": _("The text is too long for the gateway. Shorten it."),
    "throttled": _("The gateway asks us to go slower. It goes on by itself; lower the rate in the settings if this happens often."),
    "gateway_down": _("The gateway has a fault of its own. It is tried again by itself."),
    "refused": _("The gateway refuses the message. Its answer below says why."),
    "not_permitted": _("This server may not use the gateway: allow its address in the panel of the gateway."),
    "outside_hours": _("The line may not send at this hour. It waits for the allowed hours."),
    "blocked_bot": _("The customer has blocked the bot or left the chat."),
    "bounced": _("The mailbox does not exist. It is not written to again."),
    "mailbox_full": _("The mailbox is full or closed for now. It is tried again."),
    "complained": _("The customer reported the mail as unwanted. They are not written to again."),
    "not_delivered": _("The operator could not deliver it."),
    "expired": _("It was tried for too long without success."),
    "gone": _("The receiver says the address is gone for good. Its webhook was turned off."),
    "tls_failed": _("The mail server's certificate is not valid or it does not speak TLS. Check host, port and security."),
    "no_leave": _("The contact gate no longer allows it."),
    "fetched_elsewhere": _("Somebody else fetches the messages of this bot, or it still calls another address. Save the settings again, and let no other program use the bot."),
    "unsure": _("The server stopped while this was being sent and the gateway cannot be asked. Look in its panel before sending again."),
    "answered": _("The customer answered before it went, so it was called off."),
    "cancelled": _("It was called off before it went."),
    "no_connector": _("This kind of channel is no longer installed."),
    "account_off": _("The channel was turned off before this went."),
    "cannot_unseal": _("The stored key cannot be opened on this server. Enter it anew in the settings, or bring back secrets/sealing_keys from the backup."),
    "survey_over": _("It came after the survey had ended for this customer, so it was not recorded."),
    "answered_before": _("The customer had answered this before. That answer stays as it is."),
    "no_address": _("The customer has no address on this channel."),
    "no_account": _("No channel of this kind is set up."),
}  # fmt: skip


def in_words(problem: str) -> str:
    """Return what a problem means and what to do, reasons of the contact gate as well; an unknown code as it is."""
    return str(PROBLEMS[problem]) if problem in PROBLEMS else reason_label(problem)
