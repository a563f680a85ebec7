"""Django's rules for passwords in our words and the reader's digits: its own speak of «رمز عبور» and 10."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hamdel.ground.calendar.digits import format_number


class LongEnough(password_validation.MinimumLengthValidator):
    """At least so many characters."""

    def get_error_message(self) -> str:
        return _("This password is too short: take at least %(least)s characters.") % self._least

    def get_help_text(self) -> str:
        return _("At least %(least)s characters.") % self._least

    @property
    def _least(self) -> dict[str, str]:
        return {"least": format_number(self.min_length, get_language() or "fa")}


class Uncommon(password_validation.CommonPasswordValidator):
    """None of the twenty thousand that are tried first."""

    def get_error_message(self) -> str:
        return _("This is one of the passwords that everybody tries first. Take another.")

    def get_help_text(self) -> str:
        return _("No word or row of digits that many people use.")


class Unlike(password_validation.UserAttributeSimilarityValidator):
    """Nothing like the name or the e-mail."""

    def get_error_message(self) -> str:
        return _("This password is too much like your name or your e-mail. Take another.")

    def get_help_text(self) -> str:
        return _("Nothing like your name or your e-mail.")
