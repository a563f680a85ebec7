"""The ledger, the policy with its preview, and what one customer said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.act.contacts import actions
from hamdel.act.contacts.forms import PolicyForm, WordForm, shown
from hamdel.act.contacts.gate import policy_of
from hamdel.act.contacts.models import Address, Contact, Unsubscription
from hamdel.act.contacts.policy import CHANNELS, PURPOSES
from hamdel.act.contacts.preview import compared, history, replay
from hamdel.act.contacts.queries import (
    blocked_addresses_of,
    consents_of,
    ledger_of,
    standings_of,
    unsubscriptions_of,
    with_words,
)
from hamdel.act.contacts.reasons import REASONS, reason_label
from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import whole_customer
from hamdel.ui.lists import page_of
from hamdel.ui.pages import show

FILTERS = ("state", "reason", "channel", "purpose")
SOURCE = "member"


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def ledger(request: Request) -> HttpResponse:
    """List what was asked of the gate, newest first, narrowed by what the address says."""
    chosen = {name: request.GET.get(name, "")[:40] for name in FILTERS}
    rows = Contact.objects.visible_to(request.member).select_related("customer")
    rows = rows.filter(**{name: value for name, value in chosen.items() if value})
    page = page_of(rows, request.GET, "-asked_at", "-id")
    for row in page:
        with_words(row)
    choices = {
        "state": (_("State"), Contact.State.choices),
        "reason": (
            _("Reason"),
            [(name, str(label)) for name, label in REASONS.items() if name != "unknown_customer"],
        ),
        "channel": (_("Channel"), list(CHANNELS.items())),
        "purpose": (_("Purpose"), list(PURPOSES.items())),
    }
    filters = [(name, *choices[name], chosen[name]) for name in FILTERS]
    return show(
        request,
        "contacts/list.html",
        part="rows",
        page=page,
        filters=filters,
        is_narrowed=any(chosen.values()),
        may_change=request.member.may(Permission.MANAGE_WORKSPACE),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_WORKSPACE)
def policy(request: Request) -> HttpResponse:
    """Show and change the policy; with `preview`, only show what it would have refused."""
    current = policy_of(request.workspace)
    if request.method != "POST":
        return show(request, "contacts/policy.html", form=PolicyForm(initial=shown(current)))
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return show(request, "contacts/policy.html", form=form, status=422)
    if "preview" in request.POST:
        return show(request, "contacts/policy.html", part="preview", form=form, **_preview(request, form))
    actions.change_policy(request.workspace, form.policy(), by=request.member, at=now())
    messages.success(request, _("The policy is saved and holds from now on."))
    return HttpResponseRedirect(reverse("contacts:policy"))


def _preview(request: Request, form: PolicyForm) -> dict[str, Any]:
    past = history(request.workspace, now=now())
    before = replay(request.workspace, policy_of(request.workspace), past)
    after = replay(request.workspace, form.policy(), past)
    lines = [(reason_label(line.reason), line) for line in compared(before, after)]
    return {"before": before, "after": after, "lines": lines, "is_previewed": True}


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def customer(request: Request, customer_id: UUID) -> HttpResponse:
    return show_customer(request, _customer(request, customer_id))


@require_POST
@needs(Permission.CHANGE_CUSTOMERS)
def words(request: Request, customer_id: UUID) -> HttpResponse:
    """Write down what the customer said."""
    found, form = _customer(request, customer_id), WordForm(request.POST)
    if not form.is_valid():
        return show_customer(request, found, word_form=form, status=422)
    said = {**form.cleaned_data, "source": SOURCE, "at": now(), "by": request.member}
    if said.pop("state") == "given":
        actions.give_consent(found, **said)
    else:
        actions.withdraw_consent(found, **said)
    return _back(found)


@require_POST
@needs(Permission.CHANGE_CUSTOMERS)
def unsubscriptions(request: Request, customer_id: UUID) -> HttpResponse:
    """End a topic, or everything but service; with `end`, take one back."""
    found = _customer(request, customer_id)
    if "end" in request.POST:
        row = find(Unsubscription, request, id=request.POST["end"])
        actions.resubscribe(found, topic=row.topic, at=now())
    else:
        actions.unsubscribe(found, topic=request.POST.get("topic", "").strip()[:60], source=SOURCE, at=now())
    return _back(found)


@require_POST
@needs(Permission.CHANGE_CUSTOMERS)
def addresses(request: Request, customer_id: UUID) -> HttpResponse:
    """Let a blocked address be used again."""
    found = _customer(request, customer_id)
    actions.unblock(find(Address, request, id=request.POST.get("unblock", "")), by=request.member, at=now())
    return _back(found)


def show_customer(request: Request, found: Customer, *, status: int = 200, **context: Any) -> HttpResponse:
    may_change = request.member.may(Permission.CHANGE_CUSTOMERS)
    page = page_of(ledger_of(found), request.GET, "-asked_at", "-id")
    for row in page:
        with_words(row)
    shown_words = {"word_form": WordForm(), **context}
    return show(
        request,
        "contacts/customer.html",
        status=status,
        customer=found,
        standings=standings_of(request, found),
        consents=[
            (row, PURPOSES.get(row.purpose, ""), CHANNELS.get(row.channel, row.channel))
            for row in consents_of(found)[:20]
        ],
        unsubscriptions=unsubscriptions_of(found),
        blocked=blocked_addresses_of(found),
        page=page,
        may_change=may_change,
        **shown_words,
    )


def _customer(request: Request, customer_id: UUID) -> Customer:
    return whole_customer(find(Customer, request, id=customer_id))


def _back(found: Customer) -> HttpResponse:
    return HttpResponseRedirect(reverse("contacts:customer", args=[found.id]))
