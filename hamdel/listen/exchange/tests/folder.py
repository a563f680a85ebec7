"""The surveys of others, where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = (
    Path(os.environ.get("HAMDEL_SHARED_DATA") or Path(__file__).parents[5] / "shared" / "data") / "surveys"
)


def surveys(*formats):
    """Return pytest parameters for every file of these formats; one that skips where the folder is absent."""
    found = [file for name in formats for file in sorted((SHARED / name).glob("*")) if file.is_file()]
    if not found:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"{SHARED} is not here"))]
    return [pytest.param(file, id=f"{file.parent.name}-{file.stem[-40:]}") for file in found]
