"""A question of every kind, for the tests of all that reads, shows and stores them."""

from __future__ import annotations

from typing import Any


def said(words: str) -> dict[str, str]:
    return {"fa": f"{words} فارسی", "en": words}


def choices(*values: str) -> list[dict[str, Any]]:
    return [{"value": value, "text": said(value)} for value in values]


# Each with what a browser sends and what is stored.
EVERY_KIND: dict[str, tuple[dict[str, Any], dict[str, str], dict[str, Any]]] = {
    "score": ({"metric": "nps", "low_label": said("no"), "high_label": said("yes")}, {"q": "۹"}, {"q": 9}),
    "single": (
        {"choices": choices("a", "b"), "other": said("Another")},
        {"q": "other", "q.other": "خودم"},
        {"q": "other", "q.other": "خودم"},
    ),
    "multiple": (
        {"choices": choices("a", "b", "c"), "none": said("None"), "most": 2, "random_order": True},
        {"q.a": "1", "q.c": "1"},
        {"q": ["a", "c"]},
    ),
    "matrix": (
        {"choices": choices("bad", "good"), "rows": choices("price", "taste")},
        {"q.price": "bad", "q.taste": "good"},
        {"q": {"price": "bad", "taste": "good"}},
    ),
    "ranking": ({"choices": choices("a", "b")}, {"q.1": "b", "q.2": "a"}, {"q": ["b", "a"]}),
    "slider": ({"low": 0, "high": 100, "step": 5}, {"q": "۴۵"}, {"q": 45}),
    "text": ({"most": 50}, {"q": " سلام  دنیا "}, {"q": "سلام دنیا"}),
    "long_text": ({}, {"q": "خط یک\nخط دو"}, {"q": "خط یک\nخط دو"}),
    "number": ({"low": 1, "high": 5_000_000, "unit": said("toman")}, {"q": "۱٬۲۵۰٬۰۰۰"}, {"q": 1_250_000}),
    "date": ({"high": "2030-01-01"}, {"q.y": "۱۴۰۵", "q.m": "9", "q.d": "۰۲"}, {"q": "2026-11-23"}),
    "phone": ({}, {"q": "۰۹۱۲ ۱۲۳ ۴۵۶۷"}, {"q": "+989121234567"}),
    "email": ({}, {"q": "zahra@example.ir"}, {"q": "zahra@example.ir"}),
    "file": ({"most": 2}, {}, {"q": None}),
    "consent": ({}, {"q": "1"}, {"q": True}),
    "statement": ({}, {}, {}),
    "hidden": ({}, {"q": "order-7"}, {"q": "order-7"}),
    "constant_sum": ({"choices": choices("a", "b")}, {"q.a": "۷۰", "q.b": "30"}, {"q": {"a": 70, "b": 30}}),
}


def question_of(kind: str, **more: Any) -> dict[str, Any]:
    return {"key": "q", "kind": kind, "text": said(kind), **EVERY_KIND[kind][0], **more}


def form_of(*pages: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a whole definition with these pages of questions."""
    return {
        "format": 2,
        "languages": ["fa", "en"],
        "pages": [{"key": f"p{n}", "questions": questions} for n, questions in enumerate(pages, 1)],
        "ends": [{"key": "thanks", "text": said("Thanks")}],
        **more,
    }
