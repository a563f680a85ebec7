"""The raw ceiling of acknowledging over HTTP: parse the body, append it to a file, fdatasync, answer 200.

Requests that arrive while the disk is busy share the next fdatasync, as any honest server would do it. No
validation, no database, no identity. `python -m bench.spool PORT FOLDER`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from pathlib import Path

import orjson
import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

ANSWER = b'{"success":true}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]


class Spool:
    def __init__(self, folder: Path) -> None:
        self.file = os.open(folder / "spool", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.waiting: list[tuple[bytes, asyncio.Future]] = []
        self.changed = threading.Condition()
        threading.Thread(target=self.write, daemon=True).start()

    def write(self) -> None:
        while True:
            with self.changed:
                while not self.waiting:
                    self.changed.wait()
                group, self.waiting = self.waiting, []
            os.write(self.file, b"\n".join(body for body, _done in group))
            os.fdatasync(self.file)
            group[0][1].get_loop().call_soon_threadsafe(settle, group)

    async def __call__(self, _scope, receive, send) -> None:
        message = await receive()
        body = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        orjson.loads(body)
        done = asyncio.get_running_loop().create_future()
        with self.changed:
            self.waiting.append((body, done))
            self.changed.notify()
        await done
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": ANSWER})


def settle(group) -> None:
    for _body, done in group:
        done.set_result(None)


async def main(port: int, folder: Path) -> None:
    server = Server(Spool(folder), port=port, interface=Interfaces.ASGI, log_enabled=False)
    serving = asyncio.ensure_future(server.serve())
    await asyncio.sleep(0.5)
    print("ready", flush=True)
    await serving


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2])))
