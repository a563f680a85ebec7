"""Ready surveys for the moments that matter, in Persian and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hamdel.listen.surveys.definition import Metric

BELOW = {"nps": 6, "enps": 6, "csat": 2, "ces2": 3}
THANKS = {
    "fa": "سپاس از وقتی که گذاشتید. نظر شما را می‌خوانیم و به کار می‌بندیم.",
    "en": "Thank you for your time. We read every answer and act on it.",
}


@dataclass(frozen=True)
class ReadyMade:
    """A survey to start from. `question`, `low`, `high`, `why_low` and `why_high` are (Persian, English)."""

    key: str
    name: tuple[str, str]
    metric: Metric
    touchpoint: str
    question: tuple[str, str]
    low: tuple[str, str]
    high: tuple[str, str]
    why_low: tuple[str, str]
    why_high: tuple[str, str]
    look: str = "numbers"

    def definition(self) -> dict[str, Any]:
        """Return its questions: the score, then why, asked differently of those who are unhappy."""
        unhappy = {"field": "score", "operator": "<=", "value": BELOW[self.metric.value]}
        score = {
            "key": "score", "kind": "score", "metric": self.metric.value, "required": True,
            "text": texts(self.question), "low_label": texts(self.low), "high_label": texts(self.high), "look": self.look,
        }  # fmt: skip
        why_low = {"key": "why", "kind": "text", "text": texts(self.why_low), "shown_if": unhappy}
        why_high = {"key": "best", "kind": "text", "text": texts(self.why_high), "shown_if": {"not": unhappy}}
        return {"pages": [{"questions": [score]}, {"questions": [why_low, why_high]}], "thanks": THANKS}


def texts(pair: tuple[str, str]) -> dict[str, str]:
    return {"fa": pair[0], "en": pair[1]}


READY_MADE = {
    ready.key: ready
    for ready in (
        ReadyMade(
            "nps-after-delivery",
            ("توصیه به دوستان، پس از تحویل", "Recommendation, after delivery"),
            Metric.NPS,
            "delivery",
            (
                "چقدر احتمال دارد ما را به دوستان و آشنایانتان پیشنهاد کنید؟",
                "How likely are you to recommend us to a friend or colleague?",
            ),
            ("اصلاً", "Not at all"),
            ("حتماً", "Certainly"),
            ("چه چیزی شما را ناراضی کرد؟", "What let you down?"),
            ("چه چیزی بیشتر از همه به دلتان نشست؟", "What did you like most?"),
        ),
        ReadyMade(
            "csat-after-support",
            ("رضایت از پشتیبانی", "Satisfaction with support"),
            Metric.CSAT,
            "support",
            (
                "از پاسخی که از پشتیبانی گرفتید چقدر راضی هستید؟",
                "How satisfied are you with the help you received?",
            ),
            ("خیلی ناراضی", "Very dissatisfied"),
            ("خیلی راضی", "Very satisfied"),
            ("چه چیزی را باید بهتر انجام می‌دادیم؟", "What should we have done better?"),
            ("می‌خواهید چیزی به همکاران ما بگویید؟", "Anything you would like to tell our team?"),
            look="faces",
        ),
        ReadyMade(
            "ces-after-checkout",
            ("آسانی خرید", "Ease of checkout"),
            Metric.CES2,
            "checkout",
            (
                "«خرید کردن از ما آسان بود.» چقدر موافقید؟",
                "“It was easy to buy from us.” How far do you agree?",
            ),
            ("کاملاً مخالف", "Strongly disagree"),
            ("کاملاً موافق", "Strongly agree"),
            ("کجا گیر کردید؟", "Where did you get stuck?"),
            ("چه چیزی را از دست ندهیم؟", "What should we keep as it is?"),
        ),
    )
}
