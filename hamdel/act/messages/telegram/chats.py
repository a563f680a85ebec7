"""Which chat is whose: a start link with a token made for one customer, opened in their own app."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hamdel.act.contacts.actions import give_consent, note_return
from hamdel.act.messages.models import ChannelAccount, ChatLink
from hamdel.ground.access.models import digest, new_secret
from hamdel.know.customers.models import Customer

LINK_LIVES = timedelta(days=60)
PLACES = {"telegram": "https://t.me/{bot}?start={token}", "bale": "https://ble.ir/{bot}?start={token}"}


def start_link(account: ChannelAccount, customer: Customer, *, at: datetime) -> str:
    """Return a link that opens the bot and tells it who comes. Its token is shown this once."""
    token = new_secret()
    ChatLink.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        customer=customer,
        digest=digest(token),
        expires_at=at + LINK_LIVES,
    )
    return PLACES[account.channel].format(bot=account.settings.get("bot", ""), token=token)


@transaction.atomic
def link_chat(account: ChannelAccount, token: str, address: str, *, at: datetime) -> Customer | None:
    """Remember whose chat this is; None for a token that is wrong, used or too old.

    A chat that was somebody else's before (a phone changed hands) is theirs no longer.
    """
    links = ChatLink.objects.filter(account=account, digest=digest(token), linked_at=None, expires_at__gt=at)
    found = links.select_for_update(no_key=True, of=("self",)).select_related("customer").first()
    if found is None:
        return None
    ChatLink.objects.filter(account=account, address=address).update(address="")
    found.address, found.linked_at = address, at
    found.save(update_fields=["address", "linked_at"])
    for purpose in ("survey", "service"):
        give_consent(
            found.customer,
            channel=account.channel,
            purpose=purpose,
            source="bot",
            proof=f"/start {address}",
            at=at,
        )
    # Whoever starts the bot again has taken the block back.
    note_return(account.workspace, account.channel, address)
    return found.customer


def chats_of(channel: str, customers: Iterable[Customer]) -> dict[UUID, str]:
    """Return the chats of these customers with our bots of a channel, the latest of each."""
    ids = [customer.id for customer in customers]
    rows = ChatLink.objects.filter(account__channel=channel, account__deleted_at=None, customer_id__in=ids)
    linked = rows.exclude(address="").order_by("linked_at")
    return dict(linked.values_list("customer_id", "address"))
