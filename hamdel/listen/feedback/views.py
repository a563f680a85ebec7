"""Where feedback comes from: sources, what each delivered, and what could not be read."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.secrets import CannotUnseal, seal, unseal
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import whole_customer
from hamdel.listen.feedback.actions import NameTaken, change_settings, connect, give_secret, switch
from hamdel.listen.feedback.connectors import connector_named, connectors
from hamdel.listen.feedback.forms import InboxForm, SecretForm
from hamdel.listen.feedback.hearing import try_again
from hamdel.listen.feedback.jobs import read_soon
from hamdel.listen.feedback.mailbox.connector import Mailbox
from hamdel.listen.feedback.mailbox.fetching import look_into
from hamdel.listen.feedback.models import Delivery, Inbox
from hamdel.listen.feedback.noting import NoteForm, note_feedback
from hamdel.listen.feedback.problems import PROBLEMS
from hamdel.ui.pages import show

LATEST = 50
ABOUT = "feedback.shown_once"
MAILBOX = Mailbox()


@require_safe
@needs(Permission.SEE_SOURCES)
def inboxes(request: Request) -> HttpResponse:
    rows = Inbox.objects.visible_to(request.member).order_by("created_at")
    standings = [(inbox, connector_named(inbox.connector), PROBLEMS.get(inbox.problem, "")) for inbox in rows]
    may_change = request.member.may(Permission.CHANGE_SOURCES)
    return show(
        request, "feedback/inboxes.html", standings=standings, kinds=connectors(), may_change=may_change,
        api_address=request.build_absolute_uri("/api/v1/feedback"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_SOURCES)
def new(request: Request, name: str) -> HttpResponse:
    """Make a source; the secret we made for it waits, sealed, to be shown once."""
    connector = connector_named(name)
    if connector is None:
        raise Http404
    form = InboxForm(connector, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            inbox, made = connect(
                request.workspace, connector, name=form.cleaned_data["name"], settings=form.settings,
                secrets_given=form.secrets, by=request.member,
            )  # fmt: skip
        except NameTaken:
            form.add_error("name", _("There is a source of this name already."))
        else:
            if made:
                request.session[f"shown_once:{inbox.id}"] = seal(made, about=ABOUT)
            if not connector.is_webhook:
                _look(request, inbox)
            return HttpResponseRedirect(reverse("feedback:inbox", args=[inbox.id]))
    return show(
        request, "feedback/new.html", form=form, connector=connector, status=422 if form.errors else 200
    )


@require_safe
@needs(Permission.SEE_SOURCES)
def inbox(request: Request, inbox_id: str) -> HttpResponse:
    return show_inbox(request, find(Inbox, request, id=inbox_id))


def show_inbox(
    request: Request,
    found: Inbox,
    *,
    form: SecretForm | None = None,
    mailbox: InboxForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_change = request.member.may(Permission.CHANGE_SOURCES)
    connector = connector_named(found.connector)
    if connector is not None and not connector.is_webhook and mailbox is None:
        mailbox = InboxForm(connector, initial={"name": found.name, **found.settings}, is_kept=True)
    path = reverse("feedback:delivery", args=[found.key])
    # The address is half a secret: only those who may change the source see it.
    address = f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
    return show(
        request, "feedback/inbox.html", inbox=found, connector=connector, form=form or SecretForm(),
        mailbox=mailbox,
        problem=PROBLEMS.get(found.problem, ""), may_change=may_change, address=address if may_change else "",
        shown_once=_shown_once(request, found), deliveries=found.deliveries.order_by("-received_at", "-id")[:LATEST], status=status,
    )  # fmt: skip


def _shown_once(request: Request, found: Inbox) -> str:
    try:
        return unseal(request.session.pop(f"shown_once:{found.id}", ""), about=ABOUT)
    except CannotUnseal:
        return ""


@require_POST
@needs(Permission.CHANGE_SOURCES)
def secret(request: Request, inbox_id: str) -> HttpResponse:
    found, form = find(Inbox, request, id=inbox_id), SecretForm(request.POST)
    if not form.is_valid():
        return show_inbox(request, found, form=form, status=422)
    give_secret(found, form.cleaned_data["secret"], by=request.member)
    messages.info(request, _("The secret is kept."))
    return _back(found)


@require_POST
@needs(Permission.CHANGE_SOURCES)
def state(request: Request, inbox_id: str) -> HttpResponse:
    """Switch a source off, or on again."""
    found = find(Inbox, request, id=inbox_id)
    switch(found, is_on=found.disabled_at is not None, by=request.member, at=now())
    return _back(found)


@require_POST
@needs(Permission.CHANGE_SOURCES)
def mailbox(request: Request, inbox_id: str) -> HttpResponse:
    """Change where a mailbox is and how it is opened, and say at once whether it opens."""
    found = find(Inbox, request, id=inbox_id, connector="mailbox")
    form = InboxForm(MAILBOX, request.POST, is_kept=True)
    if form.is_valid():
        try:
            change_settings(
                found, name=form.cleaned_data["name"], settings=form.settings, secrets_given=form.secrets,
                by=request.member,
            )  # fmt: skip
        except NameTaken:
            form.add_error("name", _("There is a source of this name already."))
        else:
            _look(request, found)
            return _back(found)
    return show_inbox(request, found, mailbox=form, status=422)


@require_POST
@needs(Permission.CHANGE_SOURCES)
def reading(request: Request, inbox_id: str) -> HttpResponse:
    """Look into a mailbox now."""
    found = find(Inbox, request, id=inbox_id, connector="mailbox")
    _look(request, found)
    return _back(found)


def _look(request: Request, found: Inbox) -> None:
    """Tell at once whether a mailbox opens, and have it read; the page itself says what is wrong."""
    if not look_into(found, at=now()):
        read_soon(found.id, found.workspace_id)
        messages.success(
            request, _("The mailbox opens and is being read; new letters stand here in a moment.")
        )


@require_POST
@needs(Permission.CHANGE_SOURCES)
def retry(request: Request, delivery_id: str) -> HttpResponse:
    """Read what failed once more."""
    failed = find(
        Delivery.objects.select_related("inbox__source"),
        request,
        id=delivery_id,
        outcome=Delivery.Outcome.FAILED,
    )
    again = try_again(failed, at=now())
    is_read = again.outcome == Delivery.Outcome.TAKEN
    messages.info(request, _("It was read this time.") if is_read else _("It still cannot be read."))
    return _back(failed.inbox)


@require_POST
@needs(Permission.WORK_CASES)
def note(request: Request, customer_id: str) -> HttpResponse:
    """Write down what a customer said."""
    customer, form = find(Customer, request, id=customer_id), NoteForm(request.POST)
    if not form.is_valid():
        return show(request, "feedback/note.html", customer=customer, form=form, status=422)
    note_feedback(whole_customer(customer), by=request.member, at=now(), **form.cleaned_data)
    messages.info(request, _("It is on the customer's story in a moment."))
    return HttpResponseRedirect(reverse("customers:customer", args=[customer.id]))


def _back(found: Inbox) -> HttpResponse:
    return HttpResponseRedirect(reverse("feedback:inbox", args=[found.id]))
