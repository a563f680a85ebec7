"""Send a test to oneself: truly, by the same connector, and see what the gateway says."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hamdel.act.messages.content import Choice, Content
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.outgoing import Outgoing, local_ids, new_message
from hamdel.ground.access.models import Member

SERVICE = "service"


def queue_test(account: ChannelAccount, address: str, *, by: Member, at: datetime) -> Message:
    """Store a test message, claimed by whoever calls `send_test` once this is committed.

    No customer stands behind it, so the contact gate has nothing to say: it goes to the member who asks for it.
    """
    language = (get_language() or "fa")[:2]
    content = Content(
        subject=_("A test from Hamdel"),
        text=_("This is a test from Hamdel. If you can read it, the channel works."),
        choices=tuple(Choice(str(n), str(n)) for n in range(1, 6)) if account.channel != "sms" else (),
        language=language,
    )
    wish = Outgoing(None, account.channel, SERVICE, content, topic="test", reference="test", address=address)
    message = new_message(wish, account, address, local_id=local_ids(1)[0], at=at)
    message.is_test, message.queued_by = True, by
    message.state, message.claimed_at, message.tries = Message.State.SENDING, at, 1
    message.save(force_insert=True)
    return message
