"""Real servers on this machine that play the gateways: they keep what they were sent and answer as they are told."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {
            name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()
        }

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Gateway:
    """An HTTP server whose answers are given by `answer(asked) -> (status, body, headers?)`."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answer: object = None

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


HANG = "hang"
DRIP = "drip"
BREAK = "break"


@contextmanager
def gateway(answer):
    """Run a gateway. `answer` may return HANG (never answers), DRIP (a letter at a time) or BREAK (closes the line)."""
    fake = Gateway(answer=answer)
    ending = threading.Event()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, parse_qs(parts.query), headers, body)
            fake.asked.append(asked)
            said = fake.answer(asked)
            if said == HANG:
                ending.wait(30)
                return
            if said == BREAK:
                self.close_connection = True
                self.connection.close()
                return
            if said == DRIP:
                self.drip()
                return
            status, content, *more = said
            raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
            self.send_response(status)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def drip(self):
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            with suppress(OSError):
                while not ending.wait(0.05):
                    self.wfile.write(b"x")

        do_GET = do_PUT = do_POST  # noqa: N815  the library's names

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        ending.set()
        server.shutdown()
        server.server_close()


@dataclass
class Post:
    """A mail server that keeps what it took. `refuse` maps a command's beginning to the line it answers."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    users: list[str] = field(default_factory=list)


@contextmanager
def mail_server():
    """Run a small SMTP server (RFC 5321, with AUTH PLAIN)."""
    post = Post()

    class Session(socketserver.StreamRequestHandler):
        def say(self, line):
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self):
            post.connections += 1
            sender, recipients = "", []
            self.say(post.refuse.get("CONNECT", "220 fake ready"))
            while line := self.rfile.readline():
                command = line.decode().strip()
                word = command.split(" ")[0].upper()
                refusal = next(
                    (said for start, said in post.refuse.items() if command.upper().startswith(start)), ""
                )
                if refusal == BREAK:
                    if word == "DATA":
                        self.say("354 go on")
                        self._data()
                    return
                if refusal:
                    self.say(refusal)
                elif word in {"EHLO", "HELO"}:
                    self.say("250-fake")
                    self.say("250 AUTH PLAIN")
                elif word == "AUTH":
                    post.users.append(command)
                    self.say("235 welcome")
                elif word == "MAIL":
                    sender, recipients = command, []
                    self.say("250 ok")
                elif word == "RCPT":
                    recipients.append(command)
                    self.say("250 ok")
                elif word == "DATA":
                    self.say("354 go on")
                    post.mails.append((sender, list(recipients), self._data()))
                    self.say("250 queued")
                elif word == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def _data(self):
            lines = []
            while (line := self.rfile.readline()) and line != b".\r\n":
                lines.append(line[1:] if line.startswith(b"..") else line)
            return b"".join(lines)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    server = Server((post.host, 0), Session)
    post.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield post
    finally:
        server.shutdown()
        server.server_close()


def wait_until(true, seconds=10.0):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)
