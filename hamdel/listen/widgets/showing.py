"""Which widgets a visitor of a site may see, decided here: the browser is told what it may show, never why not."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hamdel.act.contacts.asking import Ask
from hamdel.act.contacts.gate import check, reserve, settle
from hamdel.ground.access.models import digest
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer, Identifier
from hamdel.know.customers.queries import whole_customer
from hamdel.listen.events.models import Source
from hamdel.listen.surveys.models import Survey
from hamdel.listen.widgets.belonging import belongs, fits
from hamdel.listen.widgets.models import Showing, Site, Widget

CHANNEL = "widget"
# What a visitor opens, or finds standing in the page, interrupts nobody.
ASKED_FOR = (Widget.Form.BUTTON, Widget.Form.EMBEDDED)


@dataclass(frozen=True)
class Visitor:
    """Who looks at a site: the workspace by its write key, and the customer if the site's server vouches for them."""

    workspace: Workspace
    site: Site
    customer: Customer | None


def workspace_of(key: str) -> Workspace | None:
    """Return the workspace a write key belongs to. Call across workspaces."""
    if not key or len(key) > 200 or "\x00" in key:
        return None
    source = Source.objects.filter(write_key=key, disabled_at=None).select_related("workspace").first()
    return source.workspace if source else None


def signed_id(secret: str, user_id: str) -> str:
    """Return the `uid` a site's server makes for its logged-in user: the id, a dot, HMAC-SHA256 of the id in hex."""
    return f"{user_id}.{hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()}"


def _identity_secret(site: Site) -> str:
    secrets: Any = site.secrets
    return secrets["identity"]


def customer_of(site: Site, uid: str) -> Customer | None:
    """Return the customer a `uid` stands for, None for none, an unknown or a forged one."""
    user_id = uid.rpartition(".")[0]
    expected = signed_id(_identity_secret(site), user_id)
    if not user_id or "\x00" in uid or not hmac.compare_digest(expected.encode(), uid.encode()):
        return None
    found = (
        Identifier.objects.filter(workspace_id=site.workspace_id, kind=Identifier.Kind.USER, value=user_id)
        .select_related("customer")
        .first()
    )
    return whole_customer(found.customer) if found else None


def visible_widgets(visitor: Visitor, *, at: datetime) -> list[Widget]:
    """Return the live widgets this visitor may see now."""
    live = (
        Widget.objects.filter(workspace=visitor.workspace)
        .live()
        .select_related("survey", "workspace")
        .order_by("created_at")
    )
    return [widget for widget in live if may_see(visitor, widget, at=at)]


def may_see(visitor: Visitor, widget: Widget, *, at: datetime) -> bool:
    customer = visitor.customer
    if customer is None:
        return not widget.is_for_some
    if not is_among(widget, customer, at=at) or not is_due(visitor, widget, at=at):
        return False
    return is_asked_for(widget) or check(visitor.workspace, ask_of(widget, customer), at=at).allowed


def is_asked_for(widget: Widget) -> bool:
    """Tell whether the visitor comes to it themselves: a button they press, a form in the page. The gate guards the rest."""
    return widget.form in ASKED_FOR


def ask_of(widget: Widget, customer: Customer) -> Ask:
    return Ask(
        customer_id=customer.id,
        channel=CHANNEL,
        purpose="survey",
        sender="widgets",
        topic=widget.survey.touchpoint,
        reference=f"widget:{widget.id}",
    )


def is_among(widget: Widget, customer: Customer, *, at: datetime) -> bool:
    """Tell whether the widget is meant for this customer."""
    workspace = widget.workspace
    if widget.whom and not fits(workspace, widget.whom, customer, at=at):
        return False
    return widget.segment_id is None or belongs(workspace, widget.segment_id, customer, at=at)


def is_due(visitor: Visitor, widget: Widget, *, at: datetime) -> bool:
    """Tell whether enough time has passed since this customer, on any device, saw this widget or another."""
    if is_asked_for(widget):
        return True
    seen = Showing.objects.filter(customer=visitor.customer)
    others = seen.exclude(widget=widget).exclude(widget__form__in=ASKED_FOR)
    others = others.filter(shown_at__gt=at - timedelta(days=visitor.site.cool_off_days))
    if others.exists():
        return False
    last = seen.filter(widget=widget).order_by("-shown_at").first()
    if last is None or widget.often == Widget.Often.ALWAYS:
        return True
    if widget.often == Widget.Often.ONCE or has_answered(visitor.customer, widget.survey):
        return False
    return widget.often == Widget.Often.UNTIL_ANSWERED or at - last.shown_at >= timedelta(days=widget.days)


def has_answered(customer: Customer | None, survey: Survey) -> bool:
    return survey.responses.completed().filter(customer=customer).exists()


def note_showing(visitor: Visitor, widget: Widget, once: str, *, at: datetime) -> bool:
    """Write down that a widget is shown; tell whether it may be. The same `once` again changes nothing."""
    is_anonymous = widget.survey.how.anonymous
    # The moment stands beside it, and in the contact ledger the customer: from there nothing leads to the answers.
    key = digest(f"showing:{once}" if is_anonymous else once)
    if Showing.objects.filter(once_digest=key).exists():
        return True
    customer = visitor.customer
    if customer and not may_be_contacted(visitor, widget, customer, at=at):
        return False
    Showing.objects.get_or_create(
        once_digest=key,
        defaults={
            "workspace_id": widget.workspace_id,
            "widget": widget,
            "shown_at": at,
            "customer": None if is_anonymous else customer,
        },
    )
    return True


def may_be_contacted(visitor: Visitor, widget: Widget, customer: Customer, *, at: datetime) -> bool:
    """Ask the gate and, if it allows, enter the contact in its ledger."""
    if is_asked_for(widget):
        return True
    if not is_among(widget, customer, at=at) or not is_due(visitor, widget, at=at):
        return False
    [verdict] = reserve(visitor.workspace, [ask_of(widget, customer)], at=at)
    if verdict.allowed and verdict.contact_id:
        settle(visitor.workspace, [verdict.contact_id], outcome="sent", at=at)
    return verdict.allowed
