"""Every kind of question on its page: good, bad and empty answers, strange ones, its weight, its labels."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from hamdel.ground.files.models import File
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.models import Answer, Response
from hamdel.listen.surveys.tests.forms import EVERY_KIND, form_of, question_of

pytestmark = pytest.mark.django_db

# What nobody should get away with, for each kind that can be wrong.
BAD = {
    "score": {"q": "11"},
    "single": {"q": "zzz"},
    "multiple": {"q.a": "1", "q.b": "1", "q.c": "1"},
    "matrix": {"q.price": "zzz"},
    "ranking": {"q.1": "a", "q.2": "a"},
    "slider": {"q": "101"},
    "text": {"q": "ا" * 51},
    "long_text": {"q": "ا" * 4_001},
    "number": {"q": "۰"},
    "date": {"q.y": "1405", "q.m": "12", "q.d": "31"},
    "phone": {"q": "12"},
    "email": {"q": "zahra@"},
    "constant_sum": {"q.a": "70", "q.b": "20"},
}
INJECTIONS = (
    "'; DROP TABLE surveys_answer; --",
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "\x00",
    "{{ q }}",
    "\u202e",
)


@pytest.fixture
def ask(cast):
    """Publish a survey of one question of a kind, and of a page after it; return the address of its open link."""

    def publish(form, **settings):
        with inside(cast.cafe):
            made = create_survey(
                cast.cafe, name="Kinds", metric=None, touchpoint="", definition=form, by=cast.owner
            )
            made.settings = settings
            made.save()
            publish_survey(made, by=cast.owner, at=now())
        return f"/s/{made.public_id}/"

    return publish


def answers() -> dict:
    with across_workspaces():
        return dict(Answer.objects.values_list("question", "value"))


class Labels(HTMLParser):
    """Collects the fields of a page and what names them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: list[dict] = []
        self.targets, self.ids, self.open = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.targets |= {found["for"]} if "for" in found else set()
        if tag == "label":
            self.open.append(tag)
        if tag in {"input", "select", "textarea"} and found.get("type") != "hidden":
            self.fields.append({**found, "in_label": bool(self.open)})

    def handle_endtag(self, tag):
        if tag == "label":
            self.open.pop()


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_good_answer_is_stored_as_it_is_described(kind, ask):
    if kind == "hidden":
        address = ask(form_of([question_of(kind), {**question_of("text"), "key": "t"}])) + "?q=order-7"
    else:
        address = ask(form_of([question_of(kind)]))

    answer = Client().post(address, {"page": "0", **({} if kind == "hidden" else EVERY_KIND[kind][1])})

    assert answer.status_code == 303
    assert answers() == {key: value for key, value in EVERY_KIND[kind][2].items() if value is not None}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_answer_is_refused_with_a_summary_that_leads_to_its_field(kind, ask):
    answer = Client().post(ask(form_of([question_of(kind)])), {"page": "0", **BAD[kind]})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert 'href="#q-q"' in page
    assert 'id="q-q"' in page
    assert 'id="q-error"' in page
    assert re.search(r'aria-describedby="[^"]*q-error', page)
    assert answers() == {}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_an_empty_answer_is_refused_only_where_one_is_required(kind, ask):
    free = Client().post(ask(form_of([question_of(kind)])), {"page": "0"})
    asked = Client().post(ask(form_of([question_of(kind, required=True)])), {"page": "0"})

    assert free.status_code == 303
    assert asked.status_code == (303 if kind in {"statement", "hidden"} else 422)
    assert answers() == {}


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("text", INJECTIONS)
def test_nothing_typed_breaks_a_page_or_gets_into_it_as_code(kind, text, ask):
    fields = dict.fromkeys(EVERY_KIND[kind][1], text) | {
        "q": text,
        f"q.{text}": text,
        text: text,
        "page": text,
    }

    answer = Client().post(ask(form_of([question_of(kind)])), fields, follow=True)

    assert answer.status_code in {200, 422}
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_page_of_each_kind_is_light_and_every_field_has_a_name(kind, language, ask):
    answer = Client().get(ask(form_of([question_of(kind, required=True)])) + f"?lang={language}")
    page = answer.content.decode()
    labels = Labels(page)

    assert len(answer.content) + len(str(answer.headers)) <= 14_000
    assert "src=" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert len(labels.ids) == len(set(labels.ids))
    for field in labels.fields:
        assert field["in_label"] or field.get("id") in labels.targets, field


def test_a_consent_is_one_box_to_tick(ask):
    page = Client().get(ask(form_of([question_of("consent")]))).content.decode()

    # What looks like a box is drawn for every span of a choice: there is one.
    label = re.search(r'<label class="choice tick">.*?</label>', page)[0]
    assert label.count("<span") == 1


def test_a_slider_of_many_steps_has_its_line_and_works_without_it(ask):
    page = Client().get(ask(form_of([question_of("slider")]))).content.decode()
    field = re.search(r"<input[^>]*data-track=[^>]*>", page)[0]

    assert 'type="text"' in field
    assert 'data-track="0 100 5"' in field
    assert page.count("<script>") == 2


def test_a_page_of_all_kinds_at_once_is_below_20_kb(ask):
    questions = [{**question_of(kind), "key": f"q{n}"} for n, kind in enumerate(EVERY_KIND)]

    answer = Client().get(ask(form_of(questions)))

    assert answer.status_code == 200
    assert len(answer.content) + len(str(answer.headers)) <= 20_000


@pytest.mark.parametrize("kind", [kind for kind in EVERY_KIND if kind not in {"file", "hidden", "statement"}])
def test_what_was_answered_stands_on_the_page_when_somebody_goes_back(kind, ask):
    client = Client()
    first = client.post(
        ask(form_of([question_of(kind)], [{**question_of("text"), "key": "t"}])),
        {"page": "0", **EVERY_KIND[kind][1]},
    )

    second = client.get(first["Location"])
    back = re.search(r'href="(\?page=0[^"]*)"', second.content.decode())
    page = client.get(first["Location"].partition("?")[0] + back[1]).content.decode()
    again = client.post(first["Location"].partition("?")[0], {"page": "0", **EVERY_KIND[kind][1]})

    assert " checked" in page or " selected" in page or 'value="' in page or "خط یک" in page
    assert again.status_code == 303
    assert answers() == EVERY_KIND[kind][2]


def test_a_file_is_kept_by_what_it_is_and_a_wrong_one_refused(ask):
    address = ask(form_of([question_of("file", required=True)]))
    png = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
        + (10).to_bytes(4, "big") * 2
        + b"\x08\x06\x00\x00\x00"
        + b"\x00" * 20
    )

    refused = Client().post(address, {"page": "0", "q": SimpleUploadedFile("a.png", b"<html>")})
    taken = Client().post(address, {"page": "0", "q": SimpleUploadedFile("کارت.png", png)})

    assert refused.status_code == 422
    assert "PNG" in refused.content.decode()
    assert taken.status_code == 303
    with across_workspaces():
        [file] = File.objects.all()
    assert answers() == {"q": [{"file": file.public_id, "name": file.name, "bytes": len(png)}]}


def test_a_file_cannot_be_claimed_by_typing_its_name(ask):
    Client().post(ask(form_of([question_of("file")])), {"page": "0", "q": '[{"file": "x"}]'})

    assert answers() == {}


def test_a_query_answers_hidden_questions_and_no_others(ask):
    address = ask(form_of([{**question_of("hidden"), "key": "order"}, question_of("score")]))

    Client().post(f"{address}?order=7&q=9&channel=qr&place=table-3", {"page": "0"})

    assert answers() == {"order": "7"}
    with across_workspaces():
        assert Response.objects.get().place == "table-3"
