"""From the driver's exceptions to ours: whose fault is it, and what to do next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hamdel.ground.analytics.errors import AnalyticsUnavailable

if TYPE_CHECKING:
    from hamdel.ground.analytics.store import Store

DISK_FULL = 243
TIMEOUT = 159
OUT_OF_MEMORY = 241
TOO_MANY_ROWS = 396
# ClickHouse's own codes for "not now": src/Common/ErrorCodes.cpp of ClickHouse lists them all.
NOT_NOW = {
    DISK_FULL,
    202,  # too many simultaneous queries
    209,  # socket timeout
    210,  # network error
    242,  # table is read only
    252,  # too many parts: merges are behind
    279,  # all connection tries failed
    425,  # system error
    999,  # Keeper
    1000,  # the network library
    1002,  # unknown
}
# Wrong user, password or database: nothing wrong with the question, and somebody must mend the settings.
SETTINGS = {81, 192, 193, 194, 516}


def code_of(error: BaseException) -> int | None:
    """Return ClickHouse's number of an error; None when it did not come from ClickHouse."""
    code = getattr(error, "code", None)
    if isinstance(code, int):
        return code
    found = re.search(r"Code: (\d+)\.", str(error))
    return int(found[1]) if found else None


def is_not_now(error: BaseException) -> bool:
    """Tell whether the same call may succeed later, or after an administrator has acted."""
    from clickhouse_connect.driver.exceptions import OperationalError

    code = code_of(error)
    if code is None:
        return isinstance(error, OperationalError | OSError)
    return code in NOT_NOW or code in SETTINGS


def unavailable(error: BaseException, store: Store) -> AnalyticsUnavailable:
    """Return the error that says what cannot be reached and what to do next."""
    return AnalyticsUnavailable(f"{_advice(code_of(error), store)} ({_first_line(error)})")


def _advice(code: int | None, store: Store) -> str:
    if code == DISK_FULL:
        return "The disk of ClickHouse is full. Free some space; Hamdel goes on by itself."
    if code in NOT_NOW:
        return "ClickHouse cannot do this now. It is tried again; if it stays so, look into its log."
    if store.is_embedded:
        return (
            f"The embedded ClickHouse in {store.folder} cannot be opened. Only one process may hold it: stop the "
            "other Hamdel of this data folder, or give both a server with HAMDEL_CLICKHOUSE_URL."
        )
    where = urlsplit(store.url).hostname
    if code in SETTINGS:
        return (
            f"ClickHouse at {where} refused us. Check user, password and database in HAMDEL_CLICKHOUSE_URL."
        )
    return (
        f"ClickHouse at {where} does not answer. Check that it runs and that HAMDEL_CLICKHOUSE_URL is right."
    )


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    # Of a ClickHouse error only its own sentence: the driver adds the URL, and a password may be part of it.
    text = text.rsplit("DB::Exception: ", 1)[-1].splitlines()[0]
    return re.sub(r"\s*\(for url .*|\(version [\d.]+\)|(?<=//)[^/@\s]*@", "", text).strip()[:300]


def reason(error: BaseException) -> str:
    """Return why a question failed, in one line; the limits in words."""
    code = code_of(error)
    if code == TIMEOUT:
        return "it took longer than it may; ask for a shorter period or fewer groups"
    if code == OUT_OF_MEMORY:
        return "it needs more memory than it may; ask for a shorter period or fewer groups"
    if code == TOO_MANY_ROWS:
        return "its answer has more rows than it may; group more coarsely"
    return _first_line(error)
