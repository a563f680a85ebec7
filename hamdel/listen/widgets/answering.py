"""Answers given in a widget: stored by the surveys' own way, page by page, so that each is on disk when we say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.links import Link, Place, Visit, follow, signed
from hamdel.listen.surveys.messages import message
from hamdel.listen.surveys.taking import Refused, Saved, Submission, take
from hamdel.listen.widgets.asking import end_of, page_of
from hamdel.listen.widgets.models import Widget
from hamdel.listen.widgets.showing import Visitor
from hamdel.listen.widgets.telling import address_of_page


@dataclass(frozen=True)
class Given:
    """One page as a widget posts it. `once` is the secret of the showing, `address` the sender's network address."""

    once: str
    page: str
    typed: Mapping[str, str]
    language: str
    address: str


def answer(
    visitor: Visitor, widget: Widget, given: Given, *, request: HttpRequest, at: datetime
) -> dict[str, Any]:
    """Store a page; return what the widget shows next: a page, the end, errors, or the respondent page's address."""
    visit = Visit(
        link=Link.OPEN,
        secret=widget.survey.public_id,
        at=at,
        once=given.once,
        channel="web",
        language=given.language,
        uid=signed(visitor.customer.id) if visitor.customer else "",
    )
    [outcome] = take([Submission(visit, given.typed, given.page, given.address)])
    if not isinstance(outcome, Saved | Refused):
        return {"over": True}
    with across_workspaces():
        [place] = follow([visit])
    assert place is not None
    if isinstance(outcome, Refused):
        return {"errors": errors_in_words(outcome.errors, place, given.language)}
    if outcome.following is None:
        return {"end": the_end(place, given.language)}
    page = page_of(place, outcome.following, given.language)
    if page is not None:
        return {"page": page}
    return {
        "frame": address_of_page(request, f"/r/{given.once}/", page=outcome.following, lang=given.language)
    }


def the_end(place: Place, language: str) -> dict[str, Any]:
    """Return what is said at the end of a completed response."""
    standing = place.standing
    assert standing is not None
    return end_of(standing.asks, standing.the_end, standing.answers, language)


def errors_in_words(errors: Mapping[str, str], place: Place, language: str) -> dict[str, str]:
    """Return each code of an error in the words of the respondent page."""
    assert place.standing is not None
    asks = place.standing.asks
    return {
        key: message(code, asks.by_key[key], asks, language)
        for key, code in errors.items()
        if key in asks.by_key
    }
