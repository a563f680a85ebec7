"""Widgets as the scripts of other sites meet them."""

from __future__ import annotations

import gzip
import secrets

import pytest
from django.test import Client
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.know.segments.models import Segment
from hamdel.listen.surveys.actions import close_survey
from hamdel.listen.surveys.models import Answer, Response
from hamdel.listen.widgets import site_views
from hamdel.listen.widgets.actions import create_widget, pause, put_live
from hamdel.listen.widgets.models import Showing, Widget
from hamdel.listen.widgets.queries import funnels
from hamdel.listen.widgets.tests.conftest import post, published
from tests.cast import SOME_DAY

pytestmark = pytest.mark.django_db


def listed(key, **query):
    site_views._told.clear()
    response = Client().get("/sdk/v1/widgets/", {"key": key, **query})
    assert response.status_code == 200
    return response.json()["widgets"]


def answer(key, widget, once, page, typed, **more):
    said = {"key": key, "widget": str(widget.id), "once": once, "page": page, "typed": typed, **more}
    return post("/sdk/v1/answers/", said).json()


def change(widget, **values):
    with across_workspaces():
        Widget.objects.filter(id=widget.id).update(**values)


def test_a_live_widget_is_told_with_its_first_page_to_any_origin(widget, key):
    response = Client().get(
        "/sdk/v1/widgets/", {"key": key, "lang": "en"}, headers={"Origin": "https://shop.example"}
    )

    [told] = response.json()["widgets"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=60"
    assert not response.cookies
    assert told["page"]["questions"] == [
        {"key": "score", "kind": "score", "text": "Would you recommend us?", "required": True, "look": "numbers", "low": 0, "high": 10}
    ]  # fmt: skip
    assert (told["dir"], told["look"]["on"]) == ("ltr", "#ffffff")


def test_what_is_not_live_is_not_told(widget, key, cast, survey):
    with inside(cast.cafe):
        pause(widget, by=cast.owner)
    assert listed(key) == []

    change(widget, state="live")
    assert len(listed(key)) == 1

    with inside(cast.cafe):
        close_survey(survey, by=cast.owner, at=now())
    assert listed(key) == []


def test_strangers_are_told_from_memory_and_the_customer_is_not(widget, key, uid, django_assert_num_queries):
    first = Client().get("/sdk/v1/widgets/", {"key": key, "lang": "fa"})
    change(widget, whom={"field": "language", "operator": "=", "value": "xx"})

    with django_assert_num_queries(0):
        again = Client().get("/sdk/v1/widgets/", {"key": key, "lang": "fa"})
    known = Client().get("/sdk/v1/widgets/", {"key": key, "lang": "fa", "uid": uid})

    assert again.content == first.content
    assert again["Access-Control-Allow-Origin"] == "*"
    assert known.json()["widgets"] == []
    assert known["Cache-Control"] == "private, no-store"


def test_an_unknown_key_is_refused(widget):
    response = Client().get("/sdk/v1/widgets/", {"key": "nobody's"})

    assert response.status_code == 401
    assert response.json() == {"code": "invalid_write_key"}


def test_answers_are_stored_page_by_page_and_the_server_leads_the_way(widget, key):
    once = secrets.token_urlsafe(24)

    second = answer(key, widget, once, 0, {"score": "۳"}, language="fa")
    third = answer(key, widget, once, 1, {"why": "پیک دیر رسید"}, language="fa")
    wrong = answer(key, widget, once, 2, {"phone": "12"}, language="fa")
    done = answer(key, widget, once, 2, {"phone": "۰۹۱۲۱۲۳۴۵۶۷"}, language="fa")

    assert [q["key"] for q in second["page"]["questions"]] == ["why"]
    assert second["page"]["questions"][0]["text"] == "چرا ۳؟"
    assert [q["key"] for q in third["page"]["questions"]] == ["phone"]
    assert set(wrong["errors"]) == {"phone"}
    assert done["end"]["title"] == "متأسفیم"
    with across_workspaces():
        response = Response.objects.get()
        given = dict(Answer.objects.values_list("question", "value"))
    assert (response.channel, response.score, bool(response.completed_at)) == ("web", 3, True)
    assert given == {"score": 3, "why": "پیک دیر رسید", "phone": "+989121234567"}


def test_sending_a_page_twice_is_one_answer(widget, key):
    once = secrets.token_urlsafe(24)

    one, other = (answer(key, widget, once, 0, {"score": "9"}) for _ in range(2))

    assert one == other
    with across_workspaces():
        assert Response.objects.count() == 1


def test_ticks_and_words_of_ones_own(widget, key):
    once = secrets.token_urlsafe(24)

    answer(key, widget, once, 0, {"score": "10"})
    answer(key, widget, once, 1, {"liked.price": "1", "liked.other": "بسته‌بندی"})

    with across_workspaces():
        given = dict(Answer.objects.values_list("question", "value"))
    assert given["liked"] == ["price", "other"]
    assert given["liked.other"] == "بسته‌بندی"


def test_what_a_widget_cannot_draw_is_our_page_in_a_frame(cast, key):
    asked = {
        "format": 2, "languages": ["fa", "en"],
        "pages": [{"key": "p1", "questions": [{"key": "day", "kind": "date", "text": {"fa": "چه روزی؟", "en": "Which day?"}}]}],
    }  # fmt: skip
    survey = published(cast.owner, asked, name="روز")
    with inside(cast.cafe):
        widget = create_widget(cast.cafe, name="روز", survey=survey, by=cast.owner)
        put_live(widget, by=cast.owner)
    once, client = secrets.token_urlsafe(24), Client()
    post("/sdk/v1/shown/", {"key": key, "widget": str(widget.id), "once": once})

    [told] = listed(key, lang="en")
    address = f"{told['address']}&key={key}&once={once}".removeprefix("http://testserver")
    page = client.get(address)
    onward = client.post(address, {"page": "0", "once": once, "day.y": "1405", "day.m": "9", "day.d": "2"})
    done = client.post(
        onward["Location"], {"page": "0", "once": once, "day.y": "1405", "day.m": "9", "day.d": "2"}
    )

    assert told.get("page") is None
    assert "frame-ancestors *" in page["Content-Security-Policy"]
    assert f'value="{once}"' in page.content.decode()
    assert (onward.status_code, done.status_code) == (307, 303)
    with inside(cast.cafe):
        assert funnels([widget.id])[widget.id].finished == 1


def test_what_is_shown_leads_to_what_is_finished(widget, key, cast):
    onces = [secrets.token_urlsafe(24) for _ in range(3)]
    for once in [*onces, onces[0]]:
        post("/sdk/v1/shown/", {"key": key, "widget": str(widget.id), "once": once})

    answer(key, widget, onces[0], 0, {"score": "9"})
    answer(key, widget, onces[1], 0, {"score": "9"})
    answer(key, widget, onces[1], 1, {})
    answer(key, widget, onces[1], 2, {})

    with inside(cast.cafe):
        found = funnels([widget.id])[widget.id]
    assert (found.shown, found.started, found.finished) == (3, 2, 1)


def test_a_signed_visitor_is_the_customer_and_a_forged_one_is_nobody(widget, key, uid, cast):
    once, other = secrets.token_urlsafe(24), secrets.token_urlsafe(24)

    answer(key, widget, once, 0, {"score": "9"}, uid=uid)
    answer(key, widget, other, 0, {"score": "8"}, uid="u-42.0000")

    with across_workspaces():
        customers = dict(Response.objects.values_list("score", "customer_id"))
    assert customers == {9: cast.customer.id, 8: None}


def test_whom_it_is_for_is_decided_here_and_never_told(widget, key, uid, cast):
    with inside(cast.cafe):
        cast.customer.traits = {"plan": "gold"}
        cast.customer.save()
    change(widget, whom={"field": "trait.plan", "operator": "=", "value": "gold"})

    assert listed(key) == []
    [told] = listed(key, uid=uid)
    assert "gold" not in str(told)
    assert "whom" not in told

    change(widget, whom={"field": "trait.plan", "operator": "=", "value": "silver"})
    assert listed(key, uid=uid) == []


def test_a_segment_over_events_decides(widget, key, uid, cast, analytics_store):
    """The customer did nothing yet: whoever did not order is in, whoever did is not."""
    with inside(cast.cafe):
        idle = Segment.objects.create(
            workspace=cast.cafe,
            name="بی‌خرید",
            rule={"did not": "Order Completed"},
            created_at=SOME_DAY,
            changed_at=SOME_DAY,
        )
        busy = Segment.objects.create(
            workspace=cast.cafe,
            name="خریدار",
            rule={"did": "Order Completed"},
            created_at=SOME_DAY,
            changed_at=SOME_DAY,
        )

    change(widget, segment_id=busy.id)
    assert listed(key, uid=uid) == []
    change(widget, segment_id=idle.id)
    assert len(listed(key, uid=uid)) == 1
    assert listed(key) == []


def test_a_segment_that_is_gone_has_nobody(widget, key, uid):
    change(widget, segment_id=widget.id)

    assert listed(key, uid=uid) == []


def test_who_was_asked_is_left_alone_on_every_device(widget, key, uid, cast):
    assert len(listed(key, uid=uid)) == 1

    told = post(
        "/sdk/v1/shown/",
        {"key": key, "uid": uid, "widget": str(widget.id), "once": secrets.token_urlsafe(24)},
    )
    again = post(
        "/sdk/v1/shown/",
        {"key": key, "uid": uid, "widget": str(widget.id), "once": secrets.token_urlsafe(24)},
    )

    assert (told.json(), again.json()) == ({"show": True}, {"show": False})
    assert listed(key, uid=uid) == []
    with across_workspaces():
        assert Showing.objects.get().customer_id == cast.customer.id


def test_a_widget_of_another_workspace_cannot_be_answered(widget, cast):
    from hamdel.listen.events.models import Source

    with inside(cast.clinic):
        foreign = Source.objects.create(workspace=cast.clinic, name="clinic").write_key

    response = post(
        "/sdk/v1/answers/",
        {"key": foreign, "widget": str(widget.id), "once": secrets.token_urlsafe(24), "typed": {}},
    )

    assert response.status_code == 404
    assert listed(foreign) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b"{}", 401), (b'{"key": 5}', 401), (b'{"key": "\\u0000"}', 401)],
)
def test_nonsense_is_refused_in_json(body, status):
    response = Client().post("/sdk/v1/answers/", body, content_type="text/plain")

    assert response.status_code == status
    assert "code" in response.json()
    assert response["Access-Control-Allow-Origin"] == "*"


def test_the_script_is_handed_out_under_its_published_name_only():
    response = Client().get("/sdk/v1.js")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/javascript")
    packed = Client().get("/sdk/v1.js", headers={"Accept-Encoding": "br, gzip"})
    assert gzip.decompress(packed.content) == response.content
    assert len(packed.content) <= 12_000
    assert Client().get("/sdk/v1.js", headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert Client().get("/sdk/kiosk.js").status_code == 404
    assert Client().get("/sdk/..%2Fhamdel.css").status_code == 404
