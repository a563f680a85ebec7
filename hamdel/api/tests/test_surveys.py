"""Surveys over the API: from nothing to an answer that is read back."""

from __future__ import annotations

from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Identifier
from hamdel.listen.surveys.actions import Way, publish_survey, save_page, start_response
from hamdel.listen.surveys.models import Survey

NOBODY = "018f0000-0000-7000-8000-000000000000"


def make(program, **body):
    response = program.post("/surveys", {"ready_made": "nps-after-delivery", "publish": True, **body})
    assert response.status_code == 201
    return response.json()


def answer(workspace, survey_id, score, customer=None):
    with inside(workspace):
        survey = Survey.objects.get(id=survey_id)
        way = Way(channel="link", language="fa", customer_id=customer and customer.id)
        response, _secret = start_response(survey, survey.current, way, at=now())
        save_page(response, 0, {"score": str(score)}, at=now())
        return response


def test_a_survey_is_made_and_read_back(program):
    made = make(program, name="پس از تحویل", touchpoint="courier")

    found = program.get(f"/surveys/{made['id']}").json()
    [listed] = program.get("/surveys").json()["items"]

    assert (found["name"], found["metric"], found["touchpoint"], found["state"], found["version"]) == (
        "پس از تحویل", "nps", "courier", "open", 1,
    )  # fmt: skip
    assert found["definition"]["pages"][0]["questions"][0]["key"] == "score"
    assert found["link"].startswith("http://testserver/s/")
    assert listed["id"] == made["id"]


def test_a_draft_is_not_asked(program, cast):
    draft = make(program, publish=False)

    response = program.post(f"/surveys/{draft['id']}/invitations", {"customers": [cast.customer.id]})

    assert draft["state"] == "draft"
    assert draft["version"] is None
    assert (response.status_code, response.json()["code"]) == (409, "survey_not_open")


def test_responses_come_with_their_answers(program, cast):
    survey = make(program)
    answer(cast.cafe, survey["id"], 9, cast.customer)
    answer(cast.cafe, survey["id"], 2)

    page = program.get(f"/surveys/{survey['id']}/responses", limit=1).json()
    rest = program.get(f"/surveys/{survey['id']}/responses", limit=1, cursor=page["next"]).json()

    assert [row["score"] for row in page["items"] + rest["items"]] == [2, 9]
    assert [row["customer"] for row in page["items"] + rest["items"]] == [None, str(cast.customer.id)]
    assert [one["value"] for one in rest["items"][0]["answers"]] == [9]
    assert rest["next"] is None


def test_a_response_says_on_which_scale_its_score_is_whatever_the_survey_measures_now(program, cast):
    survey = make(program, ready_made="csat-after-support")
    answer(cast.cafe, survey["id"], 5)
    with inside(cast.cafe):
        found = Survey.objects.get(id=survey["id"])
        found.draft["pages"][0]["questions"][0]["metric"] = "nps"
        found.save()
        publish_survey(found, by=cast.owner, at=now())
    answer(cast.cafe, survey["id"], 10)

    rows = program.get(f"/surveys/{survey['id']}/responses").json()["items"]
    results = program.get(f"/surveys/{survey['id']}/results").json()

    assert [(row["version"], row["metric"], row["score"]) for row in rows] == [(2, "nps", 10), (1, "csat", 5)]
    assert program.get(f"/surveys/{survey['id']}").json()["metric"] == "nps"
    asked = next(one for one in results["questions"] if one["key"] == "score")
    assert asked["versions_apart"] == [1]


def test_a_viewer_reads_responses_without_knowing_whose(as_member, program, cast):
    survey = make(program)
    answer(cast.cafe, survey["id"], 9, cast.customer)

    [row] = as_member(cast.viewer).get(f"/surveys/{survey['id']}/responses").json()["items"]

    assert (row["score"], row["customer"]) == (9, None)


def test_customers_are_invited_by_links_of_their_own(program, client, cast):
    survey = make(program)

    response = program.post(
        f"/surveys/{survey['id']}/invitations",
        {"customers": [cast.customer.id, cast.phoneless.id, cast.customer.id]},
    )

    items = response.json()["items"]
    assert response.status_code == 201
    assert [item["customer"] for item in items] == [str(cast.customer.id), str(cast.phoneless.id)]
    assert len({item["link"] for item in items}) == 2
    assert client.get(items[0]["link"].removeprefix("http://testserver")).status_code == 200


def test_customers_are_invited_by_whatever_name_the_caller_has(program, cast):
    survey = make(program)
    with inside(cast.cafe):
        for kind, value in (("user", "u-7"), ("external", "crm:12")):
            Identifier.objects.create(
                workspace=cast.cafe, customer=cast.customer, kind=kind, value=value, first_seen_at=now()
            )

    response = program.post(
        f"/surveys/{survey['id']}/invitations",
        {"customers": ["u-7", {"id": str(cast.phoneless.id)}, {"external_id": "crm:12"}]},
    )

    assert response.status_code == 201
    assert [item["customer"] for item in response.json()["items"]] == [
        str(cast.customer.id),
        str(cast.phoneless.id),
    ]


def test_one_unknown_customer_and_nobody_is_invited(program, cast):
    survey = make(program)

    response = program.post(
        f"/surveys/{survey['id']}/invitations", {"customers": [cast.customer.id, cast.foreign_customer.id]}
    )

    assert (response.status_code, response.json()["code"]) == (404, "unknown_customer")
    assert response.json()["message"].startswith("customers[1]")
    with inside(cast.cafe):
        assert Survey.objects.get().invitations.count() == 0


def test_an_outsider_finds_no_survey(program, stranger, cast):
    survey = make(program)

    assert stranger.get("/surveys").json()["items"] == []
    for path in ("", "/responses"):
        assert stranger.get(f"/surveys/{survey['id']}{path}").status_code == 404
    assert (
        stranger.post(
            f"/surveys/{survey['id']}/invitations", {"customers": [cast.foreign_customer.id]}
        ).status_code
        == 404
    )


def own_form() -> dict:
    question = {"key": "why", "kind": "text", "text": {"fa": "چرا؟", "en": "Why?"}}
    return {"format": 2, "languages": ["fa", "en"], "pages": [{"key": "p1", "questions": [question]}]}


def test_a_survey_is_made_of_its_definition_and_answered(program, client, cast):
    made = program.post("/surveys", {"definition": own_form(), "name": "خودم", "publish": True}).json()
    path = made["link"].removeprefix("http://testserver")

    client.post(f"{path}?place=table-3", {"page": "0", "why": "نزدیک بود"})

    [response] = program.get(f"/surveys/{made['id']}/responses").json()["items"]
    assert (made["metric"], made["definition"]) == ("", own_form())
    assert [(a["question"], a["value"]) for a in response["answers"]] == [("why", "نزدیک بود")]
    assert response["place"] == "table-3"


def test_a_wrong_definition_is_refused_by_its_place(program):
    form = own_form()
    form["pages"][0]["questions"][0]["kind"] = "magic"

    response = program.post("/surveys", {"definition": form})

    assert (response.status_code, response.json()["code"]) == (400, "invalid_definition")
    assert "pages[0].questions[0].kind" in response.json()["message"]
    assert program.post("/surveys", {}).json()["code"] == "one_of_two"


def test_nobody_reads_single_answers_of_an_anonymous_survey(program, client):
    made = program.post(
        "/surveys", {"definition": own_form(), "settings": {"anonymous": True}, "publish": True}
    ).json()
    client.post(made["link"].removeprefix("http://testserver"), {"page": "0", "why": "x"})

    response = program.get(f"/surveys/{made['id']}/responses")

    assert (response.status_code, response.json()["code"]) == (403, "anonymous_survey")
