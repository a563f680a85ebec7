"""Kavenegar's numbers, in our words."""

from __future__ import annotations

from hamdel.act.messages.connectors import Outcome

# Of a whole call (`return.status`): trouble of the account, everybody's.
OF_ACCOUNT = {
    401: "wrong_key", 402: "gateway_down", 403: "wrong_key", 407: "not_permitted", 409: "gateway_down",
    412: "wrong_sender", 416: "not_permitted", 418: "no_credit", 426: "not_permitted", 427: "wrong_sender",
    428: "not_permitted", 429: "not_permitted", 451: "throttled", 501: "not_permitted",
}  # fmt: skip
# Of one message in the call; which one, the gateway does not say.
OF_MESSAGE = {
    400: "refused", 406: "refused", 411: "wrong_recipient", 413: "too_long", 419: "refused", 420: "link_refused",
    422: "words_refused", 424: "template_refused", 431: "template_refused", 432: "template_refused",
}  # fmt: skip
TOO_MANY = 414
# Of one message (`entries[].status`): accepted, arrived, or why not.
DELIVERED = 10
UNKNOWN_ID = 100
ON_THE_WAY = {1, 2, 4, 5}
FAILED = {6: "not_delivered", 11: "not_delivered", 13: "not_delivered", 14: "blocked_recipient"}


def outcome_of(status: int, provider_id: object = "", **more) -> Outcome:
    """Return what the status of one message means."""
    if status == DELIVERED:
        return Outcome(Outcome.DELIVERED, provider_id=str(provider_id), **more)
    if status in FAILED:
        return Outcome.failed(FAILED[status], provider_id=str(provider_id), **more)
    return Outcome.accepted(provider_id, **more)
