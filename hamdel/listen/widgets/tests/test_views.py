"""The staff's pages: who may see and change what."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.widgets.actions import add_place
from hamdel.listen.widgets.models import Device, Place, Widget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("analytics_store")]


@pytest.fixture
def place(cast, survey):
    with inside(cast.cafe):
        return add_place(cast.cafe, name="میز ۱۲", survey=survey, by=cast.owner, title={"fa": "خوش گذشت؟"})


def addresses(widget, device, place):
    found, _secret = device
    return {
        "list": reverse("widgets:list"),
        "widget": reverse("widgets:widget", args=[widget.id]),
        "preview": reverse("widgets:preview", args=[widget.id]),
        "devices": reverse("widgets:devices"),
        "places": reverse("widgets:places"),
        "place": reverse("widgets:place", args=[place.id]),
        "poster": reverse("widgets:poster", args=[place.id]),
        "pdf": reverse("widgets:poster_file", args=[place.id]),
        "renew": reverse("widgets:device_address", args=[found.id]),
        "revoke": reverse("widgets:device_revocation", args=[found.id]),
        "publish": reverse("widgets:publication", args=[widget.id]),
        "remove": reverse("widgets:removal", args=[widget.id]),
        "remove_place": reverse("widgets:place_removal", args=[place.id]),
    }


def test_an_outsider_finds_nothing_of_ours(logged_in, cast, widget, device, place):
    client, all_of_them = logged_in(cast.outsider), addresses(widget, device, place)

    lists = [client.get(all_of_them[name]).content.decode() for name in ("list", "devices", "places")]
    single = [
        client.get(all_of_them[name]).status_code for name in ("widget", "preview", "place", "poster", "pdf")
    ]
    posted = [
        client.post(all_of_them[name]).status_code
        for name in ("renew", "revoke", "publish", "remove", "remove_place")
    ]

    assert not any(word in page for page in lists for word in ("پس از خرید", "کنار صندوق", "میز ۱۲"))
    assert single == [404] * 5
    assert posted == [404] * 5


def test_a_viewer_looks_but_changes_nothing(logged_in, cast, widget, device, place):
    client, all_of_them = logged_in(cast.viewer), addresses(widget, device, place)

    seen = [
        client.get(all_of_them[name]).status_code
        for name in ("list", "widget", "preview", "devices", "places", "place", "pdf")
    ]
    tried = [
        client.post(all_of_them[name]).status_code
        for name in ("renew", "revoke", "publish", "remove", "remove_place")
    ]
    client.post(all_of_them["widget"], {"name": "ربوده"})

    assert seen == [200] * 7
    assert tried == [403] * 5
    with across_workspaces():
        assert Widget.objects.get().name == "پس از خرید"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_widget_is_made_edited_and_put_live(logged_in, cast, survey, key, language):
    client = logged_in(cast.analyst)
    client.cookies["language"] = language

    made = client.post(reverse("widgets:new"), {"name": "خروج", "survey": survey.id, "form": "slide_in"})
    fields = {
        "name": "خروج", "survey": survey.id, "form": "slide_in", "when": "exit", "seconds": 10, "percent": 50, "share": 25,
        "often": "days", "days": 14, "accent": "#7A1E3C", "theme": "dark", "side": "start", "devices": ["computer"],
        "pages": "/cart*\n!/cart/payment", "rule.kind": "all", "rule.0.kind": "is", "rule.0.field": "language",
        "rule.0.operator": "=", "rule.0.value": "fa",
    }  # fmt: skip
    saved = client.post(made["Location"], fields)
    client.post(reverse("widgets:publication", args=[made["Location"].split("/")[-2]]))
    page = client.get(made["Location"]).content.decode()

    assert (made.status_code, saved.status_code) == (302, 302)
    with across_workspaces():
        widget = Widget.objects.get()
    assert (widget.state, widget.when, widget.accent, widget.days) == ("live", "exit", "#7a1e3c", 14)
    assert widget.whom == {"all": [{"field": "language", "operator": "=", "value": "fa"}]}
    assert widget.where["all"][-1] == {"field": "device", "operator": "in", "value": ["computer"]}
    assert f"/sdk/v1.js&quot; data-write-key=&quot;{key}&quot;" in page
    assert "/cart*\n!/cart/payment" in page


def test_what_a_widget_lacks_is_said_beside_the_field(logged_in, cast, widget):
    client = logged_in(cast.owner)
    fields = {
        "name": "x", "survey": widget.survey_id, "form": "embedded", "when": "event", "seconds": 1, "percent": 1, "share": 1,
        "often": "days", "days": 1, "accent": "red", "theme": "dark", "side": "start", "devices": ["phone"],
    }  # fmt: skip

    response = client.post(reverse("widgets:widget", args=[widget.id]), fields)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"accent", "selector", "event"}


def test_a_kiosk_is_added_shown_once_and_revoked(logged_in, cast, survey):
    client = logged_in(cast.owner)
    said = {
        "name": "ورودی",
        "survey": survey.id,
        "pin": "۴۷۱۱",
        "place": "ونک",
        "idle_seconds": 30,
        "thanks_seconds": 5,
    }

    shown = client.post(reverse("widgets:new_device"), said)
    with across_workspaces():
        device = Device.objects.get()
    client.post(reverse("widgets:device_revocation", args=[device.id]))

    address = shown.context["address"]
    assert shown.status_code == 200
    assert device.secret_digest not in address
    assert address not in client.get(reverse("widgets:devices")).content.decode()
    assert client.get(address).status_code == 404


def test_a_pin_of_letters_is_refused(logged_in, cast, survey):
    said = {"name": "ورودی", "survey": survey.id, "pin": "abcd", "idle_seconds": 30, "thanks_seconds": 5}

    response = logged_in(cast.owner).post(reverse("widgets:new_device"), said)

    assert response.status_code == 422
    assert "pin" in response.context["form"].errors


def test_a_place_is_named_once_a_survey(logged_in, cast, survey):
    client = logged_in(cast.owner)
    said = {"name": "میز ۳", "survey": survey.id, "accent": "#00666e", "title_fa": "خوش گذشت؟"}

    one, other = (client.post(reverse("widgets:new_place"), said) for _ in range(2))

    assert one["Location"] == other["Location"]
    with across_workspaces():
        assert Place.objects.get().title == {"fa": "خوش گذشت؟"}


def test_a_logo_that_is_no_picture_is_refused(logged_in, cast, survey):
    from django.core.files.uploadedfile import SimpleUploadedFile

    logo = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", content_type="image/png")

    response = logged_in(cast.owner).post(
        reverse("widgets:new_place"),
        {"name": "میز ۳", "survey": survey.id, "accent": "#00666e", "logo": logo},
    )

    assert response.status_code == 422
    assert "logo" in response.context["form"].errors
