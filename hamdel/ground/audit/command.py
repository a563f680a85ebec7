"""`hamdel verify-audit`: check that nobody changed the audit log."""

from __future__ import annotations

import argparse

from hamdel.cli import wake_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments: every workspace is checked."""


def run(_options: argparse.Namespace) -> int:
    wake_django()
    from hamdel.ground.audit.actions import first_broken_entry
    from hamdel.ground.workspaces.models import Workspace
    from hamdel.ground.workspaces.tenancy import across_workspaces

    broken = 0
    with across_workspaces():
        for workspace in Workspace.objects.order_by("slug"):
            number = first_broken_entry(workspace)
            broken += number is not None
            print(f"{workspace.slug}: " + (f"changed at entry {number}" if number else "unchanged"))
    return 1 if broken else 0
