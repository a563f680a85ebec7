"""What a score measures: kept by every edit, changed by nobody but the person, and never with the answers given before."""

import json
import re
from importlib import import_module

import pytest
from django.db import connection
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.drafts.tests.test_parts import resave
from hamdel.listen.drafts.tests.test_views import at, fields_of
from hamdel.listen.invitations.planner import spread_of
from hamdel.listen.surveys.actions import (
    Way,
    WrongPage,
    create_survey,
    publish_survey,
    save_page,
    start_response,
)
from hamdel.listen.surveys.models import Survey, SurveyVersion
from hamdel.listen.surveys.queries import distribution
from hamdel.listen.surveys.ready_made import READY_MADE

OLD = import_module("hamdel.listen.surveys.migrations.0010_scores_say_their_metric")


def without_metrics(form):
    """Return a definition as it was kept when only the survey said what its scores count towards."""
    bare = json.loads(json.dumps(form))
    for page in bare["pages"]:
        for question in page["questions"]:
            question.pop("metric", None)
    return bare


@pytest.fixture(params=["csat-after-support", "ces-after-checkout"])
def scored(request, cast):
    """A published ready survey that somebody answered with a 5."""
    with inside(cast.cafe):
        ready = READY_MADE[request.param]
        made = create_survey(
            cast.cafe,
            name="S",
            metric=ready.metric,
            touchpoint="",
            definition=without_metrics(ready.definition()),
            by=cast.owner,
        )
        version = publish_survey(made, by=cast.owner, at=now())
        made.refresh_from_db()
        response, _secret = start_response(made, version, Way(channel="link", language="fa"), at=now())
        save_page(response, 0, {"score": "5"}, at=now())
    return made


def as_it_is(survey):
    with inside(survey.workspace_id):
        found = Survey.objects.get(id=survey.id)
        found.numbers = list(found.versions.order_by("number").values_list("number", flat=True))
        return found, {share.score: share.n for share in distribution(found)}


def test_another_help_text_changes_neither_the_metric_nor_the_figures(analyst, scored):
    before = as_it_is(scored)[1]

    resave(analyst, scored, "score", **{"help|fa": "از ۱ تا ۵"})
    analyst.post(at(scored, "publication"))

    after, shares = as_it_is(scored)
    assert after.numbers == [1, 2]
    assert after.metric == scored.metric
    assert shares == before
    assert shares[5] == 1


def test_the_editor_shows_what_the_survey_measures_on_its_own_scale(analyst, scored):
    page = analyst.get(at(scored), {"at": "question:score"}).content.decode()
    preview = analyst.get(at(scored, "preview")).content.decode()

    assert fields_of(page)["metric"] == scored.metric
    low, high = scored.scores_by.scale
    assert re.findall(r'name="score" value="(\d+)"', preview) == [str(n) for n in range(low, high + 1)]


def test_a_changed_metric_is_warned_of_and_begins_without_the_earlier_answers(analyst, scored, cast):
    assert "rescaled" not in analyst.get(at(scored, "publication")).content.decode()

    resave(analyst, scored, "score", metric="nps")
    warned = analyst.get(at(scored, "publication")).content.decode()
    analyst.post(at(scored, "publication"))
    page = analyst.get(f"/listen/surveys/{scored.id}/").content.decode()

    after, shares = as_it_is(scored)
    assert 'class="notice notice--bad rescaled"' in warned
    assert "?at=question:score" in warned
    assert after.metric == "nps"
    assert sum(shares.values()) == 0
    assert 'class="chip' in page.partition('class="answers__score')[2]
    with inside(scored.workspace_id):
        assert spread_of(after)[1] == 0


def test_answers_taken_up_later_keep_the_scale_they_were_asked_on(analyst, scored):
    with inside(scored.workspace_id):
        response, _secret = start_response(
            scored, scored.current, Way(channel="link", language="fa"), at=now()
        )
    resave(analyst, scored, "score", metric="nps")
    analyst.post(at(scored, "publication"))

    with inside(scored.workspace_id):
        with pytest.raises(WrongPage):
            save_page(response, 0, {"score": "9"}, at=now())
        save_page(response, 0, {"score": "4"}, at=now())

    assert sum(as_it_is(scored)[1].values()) == 0


def test_surveys_from_before_say_what_they_measure_in_drafts_and_versions(scored, cast):
    with inside(cast.cafe):
        bare = without_metrics(scored.draft)
        Survey.objects.filter(id=scored.id).update(draft=bare)
        SurveyVersion.objects.filter(survey=scored).update(definition=bare)

        with connection.cursor() as cursor:
            cursor.execute(OLD.FILL)

        after = Survey.objects.get(id=scored.id)
        assert after.draft == scored.draft
        assert after.current.definition == scored.draft
        assert not after.has_unpublished_changes
