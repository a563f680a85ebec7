"""What the overview shows of cases: how many are open, by when they are due, and which are next."""

from __future__ import annotations

from typing import Any

from hamdel.act.cases.models import Case
from hamdel.ground.calendar.days import DAY, local_day, start_of_day
from hamdel.measure.dashboards.look import Look

NEXT = 4


def open_cases(look: Look) -> dict[str, Any]:
    """Return the open cases of now; the period and filters of the page choose scores, not work."""
    zone = look.workspace.timezone
    midnight = start_of_day(local_day(look.now, zone) + DAY, zone)
    waiting = Case.objects.visible_to(look.member).open()
    late = waiting.overdue(now=look.now)
    return {
        "late": late.count(),
        "today": waiting.filter(due_at__gte=look.now, due_at__lt=midnight).count(),
        "later": waiting.filter(due_at__gte=midnight).count(),
        "next_cases": waiting.select_related("customer", "owner__user").order_by("due_at")[:NEXT],
        "now": look.now,
    }
