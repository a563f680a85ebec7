"""A plan, which asks customers a survey again and again, and an invitation: one customer asked once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.rules import Rule, parse
from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow
from hamdel.know.customers.models import Customer
from hamdel.listen.invitations.sampling import is_in_sample, new_seed
from hamdel.listen.surveys.models import Survey

LINK_LIVES_DAYS = 30


class PlanQuerySet(WorkspaceQuerySet):
    def running(self) -> Self:
        return self.filter(state=Plan.State.RUNNING)


class Plan(WorkspaceRow):
    """A sender: which survey, whom it asks, on which channels, in which words, how often."""

    class Whom(models.TextChoices):
        RULE = "rule", _("After an event")
        SEGMENT = "segment", _("A segment")
        LIST = "list", _("A list of customers")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    name = models.CharField(_("name"), max_length=120)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="plans")
    state = models.CharField(max_length=7, choices=State, default=State.DRAFT)
    whom = models.CharField(max_length=7, choices=Whom, default=Whom.RULE)
    # Whom RULE: the event, and what must hold of its properties (a rule of ground/rules, null for none).
    event = models.CharField(max_length=120, blank=True)
    condition = models.JSONField(null=True, blank=True)
    wait_minutes = models.PositiveIntegerField(default=0)
    # An event that was older when it reached us sends nothing: imports of history are no news.
    oldest_event_hours = models.PositiveIntegerField(default=72)
    segment_id = models.UUIDField(null=True, blank=True)
    # Whom SEGMENT: null asks once; otherwise everyone is asked once in so many days, some of them each day.
    repeat_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # In order of preference.
    channels = ArrayField(models.CharField(max_length=20), default=list)
    # {channel: {language: {"subject", "text", "reminder"}}}; what is missing is said in our own words.
    wording = models.JSONField(default=dict, blank=True)
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    seed = models.CharField(max_length=32, default=new_seed)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    remind_after_days = models.PositiveSmallIntegerField(default=3)
    most_reminders = models.PositiveSmallIntegerField(default=0)
    link_lives_days = models.PositiveSmallIntegerField(default=LINK_LIVES_DAYS)
    # The same survey is not put to the same customer again within so many days.
    same_survey_days = models.PositiveSmallIntegerField(default=30)
    priority = models.PositiveSmallIntegerField(default=50)
    purpose = models.CharField(max_length=20, default="survey")
    topic = models.CharField(max_length=60, blank=True)
    created_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    # Until when its segment or list has been planned.
    planned_at = models.DateTimeField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        indexes = (
            models.Index(fields=["event"], name="plans_by_event", condition=models.Q(state="running")),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(share_percent__gt=0, share_percent__lte=100),
                name="plan_share_is_a_percent",
            ),
            models.CheckConstraint(
                condition=models.Q(repeat_days=None) | models.Q(repeat_days__gte=7, repeat_days__lte=183),
                name="plan_asks_more_than_once_a_year",
            ),
            models.CheckConstraint(
                condition=~models.Q(whom="rule", state="running") | ~models.Q(event=""),
                name="plan_after_an_event_names_it",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @cached_property
    def rule(self) -> Rule | None:
        """Return what must hold of the event. Raises NotARule for what the database should never hold."""
        return parse(self.condition, fields=None) if self.condition else None

    @property
    def wait(self) -> timedelta:
        return timedelta(minutes=self.wait_minutes)

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    def asks_at(self, moment: datetime) -> bool:
        """Tell whether the plan asks at this moment."""
        begun = self.starts_at is None or moment >= self.starts_at
        return begun and (self.ends_at is None or moment < self.ends_at)

    def samples(self, customer_id: Any) -> bool:
        """Tell whether this customer is in the plan's share: the same answer every time."""
        return is_in_sample(self.seed, customer_id, float(self.share_percent))

    def missing(self) -> str:
        """Return what the plan still needs before it can ask anybody, in the active language; empty for nothing."""
        if not self.survey.is_open:
            return str(_("Publish the survey first: it takes no answers now."))
        if not self.channels:
            return str(_("Choose at least one channel."))
        if self.whom == self.Whom.RULE and not self.event:
            return str(_("Say after which event customers are asked."))
        if self.whom == self.Whom.SEGMENT and self.segment_id is None:
            return str(_("Choose a segment."))
        if self.whom == self.Whom.LIST and not self.listed.exists():
            return str(_("Put customers on the list first."))
        return ""

    def words(self, channel: str, language: str) -> Mapping[str, str]:
        """Return what is said on a channel in a language; empty where nobody wrote anything."""
        said = self.wording.get(channel, {})
        return said.get(language) or {}


class ListedCustomer(WorkspaceRow):
    """Somebody on the list of a plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="listed")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["plan", "customer"], name="listed_once_in_a_plan"),)


class PassedOver(WorkspaceRow):
    """How many a plan passed over on one day for one reason, without an invitation: sampling, events too old."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="passed_over")
    day = models.DateField()
    reason = models.CharField(max_length=30)
    n = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["plan", "day", "reason"], name="passed_over_counted_once"),
        )


class InvitationQuerySet(WorkspaceQuerySet):
    def due(self, *, now: datetime) -> Self:
        """Return planned ones whose time has come."""
        return self.filter(state=Invitation.State.PLANNED, due_at__lte=now)

    def to_remind(self, *, now: datetime) -> Self:
        return self.filter(state__in=UNANSWERED, remind_at__lte=now)

    def overdue(self, *, now: datetime) -> Self:
        """Return those whose link has died unanswered."""
        return self.filter(state__in=UNANSWERED, expires_at__lte=now)


class Invitation(WorkspaceRow):
    """One customer asked one survey by a personal link: 128 random bits, of which only a digest is kept."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        REFUSED = "refused", _("Not asked")
        QUEUED = "queued", _("Waiting to be sent")
        FAILED = "failed", _("Not delivered")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        OPENED = "opened", _("Opened")
        EXPIRED = "expired", _("Expired")
        STARTED = "started", _("Started")
        COMPLETED = "completed", _("Completed")

    plan = models.ForeignKey(
        Plan, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="invitations")
    state = models.CharField(max_length=9, choices=State, default=State.DELIVERED)
    # Why it was not asked, or not delivered: a word of `reasons.py`.
    reason = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=20)
    # Which of the plan's channels is tried: the place in its list.
    channel_place = models.PositiveSmallIntegerField(default=0)
    touchpoint = models.CharField(max_length=60, blank=True)
    # The event that led to the question: an order delivered, a ticket solved.
    caused_by = models.UUIDField(null=True, blank=True)
    # The round of a plan that asks a list or segment.
    round = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    # The contact gate's leave; reminders follow it.
    contact_id = models.UUIDField(null=True, blank=True)
    created_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    reminders = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        indexes = (
            models.Index(fields=["survey", "-created_at"], name="invitations_newest_first"),
            models.Index(fields=["workspace", "-created_at"], name="invitations_as_listed"),
            models.Index(fields=["workspace", "state", "-created_at", "-id"], name="invitations_by_state"),
            models.Index(
                fields=["workspace", "channel", "-created_at", "-id"], name="invitations_by_channel"
            ),
            models.Index(fields=["plan", "-created_at"], name="invitations_of_plan"),
            models.Index(fields=["customer", "survey", "-queued_at"], name="invitations_of_customer"),
            models.Index(
                fields=["workspace", "due_at"], name="invitations_due", condition=models.Q(state="planned")
            ),
            models.Index(
                fields=["workspace", "remind_at"],
                name="invitations_to_remind",
                condition=models.Q(remind_at__isnull=False),
            ),
            models.Index(
                fields=["workspace", "expires_at"],
                name="invitations_unanswered",
                condition=models.Q(state__in=["queued", "sent", "delivered", "opened"]),
            ),
        )
        constraints = (
            # Whatever arrives twice, at once or again: one event leads to one invitation of a plan.
            models.UniqueConstraint(
                fields=["plan", "caused_by"],
                condition=models.Q(plan__isnull=False, caused_by__isnull=False),
                name="one_invitation_per_plan_and_event",
            ),
            models.UniqueConstraint(
                fields=["plan", "customer", "round"],
                condition=models.Q(plan__isnull=False) & ~models.Q(round=""),
                name="one_invitation_per_plan_and_round",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "refused"]) | models.Q(digest__isnull=False),
                name="invitation_that_went_has_a_link",
            ),
        )

    @property
    def reference(self) -> str:
        """Return the name by which messages and the contact gate know it."""
        return f"invitation:{self.id}"

    def is_expired(self, *, now: datetime) -> bool:
        return now >= self.expires_at


UNANSWERED = [
    Invitation.State.QUEUED, Invitation.State.SENT, Invitation.State.DELIVERED, Invitation.State.OPENED,
]  # fmt: skip
