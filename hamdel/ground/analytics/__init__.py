"""The one door to ClickHouse. Nothing else in Hamdel imports its driver; see README.md beside this file."""

from hamdel.ground.analytics.appending import append
from hamdel.ground.analytics.deriving import derive
from hamdel.ground.analytics.erasing import drop_settlings, erase_customer, erase_survey
from hamdel.ground.analytics.errors import (
    AnalyticsError,
    AnalyticsUnavailable,
    QuestionFailed,
    RowsRefused,
    SchemaConflict,
)
from hamdel.ground.analytics.health import Health, health, is_embedded
from hamdel.ground.analytics.migrating import migrate, truncate_everything
from hamdel.ground.analytics.questions import ask, ask_rendered
from hamdel.ground.analytics.store import close

__all__ = [
    "AnalyticsError",
    "AnalyticsUnavailable",
    "Health",
    "QuestionFailed",
    "RowsRefused",
    "SchemaConflict",
    "append",
    "ask",
    "ask_rendered",
    "close",
    "derive",
    "drop_settlings",
    "erase_customer",
    "erase_survey",
    "health",
    "is_embedded",
    "migrate",
    "truncate_everything",
]
