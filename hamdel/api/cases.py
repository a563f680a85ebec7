"""Cases: what is due, and the two things a program does with one: note and close."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from ninja import Field, Query, Router, Schema, Status

from hamdel.act.cases.actions import close_case, note_on_case, reopen_case
from hamdel.act.cases.models import Case, Closure
from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, Problem
from hamdel.api.pages import Cursor, Limit, Page, bad_cursor, page_of, parts_of
from hamdel.ground.access.doors import find
from hamdel.ground.access.permissions import Permission

router = Router(tags=["cases"])
LONGEST_TEXT = 4_000
# The largest number PostgreSQL keeps for a case.
LAST_NUMBER = 2_147_483_647
Text = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$")]
Outcome = Literal["recovered", "explained", "unreachable", "lost"]


class ClosureItem(Schema):
    outcome: str
    note: str
    by: str | None
    at: datetime


class NoteItem(Schema):
    text: str
    by: str | None
    at: datetime
    is_contact: bool


class CaseItem(Schema):
    """A low score and what we do about it. It is open while `closure` is null."""

    number: int
    customer: UUID | None
    metric: str
    score: float
    comment: str
    touchpoint: str
    channel: str
    owner: str | None
    opened_at: datetime
    due_at: datetime
    first_contact_at: datetime | None
    closure: ClosureItem | None


class CaseDetail(CaseItem):
    """A case with everything that was said and done."""

    notes: list[NoteItem]


class NewClosure(Schema):
    outcome: Outcome
    note: Text = ""


class NewNote(Schema):
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
    is_contact: bool = Field(False, description="Whether the customer was spoken to.")


@router.get("", response={200: Page[CaseItem], PROBLEMS: Problem}, summary="List cases")
@needs(Permission.SEE_CASES)
def list_cases(
    request: ApiRequest,
    limit: Limit,
    cursor: Cursor,
    state: Annotated[Literal["open", "closed"] | None, Query(None, description="All of them by default.")],
) -> Page[CaseItem]:
    """Return cases, the newest first."""
    found = _visible(request)
    if state:
        found = found.filter(closed_at__isnull=state == "open")
    if last := _number_after(cursor):
        found = found.filter(number__lt=last)
    rows = list(found.order_by("-number")[: limit + 1])
    return page_of(rows, limit, lambda case: CaseItem(**_item(case)), lambda case: [str(case.number)])


@router.get("/{int:number}", response={200: CaseDetail, PROBLEMS: Problem}, summary="Get a case")
@needs(Permission.SEE_CASES)
def get_case(request: ApiRequest, number: int) -> CaseDetail:
    return _detail(_case(request, number))


@router.post("/{int:number}/closure", response={200: CaseDetail, PROBLEMS: Problem}, summary="Close a case")
@needs(Permission.WORK_CASES)
def post_closure(request: ApiRequest, number: int, body: NewClosure) -> CaseDetail:
    """Close the loop with the customer. Closing twice keeps the first closure."""
    close_case(_case(request, number), by=request.member, outcome=body.outcome, note=body.note, at=now())
    return _detail(_case(request, number))


@router.delete(
    "/{int:number}/closure", response={200: CaseDetail, PROBLEMS: Problem}, summary="Open a case again"
)
@needs(Permission.WORK_CASES)
def delete_closure(request: ApiRequest, number: int) -> CaseDetail:
    reopen_case(_case(request, number), by=request.member, at=now())
    return _detail(_case(request, number))


@router.post("/{int:number}/notes", response={201: NoteItem, PROBLEMS: Problem}, summary="Note on a case")
@needs(Permission.WORK_CASES)
def post_note(request: ApiRequest, number: int, body: NewNote) -> Status[NoteItem]:
    case = _case(request, number)
    note = note_on_case(case, body.text, by=request.member, at=now(), is_contact=body.is_contact)
    return Status(201, NoteItem(text=note.text, by=_name(note.by), at=note.at, is_contact=note.is_contact))


def _visible(request: ApiRequest) -> QuerySet[Case]:
    related = ("customer", "owner__user", "closure__by__user")
    return Case.objects.visible_to(request.member).select_related(*related)


def _case(request: ApiRequest, number: int) -> Case:
    return find(_visible(request), request, number=min(number, LAST_NUMBER))


def _detail(case: Case) -> CaseDetail:
    notes = case.notes.select_related("by__user").order_by("at", "id")
    said = [
        NoteItem(text=note.text, by=_name(note.by), at=note.at, is_contact=note.is_contact) for note in notes
    ]
    return CaseDetail(**_item(case), notes=said)


def _item(case: Case) -> dict[str, object]:
    closure = case.closure_or_none
    return {
        "number": case.number,
        "customer": case.customer_id,
        "metric": case.metric,
        "score": case.score,
        "comment": case.comment,
        "touchpoint": case.touchpoint,
        "channel": case.channel,
        "owner": _name(case.owner),
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "first_contact_at": case.first_contact_at,
        "closure": _closure(closure) if closure else None,
    }


def _closure(closure: Closure) -> ClosureItem:
    return ClosureItem(outcome=closure.outcome, note=closure.note, by=_name(closure.by), at=closure.at)


def _name(member: object | None) -> str | None:
    return str(member) if member else None


def _number_after(cursor: str | None) -> int | None:
    parts = parts_of(cursor, 1)
    if parts is None:
        return None
    if not (parts[0].isascii() and parts[0].isdigit() and int(parts[0][:12]) <= LAST_NUMBER):
        raise bad_cursor()
    return int(parts[0][:12])
