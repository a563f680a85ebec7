"""What we check before we serve: a wall that is one, and an acknowledgement that holds."""

from __future__ import annotations

import psycopg

from hamdel.ground.postgres.errors import NotDurable, UnsafeRole

MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
# "on" waits for our own disk; the others of these wait for a standby's as well.
SYNCHRONOUS = {"on", "remote_write", "remote_apply"}


def verify_role(connection: psycopg.Connection) -> None:
    """Refuse a role that row level security does not bind. Raises UnsafeRole."""
    row = connection.execute(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    name, is_super, bypasses = row or ("?", True, True)
    if is_super or bypasses:
        power = "a superuser" if is_super else "allowed to bypass row level security"
        raise UnsafeRole(
            f"Hamdel refuses to run as {name!r}: it is {power}, so one workspace could see another."
            f" Make a plain role (CREATE ROLE hamdel_app LOGIN NOSUPERUSER NOBYPASSRLS) and name it in"
            " HAMDEL_POSTGRES_URL; migrations may use another one in HAMDEL_POSTGRES_OWNER_URL."
        )


def verify_durability(connection: psycopg.Connection) -> None:
    """Refuse a server that answers before its disk has it. Raises NotDurable."""
    for name in MUST_BE_ON:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        value = row[0] if row else "?"
        good = SYNCHRONOUS if name == "synchronous_commit" else {"on"}
        if value not in good:
            raise NotDurable(
                f"PostgreSQL runs with {name} = {value}, so an acknowledged answer could be lost."
                + (
                    " Make the cluster anew with checksums."
                    if name == "data_checksums"
                    else f" Set {name} = on."
                )
            )
