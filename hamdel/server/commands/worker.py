"""`hamdel worker`: jobs and the shipper, beside web processes."""

from __future__ import annotations

import argparse

from hamdel.server.commands.web import run_part


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(_options: argparse.Namespace) -> int:
    return run_part("127.0.0.1", 0, pages=False, background=True)
