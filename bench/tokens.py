"""Guess personal links: none may hit, an address is stopped after a few, and how long a guess takes tells nothing.

    .venv/bin/python -m bench.tokens [--guesses 1000000] [--clients 16]

`hamdel serve` runs as it is delivered, told to trust one proxy, so that half of the guesses can come from an address
each, which no limit stops; the other half come from one. One in a hundred is a real link with its last letter changed:
if some part of the secret were compared letter by letter, it would take longer.
"""

from __future__ import annotations

import argparse
import random
import secrets
import socket
import threading
import time
from collections import Counter
from statistics import median

from bench.grounds import own_home, own_postgres, serving


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.tokens", description=__doc__.splitlines()[0])
    parser.add_argument("--guesses", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    with own_home(HAMDEL_TRUSTED_PROXIES="1") as folder, own_postgres(folder), serving() as port:
        guess_all(port, make_link(), options)


def guess_all(port: int, real: str, options: argparse.Namespace) -> None:
    statuses: Counter[tuple[str, int]] = Counter()
    seconds: dict[str, list[float]] = {"far": [], "near": []}
    each = options.guesses // options.clients
    guessers = [
        threading.Thread(target=guess, args=(port, real, each, statuses, seconds))
        for _ in range(options.clients)
    ]
    began = time.perf_counter()
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    print(
        f"{each * options.clients:,} guesses in {time.perf_counter() - began:.0f} s: {dict(statuses)}",
        flush=True,
    )
    far, near = (1000 * median(seconds[kind]) for kind in ("far", "near"))
    print(f"median of a guess with nothing right {far:.2f} ms, with all but one letter right {near:.2f} ms")
    if any(status not in {404, 429} for _, status in statuses):
        raise SystemExit("A guess has hit something.")
    if not 0.9 < far / near < 1.1:
        raise SystemExit("The time of a guess tells something.")


def guess(port: int, real: str, times: int, statuses: Counter, seconds: dict[str, list[float]]) -> None:
    noise = random.Random()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for n in range(times):
            near = n % 100 == 50
            secret = real[:-1] + noise.choice("BCDEFGHIJ") if near else secrets.token_urlsafe(32)
            alone = n % 2 == 0
            sender = f"2001:db8::{noise.getrandbits(64):x}" if alone else "203.0.113.9"
            began = time.perf_counter()
            status = ask(connection, secret, sender)
            if alone:
                seconds["near" if near else "far"].append(time.perf_counter() - began)
            statuses["each its address" if alone else "one address", status] += 1


def ask(connection: socket.socket, secret: str, sender: str) -> int:
    request = f"GET /i/{secret}/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {sender}\r\n\r\n"
    connection.sendall(request.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    left = length - len(body)
    while left > 0:
        left -= len(connection.recv(65_536))
    return int(head[9:12])


def make_link() -> str:
    """Invite somebody; return the secret of their link."""
    from hamdel.cli import wake_django

    wake_django()
    from django.utils.timezone import now

    from hamdel.ground.access.actions import found_workspace
    from hamdel.ground.access.models import User
    from hamdel.ground.workspaces.tenancy import across_workspaces
    from hamdel.know.customers.models import Customer
    from hamdel.listen.invitations.actions import invite_customer
    from hamdel.listen.surveys.actions import create_survey, publish_survey
    from hamdel.listen.surveys.ready_made import READY_MADE

    ready = READY_MADE["nps-after-delivery"]
    with across_workspaces():
        user = User.objects.create_user("bench@example.ir")
        owner = found_workspace(name="bench", slug="bench", owner=user)
        survey = create_survey(
            owner.workspace,
            name="NPS",
            metric=ready.metric,
            touchpoint="",
            definition=ready.definition(),
            by=owner,
        )
        publish_survey(survey, by=owner, at=now())
        survey.refresh_from_db()
        customer = Customer.objects.create(workspace=owner.workspace, first_seen_at=now(), last_seen_at=now())
        return invite_customer(customer, survey, by=owner, at=now())[1]


if __name__ == "__main__":
    main()
