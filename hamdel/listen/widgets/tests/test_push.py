"""What we encrypt is read by an independent implementation, and by the standard's own example."""

from __future__ import annotations

import http_ece
import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hamdel.listen.widgets.push import (
    CURVE,
    Receiver,
    authorization,
    base64url,
    encrypt,
    from_base64url,
    new_vapid_keys,
)

# RFC 8291, appendix A.
EXAMPLE = {
    "text": b"When I grow up, I want to be a watermelon",
    "sender": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    "salt": "DGv6ra1nlYgDCS1FRnbzlw",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    "body": (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl"
        "95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    ),
}


def browser():
    """A subscription as a browser would make it, and the key to read with."""
    private = ec.generate_private_key(CURVE)
    from hamdel.listen.widgets.push import _point

    auth = base64url(b"0123456789abcdef")
    return private, Receiver("https://push.example/send/1", base64url(_point(private.public_key())), auth)


def test_the_example_of_the_standard_comes_out_byte_for_byte():
    receiver = Receiver("https://push.example/", EXAMPLE["p256dh"], EXAMPLE["auth"])

    body = encrypt(EXAMPLE["text"], receiver, sender=EXAMPLE["sender"], salt=from_base64url(EXAMPLE["salt"]))

    assert base64url(body) == EXAMPLE["body"]


@pytest.mark.parametrize("text", [b"", "نظرتان دربارهٔ سفارش دیروز؟".encode(), b"x" * 3993])
def test_the_browser_reads_what_was_encrypted_for_it(text):
    private, receiver = browser()

    body = encrypt(text, receiver)

    assert http_ece.decrypt(body, private_key=private, auth_secret=from_base64url(receiver.auth)) == text


def test_another_browser_cannot_read_it():
    _private, receiver = browser()
    other, _receiver = browser()

    body = encrypt(b"secret", receiver)

    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(body, private_key=other, auth_secret=from_base64url(receiver.auth))


def test_a_text_that_does_not_fit_is_refused():
    _private, receiver = browser()

    with pytest.raises(ValueError, match="3993 bytes"):
        encrypt(b"x" * 3994, receiver)


def test_the_push_service_can_check_who_sends():
    private, public = new_vapid_keys()

    header = authorization(
        "https://push.example:8443/send/1", private=private, public=public, contact="https://cx.example"
    )

    token, key = header.removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    raw = from_base64url(signature)
    both = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_base64url(key))
    point.verify(both, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert key == public
    assert orjson.loads(from_base64url(claims))["aud"] == "https://push.example:8443"
