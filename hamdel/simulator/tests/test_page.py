"""The page that tells the planted truths says what the simulator does."""

from __future__ import annotations

from pathlib import Path

import pytest

from hamdel.simulator import truths

DOCS = Path(__file__).parents[3] / "docs"
PERSIAN = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")


def percent(share: float) -> str:
    return f"{round(100 * share)}%"


BOTH = [
    f"| {percent(truths.LATE)} |",
    f"| {percent(truths.LATE_IN_RUSH)} |",
    f"**{percent(truths.LEAVE_AFTER_SECOND_LATE)}**",
    f"| {percent(truths.LEAVE_ANYWAY)} |",
    f"{percent(truths.LATE_IN_BROKEN_REGION)}",
    *(
        f"| {percent(before)} | {percent(after)} |"
        for before, after in zip(truths.MIX_BEFORE, truths.MIX_AFTER, strict=True)
    ),
    *(f"| {truths.mean_csat(shares):.2f} |" for _limit, shares in truths.CSAT_BY_WAIT),
    f"{round(truths.easy_share(truths.CES_WEB))}%",
    f"{round(truths.easy_share(truths.CES_APP))}%",
    f"{truths.EVENING_TIMES_SLOWER}",
    f"{truths.FIRST_REPLY_MEDIAN_MINUTES}",
    f"{truths.NOWRUZ_RUSH}",
    f"{truths.NOWRUZ_RUSH_DAYS}",
    f"{truths.NOWRUZ_REST_DAYS}",
    f"{percent(truths.FRIDAY)}",
    f"{percent(truths.WITHDRAWN)}",
    f"{percent(truths.UNSUBSCRIBED)}",
]
ENGLISH = [
    f"**{truths.LATE_COSTS_NPS_POINTS} points of NPS**",
    f"**{truths.WEB_GIVES_NPS_POINTS} points**",
    f"{percent(truths.NPS_ON_TIME[0])}, {percent(truths.NPS_ON_TIME[1])}",
    f"{percent(truths.NPS_LATE[0])}, {percent(truths.NPS_LATE[1])}",
    *(
        f"| {percent(truths.DELIVERED[name])} | {percent(truths.ANSWERED[name])} |"
        for name in truths.ANSWERED
    ),
    f"{truths.REST_DAYS} days of rest",
    f"{percent(truths.WITHDRAWN)} had withdrawn their consent to surveys and {percent(truths.UNSUBSCRIBED)} wanted no more",
    f"{percent(truths.TICKET_AFTER_LATE)} write to support, of the others {percent(truths.TICKET_OTHERWISE)}",
    f"{percent(truths.APP_SHARE)} of orders are placed",
    f"{percent(truths.CANCELLED)} of orders are cancelled; of the others {percent(truths.REFUNDED)}",
    f"{percent(truths.GROWTH)}, besides",
]


@pytest.mark.parametrize("words", [*BOTH, *ENGLISH])
def test_the_english_page_tells_the_number(words):
    assert words in (DOCS / "demo.md").read_text()


@pytest.mark.parametrize("words", BOTH)
def test_the_persian_page_tells_the_number(words):
    assert words.translate(PERSIAN).replace("%", "٪") in (DOCS / "fa/demo.md").read_text()


def test_the_planted_costs_follow_from_the_planted_shares():
    def points(shares) -> int:
        return round(100 * (shares[0] - shares[1]))

    assert points(truths.NPS_ON_TIME) - points(truths.NPS_LATE) == truths.LATE_COSTS_NPS_POINTS
    assert round(200 * truths.WEB_SHIFT) == truths.WEB_GIVES_NPS_POINTS
