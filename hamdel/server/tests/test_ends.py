"""A server that ends by itself says so and fails; it does not stay as a process that nobody can reach."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from hamdel.server.doors import LONGEST_PAUSE, SOUND_SECONDS, next_pause
from hamdel.server.listening import HttpServer, listen
from tests.faults.server import ROOT, Server, free_port

# Lets the worker of the HTTP server end, as it does by itself when it has trouble.
END_THE_WORKER = """
def end_the_worker():
    import gc, time
    while not (found := [one for one in gc.get_objects() if type(one).__name__ == "HttpServer" and one.wrks]):
        time.sleep(0.1)
    found[0].wrks[0]._sig.set()
"""
SERVE = f"""
import sys
from hamdel.cli import wake_django
wake_django()
from hamdel.server.commands.serve import serve
{END_THE_WORKER}
sys.exit(serve("127.0.0.1", int(sys.argv[1]), ready=end_the_worker))
"""
STAND_AS_DOOR = f"""
import sys, threading
from hamdel.server import door
{END_THE_WORKER}
if sys.argv.pop(1) == "ends":
    threading.Thread(target=end_the_worker, daemon=True).start()
door.main()
"""


def serve_until(work):
    """Run an HTTP server and return what it says in the end; `work` makes it end."""

    async def answer(_scope, _receive, _send):
        raise AssertionError("nobody asks")

    async def run():
        server = HttpServer(answer, listen("127.0.0.1", 0))
        serving = asyncio.ensure_future(server.attend())
        await asyncio.sleep(0)  # it begins
        await work(server, serving)
        return await asyncio.wait_for(serving, 30)

    return asyncio.run(run())


def test_an_end_that_was_wanted_is_no_trouble():
    async def close(server, serving):
        await server.close(serving)

    assert serve_until(close) == ""


def test_an_end_that_nobody_wanted_is_told():
    async def end(server, _serving):
        server.wrks[0]._sig.set()

    assert serve_until(end) == "the HTTP server ended by itself"


def test_a_worker_that_breaks_is_told():
    async def break_it(server, _serving):
        server.wrks[0]._task.cancel()

    assert serve_until(break_it).startswith("the HTTP server ended: ")


def test_doors_that_end_at_once_wait_longer_each_time_but_never_too_long():
    pauses = [0.1]
    for _ in range(20):
        pauses.append(next_pause(pauses[-1], lived_seconds=0))

    assert pauses[:4] == [0.1, 0.2, 0.4, 0.8]
    assert pauses[-1] == LONGEST_PAUSE
    assert pauses == sorted(pauses)
    assert next_pause(LONGEST_PAUSE, lived_seconds=SOUND_SECONDS + 1) == 0.1


@pytest.mark.faults
def test_the_whole_product_ends_with_an_error_when_its_http_server_ends(tmp_path):
    server = Server(tmp_path / "home")
    server.found()
    try:
        done = subprocess.run(
            [sys.executable, "-c", SERVE, str(free_port())],
            cwd=ROOT, env=server.env(), capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    finally:
        server.stop()

    assert done.returncode == 1, done.stderr[-2000:]
    assert [line for line in done.stderr.splitlines() if line.startswith("hamdel: ")] == [
        "hamdel: the HTTP server ended by itself"
    ]
    assert "Traceback" not in done.stderr


def stand_as_door(tmp_path, *, kind, listener):
    """Run one door whose life is about to end and return its exit code and what it said."""
    lifeline, held = os.pipe()
    board = os.memfd_create("board")
    os.ftruncate(board, 1_000)
    words = ["--lifeline", lifeline, "--board", board, "--row", 0, "--passage", tmp_path / "passage.sock"]
    done = subprocess.run(
        [sys.executable, "-c", STAND_AS_DOOR, kind, "--listener", str(listener.fileno()), *map(str, words)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "HAMDEL_HOME": str(tmp_path), "HAMDEL_POSTGRES_URL": "postgresql://nobody@127.0.0.1:1/none"},
        pass_fds=(listener.fileno(), lifeline, board),
    )  # fmt: skip
    for descriptor in (lifeline, held, board):
        os.close(descriptor)
    return done.returncode, done.stderr


@pytest.mark.faults
def test_a_door_whose_server_ends_fails_and_says_so(tmp_path):
    with listen("127.0.0.1", 0) as listener:
        code, error = stand_as_door(tmp_path, kind="ends", listener=listener)

    assert code == 1, error
    assert error.splitlines()[-1] == "hamdel: door 0: the HTTP server ended by itself"


@pytest.mark.faults
def test_a_door_without_a_port_fails_with_one_line(tmp_path):
    with open(tmp_path / "no socket", "wb") as no_socket:
        code, error = stand_as_door(tmp_path, kind="stays", listener=no_socket)

    assert code == 1
    assert error.splitlines() == ["hamdel: door 0: [Errno 88] Socket operation on non-socket"]
