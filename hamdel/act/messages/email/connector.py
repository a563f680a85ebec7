"""Sends by Django's SMTP or a service of Anymail, and reads the service's reports."""

from __future__ import annotations

import smtplib
import ssl
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.mail import get_connection
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.connectors import Connector, Health, News, Outcome, Parcel, Report
from hamdel.act.messages.email.forms import EmailForm
from hamdel.act.messages.email.providers import PROVIDERS, SMTP
from hamdel.act.messages.email.writing import write_mail
from hamdel.act.messages.news import CLICKED
from hamdel.ground.secrets import hide

if TYPE_CHECKING:
    from anymail.exceptions import AnymailRequestsAPIError
    from anymail.signals import AnymailTrackingEvent

    from hamdel.act.messages.models import ChannelAccount
    from hamdel.know.customers.models import Customer

TIME_LIMIT = 20
KEEP_SECONDS = 30
DONE = 250
_kept = threading.local()
OF_EVENT = {
    "delivered": (Outcome.DELIVERED, ""),
    "bounced": (Outcome.FAILED, "bounced"),
    "rejected": (Outcome.FAILED, "bounced"),
    "failed": (Outcome.FAILED, "not_delivered"),
    "complained": (Outcome.FAILED, "complained"),
    "clicked": (CLICKED, ""),
}
SOFT = "mailbox_full"


class Email(Connector):
    name = channel = "email"
    place = 20
    label = _("E-mail")
    about = _("By your own mail server or a mail service; the score is pressed inside the mail.")
    icon = "mail"
    per_second = 5
    callbacks = ("tracking",)
    secret_names = ("password", "api_key", "webhook_key")
    form = EmailForm

    def send(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        return [self._send_one(account, parcel) for parcel in parcels]

    def _send_one(self, account: ChannelAccount, parcel: Parcel) -> Outcome:
        mail = write_mail(account, parcel)
        request = f"To: {parcel.address}\nSubject: {mail.subject}"
        if account.settings["provider"] == SMTP:
            return send_by_smtp(account, mail, request)
        return send_by_service(account, mail, request)

    def addresses(self, customers: Sequence[Customer]) -> dict[UUID, str]:
        return {customer.id: customer.email for customer in customers if customer.email}

    def check(self, account: ChannelAccount) -> Health:
        if account.settings["provider"] != SMTP:
            return Health(works=bool(account.secrets.get("api_key")), problem="wrong_key")
        try:
            smtp_connection(account).open()
        except Exception as trouble:
            said = outcome_of(trouble, account)
            return Health(works=False, problem=said.problem, answer=said.answer)
        return Health(works=True)

    def read(self, account: ChannelAccount, what: str, request: HttpRequest) -> News:
        """Read the events of the mail service, signed its own way where it has one."""
        from anymail.exceptions import AnymailWebhookValidationFailure

        provider = PROVIDERS.get(account.settings["provider"])
        if provider is None:
            return News(refused=True)
        # Services that sign nothing are told the key of the address: that is their proof.
        options = {name: account.secrets.get(ours, "") for name, ours in provider.hook_options.items()}
        hook = import_string(f"anymail.webhooks.{provider.hook}")
        view = type(hook.__name__, (hook,), {"warn_if_no_basic_auth": False})(**options)
        try:
            if options:
                view.validate_request(request)
            events = view.parse_events(request)
        except AnymailWebhookValidationFailure:
            return News(refused=True)
        return News(reports=tuple(report for event in events if (report := report_of(event))))


def report_of(event: AnymailTrackingEvent) -> Report | None:
    """Return what an event of Anymail means; None for those that say nothing new."""
    if event.event_type not in OF_EVENT:
        return None
    state, problem = OF_EVENT[event.event_type]
    if event.event_type in {"bounced", "rejected"} and event.reject_reason in {
        "timed_out",
        "blocked",
        "spam",
        "other",
    }:
        problem = SOFT if event.reject_reason in {"timed_out", "other"} else "words_refused"
    return Report(
        state, str(event.message_id or ""), problem=problem, address=str(event.recipient or "").lower(),
        answer=f"{event.event_type} {event.reject_reason or ''} {event.description or ''} {event.mta_response or ''}".strip(),
    )  # fmt: skip


def smtp_connection(account: ChannelAccount) -> Any:
    settings = account.settings
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=settings["host"],
        port=settings.get("port") or 587,
        username=settings.get("username") or "",
        password=account.secrets.get("password", ""),
        use_tls=settings.get("security") == "starttls",
        use_ssl=settings.get("security") == "tls",
        timeout=TIME_LIMIT,
    )


def send_by_smtp(account: ChannelAccount, mail: Any, request: str) -> Outcome:
    """Send on a connection that this thread keeps open for a moment, since greeting takes longer than sending."""
    try:
        connection = _open_connection(account)
    except Exception as trouble:
        return outcome_of(trouble, account, request=request)
    mail.connection = connection
    try:
        mail.send()
    except Exception as trouble:
        _forget_connection()
        return outcome_of(trouble, account, request=request, had_spoken=True)
    return Outcome.accepted(mail.extra_headers["Message-ID"], answer="250", request=request)


def _open_connection(account: ChannelAccount) -> Any:
    kept = getattr(_kept, "connection", None)
    mark = (account.id, str(sorted(account.settings.items())), time.monotonic())
    if kept and kept[0][:2] == mark[:2] and mark[2] - kept[0][2] < KEEP_SECONDS and _still_listens(kept[1]):
        return kept[1]
    _forget_connection()
    connection = smtp_connection(account)
    connection.open()
    _kept.connection = (mark, connection)
    return connection


def _still_listens(connection: Any) -> bool:
    """Ask before the mail is begun: a server that has hung up meanwhile would leave us not knowing whether it went."""
    try:
        return bool(connection.connection.noop()[0] == DONE)
    except (OSError, smtplib.SMTPException, AttributeError):
        return False


def _forget_connection() -> None:
    kept = getattr(_kept, "connection", None)
    _kept.connection = None
    if kept:
        kept[1].fail_silently = True
        kept[1].close()


def outcome_of(
    trouble: Exception, account: ChannelAccount, *, request: str = "", had_spoken: bool = False
) -> Outcome:
    """Return what an error of SMTP means."""
    said = {
        "answer": hide(f"{type(trouble).__name__}: {trouble}", account.secrets.values()),
        "request": request,
    }
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        code = max((code for code, _words in trouble.recipients.values()), default=550)
        if code < 500:
            return Outcome.temporary(SOFT if code in {452, 422} else "gateway_down", **said)
        return Outcome.failed("bounced" if code in {550, 551, 553} else "refused", **said)
    if isinstance(trouble, smtplib.SMTPAuthenticationError):
        return Outcome.temporary("wrong_key", is_about_account=True, retry_after=60, **said)
    if isinstance(trouble, smtplib.SMTPSenderRefused):
        return Outcome.temporary("wrong_sender", is_about_account=True, retry_after=60, **said)
    if isinstance(trouble, smtplib.SMTPServerDisconnected) or (
        had_spoken and isinstance(trouble, OSError) and not isinstance(trouble, smtplib.SMTPException)
    ):
        problem = "line_broke"
        return (
            Outcome.unknown(problem, **said)
            if had_spoken
            else Outcome.temporary("unreachable", is_about_account=True, **said)
        )
    if isinstance(trouble, smtplib.SMTPResponseException):
        code = int(trouble.smtp_code)
        if code == 421 or 400 <= code < 500:
            return Outcome.temporary("throttled", is_about_account=code == 421, **said)
        return Outcome.failed("words_refused" if had_spoken else "refused", **said)
    if isinstance(trouble, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return Outcome.temporary("tls_failed", is_about_account=True, retry_after=60, **said)
    return Outcome.temporary("unreachable", is_about_account=True, **said)


def send_by_service(account: ChannelAccount, mail: Any, request: str) -> Outcome:
    """Send by a service of Anymail."""
    # Loaded here, not at the start of every process: it brings a second HTTP client.
    from anymail.exceptions import AnymailError, AnymailRequestsAPIError

    provider = PROVIDERS[account.settings["provider"]]
    known = {**account.settings, **account.secrets}
    options = {name: known.get(ours, "") for name, ours in provider.options.items()}
    if account.settings.get("api_url"):
        options["api_url"] = account.settings["api_url"]
    mail.connection = get_connection(f"anymail.backends.{provider.backend}.EmailBackend", **options)
    try:
        mail.send()
    except AnymailRequestsAPIError as trouble:
        return _refused_by_service(trouble, account, request)
    except AnymailError as trouble:
        answer = hide(f"{type(trouble).__name__}: {trouble}", account.secrets.values())
        return Outcome.failed("refused", answer=answer, request=request)
    status = mail.anymail_status
    refused = {"invalid": "wrong_recipient", "rejected": "bounced"}
    said = next(iter(status.recipients.values()), None)
    if said is not None and said.status in refused:
        return Outcome.failed(refused[said.status], answer=str(status), request=request)
    return Outcome.accepted(status.message_id or "", answer=str(status), request=request)


def _refused_by_service(trouble: AnymailRequestsAPIError, account: ChannelAccount, request: str) -> Outcome:
    said = {"answer": hide(str(trouble), account.secrets.values()), "request": request}
    code = trouble.status_code
    if code is None:
        # The request itself failed: a connection that was never made, or an answer that never came.
        never_spoke = "ConnectTimeout" in repr(trouble.__cause__) or "NewConnectionError" in repr(
            trouble.__cause__
        )
        return (
            Outcome.temporary("unreachable", is_about_account=True, **said)
            if never_spoke
            else Outcome.unknown("no_answer", **said)
        )
    if code in {401, 403}:
        return Outcome.temporary("wrong_key", is_about_account=True, retry_after=60, **said)
    if code in {429, 503}:
        return Outcome.temporary("throttled", is_about_account=True, retry_after=30, **said)
    return Outcome.unknown("gateway_down", **said) if code >= 500 else Outcome.failed("refused", **said)
