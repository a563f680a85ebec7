"""What a kiosk is told and what it hands over, each response once however often it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hamdel.ground.access.models import digest
from hamdel.listen.surveys.links import Link, Visit, is_once
from hamdel.listen.surveys.models import LateArrival, Response, SurveyVersion
from hamdel.listen.surveys.taking import Outcome, Refused, Saved, Submission, take
from hamdel.listen.widgets.asking import kiosk_definition
from hamdel.listen.widgets.colours import ink_on
from hamdel.listen.widgets.models import Device, KioskAnswer
from hamdel.listen.widgets.words import kiosk_words

# A tablet may have been without a network this long; its clock may be this much ahead.
LONGEST_OFFLINE = timedelta(days=90)
MOST_RESPONSES, MOST_PAGES, MOST_FIELDS, LONGEST_FIELD = 50, 500, 500, 4_000
ACCENT = "#00666e"


@dataclass(frozen=True)
class Handed:
    """One response as a kiosk kept it: its secret, and the typed fields of each page with the time of each.

    `version` is the one the kiosk asked, which knew nothing of newer ones while it had no network.
    """

    once: str
    language: str
    version: str
    pages: tuple[tuple[int, Mapping[str, str], datetime], ...]


def setup_of(device: Device, version: SurveyVersion) -> dict[str, Any]:
    """Return all a kiosk needs to go on without us."""
    definition = kiosk_definition(version, device.survey.scores_by)
    accent = device.survey.how.theme.accent or ACCENT
    languages = version.asks.languages
    first = version.asks.questions[0]
    return {
        "device": str(device.id),
        "name": device.name,
        "place": device.place,
        "sender": device.workspace.name,
        "version": str(version.id),
        "pin": device.pin,
        "idle_seconds": device.idle_seconds,
        "thanks_seconds": device.thanks_seconds,
        "accent": accent,
        "on": ink_on(accent),
        "title": {language: version.asks.local(first.text, language) for language in languages},
        "text": {language: kiosk_words(language)["feedback"] for language in languages},
        "languages": languages,
        "words": {language: kiosk_words(language) for language in languages},
        "definition": definition,
    }


def handed(form: Any, *, now: datetime) -> list[Handed]:
    """Read what a kiosk posts. What is not of the right shape is left out: it cannot get better by waiting."""
    listed = form.get("responses") if isinstance(form, Mapping) else None
    shift = _shift(form.get("sent"), now) if isinstance(form, Mapping) else timedelta()
    read = [
        _response(item, now, shift) for item in (listed if isinstance(listed, list) else [])[:MOST_RESPONSES]
    ]
    return [response for response in read if response]


def _shift(text: Any, now: datetime) -> timedelta:
    """Return by how much the tablet's clock is behind, which says what time it is there."""
    try:
        there = datetime.fromisoformat(str(text))
    except ValueError:
        return timedelta()
    return now - there if there.tzinfo else timedelta()


def _response(form: Any, now: datetime, shift: timedelta) -> Handed | None:
    if not isinstance(form, Mapping) or not isinstance(form.get("pages"), list):
        return None
    once, language = str(form.get("once", "")), str(form.get("language", ""))[:10]
    pages = tuple(filter(None, (_page(page, now, shift) for page in form["pages"][:MOST_PAGES])))
    return Handed(once, language, str(form.get("version", "")), pages) if is_once(once) and pages else None


def _page(form: Any, now: datetime, shift: timedelta) -> tuple[int, Mapping[str, str], datetime] | None:
    typed = form.get("typed") if isinstance(form, Mapping) else None
    number = form.get("page") if isinstance(form, Mapping) else None
    if not isinstance(typed, Mapping) or not isinstance(number, int) or not 0 <= number < 1_000:
        return None
    fields = {
        str(name)[:200]: str(value)[:LONGEST_FIELD] for name, value in list(typed.items())[:MOST_FIELDS]
    }
    return number, fields, _moment(form.get("at"), now, shift)


def _moment(text: Any, now: datetime, shift: timedelta) -> datetime:
    """Return when something was answered, by our clock, as far as a tablet's can be believed."""
    try:
        at = datetime.fromisoformat(str(text)) + shift
    except (ValueError, OverflowError, TypeError):
        return now
    return at if at.tzinfo and now - LONGEST_OFFLINE <= at <= now else now


def take_from(device: Device, responses: Sequence[Handed], *, waiting: int, at: datetime) -> list[str]:
    """Store what a kiosk hands over; return the secrets it may forget. Call across workspaces.

    A response that came before is not stored again. One whose survey takes no more answers is noted with the reason.
    """
    known = set(
        KioskAnswer.objects.filter(once_digest__in=[trace_of(r.once) for r in responses]).values_list(
            "once_digest", flat=True
        )
    )
    done, end = [], end_of(device)
    owes = end is not None and may_owe(device, end=end, at=at)
    for response in responses:
        if trace_of(response.once) not in known:
            is_late = owes and end is not None and max(moment for _n, _typed, moment in response.pages) < end
            _take_one(device, response, at=at, is_late=is_late)
        done.append(response.once)
    device.last_seen_at, device.waiting = at, max(0, waiting - len(done))
    device.save(update_fields=["last_seen_at", "waiting"])
    return done


def end_of(device: Device) -> datetime | None:
    """Return when the survey of a kiosk ended: closed by hand, or by its date; None while it goes on."""
    how = device.survey.how
    ends = [] if device.survey.is_open else [how.closed_at]
    return min(filter(None, [*ends, how.closes_at]), default=None)


def may_owe(device: Device, *, end: datetime, at: datetime) -> bool:
    """Tell whether a kiosk can still have answers from before the end of its survey.

    Its clock may lie about when they were given. What it said when we last heard of it does not change any more: once
    it had nothing waiting after the end, whatever it brings later was given later.
    """
    has_said_all = device.last_seen_at is not None and device.last_seen_at >= end and device.waiting == 0
    return not has_said_all and at - end <= LONGEST_OFFLINE


def trace_of(once: str) -> str:
    """Return what a handed over response is known by: not what the response itself begins with.

    The moment it came stands beside it, which must not lead to the answers of an anonymous survey.
    """
    return digest(f"kiosk:{once}")


def _take_one(device: Device, response: Handed, *, at: datetime, is_late: bool) -> None:
    refusal, is_anonymous, end = "", device.survey.how.anonymous, end_of(device)
    # Once the survey has ended, a clock is believed only where it can be.
    believed = is_late or end is None or at < end
    version = _version(device, response.version)
    for number, typed, answered_at in response.pages:
        visit = Visit(
            link=Link.OPEN,
            secret=device.survey.public_id,
            # Days of an anonymous survey that are released are never added to: a late answer is one of today's.
            at=at if is_anonymous or not believed else answered_at,
            once=response.once,
            channel="kiosk",
            language=response.language,
            place=device.place or device.name[:60],
            version=version,
            is_owed=is_late,
        )
        outcome = _store(visit, typed, str(number))
        if not isinstance(outcome, Saved):
            refusal = type(outcome).__name__.lower()
            break
    if is_late and not is_anonymous:
        _mark_late(device, response.once, at=at)
    KioskAnswer.objects.get_or_create(
        once_digest=trace_of(response.once),
        defaults={
            "workspace_id": device.workspace_id,
            "device": device,
            "received_at": at,
            "refusal": refusal,
            "is_late": is_late and not refusal,
        },
    )


def _mark_late(device: Device, once: str, *, at: datetime) -> None:
    """Say of what was stored of a response, if anything was, that it came after the end. Again it changes nothing."""
    found = Response.objects.filter(survey_id=device.survey_id, resume_digest=digest(once)).first()
    if found:
        LateArrival.objects.get_or_create(
            response=found, defaults={"workspace_id": device.workspace_id, "at": at}
        )


def _version(device: Device, named: str) -> UUID | None:
    """Return the version of this kiosk's survey that is named, None for another's or none."""
    try:
        known = SurveyVersion.objects.filter(survey_id=device.survey_id, id=UUID(named))
    except ValueError:
        return None
    return known.values_list("id", flat=True).first()


def _store(visit: Visit, typed: Mapping[str, str], page: str) -> Outcome:
    """Store a page; answers that do not fit are left out rather than the page: nobody is there to be asked again."""
    [outcome] = take([Submission(visit, typed, page, may_lack=True)])
    if isinstance(outcome, Refused) and outcome.errors:
        fitting = {name: value for name, value in typed.items() if name.split(".")[0] not in outcome.errors}
        [outcome] = take([Submission(visit, fitting, page, may_lack=True)])
    return outcome
