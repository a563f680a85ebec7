"""An import told to programs: the shape `hamdel survey import --json` and the API share."""

from __future__ import annotations

from typing import Any

from hamdel.listen.exchange.models import SurveyImport


def as_outcome(file: str, made: SurveyImport) -> dict[str, Any]:
    """Return the outcome, its remarks in the active language."""
    return {
        "file": file,
        "format": made.format,
        "survey": str(made.survey_id),
        "name": made.survey.name,
        "questions": made.questions,
        "kept": made.kept,
        "changed": [str(remark) for remark in made.changes],
        "dropped": [str(remark) for remark in made.losses],
        "error": None,
    }


def as_refusal(file: str, error: str) -> dict[str, Any]:
    """Return the outcome of a file that could not be imported."""
    return {
        "file": file, "format": None, "survey": None, "name": None, "questions": 0, "kept": 0,
        "changed": [], "dropped": [], "error": error,
    }  # fmt: skip
