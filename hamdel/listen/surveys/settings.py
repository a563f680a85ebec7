"""How a survey is asked, apart from what it asks: dates, limits, anonymity, looks. Not versioned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

SMALLEST_GROUP = 5


@dataclass(frozen=True)
class Theme:
    """The looks of a survey: `logo` is the public id of a file, colours are #rrggbb, "" is our own."""

    logo: str = ""
    accent: str = ""
    background: str = ""
    text: str = ""
    font: str = ""


@dataclass(frozen=True)
class SurveySettings:
    """What `Survey.settings` says. Of an anonymous survey no group below `smallest_group` answers is ever shown."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    # When somebody closed it by hand; None once it is open again.
    closed_at: datetime | None = None
    most_responses: int | None = None
    one_per_person: bool = False
    anonymous: bool = False
    smallest_group: int = SMALLEST_GROUP
    theme: Theme = field(default_factory=Theme)
    progress: bool = True
    back: bool = True
    share: Mapping[str, Any] = field(default_factory=dict)
    # What the open link ends in; "" for the random one.
    path: str = ""

    @property
    def counts_responses(self) -> bool:
        """Tell whether taking an answer depends on the answers of others."""
        return self.most_responses is not None or self.one_per_person


def read_settings(form: Any) -> SurveySettings:
    """Return settings of their JSON; what is missing or no such thing is as if it were not there."""
    said: Mapping[str, Any] = form if isinstance(form, Mapping) else {}
    return SurveySettings(
        opens_at=_moment(said.get("opens_at")),
        closes_at=_moment(said.get("closes_at")),
        closed_at=_moment(said.get("closed_at")),
        most_responses=_count(said.get("most_responses")),
        one_per_person=said.get("one_per_person") is True,
        anonymous=said.get("anonymous") is True,
        smallest_group=max(2, _count(said.get("smallest_group")) or SMALLEST_GROUP),
        theme=_theme(said.get("theme")),
        progress=said.get("progress") is not False,
        back=said.get("back") is not False,
        share=said["share"] if isinstance(said.get("share"), Mapping) else {},
        path=said["path"] if isinstance(said.get("path"), str) else "",
    )


@lru_cache(maxsize=500)
def settings_in(text: str) -> SurveySettings:
    """Return settings of their JSON as PostgreSQL writes it. The same text is read once."""
    return read_settings(orjson.loads(text))


def _theme(form: Any) -> Theme:
    said = form if isinstance(form, Mapping) else {}
    names = ("logo", "accent", "background", "text", "font")
    return Theme(**{name: said[name] for name in names if isinstance(said.get(name), str)})


def _moment(value: Any) -> datetime | None:
    """Return a moment; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
