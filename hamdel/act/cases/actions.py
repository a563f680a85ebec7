"""Verbs of a case: open, assign, note, close, reopen. Each may be done twice with the effect of once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import heapify, heapreplace
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Max

from hamdel.act.cases.facts import CaseAssigned, CaseClosed, CaseNoted, CaseOpened, CaseReopened
from hamdel.act.cases.models import Case, Closure, Note
from hamdel.ground.access.models import Member
from hamdel.ground.access.permissions import Permission, Role
from hamdel.ground.calendar.business import add_business_time
from hamdel.ground.facts import KnownEvent, announce, announce_all
from hamdel.ground.workspaces.hours import hours_of
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer

# Within this much working time the customer is called.
TIME_TO_CALL = timedelta(hours=4)
WORKERS = [role for role in Role if Permission.WORK_CASES in role.permissions]


def open_case(workspace: Workspace, event: KnownEvent, *, customer: Customer | None, at: datetime) -> Case:
    """Open a case for a low score and give it an owner and a due time. The same score again: the same case."""
    return open_cases(workspace, [(event, customer)], at=at)[0]


@transaction.atomic
def open_cases(
    workspace: Workspace, scores: Sequence[tuple[KnownEvent, Customer | None]], *, at: datetime
) -> list[Case]:
    """Open a case for each low score, in order, with as many questions to the database as for one."""
    with connection.cursor() as cursor:
        # Numbers have no gaps and no doubles: one opening at a time in a workspace.
        cursor.execute("SELECT 1 FROM workspaces_workspace WHERE id = %s FOR NO KEY UPDATE", [workspace.id])
    own = Case.objects.filter(workspace=workspace)
    known = {case.event_id: case for case in own.filter(event_id__in=[event.event_id for event, _ in scores])}
    fresh = [(event, customer) for event, customer in scores if event.event_id not in known]
    owners = next_owners(workspace, len(fresh))
    due_at = add_business_time(at, TIME_TO_CALL, hours_of(workspace))
    last = own.aggregate(last=Max("number"))["last"] or 0
    opened = [
        _case_for(
            event,
            workspace=workspace,
            customer=customer,
            number=last + n,
            owner=owner,
            opened_at=at,
            due_at=due_at,
        )
        for n, ((event, customer), owner) in enumerate(zip(fresh, owners, strict=True), start=1)
    ]
    Case.objects.bulk_create(opened)
    announce_all(_opened(case, at) for case in opened)
    known |= {case.event_id: case for case in opened}
    return [known[event.event_id] for event, _ in scores]


def _case_for(event: KnownEvent, **more: Any) -> Case:
    return Case(
        event_id=event.event_id,
        response_id=str(event.properties.get("response_id") or "")[:40],
        metric=str(event.properties["metric"]),
        score=float(event.properties["score"]),
        comment=str(event.properties.get("comment") or ""),
        touchpoint=event.touchpoint[:60],
        channel=event.channel[:20],
        **more,
    )


def _opened(case: Case, at: datetime) -> CaseOpened:
    return CaseOpened(
        **_of(case, at),
        metric=case.metric,
        score=case.score,
        owner=str(case.owner or ""),
        due_at=case.due_at.isoformat(),
    )


def next_owners(workspace: Workspace, count: int) -> list[Member | None]:
    """Return who takes the next cases, each the agent with the fewest open ones by then, or else anybody who may."""
    members = Member.objects.filter(workspace=workspace, role__in=WORKERS, user__is_active=True)
    ranked = list(members.select_related("user").order_by("joined_at", "id"))
    open_ones = Case.objects.filter(workspace=workspace).open().order_by().values_list("owner")
    busy = dict(open_ones.annotate(n=Count("id")))
    able = [member for member in ranked if member.role == Role.AGENT] or ranked
    # Whoever stands first among equals joined first.
    queue = [(busy.get(member.id, 0), place) for place, member in enumerate(able)]
    heapify(queue)
    owners: list[Member | None] = []
    for _ in range(count):
        if not queue:
            owners.append(None)
            continue
        has, place = queue[0]
        heapreplace(queue, (has + 1, place))
        owners.append(able[place])
    return owners


@transaction.atomic
def assign_case(case: Case, owner: Member, *, by: Member, at: datetime) -> None:
    """Hand the case to another member."""
    if case.owner_id == owner.id:
        return
    case.owner = owner
    case.save(update_fields=["owner"])
    announce(CaseAssigned(**_of(case, at), owner=str(owner), by=str(by)))


def note_scores(scores: Sequence[tuple[Case, KnownEvent]], *, at: datetime) -> None:
    """Write further low scores down on cases that are open already."""
    notes = [
        Note(workspace_id=case.workspace_id, case=case, at=at, text=_words_of(event))
        for case, event in scores
    ]
    Note.objects.bulk_create(notes)
    announce_all(_noted(note) for note in notes)


def _words_of(event: KnownEvent) -> str:
    words = f"{str(event.properties['metric']).upper()} {event.properties['score']}"
    return f"{words} {event.properties.get('comment') or ''}".strip()


def _noted(note: Note) -> CaseNoted:
    who = str(note.by or "")
    return CaseNoted(**_of(note.case, note.at), text=note.text, by=who, is_contact=note.is_contact)


@transaction.atomic
def note_on_case(case: Case, text: str, *, by: Member | None, at: datetime, is_contact: bool = False) -> Note:
    """Write down what was said or done; the first contact stops the clock of the call."""
    note = Note.objects.create(
        workspace_id=case.workspace_id, case=case, by=by, at=at, text=text, is_contact=is_contact
    )
    if is_contact and case.first_contact_at is None:
        case.first_contact_at = at
        case.save(update_fields=["first_contact_at"])
    announce(_noted(note))
    return note


@transaction.atomic
def close_case(case: Case, *, by: Member, outcome: str, note: str = "", at: datetime) -> Closure:
    """Close the loop with the customer. Closing twice returns the first closure."""
    try:
        with transaction.atomic():
            closure = Closure.objects.create(
                workspace_id=case.workspace_id, case=case, by=by, at=at, outcome=outcome, note=note
            )
    except IntegrityError:
        return Closure.objects.get(case=case)
    announce(
        CaseClosed(
            **_of(case, at),
            outcome=outcome,
            by=str(by),
            note=note,
            seconds_open=int((at - case.opened_at).total_seconds()),
            was_late=at > case.due_at,
        )
    )
    return closure


@transaction.atomic
def reopen_case(case: Case, *, by: Member, at: datetime) -> None:
    """Take the closure back. An open case stays as it is."""
    deleted, _by_model = Closure.objects.filter(case=case).delete()
    if deleted:
        announce(CaseReopened(**_of(case, at), by=str(by)))


def _of(case: Case, at: datetime) -> dict[str, Any]:
    return {
        "workspace_id": case.workspace_id,
        "customer_id": case.customer_id,
        "at": at,
        "touchpoint": case.touchpoint,
        "channel": case.channel,
        "number": case.number,
    }
