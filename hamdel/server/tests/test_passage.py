"""Requests through the passage: whole, streamed, broken off, one after the other."""

from __future__ import annotations

import asyncio

import pytest

from hamdel.server.passage import Passage, PassageEnd


def scope_of(path="/", *, method="GET", query=b"", headers=()):
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query,
        "headers": list(headers), "client": ("203.0.113.7", 4711), "server": ("127.0.0.1", 80), "scheme": "http",
    }  # fmt: skip


class Client:
    """Somebody who asks through the passage, and may leave."""

    def __init__(self, body=b""):
        self.parts, self.sent = [body], []
        self.left, self.was_told = asyncio.Event(), asyncio.Event()

    async def receive(self):
        if self.parts:
            return {"type": "http.request", "body": self.parts.pop(), "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)
        if message.get("body"):
            self.was_told.set()

    async def ask(self, passage, scope):
        await asyncio.wait_for(passage(scope, self.receive, self.send), 10)
        return self.sent[0]["status"], b"".join(message.get("body", b"") for message in self.sent[1:])


def through(app, work, tmp_path):
    """Run `work` with a passage to `app`."""

    async def run():
        end = PassageEnd(app, tmp_path / "p.sock")
        await end.open()
        try:
            return await work(Passage(tmp_path / "p.sock"))
        finally:
            await end.close()

    return asyncio.run(run())


async def echo(scope, receive, send):
    """Answer with what came."""
    body = (await receive())["body"]
    said = f"{scope['method']} {scope['path']} {scope['query_string']} {scope['client']} {scope['headers']}".encode()
    await send({"type": "http.response.start", "status": 201, "headers": [(b"x-\xe9", b"\xff\xfe")]})
    await send({"type": "http.response.body", "body": said + b"|" + body})


def test_a_request_arrives_as_it_was_and_so_does_the_answer(tmp_path):
    asked = scope_of("/مشتری/", method="POST", query=b"a=%DB%B1&b=\xff", headers=[(b"x-raw", b"\x80\xff")])
    client = Client(b"\x00\xff body")

    status, body = through(echo, lambda passage: client.ask(passage, asked), tmp_path)

    said = f"POST /مشتری/ {asked['query_string']} {asked['client']} {asked['headers']}".encode()
    assert (status, body) == (201, said + b"|\x00\xff body")
    assert client.sent[0]["headers"] == [(b"x-\xe9", b"\xff\xfe")]


def test_an_answer_in_one_piece_stays_in_one_piece(tmp_path):
    client = Client(b"hello")

    through(echo, lambda passage: client.ask(passage, scope_of("/")), tmp_path)

    assert [message["type"] for message in client.sent] == ["http.response.start", "http.response.body"]
    assert client.sent[1]["more_body"] is False


@pytest.mark.parametrize("size", [0, 1, 65_536, 2_400_000])
def test_a_body_of_any_size_goes_through_both_ways(tmp_path, size):
    async def mirror(_scope, receive, send):
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    asked = scope_of(method="POST")

    assert through(mirror, lambda passage: Client(b"x" * size).ask(passage, asked), tmp_path) == (
        200,
        b"x" * size,
    )


def test_requests_share_a_connection_one_after_the_other_and_not_at_once(tmp_path):
    async def work(passage):
        for _ in range(3):
            await Client().ask(passage, scope_of())
        after_three = len(passage.idle)
        await asyncio.gather(*(Client().ask(passage, scope_of()) for _ in range(5)))
        return after_three, len(passage.idle)

    assert through(echo, work, tmp_path) == (1, 5)


def test_a_stream_comes_as_it_is_made_and_its_end_is_told_both_ways(tmp_path):
    told = []

    async def stream(_scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        told.append((await receive())["type"])

    async def work(passage):
        client = Client()
        asking = asyncio.ensure_future(passage(scope_of("/live"), client.receive, client.send))
        await asyncio.wait_for(client.was_told.wait(), 10)
        client.left.set()
        await asyncio.wait_for(asking, 10)
        await asyncio.sleep(0.1)
        return client.sent[1]["body"], len(passage.idle)

    assert through(stream, work, tmp_path) == (b"one", 0)
    assert told == ["http.disconnect"]


def test_nobody_behind_is_503_and_come_again(tmp_path):
    client = Client()

    status, body = asyncio.run(client.ask(Passage(tmp_path / "nothing.sock"), scope_of()))

    assert status == 503
    assert b'"code"' in body
    assert (b"retry-after", b"2") in client.sent[0]["headers"]


def test_an_answer_that_breaks_off_before_it_begins_is_503_and_the_next_is_answered(tmp_path):
    async def fragile(scope, receive, send):
        if scope["path"] == "/broken":
            raise RuntimeError("on purpose")
        await echo(scope, receive, send)

    async def work(passage):
        broken, _body = await Client().ask(passage, scope_of("/broken"))
        sound, _body = await Client().ask(passage, scope_of("/sound"))
        return broken, sound

    assert through(fragile, work, tmp_path) == (503, 201)


def test_too_large_a_body_is_refused_at_the_door(tmp_path):
    asked = scope_of(method="POST", headers=[(b"content-length", b"3000000")])

    status, _body = through(echo, lambda passage: Client().ask(passage, asked), tmp_path)

    assert status == 413
