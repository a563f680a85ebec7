"""Pages of one's own account: in our shell and both languages, whatever allauth would show by itself."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.core import mail
from django.urls import get_resolver

from hamdel.ground.access.account_urls import urlpatterns

ANYBODY = [
    "login/", "signup/", "inactive/", "password/reset/", "password/reset/done/", "password/reset/key/1-wrong/",
    "password/reset/key/done/",
]  # fmt: skip
LOGGED_IN = ["logout/", "reauthenticate/", "password/change/", "2fa/", "2fa/totp/activate/"]
TWO_STEPS = ["2fa/", "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/"]
# Shown within another way than a plain visit, or not a page.
ELSEWHERE = ["password/set/", "2fa/authenticate/", "2fa/reauthenticate/", "2fa/recovery-codes/download/"]
PASSWORD = "نارنجی-کوچه-۱۴-باران"
KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"


def every_address(patterns=urlpatterns, before=""):
    for one in patterns:
        address = before + str(one.pattern)
        yield from every_address(one.url_patterns, address) if hasattr(one, "url_patterns") else [address]


def logged_in(client, user):
    """Log in with a password just typed, as pages that ask for it again want it."""
    user.set_password(PASSWORD)
    user.save()
    assert client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def assert_is_ours(response, language):
    page = response.content.decode()
    assert response.status_code == 200, response.status_code
    assert response.templates[0].origin.name.startswith(str(settings.ROOT)), response.templates[0].name
    assert "layouts/plain.html" in {one.name for one in response.templates}
    assert f'<html lang="{language}"' in page
    assert not re.search(r"<script(?![^>]*(nonce|src)=)", page)


def test_every_address_of_the_account_is_looked_at_here():
    looked_at = {*ANYBODY, *LOGGED_IN, *TWO_STEPS, *ELSEWHERE, KEY} - {"password/reset/key/1-wrong/"}

    assert set(every_address()) == looked_at


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_stranger_sees_our_shell(cast, client, language):
    client.cookies["language"] = language

    for address in ANYBODY:
        assert_is_ours(client.get(f"/accounts/{address}"), language)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_member_sees_our_shell(cast, client, language):
    client.cookies["language"] = language
    logged_in(client, cast.owner.user)

    for address in LOGGED_IN:
        assert_is_ours(client.get(f"/accounts/{address}"), language)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_two_step_login_is_looked_after_in_our_shell(cast, client, language):
    client.cookies["language"] = language
    user = cast.owner.user
    logged_in(client, user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    codes = RecoveryCodes.activate(user).get_unused_codes()

    assert_is_ours(client.get("/accounts/2fa/reauthenticate/"), language)
    assert client.post("/accounts/2fa/reauthenticate/", {"code": codes[0]}).status_code == 302

    for address in TWO_STEPS:
        assert_is_ours(client.get(f"/accounts/{address}"), language)


@pytest.mark.parametrize("address", ["email/", "confirm-email/", "confirm-email/abc/", "login/code/confirm/"])
def test_what_the_product_does_not_need_is_closed(cast, client, address):
    logged_in(client, cast.owner.user)

    assert client.get(f"/accounts/{address}").status_code == 404
    assert client.post(f"/accounts/{address}", {"email": "x@example.ir", "action_add": ""}).status_code == 404
    assert not EmailAddress.objects.filter(email="x@example.ir").exists()


@pytest.mark.parametrize(("language", "words"), [("fa", "پشت سر هم زیاد شد"), ("en", "That was too often")])
def test_too_many_tries_are_told_in_our_words(cast, client, language, words):
    client.cookies["language"] = language

    answers = [client.post("/accounts/password/reset/", {"email": "sara@example.ir"}) for _ in range(6)]

    assert answers[-1].status_code == 429
    assert words in answers[-1].content.decode()
    assert "layouts/plain.html" in {one.name for one in answers[-1].templates}


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("fa", "گذرواژهٔ تازه‌ای برای همدل بگذارید", "سلام،"),
        ("en", "Choose a new password for Hamdel", "Hello,"),
    ],
)
def test_a_forgotten_password_is_mailed_in_our_words(cast, client, language, subject, words):
    client.cookies["language"] = language

    client.post("/accounts/password/reset/", {"email": cast.owner.user.email})

    letter = mail.outbox[-1]
    assert (letter.subject, letter.to) == (subject, [cast.owner.user.email])
    assert letter.body.strip().startswith(words)
    link = re.search(r"http://\S+", letter.body)[0]
    assert client.get(link, follow=True).status_code == 200
    assert "example.com" not in letter.body
    assert "testserver!" not in letter.body


def test_an_address_nobody_has_is_not_told_to_sign_up(cast, client):
    client.cookies["language"] = "en"

    client.post("/accounts/password/reset/", {"email": "nobody@example.ir"})

    assert "nobody logs in with this address" in mail.outbox[-1].body
    assert "signup" not in mail.outbox[-1].body


def test_a_server_without_mail_says_whom_to_ask(cast, client, settings):
    client.cookies["language"] = "en"

    settings.SENDS_MAIL = False
    without = client.get("/accounts/password/reset/").content.decode()
    settings.SENDS_MAIL = True
    with_mail = client.get("/accounts/password/reset/").content.decode()

    assert "sends no e-mail" in without
    assert "Send the link" not in without
    assert "sends no e-mail" not in with_mail
    assert "Send the link" in with_mail


def test_no_address_of_allauth_is_open_beside_ours():
    mounted = [one for one in get_resolver().url_patterns if str(one.pattern) == "accounts/"]

    assert [one.urlconf_name.__name__ for one in mounted] == ["hamdel.ground.access.account_urls"]
