"""Web push as the standards have it: VAPID (RFC 8292) says who sends, RFC 8291 encrypts for one browser."""

from __future__ import annotations

import base64
import os
import time
from typing import NamedTuple
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVE = ec.SECP256R1()
RECORD_BYTES = 4096
# The padding delimiter and the tag of AES-GCM share the record with the text.
LONGEST_TEXT = RECORD_BYTES - 17 - 86
TOKEN_SECONDS = 12 * 3600


class Receiver(NamedTuple):
    """A browser's subscription: where to post, its public key and its secret, both base64url."""

    endpoint: str
    p256dh: str
    auth: str


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_vapid_keys() -> tuple[str, str]:
    """Return a private and a public key, base64url: the public one is the `applicationServerKey` of browsers."""
    private = ec.generate_private_key(CURVE)
    number = private.private_numbers().private_value.to_bytes(32, "big")
    return base64url(number), base64url(_point(private.public_key()))


def encrypt(text: bytes, receiver: Receiver, *, sender: str = "", salt: bytes = b"") -> bytes:
    """Return the body of a push message (aes128gcm, one record). ValueError when the text or the keys do not fit.

    `sender` (a private key) and `salt` (16 bytes) are given by tests only; otherwise they are new each time.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"A notification may have {LONGEST_TEXT} bytes.")
    own = _private(sender) if sender else ec.generate_private_key(CURVE)
    salt = salt or os.urandom(16)
    their_point, own_point = from_base64url(receiver.p256dh), _point(own.public_key())
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, their_point))
    purpose = b"WebPush: info\x00" + their_point + own_point
    secret = _derive(shared, salt=from_base64url(receiver.auth), info=purpose, length=32)
    key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    header = salt + RECORD_BYTES.to_bytes(4, "big") + len(own_point).to_bytes(1, "big") + own_point
    # 2 marks the last record.
    return header + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def authorization(endpoint: str, *, private: str, public: str, contact: str) -> str:
    """Return the Authorization header for one push service: a token it can check against our public key."""
    address = urlsplit(endpoint)
    claims = {
        "aud": f"{address.scheme}://{address.netloc}",
        "exp": int(time.time()) + TOKEN_SECONDS,
        "sub": contact,
    }
    said = ".".join(base64url(orjson.dumps(part)) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(_private(private).sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={said}.{signature}, k={public}"


def _private(key: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(key), "big"), CURVE)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
