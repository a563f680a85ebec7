from django.utils import translation

from hamdel.measure.metrics.reference import PAGE, page


def test_reference_is_fresh():
    with translation.override("en"):
        written = page()

    assert PAGE.read_text("utf-8") == written, "Run: python -m hamdel.measure.metrics.reference"
