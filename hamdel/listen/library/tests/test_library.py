"""Every ready survey is whole, in both languages, and may be published as it is."""

import pytest

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.library.shelf import BY_KEY, SURVEYS
from hamdel.listen.surveys.definition import check_definition
from hamdel.listen.surveys.models import Survey


def texts_in(form):
    """Yield every mapping of languages in a definition."""
    if isinstance(form, dict):
        if form and set(form) <= {"fa", "en"}:
            yield form
        for part in form.values():
            yield from texts_in(part)
    elif isinstance(form, list):
        for part in form:
            yield from texts_in(part)


@pytest.mark.parametrize("ready", SURVEYS, ids=lambda ready: ready.key)
def test_ready_survey_may_be_published_as_it_is(ready):
    form = ready.definition()

    assert check_definition(form) == []
    found = list(texts_in(form))
    assert len(found) > 3
    assert all(text.get("fa") and text.get("en") for text in found)
    # Persian is Persian: none of the Arabic letters that look alike.
    assert not any(letter in text["fa"] for text in found for letter in "يك")
    scores = [question for question in ready.questions if question["kind"] == "score"]
    assert [question["metric"] for question in scores][:1] == ([ready.metric] if ready.metric else [])


def test_there_is_one_for_every_moment():
    assert len(SURVEYS) >= 20
    assert len(BY_KEY) == len(SURVEYS)
    assert len({ready.moment for ready in SURVEYS}) >= 11


def test_a_ready_survey_becomes_a_draft(cast, client):
    client.force_login(cast.analyst.user)
    assert client.get("/listen/library/").status_code == 200
    assert client.get("/listen/library/?moment=store&metric=nps").status_code == 200
    assert client.get("/listen/library/business-quarterly/").status_code == 200
    assert client.get("/listen/library/business-quarterly/preview/?page=1").status_code == 200

    response = client.post("/listen/library/business-quarterly/")

    assert response.status_code == 302
    assert client.get(response["location"]).status_code == 200
    with inside(cast.cafe):
        survey = Survey.objects.get(workspace=cast.cafe)
    assert (survey.metric, survey.touchpoint) == ("nps", "account")


@pytest.mark.parametrize("ready", SURVEYS, ids=lambda ready: ready.key)
def test_what_is_called_anonymous_is(ready, cast, client):
    client.force_login(cast.analyst.user)

    client.post(f"/listen/library/{ready.key}/")

    with inside(cast.cafe):
        survey = Survey.objects.get(workspace=cast.cafe)
    assert survey.how.anonymous is ("ناشناس" in ready.about[0])


def test_beginning_with_one_question(cast, client):
    client.force_login(cast.analyst.user)

    response = client.post("/listen/library/new/")

    assert client.get(response["location"]).status_code == 200


def test_there_is_no_such_survey(cast, client):
    client.force_login(cast.analyst.user)

    assert client.get("/listen/library/nothing/").status_code == 404
