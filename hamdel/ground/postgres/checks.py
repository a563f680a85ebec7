"""What we check before we serve: a wall that is one, and an acknowledgement that holds."""

from __future__ import annotations

import psycopg

from hamdel.ground.postgres.errors import NotDurable, UnsafeRole

# "on" waits for our own disk; the others of synchronous_commit wait for a standby's as well.
GOOD = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_write", "remote_apply"},
    "data_checksums": {"on"},
}
CURES = {
    "data_checksums": "Stop that server, run pg_checksums --enable on its data folder and start it again."
}
# Whatever the role could become by SET ROLE counts as well; a superuser is a member of every role.
POWERS = """
SELECT current_user, coalesce(bool_or(rolsuper), false), coalesce(bool_or(rolbypassrls), false)
FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER') OR pg_has_role(current_user, oid, 'MEMBER')
"""


def verify_role(connection: psycopg.Connection) -> None:
    """Refuse a role that row level security does not bind, or that may take such a role. Raises UnsafeRole."""
    row = connection.execute(POWERS).fetchone()
    name, is_super, bypasses = row or ("?", True, True)
    if is_super or bypasses:
        power = "a superuser" if is_super else "allowed to bypass row level security"
        raise UnsafeRole(
            f"Hamdel refuses to run as {name!r}: it is, or may become, {power}, so one workspace could see another."
            " Make a plain role (CREATE ROLE hamdel_app LOGIN NOSUPERUSER NOBYPASSRLS) and name it in"
            " HAMDEL_POSTGRES_URL; migrations may use another one in HAMDEL_POSTGRES_OWNER_URL."
        )


def verify_durability(connection: psycopg.Connection) -> None:
    """Refuse a server that answers before its disk has it. Raises NotDurable."""
    for name, good in GOOD.items():
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        value = row[0] if row else "?"
        if value not in good:
            raise NotDurable(
                f"PostgreSQL runs with {name} = {value}, so an acknowledged answer could be lost. "
                + CURES.get(name, f"Set {name} = on in its configuration, and not otherwise for this role.")
            )
