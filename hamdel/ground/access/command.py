"""`hamdel create-admin`: a workspace with its first owner, and the link that lets them in."""

from __future__ import annotations

import argparse
import sys

from hamdel import environment
from hamdel.cli import wake_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email")
    parser.add_argument("--name", default="", help="the admin's name")
    parser.add_argument("--workspace", default="Hamdel", help="name of the workspace to make")
    parser.add_argument("--slug", default="main", help="its short name, as other commands want it")


def run(options: argparse.Namespace) -> int:
    wake_django()
    from django.db import IntegrityError
    from django.utils.timezone import now

    from hamdel.ground.access.actions import found_workspace, make_login_link
    from hamdel.ground.access.models import User
    from hamdel.ground.beside import a_server_runs
    from hamdel.server.commands.migrate import migrate

    # The ClickHouse of a running server is up to date.
    migrate(only_postgres=a_server_runs())
    email = options.email.lower()
    user, _new = User.objects.get_or_create(email=email, defaults={"name": options.name})
    try:
        found_workspace(name=options.workspace, slug=options.slug, owner=user)
    except IntegrityError:
        print(
            f"hamdel: there is a workspace {options.slug!r} already; here is a new link for {email}.",
            file=sys.stderr,
        )
    base = environment.value("HAMDEL_URL") or f"http://127.0.0.1:{environment.port()}"
    print(f"{base}/settings/login/{make_login_link(user, at=now())}/")
    return 0
