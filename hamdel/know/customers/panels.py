"""What slices above put on a customer's page: open cases, messages. They register here; nothing is imported upward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hamdel.ground.access.doors import Request
from hamdel.know.customers.models import Customer


@dataclass(frozen=True)
class Panel:
    """A part of the page: `context` gives the template what it shows, None leaves the part out.

    What cannot wait is `urgent` and stands above the story, everything else beside it.
    """

    template: str
    context: Callable[[Request, Customer], dict[str, Any] | None]
    order: int
    urgent: bool


_panels: list[Panel] = []


def panel(
    template: str,
    context: Callable[[Request, Customer], dict[str, Any] | None],
    *,
    order: int = 50,
    urgent: bool = False,
) -> None:
    """Put a part on every customer's page. Called from a slice's `apps.py`."""
    _panels.append(Panel(template, context, order, urgent))
    _panels.sort(key=lambda one: one.order)


def panels_of(request: Request, customer: Customer, *, urgent: bool) -> list[tuple[str, dict[str, Any]]]:
    """Return template and context of each part, urgent or not, that has something to show."""
    found = ((one.template, one.context(request, customer)) for one in _panels if one.urgent is urgent)
    return [(template, context) for template, context in found if context is not None]
