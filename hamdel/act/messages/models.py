"""A message to or from a customer, the account of the gateway it goes through, and every attempt to send it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.content import HOLE, Content
from hamdel.ground.access.models import Member
from hamdel.ground.secrets import CannotUnseal, Sealed
from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow
from hamdel.know.customers.models import Customer


class LineType(models.TextChoices):
    """What an SMS line may carry. Advertising does not reach those who asked the operator for none."""

    SERVICE = "service", _("Service line: reaches everybody, notices to our own customers only")
    ADVERTISING = "advertising", _("Advertising line: does not reach those who blocked advertising")
    OWN = "own", _("Own number")


class ChannelAccount(WorkspaceRow):
    """Our account at one gateway: a Kavenegar key, a mail server, a bot. Its secrets are sealed."""

    connector = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=80)
    settings = models.JSONField(default=dict)
    secrets = Sealed()
    is_on = models.BooleanField(_("in use"), default=True)
    # The account a channel's messages take when nobody chose one: the first by this number.
    rank = models.PositiveSmallIntegerField(default=0)
    is_test = models.BooleanField(_("test account"), default=False)
    line_type = models.CharField(max_length=12, choices=LineType, blank=True)
    # By the workspace's clock. From later than until means over midnight; both empty, any hour.
    allowed_from = models.TimeField(null=True, blank=True)
    allowed_until = models.TimeField(null=True, blank=True)
    per_second = models.FloatField(default=10)
    cost_rial_per_segment = models.PositiveIntegerField(default=0)
    # Callbacks come to an address with a secret in it; the digest finds the account.
    callback_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    # The rate is kept across all workers: the next call may start no earlier.
    free_at = models.DateTimeField(null=True, blank=True)
    # Waits after failures of the gateway itself.
    paused_until = models.DateTimeField(null=True, blank=True)
    failures_in_row = models.PositiveIntegerField(default=0)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    last_problem = models.CharField(max_length=40, blank=True)
    # How far the polling of replies has come, in the gateway's own words.
    polled_up_to = models.CharField(max_length=60, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(per_second__gt=0), name="account_rate_is_positive"),
            models.CheckConstraint(
                condition=models.Q(allowed_from__isnull=True, allowed_until__isnull=True)
                | models.Q(allowed_from__isnull=False, allowed_until__isnull=False),
                name="account_hours_have_both_ends",
            ),
        )

    def __str__(self) -> str:
        return self.name


class MessageQuerySet(WorkspaceQuerySet):
    def outgoing(self) -> Self:
        return self.filter(direction=Message.Direction.OUT)

    def incoming(self) -> Self:
        return self.filter(direction=Message.Direction.IN)

    def due(self, *, now: datetime) -> Self:
        return self.filter(state=Message.State.QUEUED, not_before__lte=now)


class Message(WorkspaceRow):
    """What went to a customer, or came from one."""

    class Direction(models.TextChoices):
        OUT = "out", _("Sent by us")
        IN = "in", _("From the customer")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("On its way")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Arrived")
        ANSWERED = "answered", _("Answered")
        FAILED = "failed", _("Not sent")
        # The line broke after we spoke: it may have gone, so it is not sent a second time by itself.
        UNSURE = "unsure", _("Not known whether it went")
        CANCELLED = "cancelled", _("Called off")
        RECEIVED = "received", _("Received")

    direction = models.CharField(max_length=3, choices=Direction, default=Direction.OUT)
    account = models.ForeignKey(ChannelAccount, null=True, on_delete=models.SET_NULL, related_name="messages")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20, blank=True)
    topic = models.CharField(max_length=60, blank=True)
    touchpoint = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=300)
    content = models.JSONField(default=dict)
    # The secret of the personal link in it, as {"link": …}; in the words a hole stands for it.
    secrets = Sealed()
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    # Our own number of the message at the gateway, by which a lost answer is asked for.
    local_id = models.BigIntegerField(null=True, unique=True)
    provider_id = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    # What the contact gate gave for this message; without one nothing is sent.
    contact_id = models.UUIDField(null=True, blank=True)
    queued_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    in_reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replies")
    segments = models.PositiveSmallIntegerField(default=1)
    cost_rial = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    is_test = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    # Written just before the gateway is spoken to: from here on the outcome may be unknown.
    on_wire_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # When the gateway is asked next whether it has arrived; gateways that tell us by themselves are not asked.
    ask_at = models.DateTimeField(null=True)
    # The polite help goes out once for each question.
    helped_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        indexes = (
            models.Index(
                fields=["account", "not_before"],
                name="messages_due",
                condition=models.Q(state="queued"),
            ),
            models.Index(
                fields=["claimed_at"], name="messages_on_their_way", condition=models.Q(state="sending")
            ),
            models.Index(
                fields=["account", "ask_at"], name="messages_to_ask_after", condition=models.Q(state="sent")
            ),
            models.Index(fields=["workspace", "-created_at"], name="messages_newest_first"),
            models.Index(fields=["workspace", "state", "-created_at", "-id"], name="messages_by_state"),
            models.Index(
                fields=["workspace", "-created_at"],
                name="messages_from_customers",
                condition=models.Q(direction="in"),
            ),
            models.Index(fields=["workspace", "reference"], name="messages_by_reference"),
            models.Index(fields=["account", "address", "-sent_at"], name="messages_by_address"),
            models.Index(fields=["account", "provider_id"], name="messages_by_provider_id"),
            models.Index(fields=["customer", "-created_at"], name="messages_of_customer"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["account", "provider_id"],
                condition=models.Q(direction="in") & ~models.Q(provider_id=""),
                name="a_reply_comes_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sending", "sent"])
                | models.Q(contact_id__isnull=False)
                | models.Q(is_test=True),
                name="nothing_goes_round_the_gate",
            ),
        )

    @property
    def text(self) -> str:
        return str(self.content.get("text") or "")

    @property
    def whole_content(self) -> Content:
        """Return what it says, with the secret of its link. Raises CannotUnseal."""
        return Content.from_json(self.content, secret=self.secrets.get("link", ""))

    def without_secret(self, said: str) -> str:
        """Return what a gateway was told or answered, without the secret of the link."""
        try:
            secret = self.secrets.get("link", "")
        except CannotUnseal:
            return said
        return said.replace(secret, HOLE) if secret else said


class Attempt(WorkspaceRow):
    """One exchange with the gateway about one message: what we asked, what it said, without the secrets."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        TEMPORARY = "temporary", _("Try later")
        FAILED = "failed", _("Refused")
        UNKNOWN = "unknown", _("No answer")
        LOOKED_UP = "looked_up", _("Asked what became of it")
        REPORT = "report", _("Report")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    problem = models.CharField(max_length=40, blank=True)
    request = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("at", "id")


class ChatLink(WorkspaceRow):
    """A customer's chat with one of our bots, linked by a start token that only they were given."""

    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="chats")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="chats")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    address = models.CharField(max_length=40, blank=True)
    linked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["account", "address"],
                condition=~models.Q(address=""),
                name="a_chat_is_one_customers",
            ),
        )
