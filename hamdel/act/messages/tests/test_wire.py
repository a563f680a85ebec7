"""The wire: what may be spoken to, how long is waited, and whether a failed call may have arrived."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote

import httpx2
import pytest

from hamdel.act.messages import wire
from hamdel.act.messages.tests.fakes import BREAK, DRIP, HANG, gateway
from hamdel.act.messages.wire import WireTrouble, call, may_be_spoken_to


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "255.255.255.255",
])  # fmt: skip
def test_private_addresses_are_not_spoken_to(monkeypatch, address):
    monkeypatch.setenv("HAMDEL_PRIVATE_TARGETS", "")

    assert not may_be_spoken_to(address)


def test_public_ones_are_and_private_ones_that_are_allowed(monkeypatch):
    monkeypatch.setenv("HAMDEL_PRIVATE_TARGETS", "10.0.0.0/8, pbx.local")

    assert may_be_spoken_to("185.143.232.1")
    assert may_be_spoken_to("2a01:4f8::1")
    assert may_be_spoken_to("10.9.9.9")
    assert may_be_spoken_to("192.168.7.7", "pbx.local")
    assert not may_be_spoken_to("192.168.7.7", "other.local")


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:1/", "http://localhost:1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/",
    "http://127.1/", "http://[::ffff:127.0.0.1]/",
])  # fmt: skip
def test_no_way_of_writing_this_machine_gets_through(monkeypatch, url):
    monkeypatch.setenv("HAMDEL_PRIVATE_TARGETS", "")

    with pytest.raises(WireTrouble) as trouble:
        call("GET", url)

    assert trouble.value.problem in {"private_address", "unreachable"}
    assert not trouble.value.may_have_arrived


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "file:///etc/passwd", "nonsense", "http://", "gopher://x"]
)
def test_only_web_addresses_are_called(url):
    with pytest.raises(WireTrouble, match="bad_address"):
        call("GET", url)


def test_a_name_is_resolved_once_so_that_it_cannot_change_its_answer(monkeypatch):
    asked = []
    real = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        if host == "rebinding.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with gateway(lambda asked: (200, {"host": asked.headers["host"]})) as fake:
        answer = call("GET", fake.url.replace("127.0.0.1", "rebinding.example"))

    assert answer.body["host"].startswith("rebinding.example:")
    assert len(asked) == 1


def test_redirects_are_not_followed():
    with gateway(lambda _asked: (302, {}, {"Location": "http://169.254.169.254/latest/meta-data"})) as fake:
        assert call("GET", fake.url).status == 302


def test_a_line_that_breaks_or_hangs_after_we_spoke_may_have_arrived(monkeypatch):
    monkeypatch.setattr(wire._client(), "timeout", httpx2.Timeout(0.3))
    for said in (BREAK, HANG):
        with gateway(lambda _asked, said=said: said) as fake, pytest.raises(WireTrouble) as trouble:
            call("POST", fake.url, json={})
        assert trouble.value.may_have_arrived


def test_a_gateway_that_says_a_letter_at_a_time_is_given_up(monkeypatch):
    monkeypatch.setattr(wire, "ANSWERS_WITHIN_SECONDS", 0.3)
    with gateway(lambda _asked: DRIP) as fake, pytest.raises(WireTrouble) as trouble:
        call("POST", fake.url, json={})

    assert (trouble.value.problem, trouble.value.may_have_arrived) == ("no_answer", True)


def test_a_gateway_may_name_the_moment_until_which_it_rests():
    soon = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    for said, least, most in ((soon, 200, 300), ("120", 120, 120), ("1.5", 1.5, 1.5), ("Fri, 01 Jan 2021 00:00:00 GMT", 0, 0),
                              ("99999999", 3_600, 3_600), ("soon", 0, 0), ("-5", 0, 0), ("", 0, 0)):  # fmt: skip
        answer = wire.Answer(429, "", {"retry-after": said}, "", 0)

        assert least <= answer.retry_after <= most


def test_a_door_that_is_shut_was_never_spoken_to():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(WireTrouble) as trouble:
        call("POST", f"http://127.0.0.1:{port}/")

    assert (trouble.value.problem, trouble.value.may_have_arrived) == ("unreachable", False)


def test_an_answer_without_end_is_cut_off():
    with gateway(lambda _asked: (200, b"x" * 5_000_000)) as fake:
        assert len(call("GET", fake.url).text) == wire.LONGEST_ANSWER


@pytest.mark.parametrize("secret", ["p/w+d= é", 'qu"ote\\d', "12345"])
def test_a_secret_is_hidden_however_it_is_spelled(secret):
    with gateway(lambda _asked: (200, {})) as fake:
        answer = call("POST", fake.url, data={"password": secret, "to": "0912"}, secrets=[secret])

    assert secret not in answer.request
    assert json.dumps(secret)[1:-1] not in answer.request
    assert "0912" in answer.request


def test_a_secret_in_an_address_is_hidden_in_its_quoted_form():
    secret = "p/w+d= é"
    with gateway(lambda _asked: (200, {})) as fake:
        answer = call("GET", f"{fake.url}/?pass={quote(secret, safe='')}&to=0912", secrets=[secret])

    assert quote(secret, safe="") not in answer.request
    assert "to=0912" in answer.request
