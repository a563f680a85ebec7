"""When the demo of this HAMDEL_HOME began, and whether it is complete. Known without waking Django."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from hamdel import environment


def is_complete() -> bool:
    """Tell whether the demo's data is all there."""
    return state_file().exists() and json.loads(state_file().read_text())["complete"]


def started(now: datetime) -> tuple[datetime, bool]:
    """Return when the demo began, now if it has not, and whether it is complete."""
    if not state_file().exists():
        keep(now, is_complete=False)
    state = json.loads(state_file().read_text())
    return datetime.fromisoformat(state["began"]), state["complete"]


def keep(began: datetime, *, is_complete: bool) -> None:
    new = state_file().with_suffix(".new")
    new.write_text(json.dumps({"began": began.isoformat(), "complete": is_complete}))
    new.replace(state_file())


def state_file() -> Path:
    return environment.home() / "demo-state.json"
