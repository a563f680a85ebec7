"""What people really type: Persian and Arabic digits, half-spaces, other calendars, addresses of other scripts."""

from __future__ import annotations

import pytest

from hamdel.listen.surveys.definition import WrongAnswer, read_answer, read_definition
from hamdel.listen.surveys.tests.forms import form_of, question_of

TYPED = [
    ("email", "zahra@example.ir\u200c", "zahra@example.ir"),
    ("email", "\u202azahra@example.ir\u202c", "zahra@example.ir"),
    ("email", "zahra۱۲@example.ir", "zahra12@example.ir"),
    ("email", "ali@مثال.ایران", "ali@مثال.ایران"),
    ("number", "٫۵", 0.5),
    ("number", "۲٫۵", 2.5),
    ("number", "۱\u200c۲۰۰", 1200),
    ("number", "۱٬۲۰۰", 1200),
    ("number", "۱۲ ۰۰۰", 12000),
    ("phone", "۰۹۱۲\u200c۱۲۳\u200c۴۵۶۷", "+989121234567"),
    ("phone", "٠٠٩٨ ٩١٢ ١٢٣ ٤٥٦٧", "+989121234567"),
    ("phone", "(۰۲۱) ۸۸۷۷۶۶۵۵", "+982188776655"),
    ("date", "۱۴۰۳/۱۲/۳۰", "2025-03-20"),
    ("date", "۳۰/۱۲/۱۴۰۳", "2025-03-20"),
    ("date", "٢٠٢٤-٠٢-٢٩", "2024-02-29"),
]
REFUSED = [
    ("email", "zahra@localhost"), ("email", "zahra@[127.0.0.1]"), ("email", "a@b.ir, c@d.ir"),
    ("number", "½"), ("number", "1e3"), ("number", "۱۲/۵"), ("phone", "۰۹۱۲۱۲۳۴۵۶۷۸"),
    ("date", "۱۴۰۴/۱۲/۳۰"), ("date", "۱۴۰۵/۰۷/۳۱"), ("date", "2026-02-29"), ("date", "۷۰/۱/۳"),
]  # fmt: skip


def read(kind, text):
    question = {"key": "q", "kind": kind, "text": question_of(kind)["text"]}
    return read_answer(read_definition(form_of([question])).questions[0], {"q": text})["q"]


@pytest.mark.parametrize(("kind", "text", "stored"), TYPED)
def test_what_is_meant_is_stored_however_it_is_typed(kind, text, stored):
    assert read(kind, text) == stored


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_what_cannot_be_is_refused(kind, text):
    with pytest.raises(WrongAnswer):
        read(kind, text)
