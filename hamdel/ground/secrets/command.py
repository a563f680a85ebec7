"""`hamdel rotate-secrets`: seal everything with a new key and forget the old ones."""

from __future__ import annotations

import argparse

from hamdel.cli import wake_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keep-old", action="store_true", help="leave the old keys in the file")


def run(options: argparse.Namespace) -> int:
    from hamdel import environment

    if environment.value("HAMDEL_SEALING_KEYS"):
        print(
            "The keys come from HAMDEL_SEALING_KEYS: put a new one in front of them there, then run this again."
        )
    wake_django()
    from hamdel.ground.secrets.rotating import rotate

    print(f"{rotate(keep_old=options.keep_old)} secrets are sealed with the newest key.")
    return 0
