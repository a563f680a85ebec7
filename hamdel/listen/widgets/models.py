"""Where surveys meet people besides messages: widgets on sites, kiosks, places with a QR code, notifications."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.secrets import Sealed
from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow
from hamdel.know.customers.models import Customer
from hamdel.listen.surveys.models import Survey

# A kiosk says hello every minute; after this it counts as silent.
SILENT_AFTER = timedelta(minutes=5)
# Easy to read aloud and to type from a poster: no vowels, nothing that looks like something else.
CODE_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def new_code() -> str:
    """Return the code of a place: 37 bits, which is plenty for something that hangs on a wall."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


class Site(WorkspaceRow):
    """What all widgets of a workspace share. `secrets` has `identity` and `vapid`, the private keys."""

    cool_off_days = models.PositiveSmallIntegerField(
        _("Days between two different widgets"), default=7, validators=[MaxValueValidator(365)]
    )
    push_key = models.CharField(max_length=100, blank=True)
    secrets = Sealed()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace"], name="one_site_per_workspace"),)


class WidgetQuerySet(WorkspaceQuerySet):
    def live(self) -> Self:
        return self.filter(state=Widget.State.LIVE, survey__state=Survey.State.OPEN)


class Widget(WorkspaceRow):
    """A survey on a site: how it looks, where and when it comes, for whom, and how often."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        PAUSED = "paused", _("Paused")

    class Form(models.TextChoices):
        SLIDE_IN = "slide_in", _("Slides in at a corner")
        POPOVER = "popover", _("Over the page, in the middle")
        BUTTON = "button", _("A feedback button that stays")
        EMBEDDED = "embedded", _("Inside the page")

    class When(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        SECONDS = "seconds", _("After some seconds on the page")
        SCROLL = "scroll", _("After scrolling some way")
        EXIT = "exit", _("When the visitor is about to leave")
        EVENT = "event", _("When something happens on the site")

    class Often(models.TextChoices):
        ONCE = "once", _("Once")
        DAYS = "days", _("Again after some days, until answered")
        UNTIL_ANSWERED = "until_answered", _("At every visit, until answered")
        ALWAYS = "always", _("Every time")

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the visitor's device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Side(models.TextChoices):
        END = "end", _("Where lines end")
        START = "start", _("Where lines begin")

    name = models.CharField(_("name"), max_length=120)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="widgets")
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    form = models.CharField(max_length=8, choices=Form, default=Form.SLIDE_IN)
    # Embedded: where in the page. A CSS selector.
    selector = models.CharField(max_length=200, blank=True)
    # A rule over the page (url, path, host, device …), decided in the browser; null is every page.
    where = models.JSONField(null=True, blank=True)
    when = models.CharField(max_length=8, choices=When, default=When.SECONDS)
    seconds = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(3600)])
    percent = models.PositiveSmallIntegerField(
        default=50, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    event = models.CharField(max_length=120, blank=True)
    event_where = models.JSONField(null=True, blank=True)
    # Whom: a segment, a rule over the customer. Decided here, never told to a browser.
    segment_id = models.UUIDField(null=True, blank=True)
    whom = models.JSONField(null=True, blank=True)
    share = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    often = models.CharField(max_length=14, choices=Often, default=Often.DAYS)
    days = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(365)])
    accent = models.CharField(max_length=7, default="#00666e")
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    side = models.CharField(max_length=5, choices=Side, default=Side.END)
    # The words on the feedback button, by language.
    button = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WidgetQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE

    @property
    def is_for_some(self) -> bool:
        """Tell whether only customers we recognise can see it."""
        return bool(self.segment_id or self.whom)


class Showing(WorkspaceRow):
    """A widget was shown, once. `once_digest` is also what the response begins with, so one leads to the other.

    Of an anonymous survey it is not, and how many answered is not known by widget.
    """

    widget = models.ForeignKey(Widget, on_delete=models.CASCADE, related_name="showings")
    once_digest = models.CharField(max_length=64, unique=True)
    # Empty for visitors we do not recognise, and always for anonymous surveys.
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    shown_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["widget", "-shown_at"], name="showings_newest_first"),
            models.Index(fields=["customer", "-shown_at"], name="showings_of_customer"),
        )


class DeviceQuerySet(WorkspaceQuerySet):
    def in_use(self) -> Self:
        return self.filter(revoked_at=None)


class Device(WorkspaceRow):
    """A kiosk: a tablet that asks whoever stands before it. Its address holds a secret of its own."""

    name = models.CharField(_("name"), max_length=80)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="devices")
    secret_digest = models.CharField(max_length=64, unique=True)
    # "salt:hash" of the PIN that lets staff out of the full screen; checked on the device, which may be offline.
    pin = models.CharField(max_length=200)
    place = models.CharField(_("place"), max_length=60, blank=True)
    idle_seconds = models.PositiveSmallIntegerField(
        default=45, validators=[MinValueValidator(10), MaxValueValidator(600)]
    )
    thanks_seconds = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(3), MaxValueValidator(60)]
    )
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    waiting = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    def __str__(self) -> str:
        return self.name

    def is_silent(self, *, now: datetime) -> bool:
        return self.last_seen_at is None or now - self.last_seen_at > SILENT_AFTER


class KioskAnswer(WorkspaceRow):
    """A response a kiosk has handed over; the digest of its secret keeps it from coming twice."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="answers")
    once_digest = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()
    # Empty when it was stored, else why not.
    refusal = models.CharField(max_length=20, blank=True)
    # It was given before the survey ended, and came after.
    is_late = models.BooleanField(default=False)


class Place(WorkspaceRow):
    """A spot with a QR code of its own, and the words printed round it."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(_("name"), max_length=60)
    code = models.CharField(max_length=12, unique=True, default=new_code)
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    accent = models.CharField(max_length=7, default="#00666e")
    logo = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["survey", "name"], name="places_of_a_survey_have_names"),
        )

    def __str__(self) -> str:
        return self.name


class PushSubscription(WorkspaceRow):
    """A browser that wants our notifications: where to send them and how to encrypt them."""

    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    anonymous_id = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # The push service said the browser is gone, or the visitor did.
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "endpoint"], name="one_row_per_subscribed_browser"),
        )
