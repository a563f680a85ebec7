"""A password that will not do is refused in the reader's words and digits."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from hamdel.ground.access.models import User

SARA = User(email="sara.karimi@shop.example", name="Sara Karimi")


def refusal(password, language):
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password(password, SARA)
    return refused.value.messages


@pytest.mark.parametrize(
    ("password", "english", "persian"),
    [
        ("k3v#Qz", "too short: take at least 10 characters", "دست‌کم ۱۰ نویسه"),
        ("password123", "everybody tries first", "همه اول"),
        ("sara.karimi@shop", "like your name or your e-mail", "نام یا ایمیل"),
    ],
)
def test_each_rule_speaks_both_languages(password, english, persian):
    assert any(english in message for message in refusal(password, "en"))
    assert any(persian in message for message in refusal(password, "fa"))


def test_a_good_password_will_do():
    validate_password("نارنجی-کوچه-۱۴-باران", SARA)


def test_the_rules_are_told_beforehand():
    with translation.override("fa"):
        told = " ".join(password_validators_help_texts())

    assert "۱۰" in told
    assert "رمز عبور" not in told
