"""Everything that goes wrong says so in one shape."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from hamdel.api import wrong
from hamdel.api.api import api
from hamdel.ground.access.models import ApiToken
from hamdel.ground.workspaces.tenancy import across_workspaces


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer hmd_wrong", "Bearer \u06f1", "Basic aG1kOg==", "Bearer hmd_" + "x" * 5000],
)
def test_without_a_valid_token_nobody_is_answered(client, db, header):
    response = client.get("/api/v1/metrics", **({"HTTP_AUTHORIZATION": header} if header else {}))

    assert response.status_code == 401
    assert response.json().keys() == {"code", "message"}
    assert response.json()["code"] == "unauthorized"


def test_a_revoked_token_is_refused(program):
    with across_workspaces():
        ApiToken.objects.update(revoked_at=now())

    assert program.get("/metrics").status_code == 401


def test_a_token_of_a_deactivated_user_is_refused(program, cast):
    cast.owner.user.is_active = False
    cast.owner.user.save()

    assert program.get("/metrics").status_code == 401


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/metrics/joy", 404, "unknown_metric"),
        ("/metrics/nps?from=nonsense", 400, "unreadable_day"),
        ("/metrics/nps?by=sea", 400, "unknown_dimension"),
        ("/metrics/nps?from=1000-01-01&to=1001-01-01", 400, "period_out_of_range"),
        ("/metrics/nps?from=2026-01-01&to=9999-12-31", 400, "period_out_of_range"),
        ("/customers?limit=0", 400, "bad_parameters"),
        ("/customers?limit=many", 400, "bad_parameters"),
        ("/customers?cursor=zzz", 400, "bad_cursor"),
        ("/customers/018f0000-0000-7000-8000-000000000000", 404, "not_found"),
        ("/customers/not-an-id", 404, "not_found"),
        ("/cases?cursor=WyJ4Il0", 400, "bad_cursor"),
        ("/customers?emial=a@b.ir", 400, "unknown_parameter"),
        ("/metrics?limit=3", 400, "unknown_parameter"),
        ("/metrics/nps?chanel=sms", 400, "unknown_dimension"),
        ("/nonsense", 404, "not_found"),
        ("/", 404, "not_found"),
    ],
)
def test_an_error_has_a_code_and_a_message(program, path, status, code):
    response = program.get(path)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json().keys() == {"code", "message"}


@pytest.mark.parametrize(
    "path", ["/nonsense", "/customers/x/events", "/customers/018f0000-0000-7000-8000-000000000000"]
)
def test_an_address_that_is_not_there_is_said_in_the_callers_language(program, client, path):
    english = program.get(path).json()["message"]
    persian = client.get(f"/api/v1{path}", **program.headers, HTTP_ACCEPT_LANGUAGE="fa-IR").json()["message"]

    assert english == "There is nothing at this address."
    assert persian == "در این نشانی چیزی نیست."


def test_bad_json_is_400(program):
    response = program.post("/surveys", '{"ready_made": ')

    assert (response.status_code, response.json()["code"]) == (400, "bad_json")


def test_a_body_of_the_wrong_shape_is_400(program):
    response = program.post("/surveys", {"ready_made": "astrology"})

    assert (response.status_code, response.json()["code"]) == (400, "bad_parameters")
    assert "ready_made" in response.json()["message"]


def test_a_method_that_is_not_there_is_405(program):
    response = program.delete("/metrics")

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert response["Allow"] == "GET"


def test_a_viewer_may_see_scores_and_no_customers(as_member, cast):
    viewer = as_member(cast.viewer)

    assert viewer.get("/metrics/nps").status_code == 200
    assert viewer.get("/customers").status_code == 403
    assert viewer.get("/customers").json()["code"] == "forbidden"
    assert viewer.post("/surveys", {"ready_made": "nps-after-delivery"}).status_code == 403


def test_messages_come_in_persian_when_asked(program):
    response = program.client.get(
        "/api/v1/metrics/nps?from=x", **program.headers, HTTP_ACCEPT_LANGUAGE="fa-IR"
    )

    assert "بنویسید" in response.json()["message"] or "روز" in response.json()["message"]


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(program):
    program.get("/metrics")
    noted = last_use()
    program.get("/metrics")
    noted_again = last_use()
    with across_workspaces():
        ApiToken.objects.update(last_used_at=noted - timedelta(minutes=2))
    program.get("/metrics")

    assert noted_again == noted
    assert last_use() >= noted


def last_use():
    with across_workspaces():
        return ApiToken.objects.get().last_used_at


def test_head_is_get_without_a_body_and_options_tells_what_there_is(program):
    got = program.get("/metrics")
    head = program.client.head("/api/v1/metrics", **program.headers)
    missing = program.client.head("/api/v1/customers/018f0000-0000-7000-8000-000000000000", **program.headers)
    options = program.client.options("/api/v1/metrics", **program.headers)

    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(got.content)))
    assert missing.status_code == 404
    assert (options.status_code, options["Allow"], options.content) == (204, "GET", b"")


def test_every_message_of_the_api_comes_in_persian(program):
    for path in ("/customers?cursor=zzz", "/nonsense", "/customers?emial=x"):
        told = program.client.get(f"/api/v1{path}", **program.headers, HTTP_ACCEPT_LANGUAGE="fa").json()

        assert any("\u0600" <= letter <= "\u06ff" for letter in told["message"]), told


INVITED = "/surveys/018f0000-0000-7000-8000-000000000000/invitations"


@pytest.mark.parametrize(
    ("path", "body", "english", "persian"),
    [
        ("/customers?limit=many", None, "limit must be a whole number", "limit باید عدد صحیح باشد"),
        ("/customers?limit=0", None, "limit must be at least 1", "limit باید دست‌کم 1 باشد"),
        ("/customers?limit=1000", None, "limit must be at most 200", "limit باید حداکثر 200 باشد"),
        (
            "/surveys",
            {"ready_made": "astrology"},
            "ready_made must be one of: nps-after-delivery, csat-after-support, ces-after-checkout",
            "ready_made باید یکی از این‌ها باشد: nps-after-delivery, csat-after-support, ces-after-checkout",
        ),
        (INVITED, {}, "customers is missing", "customers جا افتاده است"),
        (INVITED, {"customers": "u-7"}, "customers must be a list", "customers باید فهرست باشد"),
        (
            INVITED,
            {"customers": ["u-7", {"phone": 9121234567}]},
            "customers[1].phone must be text",
            "customers[1].phone باید متن باشد",
        ),
        (
            INVITED,
            {"customers": [{"external_id": "x" * 301}]},
            "customers[0].external_id must have at most 300 letters",
            "customers[0].external_id باید حداکثر 300 نویسه داشته باشد",
        ),
        (
            INVITED,
            {"customers": ["u-7", True]},
            "customers[1]: Name the customer by id, external_id, user_id, email or phone.",
            "customers[1]: مشتری را با id، external_id، user_id، email یا phone مشخص کنید.",
        ),
        (
            "/metrics/nps?touchpoint=%00",
            None,
            "A filter takes no NUL character.",
            "فیلتر نویسهٔ NUL نمی‌پذیرد.",
        ),
        (
            "/metrics/nps?from=2026-01-01&to=9999-12-31",
            None,
            "Choose days from 1970 to 2104. (9999-12-31)",
            "روزهایی از ۱۹۷۰ تا ۲۱۰۴ میلادی انتخاب کنید. (9999-12-31)",
        ),
    ],
)
def test_what_is_wrong_is_said_plainly_in_the_callers_language(program, path, body, english, persian):
    def told(language):
        more = {**program.headers, "HTTP_ACCEPT_LANGUAGE": language}
        if body is None:
            return program.client.get(f"/api/v1{path}", **more).json()["message"]
        return program.client.post(f"/api/v1{path}", body, content_type="application/json", **more).json()[
            "message"
        ]

    assert (told("en"), told("fa")) == (english, persian)


def test_every_limit_a_body_has_is_said_in_words():
    """No operation may have a pattern of which nothing could be said."""
    found = set()

    def look(part):
        if isinstance(part, dict):
            found.update([part["pattern"]] if isinstance(part.get("pattern"), str) else [])
            for inner in part.values():
                look(inner)
        elif isinstance(part, list):
            for inner in part:
                look(inner)

    look(api.get_openapi_schema())

    assert found
    assert found <= set(wrong._OF_PATTERNS)
