"""Seal every stored secret with a new key."""

from __future__ import annotations

from django.apps import apps
from django.db import models, transaction

from hamdel import environment
from hamdel.ground.secrets.sealed import Sealed, Secrets
from hamdel.ground.secrets.sealing import is_sealed_with_newest, key_lines, new_key, write_keys
from hamdel.ground.workspaces.tenancy import across_workspaces


def rotate(*, keep_old: bool = False) -> int:
    """Add a key, seal all rows with it, drop the old keys. Returns how many rows were sealed anew.

    Killed in the middle, both keys are in the file and it may simply be run again.
    """
    own_file = not environment.value("HAMDEL_SEALING_KEYS")
    if own_file:
        write_keys([new_key(), *key_lines()])
    with across_workspaces():
        count = sum(_seal_anew(model, field.attname) for model, field in sealed_fields())
    if own_file and not keep_old:
        write_keys(key_lines()[:1])
    return count


def sealed_fields() -> list[tuple[type[models.Model], Sealed]]:
    """Return every sealed column of the product."""
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, Sealed)
    ]


@transaction.atomic
def _seal_anew(model: type[models.Model], column: str) -> int:
    count = 0
    for row in model._default_manager.select_for_update(no_key=True).iterator():
        secrets: Secrets = getattr(row, column)
        stored = secrets.sealed()
        if stored and not is_sealed_with_newest(stored):
            model._default_manager.filter(pk=row.pk).update(**{column: Secrets(plain=dict(secrets))})
            count += 1
    return count
