"""A client that sends prepared requests over many connections at once and is not itself what is measured.

Requests are built before the clock starts; the loop only writes, reads and looks at the status line. It runs in a
process of its own, so that the server has its interpreter to itself.
"""

from __future__ import annotations

import base64
import concurrent.futures
import json
import multiprocessing
import select
import socket
import time
from dataclasses import dataclass

EVENT = {
    "type": "track",
    "event": "Order Completed",
    "userId": "customer-00000000",
    "anonymousId": None,
    "messageId": "0" * 24,
    "timestamp": "2026-11-23T08:30:00.123Z",
    "context": {"library": {"name": "bench", "version": "1"}, "locale": "fa-IR", "ip": "5.160.10.20"},
    "properties": {
        "order_id": "order-00000000",
        "touchpoint": "checkout",
        "channel": "web",
        "currency": "IRR",
        "total": 4_850_000,
        "products": [
            {"product_id": "p-1012", "name": "قهوه‌ی عربیکا ۲۵۰ گرمی", "price": 2_350_000, "quantity": 1},
            {"product_id": "p-2204", "name": "فنجان سرامیکی دست‌ساز", "price": 1_250_000, "quantity": 2},
        ],
    },
    "integrations": {},
}
CUSTOMERS = 20_000


@dataclass(frozen=True)
class Outcome:
    """What a run of the client saw. Latencies in seconds, sorted."""

    requests: int
    events: int
    seconds: float
    refused: int
    latencies: list[float]

    @property
    def events_per_second(self) -> float:
        return self.events / self.seconds

    def percentile(self, share: float) -> float:
        return (
            self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)]
            if self.latencies
            else 0.0
        )


def requests(count: int, *, size: int, key: str, series: int) -> list[bytes]:
    """Return `count` HTTP requests of `size` events each, every event with a message id of its own."""
    template = json.dumps(EVENT, ensure_ascii=False)
    credentials = base64.b64encode(f"{key}:".encode()).decode()
    path = "/v1/batch" if size > 1 else "/v1/track"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Basic {credentials}\r\nContent-Length: "
    )
    prepared = []
    for request in range(count):
        first = request * size
        events = [
            template.replace("0" * 24, f"{series:08d}{first + place:016d}").replace(
                "00000000", f"{(first + place) * 7919 % CUSTOMERS:08d}"
            )
            for place in range(size)
        ]
        body = events[0] if size == 1 else f'{{"batch":[{",".join(events)}],"sentAt":"2026-11-23T08:30:01Z"}}'
        raw = body.encode()
        prepared.append(head.encode() + str(len(raw)).encode() + b"\r\n\r\n" + raw)
    return prepared


def run(port: int, *, clients: int, size: int, count: int, key: str = "", series: int = 0) -> Outcome:
    """Send `count` requests of `size` events through `clients` connections, from another process."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(
            _run, port, clients=clients, size=size, count=count, key=key, series=series
        ).result()


def _run(port: int, *, clients: int, size: int, count: int, key: str, series: int) -> Outcome:
    return drive(port, requests(count, size=size, key=key, series=series), clients=clients, size=size)


def drive(port: int, prepared: list[bytes], *, clients: int, size: int) -> Outcome:
    """Keep each connection busy with one request at a time until all are answered."""
    lines = [Line(port) for _ in range(min(clients, len(prepared)))]
    poll = select.epoll()
    for line in lines:
        poll.register(line.socket, select.EPOLLIN)
    by_number = {line.socket.fileno(): line for line in lines}
    latencies: list[float] = []
    refused, waiting = 0, iter(prepared)
    start = time.perf_counter()
    for line in lines:
        line.send(next(waiting))
    busy = len(lines)
    while busy:
        for number, _event in poll.poll():
            line = by_number[number]
            answer = line.answer()
            if answer is None:
                continue
            latencies.append(time.perf_counter() - line.began)
            refused += not answer.startswith(b"HTTP/1.1 200")
            request = next(waiting, None)
            if request is None:
                poll.unregister(number)
                line.socket.close()
                busy -= 1
            else:
                line.send(request)
    seconds = time.perf_counter() - start
    return Outcome(len(prepared), (len(prepared) - refused) * size, seconds, refused, sorted(latencies))


class Line:
    """One connection, one request at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self.got = b""

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """Return the answer once it is whole; every server here ends its JSON with a brace."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed a connection")
        self.got += part
        if not self.got.endswith(b"}"):
            return None
        whole, self.got = self.got, b""
        return whole
