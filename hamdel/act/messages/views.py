"""Pages: the log of messages, the channels, and a channel's settings with its test."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.act.messages import accounts as deeds
from hamdel.act.messages.connectors import Connector, connector_named, connectors
from hamdel.act.messages.forms import initial_of
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.problems import in_words
from hamdel.act.messages.queries import health_of, messages_of, standings
from hamdel.act.messages.sending import Claim, send_claim
from hamdel.act.messages.testing import queue_test
from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.persian.phones import normal_phone
from hamdel.know.customers.models import Customer
from hamdel.ui.lists import page_of, without_place
from hamdel.ui.pages import show


class TestForm(forms.Form):
    """Where the test goes: a phone, a mailbox, a chat."""

    address = forms.CharField(
        label=gettext_lazy("Send it to"), max_length=200, widget=forms.TextInput(attrs={"dir": "ltr"})
    )

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel

    def clean_address(self) -> str:
        address = self.cleaned_data["address"].strip()
        if self.channel != "sms":
            return address
        phone = normal_phone(address)
        if phone is None:
            raise forms.ValidationError(_("This is no phone number. Write it like 0912 123 4567."))
        return phone


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def messages_log(request: Request) -> HttpResponse:
    """List what went and what came back."""
    chosen = {name: value for name, value in without_place(request.GET).items() if value}
    try:
        UUID(chosen.get("account") or "0" * 32)
        UUID(chosen.get("customer") or "0" * 32)
    except ValueError as wrong:
        raise Http404 from wrong
    page = page_of(messages_of(request.member, chosen), request.GET, "-created_at", "-id")
    accounts = ChannelAccount.objects.visible_to(request.member).filter(deleted_at=None).order_by("name")
    return show(
        request, "messages/log.html", part="rows", page=page, chosen=chosen, accounts=accounts,
        states=Message.State.choices, directions=Message.Direction.choices,
        may_manage=request.member.may(Permission.MANAGE_WORKSPACE), trail=None,
    )  # fmt: skip


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def message(request: Request, message_id: str) -> HttpResponse:
    """Show one message with every attempt and what the gateway answered."""
    rows = Message.objects.select_related("customer", "account", "in_reply_to", "queued_by__user")
    found = find(rows, request, id=message_id)
    attempts = [
        (attempt, in_words(attempt.problem) if attempt.problem else "") for attempt in found.attempts.all()
    ]
    return show(
        request, "messages/message.html", message=found, attempts=attempts,
        problem=in_words(found.problem) if found.problem else "", replies=found.replies.order_by("created_at"),
        trail=[(_("Messages"), reverse("messages:log")), (found.address, "")],
    )  # fmt: skip


@require_safe
@needs(Permission.MANAGE_WORKSPACE)
def accounts(request: Request) -> HttpResponse:
    """List the channels with how they do, and the kinds that can be added."""
    listed = [(one, in_words(one.account.last_problem)) for one in standings(request.member, now=now())]
    return show(request, "messages/accounts.html", standings=listed, kinds=connectors())


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_WORKSPACE)
def new_account(request: Request, name: str) -> HttpResponse:
    """Connect a channel."""
    connector = _connector(name)
    form = connector.form(
        typed(request), initial={"per_second": connector.per_second, "name": connector.label}
    )
    if request.method == "POST" and form.is_valid():
        made = deeds.connect_account(
            request.workspace, connector, form.cleaned_data, by=request.member, at=now()
        )
        _greet(request, connector, made)
        return HttpResponseRedirect(reverse("messages:account", args=[made.id]))
    return show(
        request, "messages/new_account.html", form=form, connector=connector,
        trail=[(_("Channels"), reverse("messages:accounts")), (connector.label, "")],
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_WORKSPACE)
def account(request: Request, account_id: str) -> HttpResponse:
    """Show and change a channel's settings."""
    found = _account(request, account_id)
    connector = _connector(found.connector)
    kept = frozenset(name for name, value in deeds.opened(found).items() if value)
    form = connector.form(typed(request), initial=initial_of(found), kept=kept)
    if request.method == "POST" and form.is_valid():
        deeds.change_account(found, form.cleaned_data, by=request.member)
        _greet(request, connector, found)
        return HttpResponseRedirect(request.path)
    return show_account(request, found, form=form, status=422 if form.errors else 200)


@require_POST
@needs(Permission.MANAGE_WORKSPACE)
def check(request: Request, account_id: str) -> HttpResponse:
    """Ask the gateway whether it knows us."""
    found = _account(request, account_id)
    health = deeds.check_account(found, at=now())
    found.refresh_from_db()
    return show_account(request, found, health=health, health_problem=in_words(health.problem))


@require_POST
@needs(Permission.MANAGE_WORKSPACE)
def test(request: Request, account_id: str) -> HttpResponse:
    """Send a test, now, and show what the gateway says."""
    found = _account(request, account_id)
    form = TestForm(request.POST, channel=found.channel)
    if not form.is_valid():
        return show_account(request, found, test_form=form, status=422)
    row = queue_test(found, form.cleaned_data["address"], by=request.member, at=now())
    send_claim(Claim(found, [row], now()), now=now)
    row.refresh_from_db()
    found.refresh_from_db()
    attempt = row.attempts.last()
    return show_account(
        request, found, tested=row, tested_attempt=attempt,
        tested_problem=in_words(row.problem or (attempt.problem if attempt else "")),
    )  # fmt: skip


@require_POST
@needs(Permission.INVITE_CUSTOMERS)
def chat_link(request: Request, account_id: str, customer_id: str) -> HttpResponse:
    """Make the link by which a customer opens a chat with the bot, and show it this once."""
    found, customer = _account(request, account_id), find(Customer, request, id=customer_id)
    link = _connector(found.connector).start_link(found, customer, at=now())
    if not link:
        raise Http404
    return show(
        request, "messages/chat_link.html", account=found, customer=customer, link=link, status=201,
        trail=[(customer, reverse("customers:customer", args=[customer.id])), (found.name, "")],
    )  # fmt: skip


@require_POST
@needs(Permission.MANAGE_WORKSPACE)
def removal(request: Request, account_id: str) -> HttpResponse:
    found = _account(request, account_id)
    deeds.remove_account(found, by=request.member, at=now())
    notes.success(request, _("The channel is removed and its keys are forgotten."))
    return HttpResponseRedirect(reverse("messages:accounts"))


def show_account(
    request: Request, found: ChannelAccount, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Show a channel's page with whatever was just done on it."""
    connector = _connector(found.connector)
    kept = frozenset(name for name, value in deeds.opened(found).items() if value)
    context.setdefault("form", connector.form(initial=initial_of(found), kept=kept))
    context.setdefault(
        "test_form", TestForm(channel=found.channel, initial={"address": _own_address(request, found)})
    )
    context.setdefault("health", None)
    return show(
        request, "messages/account.html", account=found, connector=connector, status=status,
        state=health_of(found), problem=in_words(found.last_problem),
        callbacks=[(what, request_url(request, found, what)) for what in connector.callbacks],
        trail=[(_("Channels"), reverse("messages:accounts")), (found.name, "")], **context,
    )  # fmt: skip


def request_url(request: Request, found: ChannelAccount, what: str) -> str:
    """Return a callback's whole address; without HAMDEL_URL, as this server was just asked for."""
    url = deeds.callback_url(found, what)
    return url if url.startswith("http") else request.build_absolute_uri(url)


def typed(request: Request) -> Any:
    """Return what was typed, even nothing at all, or None for a form that is only shown."""
    return request.POST if request.method == "POST" else None


def _greet(request: Request, connector: Connector, found: ChannelAccount) -> None:
    """Tell the service of us, and the member how it went."""
    problem = connector.connected(found, request_url(request, found, "updates"))
    if problem:
        deeds.note_health(found, problem=problem, at=now())
        notes.error(request, in_words(problem))
    else:
        notes.success(request, _("Saved. Send a test to be sure.") if connector.sends else _("Saved."))


def _own_address(request: Request, found: ChannelAccount) -> str:
    """Return where this member's tests went before on this channel; by mail, else, to themselves."""
    before = Message.objects.visible_to(request.member).filter(
        is_test=True, queued_by=request.member, channel=found.channel
    )
    last = before.order_by("-created_at").values_list("address", flat=True).first()
    return last or (request.member.user.email if found.channel == "email" else "")


def _connector(name: str) -> Connector:
    connector = connector_named(name)
    if connector is None:
        raise Http404
    return connector


def _account(request: Request, account_id: str) -> ChannelAccount:
    rows = ChannelAccount.objects.filter(deleted_at=None).select_related("workspace")
    return find(rows, request, id=account_id)
