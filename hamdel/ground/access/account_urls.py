"""Log in and out, and look after one's password and second step: the pages of allauth that this product has.

The others stay closed. An admin gives a member their address, so nobody adds or confirms one, and nobody logs in by
a code; what a newer allauth brings is closed as well, until it has a page in our shell and in both languages.
"""

from __future__ import annotations

from allauth.account.urls import urlpatterns as all_of_them
from django.urls import include, path

OURS = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}

urlpatterns = [
    *[address for address in all_of_them if address.name in OURS],
    path("2fa/", include("allauth.mfa.urls")),
]
