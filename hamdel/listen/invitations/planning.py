"""From events, lists and segments to planned invitations: in bulk, and each once however often it is tried."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.timezone import now

from hamdel.act.contacts.standing import roots_of
from hamdel.ground.facts import KnownEvent, on_batch
from hamdel.ground.ids import new_id
from hamdel.ground.rules import holds
from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.invitations.jobs import wake
from hamdel.listen.invitations.models import Invitation, PassedOver, Plan
from hamdel.listen.invitations.sampling import day_of_round

NOBODY = UUID(int=0)
AT_ONCE = 2_000
ONCE = "once"
COUNT = """
INSERT INTO invitations_passedover (id, workspace_id, plan_id, day, reason, n)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::date[], %s::text[], %s::int[])
ON CONFLICT (plan_id, day, reason) DO UPDATE SET n = invitations_passedover.n + excluded.n"""


@on_batch()
def plan_after_events(events: Sequence[KnownEvent]) -> None:
    """Plan an invitation for every event a running plan waits for: two or three statements, however many there are."""
    plans = _waiting_for(events)
    if not plans:
        return
    matches = [
        (plan, event)
        for event in events
        for plan in plans[event.workspace_id, event.name]
        if _fits(plan, event)
    ]
    roots = _roots(matches)
    passed: Counter[tuple[Plan, str]] = Counter()
    rows: list[Invitation] = []
    for plan, event in matches:
        customer = roots.get(event.customer_id)
        why = _passed_over(plan, event, customer)
        if why or customer is None:
            passed[plan, why] += 1
        else:
            rows.append(_after(plan, event, customer))
    keep(rows)
    at = now()
    count_passed_over(passed, day=at.date())
    for workspace in {row.workspace_id for row in rows if row.due_at <= at}:
        wake(workspace)


def _waiting_for(events: Sequence[KnownEvent]) -> dict[tuple[UUID, str], list[Plan]]:
    """Return the running plans that wait for one of these events, by workspace and event."""
    names = {event.name for event in events}
    workspaces = {event.workspace_id for event in events}
    found = Plan.objects.running().filter(
        whom=Plan.Whom.RULE, event__in=names, workspace_id__in=workspaces, survey__state="open"
    )
    plans: dict[tuple[UUID, str], list[Plan]] = defaultdict(list)
    for plan in found.select_related("survey"):
        plans[plan.workspace_id, plan.event].append(plan)
    return plans


def _fits(plan: Plan, event: KnownEvent) -> bool:
    if not plan.asks_at(event.received_at):
        return False
    if plan.rule is None:
        return True
    values = {**event.properties, "touchpoint": event.touchpoint, "channel": event.channel}
    return holds(plan.rule, values, now=event.received_at)


def _roots(matches: Iterable[tuple[Plan, KnownEvent]]) -> dict[UUID, UUID]:
    """Return for each customer of these events who stands for them today."""
    by_workspace: dict[UUID, set[UUID]] = defaultdict(set)
    for _plan, event in matches:
        by_workspace[event.workspace_id].add(event.customer_id)
    found: dict[UUID, UUID] = {}
    for workspace, ids in by_workspace.items():
        found |= roots_of(Workspace(id=workspace), ids)
    return found


def _passed_over(plan: Plan, event: KnownEvent, customer: UUID | None) -> str:
    """Return why no invitation is planned; empty when one is."""
    if customer is None:
        return "unknown_customer"
    if event.received_at - event.occurred_at > timedelta(hours=plan.oldest_event_hours):
        return "too_old"
    return "" if plan.samples(customer) else "not_sampled"


def _after(plan: Plan, event: KnownEvent, customer: UUID) -> Invitation:
    # A clock that runs ahead must not move an invitation into next year.
    due = min(event.occurred_at, event.received_at) + plan.wait
    touchpoint = event.touchpoint or plan.survey.touchpoint
    return planned(
        plan, customer, due_at=due, at=event.received_at, touchpoint=touchpoint, caused_by=event.event_id
    )


def planned(
    plan: Plan, customer: UUID, *, due_at: datetime, at: datetime, touchpoint: str,
    caused_by: UUID | None = None, round_name: str = "",
) -> Invitation:  # fmt: skip
    """Return an unsaved invitation of a plan."""
    return Invitation(
        workspace_id=plan.workspace_id,
        plan=plan,
        survey_id=plan.survey_id,
        customer_id=customer,
        state=Invitation.State.PLANNED,
        channel=plan.channels[0] if plan.channels else "",
        touchpoint=touchpoint[:60],
        caused_by=caused_by,
        round=round_name,
        created_at=at,
        due_at=due_at,
        expires_at=due_at + timedelta(days=plan.link_lives_days),
    )


def keep(rows: Sequence[Invitation]) -> None:
    """Store planned invitations. One that is there already stays as it is: the unique constraints say so."""
    Invitation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)


def count_passed_over(passed: Counter[tuple[Plan, str]], *, day: date) -> None:
    """Add to the day's counts."""
    if not passed:
        return
    counted = [(new_id(), plan.workspace_id, plan.id, day, why, n) for (plan, why), n in passed.items()]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [list(column) for column in zip(*counted, strict=True)])


# Lists and segments


def plan_round(plan: Plan, customers: Iterable[UUID], *, at: datetime) -> int:
    """Plan today's invitations of a list or segment, and those of days that were missed; return how many are new.

    Call inside the workspace, holding the plan's row. Without `repeat_days` everyone is asked once, at once.
    """
    if not plan.asks_at(at) or (plan.planned_at and plan.repeat_days is None):
        return 0
    roots = roots_of(Workspace(id=plan.workspace_id), set(customers))
    before = Invitation.objects.filter(plan=plan).count()
    passed: Counter[tuple[Plan, str]] = Counter()
    rows = []
    for customer, round_name in _turns(plan, sorted(set(roots.values())), at=at):
        if not plan.samples(customer):
            passed[plan, "not_sampled"] += 1
            continue
        touchpoint = plan.survey.touchpoint
        rows.append(planned(plan, customer, due_at=at, at=at, touchpoint=touchpoint, round_name=round_name))
    keep(rows)
    count_passed_over(passed, day=at.date())
    plan.planned_at = at
    plan.save(update_fields=["planned_at"])
    return Invitation.objects.filter(plan=plan).count() - before


def _turns(plan: Plan, customers: Sequence[UUID], *, at: datetime) -> Iterator[tuple[UUID, str]]:
    """Yield whose turn it is, with the name of the round."""
    if plan.repeat_days is None:
        yield from ((customer, ONCE) for customer in customers)
        return
    days = {day % plan.repeat_days: day // plan.repeat_days for day in _days_to_plan(plan, at=at)}
    for customer in customers:
        day = day_of_round(plan.seed, customer, plan.repeat_days)
        if day in days:
            yield customer, f"round-{days[day]}"


def _days_to_plan(plan: Plan, *, at: datetime) -> range:
    """Return which days of the plan, counted from its first, are to be planned now: today, and missed ones."""
    zone = plan.workspace.zone
    first = (plan.starts_at or plan.created_at).astimezone(zone).date()
    today = (at.astimezone(zone).date() - first).days
    last = (plan.planned_at.astimezone(zone).date() - first).days if plan.planned_at else today - 1
    return range(max(last + 1, today - (plan.repeat_days or 1) + 1, 0), today + 1)


def passed_over_counts(plan_ids: Iterable[UUID]) -> Counter[str]:
    """Return how many these plans passed over, by reason."""
    counts: Counter[str] = Counter()
    for reason, n in PassedOver.objects.filter(plan_id__in=plan_ids).values_list("reason", "n"):
        counts[reason] += n
    return counts
