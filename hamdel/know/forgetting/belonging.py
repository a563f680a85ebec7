"""Which rows belong to a customer: those that a foreign key leads to, from table to table."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import models
from django.db.models import ForeignObjectRel, Q, QuerySet

from hamdel.know.customers.models import Customer

Rows = dict[type[models.Model], QuerySet]


def rows_of(customer_ids: Iterable[UUID]) -> Rows:
    """Return, by model, the rows that would go if these customers went. Nothing is read yet."""
    found: Rows = {Customer: Customer.objects.filter(id__in=list(customer_ids))}
    waiting: list[type[models.Model]] = [Customer]
    while waiting:
        for child in sorted(children_of(waiting.pop(0)), key=lambda model: model._meta.label):
            if child not in found:
                found[child] = _rows_under(child, found)
                waiting.append(child)
    return found


def children_of(parent: type[models.Model]) -> set[type[models.Model]]:
    """Return the models whose rows go with a row of `parent`."""
    return {field.model for field in _keys_to(parent)}


def _keys_to(parent: type[models.Model]) -> list[models.ForeignKey]:
    # Hidden ones too: a key without a way back belongs to the customer all the same.
    related = parent._meta.get_fields(include_hidden=True)
    keys = [relation.field for relation in related if isinstance(relation, ForeignObjectRel)]
    return [
        field
        for field in keys
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is models.CASCADE
        and field.model is not parent
    ]


def _rows_under(child: type[models.Model], found: Rows) -> QuerySet:
    """Return the rows of `child` that hang on any of the rows found so far."""
    keys = [(field, parent) for parent in found for field in _keys_to(parent) if field.model is child]
    # By the ids, not the model's own default order or joins: a sub-select that PostgreSQL plans well.
    under = [Q(**{f"{field.name}__in": found[parent].order_by().values("pk")}) for field, parent in keys]
    return child._default_manager.filter(reduce(or_, under))
