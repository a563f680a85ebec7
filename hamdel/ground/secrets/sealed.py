"""A model field that keeps a mapping of texts sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from hamdel.ground.secrets.sealing import seal, unseal


class Secrets(Mapping[str, str]):
    """Texts that are opened when one is asked for. Printing, logging or pickling shows no value."""

    def __init__(self, sealed: str = "", *, plain: Mapping[str, str] | None = None) -> None:
        self._sealed = sealed
        self._plain = dict(plain) if plain is not None else None

    def _open(self) -> dict[str, str]:
        if self._plain is None:
            self._plain = json.loads(unseal(self._sealed)) if self._sealed else {}
        return self._plain

    def __getitem__(self, name: str) -> str:
        return self._open()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._open())

    def __len__(self) -> int:
        return len(self._open())

    def __repr__(self) -> str:
        return "Secrets(…)"

    def __reduce__(self) -> tuple[type[Secrets], tuple[str]]:
        return (Secrets, (self.sealed(),))

    def sealed(self) -> str:
        """Return the text that may be stored."""
        if self._sealed:
            return self._sealed
        return seal(json.dumps(self._plain, ensure_ascii=False)) if self._plain else ""


class Sealed(models.TextField):
    """A column of sealed texts. Assign any mapping of names to texts; read a `Secrets`."""

    # What the type checker is told of this column.
    _pyi_private_set_type: Mapping[str, str]  # type: ignore[assignment]
    _pyi_private_get_type: Secrets  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": "", "blank": True, "editable": False, **kwargs})

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> Secrets:
        return Secrets(value or "")

    def to_python(self, value: Any) -> Secrets:
        return as_secrets(value)

    def get_prep_value(self, value: Any) -> str:
        return as_secrets(value).sealed()

    def get_default(self) -> Secrets:
        return Secrets()


def as_secrets(value: Any) -> Secrets:
    """Return `value` as Secrets: they themselves, a mapping to be sealed, or nothing."""
    if isinstance(value, Secrets):
        return value
    if isinstance(value, Mapping):
        return Secrets(plain={str(name): str(text) for name, text in value.items()})
    return Secrets(value or "")
