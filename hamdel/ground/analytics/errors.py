"""What can go wrong at the door, in the words of whoever has to do something about it."""

from __future__ import annotations


class AnalyticsError(Exception):
    """Something went wrong between Hamdel and ClickHouse."""


class AnalyticsUnavailable(AnalyticsError):
    """ClickHouse cannot serve now, through no fault of what was asked. Waiting and trying again is right."""


class QuestionFailed(AnalyticsError):
    """A question is wrong, or too heavy for its limits. Asking the same again will not help."""

    def __init__(self, question: str, reason: str) -> None:
        super().__init__(f"The question {question!r} failed: {reason}")
        self.question = question
        self.reason = reason


class RowsRefused(AnalyticsError):
    """ClickHouse does not take these rows: a wrong table, column or type. Nothing of the batch was kept."""


class SchemaConflict(AnalyticsError):
    """The database and the files in `schema/` tell different stories; nothing was changed."""
