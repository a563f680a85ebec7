"""What can go wrong with PostgreSQL, and what to do next."""


class PostgresError(Exception):
    """PostgreSQL cannot be used; the message says what to do."""


class StartFailed(PostgresError):
    """The embedded PostgreSQL did not start."""


class UnsafeRole(PostgresError):
    """The role Hamdel runs as would see through row level security."""


class NotDurable(PostgresError):
    """The server could lose what it acknowledged."""
