"""The real `hamdel serve` in front of clients that are slow, greedy, curious or in the middle of something."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import psutil
import pytest

from hamdel.server.listening import listen
from tests.faults.server import ROOT, START_SECONDS, Server

# Starting the whole product takes seconds, so these share one server.
pytestmark = pytest.mark.faults
EVENT = {"type": "track", "event": "Page Opened", "userId": "u1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("serving") / "home")
    server.keys = server.found()
    server.start()
    yield server
    server.stop()


def head(path, *, length, key=""):
    credentials = base64.b64encode(f"{key}:".encode()).decode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Basic {credentials}\r\n{length}\r\n\r\n"
    ).encode()


def opened(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def status_of(raw):
    return int(re.match(rb"HTTP/1.1 (\d+)", raw)[1]) if raw else 0


def post_event(server, **event):
    started = time.monotonic()
    status = server.post("/v1/track", {**EVENT, **event}, key=server.keys["write_key"]).status
    return status, time.monotonic() - started


def memory_of(server):
    return sum(process.memory_info().rss for process in server.family())


def open_files_of(server):
    return sum(process.num_fds() for process in server.family())


def test_slow_bodies_are_ended_with_408_and_hurt_nobody_else(server):
    # What opens its files with the first event, and keeps them, has done so by now.
    assert {post_event(server)[0] for _ in range(30)} == {200}
    server.ship()
    before = open_files_of(server)
    slow = [opened(server) for _ in range(150)]
    for connection in slow:
        connection.sendall(head("/v1/track", length="Content-Length: 5000") + b"{")
    began = time.monotonic()

    meanwhile = [post_event(server) for _ in range(30)]
    answers = [connection.recv(4096) for connection in slow]
    seconds = time.monotonic() - began

    assert {status_of(answer) for answer in answers} == {408}
    assert all(json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "too_slow" for answer in answers)
    assert seconds < 20
    assert {status for status, _seconds in meanwhile} == {200}
    assert sorted(seconds for _status, seconds in meanwhile)[28] < 2
    for connection in slow:
        connection.close()
    time.sleep(1)
    assert open_files_of(server) < before + 20


@pytest.mark.parametrize(
    "path", ["/v1/batch", "/v1/nowhere", "/nowhere/", "/accounts/login/", "/s/x/", "/livez", "/readyz"]
)
@pytest.mark.parametrize("length", ["Content-Length: 400000000", "Transfer-Encoding: chunked"])
def test_a_huge_body_is_refused_before_it_is_stored_anywhere(server, path, length):
    memory, spooled = memory_of(server), set(os.listdir("/tmp"))  # noqa: PTH208
    chunk = b"x" * 65_536
    framed = b"%x\r\n%b\r\n" % (len(chunk), chunk) if "chunked" in length else chunk
    sent = 0
    with opened(server) as connection:
        # It answers and closes, as it should; a reset may overtake the answer while the client still sends.
        with contextlib.suppress(OSError):
            connection.sendall(head(path, length=length))
            while sent < 60_000_000:
                connection.sendall(framed)
                sent += len(chunk)
        answer = b""
        with contextlib.suppress(OSError):
            answer = connection.recv(4096)

    assert status_of(answer) in {0, 200, 404, 413, 503}
    assert sent < 30_000_000, "it kept on reading"
    assert memory_of(server) - memory < 48_000_000
    assert not {name for name in set(os.listdir("/tmp")) - spooled if name.endswith((".upload", ".spool"))}  # noqa: PTH208
    assert post_event(server)[0] == 200


def test_a_polite_client_is_told_413(server):
    with opened(server) as connection:
        connection.sendall(head("/v1/batch", length="Content-Length: 6000000"))
        answer = connection.recv(4096)

    assert status_of(answer) == 413
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "too_large"


def test_letters_of_an_address_that_nobody_encoded_are_read(server):
    with opened(server) as line:
        line.sendall("GET /accounts/login/?next=/تهران/ HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

        assert status_of(line.recv(65_536)) == 200


def test_answers_in_pieces_do_not_wait_for_acknowledgements():
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _address = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_health_says_ready(server):
    server.wait_until_alive("/readyz")

    with urllib.request.urlopen(server.base + "/readyz") as answer:
        assert json.load(answer) == {"status": "ready", "problems": {}}


def test_metrics_are_for_this_machine_only(server):
    post_event(server)
    time.sleep(0.5)  # doors tell their figures ten times a second
    with urllib.request.urlopen(server.base + "/metrics") as answer:
        text = answer.read().decode()
    through_proxy = urllib.request.Request(
        server.base + "/metrics", headers={"X-Forwarded-For": "203.0.113.9"}
    )

    assert float(re.search(r"^hamdel_events_committed (\S+)", text, re.MULTILINE)[1]) >= 1
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(through_proxy)
    assert refused.value.code == 403


def test_an_admin_is_let_in_beside_the_running_server(server):
    words = ["create-admin", "late@shop.example", "--slug", "late", "--workspace", "دیرآمده"]
    done = subprocess.run(
        [sys.executable, "-m", "hamdel.cli", *words],
        cwd=ROOT, env={**server.env(), "PORT": str(server.port)}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stderr == ""  # nothing of a ClickHouse that the server holds
    with urllib.request.urlopen(done.stdout.strip()) as page:
        assert page.status == 200


def session_of(server):
    """Log in by the one-time link and return the cookie."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), NoRedirect())
    with contextlib.suppress(urllib.error.HTTPError):
        browser.open(f"{server.base}/settings/login/{server.keys['login']}/")
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


def test_an_open_page_hears_of_a_new_event_within_three_seconds(server):
    with pytest.raises(urllib.error.HTTPError) as stranger:
        urllib.request.urlopen(server.base + "/live")
    assert stranger.value.code == 401
    server.ship()
    cookie = session_of(server)
    request = urllib.request.Request(server.base + "/live", headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=20) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        time.sleep(1)

        post_event(server)
        began = time.monotonic()
        while stream.readline() != b"data: changed\n":
            assert time.monotonic() - began < 15
        seconds = time.monotonic() - began

    assert seconds < 3


def test_a_stop_answers_what_was_asked_and_lets_open_pages_go(tmp_path):
    server = Server(tmp_path / "home")
    keys = server.found()
    server.keys = keys
    server.start()
    cookie = session_of(server)
    stream = urllib.request.urlopen(urllib.request.Request(server.base + "/live", headers={"Cookie": cookie}))
    outcomes, stopping = [], threading.Event()

    def client(number):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        for turn in range(10_000):
            body = json.dumps({**EVENT, "writeKey": keys["write_key"], "messageId": f"{number}-{turn}"})
            try:
                connection.request("POST", "/v1/track", body)
                sent = True
                outcomes.append(connection.getresponse().read() and "answered")
            except (
                ConnectionRefusedError,
                http.client.RemoteDisconnected,
                ConnectionResetError,
                BrokenPipeError,
            ) as gone:
                # Closed between two requests, or refused: nothing was half done.
                outcomes.append(type(gone).__name__)
                assert sent
                return

    clients = [threading.Thread(target=client, args=(number,)) for number in range(8)]
    for thread in clients:
        thread.start()
    time.sleep(1.5)
    stopping.set()
    began = time.monotonic()
    server.process.terminate()
    code = server.process.wait(60)
    seconds = time.monotonic() - began
    for thread in clients:
        thread.join(30)
    stream.close()

    assert code == 0, server.tail()
    assert seconds < 20
    answered = outcomes.count("answered")
    assert answered > 50
    assert len(outcomes) - answered <= len(clients)
    server.postgres().start()
    with server.connect() as connection:
        [stored] = connection.execute(
            "SELECT count(*) FROM events_log WHERE body LIKE '%Page Opened%'"
        ).fetchone()
    server.stop()
    # A request whose answer was lost on the way may be stored as well; the other way round never.
    assert answered <= stored <= answered + len(clients)


def test_no_temporary_file_is_open(server):
    opened_files = [file.path for process in server.family() for file in process.open_files()]

    assert not [
        path for path in opened_files if path.startswith("/tmp/") and str(Path(server.home)) not in path
    ]


def test_a_killed_door_is_replaced_and_its_figures_go_on(server):
    def committed():
        time.sleep(0.5)
        with urllib.request.urlopen(server.base + "/metrics") as answer:
            return float(
                re.search(r"^hamdel_events_committed (\S+)", answer.read().decode(), re.MULTILINE)[1]
            )

    post_event(server)
    before, killed = committed(), set(server.doors())
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    server.wait_until_alive()

    assert post_event(server)[0] == 200
    assert killed.isdisjoint(server.doors())
    assert committed() == before + 1


def test_doors_end_when_the_process_behind_them_is_killed(tmp_path):
    server = Server(tmp_path / "home")
    server.keys = server.found()
    server.start()
    doors = [psutil.Process(pid) for pid in server.doors()]

    server.kill()

    _gone, alive = psutil.wait_procs(doors, timeout=30)
    assert alive == []
    server.start()
    assert post_event(server)[0] == 200
    server.stop()


def test_a_port_in_use_is_said_and_nothing_is_left_running(server, tmp_path):
    second = Server(tmp_path / "home", port=server.port)
    second.start(wait=False)

    assert second.process.wait(START_SECONDS) == 1
    assert f"Port {server.port} of 127.0.0.1 is in use; choose another with --port." in second.tail()
    assert post_event(server)[0] == 200


def test_without_doors_one_process_answers_everything(tmp_path):
    server = Server(tmp_path / "home", HAMDEL_DOORS=0)
    server.keys = server.found()
    server.start()

    assert post_event(server)[0] == 200
    assert not [
        child
        for child in psutil.Process(server.process.pid).children()
        if "door" in " ".join(child.cmdline())
    ]
    with urllib.request.urlopen(f"{server.base}/accounts/login/") as page:
        assert page.status == 200
    server.stop()
