"""The one HTTP client of all connectors: time limits, no private addresses, and whether a failed call may have arrived.

A name is resolved once, checked, and the connection goes to that very address: a name that answers differently the
second time leads nowhere.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, urlsplit

from hamdel import environment
from hamdel.ground.secrets import hide
from hamdel.ground.secrets.hiding import HIDDEN

if TYPE_CHECKING:
    import httpx2

TIME_LIMITS = {"connect": 5.0, "read": 15.0, "write": 10.0, "pool": 5.0}
LONGEST_ANSWER = 200_000
LONGEST_REST = 3_600
# For a whole answer: a gateway that sends one letter at a time would hold up the sender for hours.
ANSWERS_WITHIN_SECONDS = 60
KEPT = 4_000


class WireTrouble(Exception):
    """The gateway could not be asked. `may_have_arrived`: we had spoken when the line broke."""

    def __init__(self, problem: str, *, may_have_arrived: bool, said: str = "") -> None:
        super().__init__(problem)
        self.problem, self.may_have_arrived, self.said = problem, may_have_arrived, said


@dataclass(frozen=True)
class Answer:
    """What a gateway answered. `request` and `text` are safe to keep: the secrets are hidden."""

    status: int
    text: str
    headers: Mapping[str, str]
    request: str
    milliseconds: int

    @property
    def body(self) -> Any:
        """Return the JSON of the answer, None when it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    def request_for(self, *parts: str) -> str:
        """Return of a call for many messages what concerns one of them."""
        return "\n".join([self.request.partition("\n")[0], *parts])

    @property
    def retry_after(self) -> float:
        """Return for how many seconds the gateway asks to be left alone; 0 when it says nothing readable."""
        said = self.headers.get("retry-after", "").strip()
        if said.isascii() and said.replace(".", "", 1).isdigit():
            return min(float(said), LONGEST_REST)
        try:  # a moment, as HTTP writes it
            seconds = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return 0
        return min(max(seconds, 0), LONGEST_REST)


@lru_cache(maxsize=1)
def _client() -> httpx2.Client:
    import httpx2

    limits = httpx2.Limits(max_connections=40, max_keepalive_connections=10, keepalive_expiry=20)
    return httpx2.Client(
        timeout=httpx2.Timeout(**TIME_LIMITS), follow_redirects=False, trust_env=False, limits=limits
    )


def call(
    method: str,
    url: str,
    *,
    secrets: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
    **body: Any,
) -> Answer:
    """Ask a gateway once. `body` goes to httpx: json, data, content or params. Raises WireTrouble."""
    import httpx2  # only by who speaks to a gateway: most processes never do

    secrets = spellings(secrets)
    target, host = _target(url)
    sent = {**(headers or {}), "Host": host, "User-Agent": "Hamdel"}
    noted = hide(f"{method} {url}\n{_words(body, secrets)}", secrets)[:KEPT]
    started = time.monotonic()
    try:
        request = _client().build_request(
            method, target, headers=sent, extensions={"sni_hostname": urlsplit(url).hostname or ""}, **body
        )
        response = _client().send(request, stream=True)
        try:
            text = _read(response, until=started + ANSWERS_WITHIN_SECONDS)
        finally:
            response.close()
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as trouble:
        raise WireTrouble("unreachable", may_have_arrived=False, said=hide(str(trouble), secrets)) from None
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, ValueError) as trouble:
        raise WireTrouble("bad_address", may_have_arrived=False, said=hide(str(trouble), secrets)) from None
    except httpx2.TimeoutException as trouble:
        raise WireTrouble("no_answer", may_have_arrived=True, said=hide(repr(trouble), secrets)) from None
    except httpx2.HTTPError as trouble:
        raise WireTrouble("line_broke", may_have_arrived=True, said=hide(repr(trouble), secrets)) from None
    took = int((time.monotonic() - started) * 1_000)
    answer_headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, hide(text, secrets), answer_headers, noted, took)


def _read(response: httpx2.Response, *, until: float) -> str:
    import httpx2

    parts, size = [], 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > LONGEST_ANSWER:
            break
        if time.monotonic() > until:
            message = "the answer took too long"
            raise httpx2.ReadTimeout(message)
    return b"".join(parts)[:LONGEST_ANSWER].decode(errors="replace")


def spellings(secrets: Iterable[str]) -> list[str]:
    """Return secrets in every way they may stand in a request: as they are, in an address, a form, or JSON."""
    ways: tuple[Callable[[str], str], ...] = (
        str,
        lambda secret: quote(secret, safe=""),
        quote_plus,
        lambda secret: json.dumps(secret)[1:-1],
        lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    )
    return list(dict.fromkeys(way(secret) for secret in secrets if secret for way in ways))


def _words(body: Mapping[str, Any], secrets: Collection[str]) -> str:
    """Return a body as it may be kept. A field that is nothing but a secret is hidden however short it is."""
    if "content" in body:
        content = body["content"]
        return content.decode(errors="replace") if isinstance(content, bytes) else str(content)
    said = body.get("json", body.get("data", body.get("params")))
    if isinstance(said, Mapping):
        said = {
            name: HIDDEN if isinstance(value, str) and value in secrets else value
            for name, value in said.items()
        }
    return json.dumps(said, ensure_ascii=False, default=str) if said else ""


def _target(url: str) -> tuple[str, str]:
    """Return the URL with its name replaced by the checked address, and the Host header."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WireTrouble("bad_address", may_have_arrived=False)
    address = checked_address(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    shown = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts._replace(netloc=f"{shown}{port}").geturl(), f"{host}{port}"


def checked_address(host: str, port: int) -> str:
    """Return an address of `host` that may be spoken to. Raises WireTrouble for a private one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as trouble:
        raise WireTrouble("unreachable", may_have_arrived=False, said=str(trouble)) from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not addresses or not all(may_be_spoken_to(address, host) for address in addresses):
        raise WireTrouble("private_address", may_have_arrived=False)
    return addresses[0]


def may_be_spoken_to(address: str, host: str = "") -> bool:
    """Tell whether an address is on the public internet, or on the list of private ones that are allowed."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_global and not ip.is_multicast:
        return True
    allowed = [
        part.strip() for part in environment.value("HAMDEL_PRIVATE_TARGETS").split(",") if part.strip()
    ]
    return host in allowed or any(_within(ip, part) for part in allowed)


def _within(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, network: str) -> bool:
    try:
        return ip in ipaddress.ip_network(network, strict=False)
    except ValueError:  # a host's name
        return False
