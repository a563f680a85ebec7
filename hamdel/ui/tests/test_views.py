from __future__ import annotations

import pytest
from django.urls import reverse

from hamdel.ui import icons


def test_the_language_is_remembered_and_the_reader_goes_back(client):
    answer = client.post(reverse("ui:language"), {"language": "en", "next": "/know/customers/?q=a"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/know/customers/?q=a")
    assert answer.cookies["language"].value == "en"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_a_switch_never_leads_to_another_site(client, target):
    answer = client.post(reverse("ui:theme"), {"theme": "dark", "next": target})

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(("url", "field"), [("ui:language", "language"), ("ui:theme", "theme")])
def test_what_is_not_offered_is_not_remembered(client, url, field):
    answer = client.post(reverse(url), {field: "x; path=/", "next": "/"})

    assert not answer.cookies


@pytest.mark.parametrize("url", ["ui:language", "ui:theme"])
def test_a_link_cannot_change_the_reader_s_choice(client, url):
    assert client.get(reverse(url)).status_code == 405


@pytest.mark.parametrize(("language", "direction"), [("fa", "rtl"), ("en", "ltr")])
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_server_writes_language_and_theme_into_the_page(client, language, direction, theme):
    client.cookies["language"], client.cookies["theme"] = language, theme

    page = client.get(reverse("ui:gallery")).content.decode()

    opening = page[page.index("<html") : page.index(">", page.index("<html"))]
    assert f'lang="{language}" dir="{direction}"' in opening
    assert ("data-theme" in opening) is (theme != "auto")


def test_persian_is_what_a_stranger_sees_whatever_their_browser_prefers(client):
    page = client.get(reverse("ui:gallery"), headers={"accept-language": "en-US,en"}).content.decode()

    assert '<html lang="fa" dir="rtl"' in page


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_gallery_shows_every_component_without_asking_any_database(client, language):
    client.cookies["language"] = language

    page = client.get(reverse("ui:gallery")).content.decode()

    components = (
        "panel",
        "score",
        "range",
        "verdict",
        "stat",
        "chip",
        "customer",
        "moment",
        "dialog",
        "menu",
        "tabs",
    )
    more = (
        "toast",
        "crumbs",
        "progress",
        "skeleton",
        "avatar",
        "filters",
        "days",
        "table",
        "pagination",
        "empty",
        "chart",
    )
    assert [name for name in (*components, *more[:6], *more[7:]) if f'class="{name}' not in page] == []
    assert "<jalali-date" in page


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_respondent_s_page_has_every_question_and_stays_small(client, language):
    client.cookies["language"] = language

    page = client.get(reverse("ui:gallery_respond")).content

    assert len(page) <= 14_000
    assert page.count(b'type="radio"') == 11 + 5 + 5 + 7


def test_no_script_stands_in_the_page_and_every_script_carries_the_nonce(client):
    answer = client.get(reverse("ui:gallery"))

    page = answer.content.decode()
    nonce = answer.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    scripts = page.split("<script")[1:]
    assert scripts
    assert all(f'nonce="{nonce}"' in script and "src=" in script for script in scripts)
    assert "hx-on" not in page
    assert "onclick" not in page


def test_a_page_that_is_not_there_says_what_to_do_next(client):
    answer = client.get("/no/such/page")

    assert answer.status_code == 404
    assert "رفتن به نمای کلی" in answer.content.decode()


@pytest.mark.parametrize("name", sorted(icons.SHAPES))
def test_every_icon_is_drawn(name):
    assert (
        icons.icon(name).count("<path") + icons.icon(name).count("<circle") + icons.icon(name).count("<rect")
        > 0
    )
