"""A case: somebody was let down, and one of us will put it right before a given time."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow
from hamdel.know.customers.models import Customer


class CaseQuerySet(WorkspaceQuerySet):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.exclude(closed_at=None)

    def owned_by(self, member: Member) -> Self:
        return self.filter(owner=member)

    def overdue(self, *, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)


class Case(WorkspaceRow):
    """One low score and what we do about it. It is open until it has a closure."""

    # Counted within the workspace: what people say on the phone.
    number = models.PositiveIntegerField()
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="cases")
    # The score's event: the reaction to it opens one case, however often it runs.
    event_id = models.UUIDField()
    response_id = models.CharField(max_length=40, blank=True)
    metric = models.CharField(max_length=20)
    score = models.FloatField()
    comment = models.TextField(blank=True)
    touchpoint = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    first_contact_at = models.DateTimeField(null=True, blank=True)
    # That of its closure, set by the database (a trigger): the oldest open case is found without reading every closed one.
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = CaseQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "number"], name="case_numbers_are_unique"),
            models.UniqueConstraint(fields=["workspace", "event_id"], name="one_case_per_score"),
        )
        indexes = (
            models.Index(
                fields=["workspace", "due_at", "id"],
                name="open_cases_by_due_time",
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["owner", "due_at", "id"],
                name="open_cases_of_owner",
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["workspace", "-closed_at", "-id"],
                name="closed_cases_newest_first",
                condition=models.Q(closed_at__isnull=False),
            ),
            # A comment finds the case its score opened.
            models.Index(
                fields=["workspace", "response_id"],
                condition=~models.Q(response_id=""),
                name="cases_by_response",
            ),
        )

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def closure_or_none(self) -> Closure | None:
        return getattr(self, "closure", None)

    @property
    def metric_name(self) -> str:
        """Return what people call the metric: both kinds of CES are CES."""
        return self.metric.rstrip("12").upper()

    @property
    def is_open(self) -> bool:
        return self.closure_or_none is None

    def is_overdue(self, *, now: datetime) -> bool:
        return self.is_open and self.due_at < now


class Closure(WorkspaceRow):
    """Who closed a case, when, and how it ended."""

    class Outcome(models.TextChoices):
        RECOVERED = "recovered", _("Put right; the customer is content")
        EXPLAINED = "explained", _("Explained; nothing to put right")
        UNREACHABLE = "unreachable", _("Could not reach the customer")
        LOST = "lost", _("The customer stays unhappy")

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="closure")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    note = models.TextField(_("note"), blank=True)


class Note(WorkspaceRow):
    """What was said or done, by whom, when."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    is_contact = models.BooleanField(default=False)

    class Meta:
        ordering = ("at", "id")
