"""What is sealed can be opened with its key only, and shows nowhere."""

from __future__ import annotations

import logging
import pickle

import pytest

from hamdel import environment
from hamdel.ground.secrets import CannotUnseal, hide, seal, unseal
from hamdel.ground.secrets.hiding import HideSecrets
from hamdel.ground.secrets.sealed import Sealed, Secrets
from hamdel.ground.secrets.sealing import is_sealed_with_newest, key_file, key_lines, new_key, write_keys


@pytest.fixture(autouse=True)
def own_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HAMDEL_HOME", str(tmp_path))


def test_what_is_sealed_opens_again_and_never_looks_the_same():
    assert unseal(seal("کلید")) == "کلید"
    assert seal("key") != seal("key")
    assert "key" not in seal("key")


@pytest.mark.parametrize(
    "harm",
    [
        lambda s: s[:-2] + ("AA" if s[-2:] != "AA" else "BB"),
        lambda s: "s2" + s[2:],
        lambda s: s[:20],
        lambda _: "",
        lambda _: "s1.nokey.AAAA",
    ],
)
def test_what_was_changed_does_not_open(harm):
    with pytest.raises(CannotUnseal):
        unseal(harm(seal("a secret of some length")))


def test_a_secret_opens_only_under_its_name():
    with pytest.raises(CannotUnseal):
        unseal(seal("key", about="one"), about="other")


def test_the_key_file_is_its_owners_alone():
    seal("x")

    assert key_file().stat().st_mode & 0o777 == 0o600


def test_old_keys_still_open_after_a_new_one_is_put_in_front():
    old = seal("x")

    write_keys([new_key(), *key_lines()])

    assert unseal(old) == "x"
    assert not is_sealed_with_newest(old)
    assert is_sealed_with_newest(seal("x"))
    write_keys(key_lines()[:1])
    with pytest.raises(CannotUnseal):
        unseal(old)


def test_keys_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("HAMDEL_SEALING_KEYS", new_key())

    assert unseal(seal("x")) == "x"
    assert not (environment.home() / "secrets" / "sealing_keys").exists()


def test_a_sealed_column_holds_no_readable_text():
    stored = Sealed().get_prep_value({"api_key": "very-secret"})

    assert "very-secret" not in stored
    assert Sealed().from_db_value(stored, None, None)["api_key"] == "very-secret"
    assert Sealed().get_prep_value({}) == ""


def test_secrets_do_not_print_and_do_not_pickle_in_the_open():
    secrets = Secrets(plain={"api_key": "very-secret"})

    assert "very-secret" not in f"{secrets!r} {secrets}"
    assert b"very-secret" not in pickle.dumps(secrets)
    assert pickle.loads(pickle.dumps(secrets))["api_key"] == "very-secret"


@pytest.mark.parametrize("line", [
    "POST https://api.kavenegar.com/v1/6B6A7132637473656372/sms/send.json",
    "POST https://api.telegram.org/bot123456:AAsecret_token-abc/sendMessage",
    "GET http://gateway.example/send?to=1&password=6B6A7132637473656372",
    "headers {'X-API-KEY': '6B6A7132637473656372'}",
    "smtp://me:6B6A7132637473656372@mail.example:587",
])  # fmt: skip
def test_what_has_the_shape_of_a_secret_is_hidden(line):
    assert "6B6A7132637473656372" not in hide(line)
    assert "AAsecret_token-abc" not in hide(line)
    assert hide(line, ["sms/send.json"]).count("•••") >= 1


def test_the_log_hides_secrets_in_arguments_and_tracebacks(caplog):
    caplog.handler.addFilter(HideSecrets())
    address = "https://api.telegram.org/bot123456:AAsecret_token-abc/getMe"

    try:
        raise ValueError(address)  # noqa: TRY301
    except ValueError:
        logging.getLogger("x").exception("asked %s", address)

    assert "AAsecret" not in caplog.text
    assert "•••" in caplog.text
