"""One door: a process that takes in events, shows and takes surveys, and passes everything else on.

`hamdel serve` starts as many as there are processors. A Python process computes on one processor at a time; the
process behind the doors holds ClickHouse and cannot be several, but what comes in needs PostgreSQL alone.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import sys
from pathlib import Path

from hamdel.cli import wake_django

TELL_SECONDS = 0.1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--listener", type=int, help="descriptor of the listening socket")
    parser.add_argument("--lifeline", type=int, help="descriptor that ends when the process behind does")
    parser.add_argument("--board", type=int, help="descriptor of the shared figures")
    parser.add_argument("--row", type=int, help="this door's row on the board")
    parser.add_argument("--passage", type=Path, help="socket of the process behind")
    options = parser.parse_args()
    wake_django()
    import uvloop

    from hamdel.server.interpreter import settle

    settle()
    try:
        trouble = uvloop.run(attend(options))
    except OSError as error:
        trouble = str(error)
    if trouble:
        print(f"hamdel: door {options.row}: {trouble}", file=sys.stderr)
        sys.exit(1)


async def attend(options: argparse.Namespace) -> str:
    """Answer until a signal comes or the process behind is gone. Returns what went wrong when it ends before."""
    from hamdel.ground.postgres import connection_urls
    from hamdel.server.board import Board
    from hamdel.server.front import Front
    from hamdel.server.listening import HttpServer
    from hamdel.server.passage import Passage

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    loop.add_reader(options.lifeline, stop.set)
    front = Front(connection_urls().app, behind=Passage(options.passage))
    server = HttpServer(front, socket.socket(fileno=options.listener))
    front.start()
    serving = asyncio.ensure_future(server.attend())
    telling = asyncio.ensure_future(tell(front, Board(options.board), options.row))
    waiting = asyncio.ensure_future(stop.wait())
    await asyncio.wait({waiting, serving}, return_when=asyncio.FIRST_COMPLETED)
    loop.remove_reader(options.lifeline)
    await server.close(serving)
    telling.cancel()
    await front.stop()
    return serving.result() if serving.done() else ""


async def tell(front, board, row: int) -> None:  # noqa: ANN001
    """Keep this door's row on the board up to date. A door that follows another goes on from its figures."""
    from hamdel.server.health import resident_bytes

    before = board.rows()[row]
    while True:
        board.write(row, front.figures._replace(resident_bytes=resident_bytes()).after(before))
        await asyncio.sleep(TELL_SECONDS)


if __name__ == "__main__":
    main()
