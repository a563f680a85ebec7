"""The command line: `hamdel COMMAND`. Each command is a small function; Django wakes only when one needs it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from hamdel import environment

# name → (module with `add_arguments(parser)` and `run(options) -> int`, one line of help)
COMMANDS = {
    "serve": ("hamdel.server.commands.serve", "Run the whole product in one process"),
    "web": ("hamdel.server.commands.web", "Run one web process, beside others and a worker"),
    "worker": ("hamdel.server.commands.worker", "Run jobs and the shipper, beside web processes"),
    "migrate": ("hamdel.server.commands.migrate", "Bring both databases to this version"),
    "demo": ("hamdel.simulator.command", "Fill an empty Hamdel with a shop's year and serve it"),
    "import": ("hamdel.listen.sources.command", "Import events from CSV, JSONL or Parquet files"),
    "survey": ("hamdel.listen.exchange.command", "Import surveys made elsewhere, or export one"),
    "backup": ("hamdel.server.commands.backup", "Write everything into one file, while Hamdel goes on"),
    "restore": ("hamdel.server.commands.restore", "Make an installation from a backup, and compare it"),
    "doctor": ("hamdel.server.commands.doctor", "Look for what is wrong or will be soon"),
    "export": ("hamdel.server.commands.export", "Write down everything that is known of one customer"),
    "erase": (
        "hamdel.server.commands.erase",
        "Forget one customer everywhere, down to the bytes on the disk",
    ),
    "rebuild": ("hamdel.listen.events.rebuilding", "Make ClickHouse anew from the log of events"),
    "create-admin": ("hamdel.ground.access.command", "Make a workspace with its first admin"),
    "verify-audit": ("hamdel.ground.audit.command", "Check that nobody changed the audit log"),
    "rotate-secrets": ("hamdel.ground.secrets.command", "Seal all secrets with a new key"),
    "openapi": ("hamdel.api.command", "Print the OpenAPI document"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    chosen = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="hamdel", description="Hamdel, customer experience management.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_module, line) in COMMANDS.items():
        commands.add_parser(name, help=line, add_help=name not in chosen)
    known, rest = parser.parse_known_args(chosen[:1])
    environment.warn_of_unknown()
    return command(known.command, rest or chosen[1:])


def command(name: str, arguments: Sequence[str]) -> int:
    """Run the command `name`, its module loaded only now."""
    module_name, line = COMMANDS[name]
    module = import_module(module_name)
    parser = argparse.ArgumentParser(prog=f"hamdel {name}", description=line)
    module.add_arguments(parser)
    run: Callable[[argparse.Namespace], int] = module.run
    return run(parser.parse_args(arguments))


def wake_django() -> None:
    """Start PostgreSQL if it is ours, point Django at it and load the slices."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hamdel.settings")
    from django.conf import settings

    from hamdel.ground.postgres import connection_urls

    urls = connection_urls()
    from hamdel.settings import database

    settings.DATABASES["default"].update(database(urls.app))
    settings.DATABASES["owner"].update(database(urls.owner))
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
