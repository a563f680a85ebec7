"""What keeps us from forgetting or exporting somebody; the message says what to do."""

from __future__ import annotations


class NobodyMeant(Exception):
    """Nobody, or no single customer, is known by what was said."""
