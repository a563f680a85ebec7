"""Which of our metrics a scale from elsewhere feeds, if any: its ends must fit, and its words must say so."""

from __future__ import annotations

import re

_WORDS = {
    "nps": re.compile(r"recommend|\bnps\b|nps_|promoter|empfehl|پیشنهاد|توصیه|معرفی", re.IGNORECASE),
    "csat": re.compile(r"satisf|csat|zufrieden|tevred|رضایت|راضی", re.IGNORECASE),
    "ces2": re.compile(r"\bces\b|made it easy|easy (it was|to)|آسان|راحت", re.IGNORECASE),
    "ces1": re.compile(r"effort|زحمت|تلاش", re.IGNORECASE),
}
_SCALES = {(0, 10): ("nps",), (1, 5): ("csat", "ces1"), (1, 7): ("ces2",)}


def metric_of(low: float, high: float, words: str) -> str:
    """Return the metric; "" when it feeds none: a wrong guess would falsify a figure for ever."""
    fitting = _SCALES.get((int(low), int(high)), ()) if low == int(low) and high == int(high) else ()
    return next((metric for metric in fitting if _WORDS[metric].search(words)), "")
