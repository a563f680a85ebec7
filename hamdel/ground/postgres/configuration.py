"""How the embedded server is configured: for a small machine, and never to forget."""

from __future__ import annotations

from pathlib import Path

SETTINGS = """\
# Written by Hamdel at every start of the server, so that an upgrade brings new values.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 80
fsync = on
full_page_writes = on
synchronous_commit = on
shared_buffers = 128MB
effective_cache_size = 512MB
work_mem = 8MB
maintenance_work_mem = 64MB
wal_compression = on
max_wal_size = 1GB
min_wal_size = 128MB
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 1
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
# Progress of a recovery, which is how we know that waiting makes sense.
log_startup_progress_interval = '2s'
# A failed statement and the row it failed on are a customer's; neither belongs in a log file.
log_min_error_statement = panic
log_error_verbosity = terse
"""
# Asked for even though only our own user can reach the socket.
ACCESS = "local all all scram-sha-256\n"


def write_configuration(home: Path, sockets: Path) -> list[str]:
    """Write the files and return the arguments that point the server to them."""
    settings, access = home / "postgresql.conf", home / "pg_hba.conf"
    _replace(
        settings, f"{SETTINGS}unix_socket_directories = '{str(sockets).replace(chr(39), chr(39) * 2)}'\n"
    )
    _replace(access, ACCESS)
    return ["-c", f"config_file={settings}", "-c", f"hba_file={access}"]


def _replace(file: Path, text: str) -> None:
    """Write all or nothing: on a full disk the old file stays."""
    new = file.with_suffix(".new")
    new.write_text(text)
    new.chmod(0o644)
    new.replace(file)
