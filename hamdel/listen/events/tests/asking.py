"""A client of the door without a network: requests in, answers out, through the real committer to PostgreSQL."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field

import psycopg
from django.db import connection

from hamdel.listen.events.commit import Committer
from hamdel.listen.events.door import IntakeDoor
from hamdel.listen.events.keys import SourceKeys


@dataclass
class Ask:
    path: str
    body: object = b""
    key: str | None = None
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def raw(self):
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    @property
    def scope(self):
        headers = {"host": "cx.example", **self.headers}
        if self.key:
            headers["authorization"] = "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()
        return {
            "type": "http",
            "method": self.method,
            "path": self.path,
            "scheme": "https",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self):
        return json.loads(self.raw)


def app_url():
    """Return how the product's own role connects to the database of the tests."""
    known = connection.settings_dict
    names = {"host": "HOST", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    return psycopg.conninfo.make_conninfo(
        **{ours: known[name] for ours, name in names.items() if known[name]}
    )


def ask(*asks, url=None, together=False):
    """Send the requests one after the other (or all `together`) and return their answers."""

    async def story():
        url_ = url or app_url()
        committer = Committer(url_)
        committer.start()
        door = IntakeDoor(committer, SourceKeys(url_))
        try:
            if together:
                return await asyncio.gather(*(one(door, request) for request in asks))
            return [await one(door, request) for request in asks]
        finally:
            await committer.stop()

    answers = asyncio.run(story())
    return answers[0] if len(asks) == 1 else answers


async def one(app, request):
    sent = []
    waiting = [{"type": "http.request", "body": request.raw, "more_body": False}]

    async def receive():
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    await app(request.scope, receive, send)
    head, *parts = sent
    headers = {name.decode(): value.decode() for name, value in head["headers"]}
    return Answer(head["status"], headers, b"".join(part.get("body", b"") for part in parts))
