"""Surveys, their frozen versions, and what people answered."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any, Self
from uuid import uuid4

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.workspaces.models import Workspace, WorkspaceQuerySet, WorkspaceRow
from hamdel.know.customers.models import Customer
from hamdel.listen.surveys.definition import Definition, Metric, read_definition, upgraded, with_metrics
from hamdel.listen.surveys.settings import SurveySettings, read_settings


def new_public_id() -> str:
    """Return the id in an open link: short enough to print, too long to guess."""
    return secrets.token_urlsafe(9)


class SurveyQuerySet(WorkspaceQuerySet):
    def open(self) -> Self:
        return self.filter(state=Survey.State.OPEN)


class Survey(WorkspaceRow):
    """Something we ask customers, again and again, at one touchpoint."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    METRICS = (
        (Metric.NPS.value, _("NPS: would you recommend us (0–10)")),
        (Metric.ENPS.value, _("eNPS: would you recommend working here (0–10)")),
        (Metric.CSAT.value, _("CSAT: how satisfied are you (1–5)")),
        (Metric.CES2.value, _("CES 2.0: they made it easy (1–7)")),
        (Metric.CES1.value, _("CES 1.0: how much effort (1–5)")),
    )

    name = models.CharField(_("name"), max_length=120)
    # Of its first question with a score; empty when it asks for none.
    metric = models.CharField(_("metric"), max_length=8, choices=METRICS, blank=True)
    touchpoint = models.CharField(_("touchpoint"), max_length=60, blank=True)
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    draft = models.JSONField()
    # How it is asked: `how` reads it.
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SurveyQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def scores_by(self) -> Metric | None:
        """Return what its score counts towards, None when it asks for no score."""
        return Metric(self.metric) if self.metric else None

    @property
    def how(self) -> SurveySettings:
        return read_settings(self.settings)

    @property
    def open_path(self) -> str:
        """Return what the open link ends in: the path the company chose, or the short random one."""
        return self.how.path or self.public_id

    @property
    def draft_form(self) -> dict[str, Any]:
        """Return the draft in format 2, whatever it was kept in, each score saying what it counts towards."""
        form = self.draft if self.draft.get("format") == 2 else upgraded(self.draft)
        return with_metrics(form, self.scores_by)

    @property
    def draft_definition(self) -> Definition:
        return read_definition(with_metrics(self.draft, self.scores_by))

    @property
    def current(self) -> SurveyVersion | None:
        """Return the version new respondents are given."""
        return self.versions.order_by("-number").first()

    @property
    def has_unpublished_changes(self) -> bool:
        current = self.current
        return current is None or current.definition != self.draft


class SurveyVersion(WorkspaceRow):
    """What was asked: frozen, so that an answer keeps its question."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["survey", "number"], name="survey_versions_are_numbered"),
        )

    @cached_property
    def asks(self) -> Definition:
        return read_definition(self.definition)


class ResponseQuerySet(WorkspaceQuerySet):
    def completed(self) -> Self:
        return self.filter(completed_at__isnull=False)

    def whole(self) -> Self:
        """Return completed ones that count: nobody led out because a quota was full."""
        return self.completed().filter(quota="")


class Response(WorkspaceRow):
    """One person's way through a survey. Its link, if it has one, leads back to it on any device.

    Every index and foreign key is work for each answer that comes in: what another one covers already is left out.
    """

    # Its survey is of the same workspace, and has the foreign key.
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # `responses_newest_first` begins with it.
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses", db_index=False)
    version = models.ForeignKey(
        SurveyVersion, on_delete=models.PROTECT, related_name="responses", db_index=False
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="responses"
    )
    # One invitation, one response, for ever: the constraint, not a check, decides a race.
    invitation_id = models.UUIDField(null=True, blank=True, unique=True)
    resume_digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=20)
    touchpoint = models.CharField(max_length=60, blank=True)
    # Where it was answered, as a QR code or a kiosk says it.
    place = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10)
    # The full quota because of which it ended early.
    quota = models.CharField(max_length=40, blank=True)
    score = models.SmallIntegerField(null=True, blank=True)
    caused_by = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    # When a page was saved last, by our own clock, whatever a kiosk's says: what changed long ago can be copied to where
    # it is counted quickly. Never of an anonymous one: its moments are days.
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ResponseQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        indexes = (
            models.Index(fields=["survey", "-started_at"], name="responses_newest_first"),
            # Finds what changed lately, and costs an answer next to nothing: a line for each sixteen pages.
            BrinIndex(fields=["changed_at"], name="responses_by_change", pages_per_range=16),
        )
        constraints = (models.UniqueConstraint(fields=["resume_digest"], name="one_response_per_way_back"),)


class Answer(WorkspaceRow):
    """One answer; `definition.Kind` tells what stands in `value`. `question` is a key, or KEY.other."""

    # As of a response: its own has the foreign key, and `one_answer_per_question` begins with it.
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers", db_index=False)
    question = models.CharField(max_length=60)
    value = models.JSONField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["response", "question"], name="one_answer_per_question"),
        )


class LateArrival(WorkspaceRow):
    """When a response came that was given before its survey ended and came after: its kiosk had no network.

    There is none of an anonymous survey: the moment would tell whose answers they are.
    """

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="late_arrival")
    at = models.DateTimeField()


class BurntToken(WorkspaceRow):
    """A personal link of an anonymous survey that has been used. Nothing leads from here to the answers."""

    # Random: ids whose order is their age would tell when it was used. Nor is there a day, for the same reason.
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="burnt_tokens")
    digest = models.CharField(max_length=64, unique=True)


class Tally(WorkspaceRow):
    """How many completed responses a survey has, or a quota of it; `key` is "" for all of them.

    Only of surveys with limits: whoever takes an answer for one locks its tallies, so that nobody overshoots.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tallies")
    key = models.CharField(max_length=40, blank=True)
    n = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["survey", "key"], name="one_tally_per_quota"),)


class SurveyPath(WorkspaceRow):
    """A path of the company's own for an open link, as in /s/tehran-branch/. All it ever had go on leading there."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="paths")
    path = models.CharField(max_length=40, unique=True)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(path__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="survey_path_can_be_typed"
            ),
        )
