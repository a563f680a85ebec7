"""Long lists as members see them: first pages, filters and a page further down.

    .venv/bin/python -m bench.lists [--rows 300000] [--rounds 5]

Cases (four in ten open, the open ones the latest), messages, customers, invitations and lines of the ledger are made in
PostgreSQL, each of them as many. Pages are asked for as a browser does, views and templates included; what is printed
is the median, and what the slowest statement of the page took.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.grounds import found, make_schemas, own_home, own_postgres, stage

MADE = """
INSERT INTO {table} SELECT made.* FROM {table} AS one, generate_series(1, %(rows)s) AS n,
    LATERAL (SELECT now() - make_interval(secs => (n::bigint * 104729 %% 31536000)::double precision) AS at) AS moment,
    LATERAL jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), {columns})) AS made
WHERE one.id = %(one)s"""
PAGES = {
    "open cases": ("cases:list", {}),
    "my cases": ("cases:list", {"tab": "mine"}),
    "closed cases": ("cases:list", {"tab": "closed"}),
    "messages": ("messages:log", {}),
    "messages that failed": ("messages:log", {"state": "failed"}),
    "messages of a state nobody has": ("messages:log", {"state": "unsure"}),
    "messages from customers": ("messages:log", {"direction": "in"}),
    "messages to a part of a number": ("messages:log", {"q": "0912345678"}),
    "customers": ("customers:list", {}),
    "customers by name": ("customers:list", {"order": "name"}),
    "customers found": ("customers:list", {"q": "سارا"}),
    "invitations": ("invitations:log", {}),
    "invitations of a rare state": ("invitations:log", {"state": "expired"}),
    "invitations of a rare channel": ("invitations:log", {"channel": "ivr"}),
    "messages, the 150th page": ("messages:log", {"page": "150"}),
    "lines of the ledger": ("contacts:ledger", {}),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with own_home() as folder, own_postgres(folder) as urls:
        with stage("schemas"):
            make_schemas()
        workspace = found()
        with stage(f"{options.rows:,} rows of each"):
            fill(urls.owner, workspace, options.rows)
        measure(options.rounds)
        from hamdel.ground import analytics

        analytics.close()


def fill(url: str, workspace, rows: int) -> None:
    """Make rows, each like one that the models made."""
    import psycopg

    from hamdel.ground.workspaces.tenancy import inside

    with inside(workspace):
        first = firsts(workspace)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("SELECT set_config('app.workspace', %s, false)", [str(workspace.id)])
        for table, one, columns in first:
            owner.execute(MADE.format(table=table, columns=columns), {"rows": rows, "one": one})
        owner.execute(
            "INSERT INTO cases_closure (id, workspace_id, case_id, at, outcome, note)"
            " SELECT gen_random_uuid(), workspace_id, id, due_at, 'recovered', ''"
            " FROM cases_case WHERE number %% 10 < 6 ORDER BY due_at".replace("%%", "%")
        )
        owner.execute("VACUUM ANALYZE")


def firsts(workspace) -> Iterator[tuple[str, object, str]]:
    """Return a first row of each table, and in what the others differ from it."""
    from datetime import timedelta
    from uuid import uuid4

    from django.utils.timezone import now

    from hamdel.act.cases.models import Case
    from hamdel.act.contacts.models import Contact
    from hamdel.act.messages.models import Message
    from hamdel.ground.access.models import Member
    from hamdel.know.customers.models import Customer
    from hamdel.listen.invitations.models import Invitation
    from hamdel.listen.surveys.models import Survey

    at, owner = now() - timedelta(days=366), Member.objects.get(workspace=workspace)
    survey = Survey.objects.create(workspace=workspace, name="bench", draft={})
    customer = Customer.objects.create(
        workspace=workspace, name="سارا", first_seen_at=at, last_seen_at=at, is_anonymous=False
    )
    case = Case.objects.create(
        workspace=workspace, number=1, customer=customer, event_id=uuid4(), metric="nps", score=3, owner=owner,
        opened_at=at, due_at=at,
    )  # fmt: skip
    message = Message.objects.create(
        workspace=workspace, customer=customer, channel="sms", address="+989121111111", state="delivered",
        created_at=at, not_before=at,
    )  # fmt: skip
    invitation = Invitation.objects.create(
        workspace=workspace,
        survey=survey,
        customer=customer,
        channel="sms",
        created_at=at,
        due_at=at,
        expires_at=at,
        digest="first",
    )
    contact = Contact.objects.create(
        workspace=workspace, customer=customer, channel="sms", purpose="survey", sender="bench", priority=1,
        state="sent", at=at, asked_at=at,
    )  # fmt: skip
    named = (
        "'name', (ARRAY['سارا','مینا','رضا','علی'])[1 + n %% 4] || ' ' || n,"
        "'name_sort_key', md5(n::text), 'last_seen_at', moment.at,"
        "'search', to_tsvector('simple', (ARRAY['سارا','مینا','رضا','علی'])[1 + n %% 4] || ' ' || n)"
    )
    due = "now() - make_interval(secs => 60 * (%(rows)s - n)::double precision)"
    return [
        ("customers_customer", customer.id, named),
        ("cases_case", case.id, f"'number', n + 1, 'event_id', gen_random_uuid(), 'due_at', {due}"),
        (
            "messaging_message",
            message.id,
            (
                "'created_at', moment.at, 'address', '+98912' || lpad((n::bigint * 7919 %% 9999999)::text, 7, '0'),"
                "'state', CASE WHEN n %% 1000 = 0 THEN 'failed' WHEN n %% 50 = 0 THEN 'received' ELSE 'delivered' END,"
                "'direction', CASE WHEN n %% 50 = 0 AND n %% 1000 > 0 THEN 'in' ELSE 'out' END"
            ),
        ),
        (
            "invitations_invitation",
            invitation.id,
            (
                "'digest', md5('d' || n), 'created_at', moment.at, 'state', CASE WHEN n %% 1000 = 0 THEN 'expired' ELSE 'delivered' END,"
                "'channel', CASE WHEN n %% 2000 = 0 THEN 'ivr' ELSE 'sms' END"
            ),
        ),
        ("contacts_contact", contact.id, "'asked_at', moment.at"),
    ]


def measure(rounds: int) -> None:
    from django.test import Client
    from django.urls import reverse

    from hamdel.ground.access.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get())
    for name, (view, chosen) in PAGES.items():
        show(client, name, reverse(view), chosen, rounds)


def show(client, name: str, address: str, chosen: dict[str, str], rounds: int) -> None:
    took, slowest = [], []
    for _round in range(rounds):
        with timed() as statements:
            began = time.perf_counter()
            response = client.get(address, chosen)
            took.append(1000 * (time.perf_counter() - began))
        assert response.status_code == 200, (name, response.status_code, response.headers)
        slowest.append(1000 * max(statements))
    print(f"{name:34}{statistics.median(took):>9,.0f} ms{statistics.median(slowest):>9,.0f} ms", flush=True)


@contextmanager
def timed() -> Iterator[list[float]]:
    """Gather how many seconds each statement took."""
    from django.db import connection

    found: list[float] = []

    def note(execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            found.append(time.perf_counter() - began)

    with connection.execute_wrapper(note):
        yield found


if __name__ == "__main__":
    main()
