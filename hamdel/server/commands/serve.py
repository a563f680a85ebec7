"""`hamdel serve`: the whole product in one process."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable

from hamdel import environment
from hamdel.cli import wake_django

BACKLOG = 2048


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=environment.value("HAMDEL_HOST"))
    parser.add_argument("--port", type=int, default=default_port())


def default_port() -> int:
    return int(os.environ.get("PORT") or environment.value("HAMDEL_PORT"))


def run(options: argparse.Namespace) -> int:
    from hamdel.ground.postgres import PostgresError, embedded

    try:
        wake_django()
        from hamdel.server.commands.migrate import migrate

        migrate()
        return serve(options.host, options.port)
    except PostgresError as error:
        print(f"hamdel: {error}", file=sys.stderr)
        return 1
    finally:
        if (cluster := embedded()) is not None:
            cluster.stop()


def serve(
    host: str, port: int, *, pages: bool = True, background: bool = True, ready: Callable | None = None
) -> int:
    """Serve until SIGTERM or SIGINT. `ready` is called once the first request would be answered."""
    import uvloop

    from hamdel.ground.postgres import connection_urls, embedded
    from hamdel.server.interpreter import import_early, settle
    from hamdel.server.process import Process

    process = Process(connection_urls().app, pages=pages, background=background)
    process.check()
    if background:
        import_early()
    settle()
    if (cluster := embedded()) is not None:
        cluster.supervise()
    uvloop.run(live(process, host, port, ready))
    return 0


async def live(process, host: str, port: int, ready: Callable | None) -> None:  # noqa: ANN001
    """Run the server and the parts until a signal comes, then end in order: requests first, then the parts."""
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    process.start()
    if process.has_pages:
        server = Server(
            process,
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            backlog=BACKLOG,
            http1_settings=HTTP1Settings(header_read_timeout=30_000),
        )
        serving = asyncio.ensure_future(server.serve())
        await answers(host, port, serving)
    if ready:
        await asyncio.to_thread(ready)
    print(f"ready http://{host}:{port}", flush=True)
    waiting = asyncio.ensure_future(stop.wait())
    await asyncio.wait(
        {waiting, *([serving] if process.has_pages else [])}, return_when=asyncio.FIRST_COMPLETED
    )
    if process.has_pages:
        process.end_streams()
        server.stop()
        await asyncio.wait({serving}, timeout=30)
    await process.stop()


async def answers(host: str, port: int, serving: asyncio.Future) -> None:
    """Wait until the port answers. Raises what the server ended with, such as an address in use."""
    while True:
        if serving.done():
            serving.result()
            raise SystemExit(f"hamdel: the server ended; is port {port} in use? Choose another with --port.")
        try:
            _reader, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
