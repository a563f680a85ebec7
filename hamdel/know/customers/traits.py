"""What a company told us about a customer, in the reader's words where the trait is a common one."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from hamdel.know.customers.models import Customer
from hamdel.ui.formats import in_digits, number

# Traits with a place of their own on the page.
SHOWN_ELSEWHERE = {"name", "firstName", "lastName", "email", "phone", "phones"}
NAMES: dict[str, str | Promise] = {
    "address": gettext_lazy("Address"),
    "age": gettext_lazy("Age"),
    "avatar": gettext_lazy("Picture"),
    "birth_year": gettext_lazy("Year of birth"),
    "birthday": gettext_lazy("Birthday"),
    "city": gettext_lazy("City"),
    "company": gettext_lazy("Company"),
    "country": gettext_lazy("Country"),
    "gender": gettext_lazy("Gender"),
    "job": gettext_lazy("Job"),
    "language": gettext_lazy("Language"),
    "province": gettext_lazy("Province"),
    "region": gettext_lazy("Region"),
    "state": gettext_lazy("Region"),
    "title": gettext_lazy("Title"),
    "website": gettext_lazy("Website"),
}


def traits_of(customer: Customer) -> list[tuple[str, str]]:
    """Return label and value of each trait; one without a common name is called what the company calls it."""
    return [
        (str(trait_label(key)), value_words(key, value))
        for key, value in customer.traits.items()
        if key not in SHOWN_ELSEWHERE and value not in (None, "")
    ]


def trait_label(key: str) -> str | Promise:
    """Return what people call a trait: a common one in the reader's words, any other as the company does."""
    return NAMES.get(key, key)


def value_words(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return in_digits(str(value)) if "year" in key else number(value)
    if isinstance(value, list):
        return _(", ").join(value_words(key, each) for each in value)
    if isinstance(value, dict):
        return _(", ").join(value_words(key, each) for each in value.values())
    return language_words(value) if key == "language" else in_digits(value) if value.isdigit() else value


def language_words(code: str) -> str:
    """Return the name of a language, or the code when it is none we know."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
