"""The planted truths: what the simulated year really is like, so that analytics can be checked against it.

`docs/demo.md` tells these numbers in words; a test reads both, and another recovers them from the events.
"""

from __future__ import annotations

CUSTOMERS = 20_000
VISITORS = 2_500  # seen, never identified
DAYS = 365
SEED = 14_050_901

# Orders and seasons
ORDERS_PER_YEAR = 2.9  # mean over customers; each has a rate of their own
ORDER_RATE_SHAPE = 0.9  # of the gamma distribution of those rates
GROWTH = 0.25  # more orders a day at the end of the year than at its beginning
NOWRUZ_RUSH = 2.3  # times the ordinary number of orders in the days before Nowruz
NOWRUZ_RUSH_DAYS = 20
NOWRUZ_REST = 0.5  # from 1 to 13 Farvardin
NOWRUZ_REST_DAYS = 13
FRIDAY = 0.7
CANCELLED = 0.03
REFUNDED = 0.02
APP_SHARE = 0.45  # of orders are placed in the app, the others on the web

# Delivery
LATE = 0.11
LATE_IN_RUSH = 0.20
BROKEN_REGION = "south"
BROKEN_MONTHS_AGO = 4  # the region's courier is worse since the Jalali month that began so many months ago
LATE_IN_BROKEN_REGION = 0.36
LEAVE_AFTER_SECOND_LATE = 0.55
LEAVE_ANYWAY = 0.02  # after any delivery

# NPS after delivery: shares of promoters and detractors
NPS_ON_TIME = (0.46, 0.20)
NPS_LATE = (0.22, 0.44)
LATE_COSTS_NPS_POINTS = 48
WEB_SHIFT = 0.09  # on the web so many more promoters and so many fewer detractors: 18 points
WEB_GIVES_NPS_POINTS = 18
CHANNELS = ("sms", "email", "web", "kiosk")
MIX_BEFORE = (0.55, 0.25, 0.14, 0.06)
MIX_AFTER = (0.30, 0.14, 0.50, 0.06)
MIX_MONTHS_AGO = 2  # the mix changed with the Jalali month that began so many months ago
DELIVERED = {"sms": 0.93, "email": 0.97, "web": 1.0, "kiosk": 1.0, "app": 1.0}
ANSWERED = {"sms": 0.31, "email": 0.19, "web": 0.38, "kiosk": 0.72, "app": 0.24}
FINISHED = 0.88  # of those who start
REST_DAYS = 45  # between two NPS invitations to one customer
# Of those not asked after a delivery in the last weeks; the others have their rest.
WITHDRAWN = 0.06
UNSUBSCRIBED = 0.04

# Support
TICKET_AFTER_LATE = 0.38
TICKET_OTHERWISE = 0.13
FIRST_REPLY_MEDIAN_MINUTES = 38
FIRST_REPLY_SIGMA = 1.0
EVENING = (18, 24)
EVENING_TIMES_SLOWER = 3.2
BOT_FIRST = 0.4
RESOLVED = 0.95
# Minutes to the first human reply, up to; and shares of CSAT 1 to 5 then
CSAT_BY_WAIT: tuple[tuple[float, tuple[float, float, float, float, float]], ...] = (
    (30, (0.02, 0.04, 0.10, 0.28, 0.56)),
    (90, (0.05, 0.08, 0.17, 0.35, 0.35)),
    (240, (0.14, 0.16, 0.25, 0.27, 0.18)),
    (float("inf"), (0.30, 0.24, 0.22, 0.15, 0.09)),
)

# CES 2.0 after a purchase: shares of 1 to 7
CES_WEB = (0.02, 0.03, 0.05, 0.10, 0.22, 0.33, 0.25)
CES_APP = (0.05, 0.08, 0.10, 0.15, 0.22, 0.24, 0.16)
CES_ASKED = 0.38

COMMENTED = 0.42


def mean_csat(shares: tuple[float, ...]) -> float:
    """Return the mean score of shares of 1 to 5."""
    return sum(score * share for score, share in enumerate(shares, 1))


def easy_share(shares: tuple[float, ...]) -> float:
    """Return the share of 5, 6 and 7 on the scale of CES 2.0, in percent."""
    return 100 * sum(shares[4:])
