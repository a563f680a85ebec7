"""What a link says stands in hidden fields, and rules may ask for it from the first page on."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.models import Answer
from hamdel.listen.surveys.tests.forms import choices, form_of, question_of, said

PRO = {"field": "plan", "operator": "=", "value": "pro"}
PLAN = {"key": "plan", "kind": "hidden", "text": said("Plan")}


@pytest.fixture
def asking(cast):
    """Return a call that opens a survey of these pages and gives its address."""

    def ask(*pages, **more):
        with inside(cast.cafe):
            made = create_survey(
                cast.cafe,
                name="S",
                metric="",
                touchpoint="",
                definition=form_of(*pages, **more),
                by=cast.owner,
            )
            publish_survey(made, by=cast.owner, at=now())
            made.refresh_from_db()
        return f"/s/{made.public_id}/"

    return ask


def given():
    with across_workspaces():
        return dict(Answer.objects.values_list("question", "value"))


def test_the_first_page_asks_by_what_the_link_says(client, asking):
    address = asking([PLAN, {**question_of("text"), "shown_if": PRO}, {**question_of("number"), "key": "n"}])

    plain, pro = client.get(address).content.decode(), client.get(f"{address}?plan=pro").content.decode()
    refused = client.post(f"{address}?plan=pro", {"page": "0", "q": "x", "n": "many"})
    client.post(f"{address}?plan=pro", {"page": "0", "q": "سلام", "n": "3"})

    assert ('name="q"' in plain, 'name="q"' in pro, 'name="q"' in refused.content.decode()) == (
        False,
        True,
        True,
    )
    assert given() == {"plan": "pro", "q": "سلام", "n": 3}


def test_a_first_page_that_is_only_for_some_is_the_first_for_them(client, asking):
    address = asking(
        [PLAN], [{**question_of("text"), "shown_if": PRO}], [{**question_of("number"), "key": "n"}]
    )

    client.post(f"{address}?plan=pro", {"page": "1", "q": "سلام"})

    assert given() == {"plan": "pro", "q": "سلام"}


def test_choices_of_the_first_page_follow_the_link(client, asking):
    offered = [*choices("a"), {**choices("b")[0], "shown_if": PRO}]
    address = asking([PLAN, {**question_of("single"), "choices": offered}])

    assert 'value="b"' not in client.get(address).content.decode()
    assert 'value="b"' in client.get(f"{address}?plan=pro").content.decode()
    assert client.post(address, {"page": "0", "q": "b"}).status_code == 422
    assert client.post(f"{address}?plan=pro", {"page": "0", "q": "b"}).status_code == 303


def test_a_field_of_a_later_page_does_not_skip_the_pages_before_it(client, asking):
    address = asking(
        [question_of("text")],
        [{**question_of("number"), "key": "n"}],
        [PLAN, {**question_of("text"), "key": "last"}],
    )

    back = client.post(f"{address}?plan=pro", {"page": "0", "q": "سلام"})["Location"]
    page = client.get(back.partition("?")[0]).content.decode()

    assert 'name="n"' in page


def test_a_quiz_with_a_clock_keeps_what_its_link_said(client, asking):
    address = asking(
        [PLAN, question_of("text", right="x", points=1)], quiz={"seconds": 60, "feedback": "each"}
    )

    back = client.post(f"{address}?plan=pro", {})["Location"]
    client.post(back, {"page": "0", "q": "x"})

    assert given() == {"plan": "pro", "q": "x"}
