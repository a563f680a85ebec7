"""The first steps of a new workspace, each with where it is done and whether it has been."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from hamdel.ground.access.doors import Request
from hamdel.ground.access.permissions import Permission
from hamdel.listen.events.models import Source
from hamdel.listen.surveys.models import Survey
from hamdel.measure.dashboards.queries import FirstThings

Words = str | Promise


@dataclass(frozen=True)
class Step:
    """One thing to do. `example` is a command to copy; `href` is empty for who may not do it."""

    title: Words
    text: Words
    icon: str
    is_done: bool
    href: str = ""
    label: Words = ""
    example: str = ""


def steps_of(request: Request, so_far: FirstThings) -> list[Step]:
    """Return what turns an empty workspace into a dashboard."""
    return [_connect(request, so_far), _ask(request), _import(request)]


def _connect(request: Request, so_far: FirstThings) -> Step:
    may_see, may_change = (request.member.may(p) for p in (Permission.SEE_SOURCES, Permission.CHANGE_SOURCES))
    sources = Source.objects.visible_to(request.member).filter(kind=Source.Kind.HTTP, disabled_at=None)
    source = sources.order_by("created_at").first() if may_see else None
    return Step(
        _("Connect a source"),
        _(
            "Your site, app or shop sends events with its write key; the SDKs of Segment and RudderStack work as they are."
        ),
        "source",
        so_far.has_events,
        _address("sources:list", "events:sources") if may_change else "",
        _("Sources and write keys"),
        example_call(request, source.write_key) if source else "",
    )


def _ask(request: Request) -> Step:
    is_open = Survey.objects.visible_to(request.member).open().exists()
    return Step(
        _("Create a survey"),
        _(
            "Begin with one that is ready made, change its words, share its link. The first answer appears here at once."
        ),
        "survey",
        is_open,
        _address("library:library") if request.member.may(Permission.CHANGE_SURVEYS) else "",
        _("Create a survey"),
    )


def _import(request: Request) -> Step:
    files = Source.objects.visible_to(request.member).filter(kind=Source.Kind.FILE)
    may_import = request.member.may(Permission.CHANGE_SOURCES)
    return Step(
        _("Bring your history"),
        _(
            "Orders, ratings and customers of the past come from a file: Excel, CSV, JSON Lines or Parquet. You say what its columns mean."
        ),
        "upload",
        files.exists(),
        _address("sources:imports") if may_import else "",
        _("Import a file"),
    )


def example_call(request: Request, write_key: str) -> str:
    """Return a command that sends a first event with this write key."""
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    event = """{
    "event": "Order Completed",
    "userId": "42",
    "properties": {"order_id": "1001", "total": 1250000, "touchpoint": "purchase"}
  }"""
    return (
        f"curl {base}/v1/track -u '{write_key}:' \\\n  -H 'Content-Type: application/json' \\\n  -d '{event}'"
    )


def _address(*names: str) -> str:
    """Return the address of the first of these pages that is mounted, "" for none."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""
