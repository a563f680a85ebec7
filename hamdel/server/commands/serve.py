"""`hamdel serve`: the whole product, started with one command."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from hamdel import environment
from hamdel.cli import wake_django

# More than these find nothing left to do: PostgreSQL takes what they take in one after the other.
MOST_DOORS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=environment.value("HAMDEL_HOST"))
    parser.add_argument("--port", type=int, default=environment.port())


def run(options: argparse.Namespace) -> int:
    from hamdel.ground.postgres import PostgresError, embedded

    try:
        # Links in messages name the port that is really served.
        os.environ["PORT"] = str(options.port)
        wake_django()
        from hamdel.server.commands.migrate import migrate

        migrate()
        return serve(options.host, options.port, doors=doors_wanted())
    except PostgresError as error:
        print(f"hamdel: {error}", file=sys.stderr)
        return 1
    finally:
        if (cluster := embedded()) is not None:
            cluster.stop()


def doors_wanted() -> int:
    """Return how many processes stand at the port: as many as there are processors, unless a setting says."""
    stated = environment.value("HAMDEL_DOORS")
    return int(stated) if stated.isdigit() else min(len(os.sched_getaffinity(0)), MOST_DOORS)


def serve(
    host: str,
    port: int,
    *,
    pages: bool = True,
    background: bool = True,
    doors: int = 0,
    ready: Callable | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT. `ready` is called once the first request would be answered.

    With `doors` that many processes stand at the port; without, this one answers by itself.
    """
    import uvloop

    from hamdel.ground.postgres import connection_urls, embedded
    from hamdel.server.interpreter import import_early, settle
    from hamdel.server.listening import AddressTaken, listen
    from hamdel.server.process import Process

    try:
        listener = listen(host, port) if pages else None
    except (AddressTaken, OSError) as error:
        print(f"hamdel: {error}", file=sys.stderr)
        return 1
    process = Process(connection_urls().app, pages=pages, background=background)
    process.check()
    if background:
        import_early()
    settle()
    if (cluster := embedded()) is not None:
        cluster.supervise()
    shown = f"[{host}]" if ":" in host else host
    trouble = uvloop.run(live(process, listener, doors, f"http://{shown}:{port}", ready))
    if trouble:
        print(f"hamdel: {trouble}", file=sys.stderr)
    return 1 if trouble else 0


async def live(
    process,  # noqa: ANN001
    listener: socket.socket | None,
    doors: int,
    address: str,
    ready: Callable | None,
) -> str:
    """Run the server and the parts until a signal comes, then end in order: requests first, then the parts.

    Returns what went wrong when the server ended by itself, else nothing.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    process.start()
    entrance = entrance_to(process, listener, doors) if listener else None
    if entrance:
        process.figures = lambda: entrance.figures
        await entrance.open(ended=stop.set)
        await answers(address, stop)
    if ready and not stop.is_set():
        await asyncio.to_thread(ready)
    if not stop.is_set():
        print(f"ready {address}", flush=True)
    await stop.wait()
    trouble = ""
    if entrance:
        process.end_streams()
        trouble = await entrance.close()
    await process.stop()
    return trouble


def entrance_to(process, listener: socket.socket, doors: int):  # noqa: ANN001, ANN201
    """Return what stands at the port: processes of their own, or a front in this one."""
    from hamdel.server.doors import Doors
    from hamdel.server.front import OwnFront

    if doors:
        return Doors(process, listener, url=process.url, count=doors)
    return OwnFront(process, listener, url=process.url)


async def answers(address: str, stop: asyncio.Event) -> None:
    """Wait until somebody answers at the port, or we are to stop before."""
    where = urlsplit(address)
    while not stop.is_set():
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            async with asyncio.timeout(5):
                reader, writer = await asyncio.open_connection(where.hostname, where.port)
                writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                status = await reader.readuntil(b"\r\n")
                writer.close()
                if b" 200 " in status:
                    return
        await asyncio.sleep(0.02)
