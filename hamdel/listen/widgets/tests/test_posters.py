"""The poster on paper: a phone reads its code, its Persian is whole, it loads nothing."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.models import Response
from hamdel.listen.widgets.actions import add_place
from hamdel.listen.widgets.posters import Size

pytestmark = pytest.mark.django_db
MILLIMETRES = {"a4": (210, 297), "a5": (148, 210), "tent": (210, 297), "sticker": (90, 90)}


@pytest.fixture
def place(cast, survey):
    with inside(cast.cafe):
        return add_place(
            cast.cafe, name="میز ۱۲", survey=survey, by=cast.owner,
            title={"fa": "می‌خواهیم بدانیم", "en": "Tell us"}, accent="#ffd54a",
        )  # fmt: skip


@pytest.mark.parametrize("size", list(Size))
@pytest.mark.parametrize("languages", ["fa", "en", "fa,en"])
def test_a_phone_reads_the_code_of_every_size(logged_in, cast, place, size, languages):
    response = logged_in(cast.owner).get(
        reverse("widgets:poster_file", args=[place.id]), {"size": size.value, "languages": languages}
    )

    with pypdfium2.PdfDocument(response.content) as pdf:
        page = pdf[0]
        read = {code.text for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())}
        measured = tuple(round(points * 25.4 / 72) for points in page.get_size())
        pages = len(pdf)
    assert read == {f"http://testserver/q/{place.code}/"}
    assert measured == MILLIMETRES[size.value]
    assert pages == 1


def test_the_words_are_on_it_and_the_letters_are_our_own(logged_in, cast, place):
    response = logged_in(cast.owner).get(
        reverse("widgets:poster_file", args=[place.id]), {"size": "a4", "languages": "fa,en"}
    )

    with pypdfium2.PdfDocument(response.content) as pdf:
        text = pdf[0].get_textpage().get_text_range()
        fonts = {
            o.get_font().get_base_name() for o in pdf[0].get_objects(filter=[1]) if hasattr(o, "get_font")
        }
    assert "Tell us" in text
    assert "بدانیم" in text
    assert fonts
    assert all("Print" in font for font in fonts)


def test_a_scan_leads_to_the_survey_and_its_place_is_kept(place, survey):
    client = Client()

    scan = client.get(f"/q/{place.code.upper()}/")
    client.post(scan["Location"], {"page": "0", "score": "9"})

    assert scan.status_code == 302
    with across_workspaces():
        response = Response.objects.get()
    assert (response.survey_id, response.channel, response.place) == (survey.id, "qr", "میز ۱۲")


def test_a_code_nobody_printed_leads_nowhere(db):
    assert Client().get("/q/zzzzzzzz/").status_code == 404


def test_guessing_codes_is_stopped(place):
    client = Client()
    for n in range(25):
        client.get(f"/q/nothing{n}/")

    assert client.get(f"/q/{place.code}/").status_code == 404
