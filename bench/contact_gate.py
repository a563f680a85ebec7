"""The contact gate under random schedules: in memory against the oracle, then many senders at once on PostgreSQL.

    .venv/bin/python -m bench.contact_gate [--schedules 1000000] [--asks 1000000] [--senders 8] [--customers 20000]

A schedule is a random policy, a random customer and four asks at random moments in any order; the gate's decision on
each is compared with a second, naive telling of the rules. Then concurrent senders, each with a connection of its own,
ask in batches for random customers at random moments, fail some, confirm some at another time and send the rest;
afterwards every customer's ledger is searched for a broken rule. Any violation ends the run with an error.
"""

from __future__ import annotations

import argparse
import time
from multiprocessing import Pool

from bench.grounds import make_schemas, own_home, own_postgres

BATCH = 500
AT_ONCE = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.contact_gate", description=__doc__.splitlines()[0])
    parser.add_argument("--schedules", type=int, default=1_000_000)
    parser.add_argument("--asks", type=int, default=1_000_000)
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--customers", type=int, default=20_000)
    options = parser.parse_args()
    with own_home() as folder:
        in_memory(options.schedules)
        with own_postgres(folder):
            make_schemas()
            concurrently(options)


def play(seed: int) -> int:
    """Play some schedules; return how many asks were allowed."""
    import django

    django.setup()
    from random import Random

    from hamdel.act.contacts.tests import storm

    random = Random(seed)
    return sum(storm.play(random) for _ in range(AT_ONCE))


def in_memory(schedules: int) -> None:
    began, rounds = time.monotonic(), -(-schedules // AT_ONCE)
    with Pool() as pool:
        allowed = sum(pool.imap_unordered(play, range(rounds)))
    done = rounds * AT_ONCE
    print(
        f"{done:,} schedules, {4 * done:,} asks, {allowed:,} allowed, 0 disagreements with the oracle:"
        f" {time.monotonic() - began:.0f} s"
    )


def concurrently(options: argparse.Namespace) -> None:
    from hamdel.act.contacts.models import Contact
    from hamdel.act.contacts.tests import storm
    from hamdel.ground.workspaces.tenancy import inside

    workspace, customers = peopled(options.customers)
    batches = -(-options.asks // (options.senders * BATCH))
    began = time.monotonic()
    storm.storm(workspace, customers, senders=options.senders, batches=batches, size=BATCH)
    seconds = time.monotonic() - began
    found = storm.violations(workspace)
    with inside(workspace):
        asked, held = Contact.objects.count(), Contact.objects.counted().count()
    print(
        f"{asked:,} asks by {options.senders} senders at once, {held:,} slots held: {seconds:.0f} s,"
        f" {asked / seconds:,.0f} asks/s; {len(found)} violations"
    )
    if found:
        raise SystemExit("\n".join(found[:10]))


def peopled(size: int):
    """Return a workspace with a policy that has something to refuse, and its customers."""
    from django.utils.timezone import now

    from hamdel.act.contacts.actions import change_policy
    from hamdel.act.contacts.policy import Basis, Cap, Policy
    from hamdel.act.contacts.tests.storm import PURPOSES
    from hamdel.ground.access.actions import found_workspace
    from hamdel.ground.access.models import User
    from hamdel.ground.workspaces.tenancy import across_workspaces, inside
    from hamdel.know.customers.models import Customer

    with across_workspaces():
        user = User.objects.create_user("bench@example.ir", name="bench")
        owner = found_workspace(name="bench", slug="bench", owner=user)
    moment = now()
    with inside(owner.workspace):
        people = [
            Customer(
                workspace=owner.workspace,
                phone=f"+98912{n:07d}",
                email=f"n{n}@example.ir",
                first_seen_at=moment,
                last_seen_at=moment,
            )
            for n in range(size)
        ]
        Customer.objects.bulk_create(people, batch_size=5_000)
        basis = dict.fromkeys(PURPOSES, Basis.OPT_OUT)
        rules = Policy(basis=basis, cap=Cap(3, 4), topic_cap=Cap(2, 5), cool_off_days=6)
        change_policy(owner.workspace, rules, by=owner, at=moment)
    return owner.workspace, [person.id for person in people]


if __name__ == "__main__":
    main()
