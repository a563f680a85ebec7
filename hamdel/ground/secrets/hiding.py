"""Keep secrets out of logs and of what we store of requests: some gateways want theirs in the address."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

HIDDEN = "•••"
SHORTEST = 6
# The key of Kavenegar and the token of a bot stand in the path; others in the query, a header or a URL's user part.
SHAPES = (
    re.compile(r"(?P<before>/v1/)[A-Za-z0-9%+=_-]{16,}(?=/(?:sms|verify|account|call|utils)/)"),
    re.compile(r"(?P<before>/bot)\d{3,}:[A-Za-z0-9_-]{10,}"),
    re.compile(
        r"(?P<before>[?&\s\"'](?:api[_-]?key|apikey|token|password|secret|access_token)=)[^&\s\"']+",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<before>(?:authorization|x-api-key)['\"]?\s*[:=]\s*['\"]?)[^,'\"\n]+", re.IGNORECASE),
    re.compile(r"(?P<before>://[^/\s:@]*:)[^/\s@]+(?=@)"),
)


def hide(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without these secrets, and without what has the shape of one."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    for shape in SHAPES:
        text = shape.sub(rf"\g<before>{HIDDEN}", text)
    return text


class HideSecrets(logging.Filter):
    """Hides what has the shape of a secret in every line of the log, tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = hide(message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        if record.exc_info:
            # Another handler may have written the traceback out already; it is kept with the record.
            record.exc_text = hide(record.exc_text or logging.Formatter().formatException(record.exc_info))
        return True


def hide_in_logs() -> None:
    """Put the filter on every handler of the root logger. Doing it again changes nothing."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, HideSecrets) for known in handler.filters):
            handler.addFilter(HideSecrets())
    # These write whole addresses at INFO, for every request.
    for name in ("httpx", "httpx2", "httpcore", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
