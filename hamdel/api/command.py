"""`hamdel openapi`: print the OpenAPI document of the public API."""

from __future__ import annotations

import argparse
import json
import os


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments: there is one document."""


def run(_options: argparse.Namespace) -> int:
    """Print the document. It needs no database, so none is started."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hamdel.settings")
    import django

    django.setup()
    from hamdel.api.document import document

    print(json.dumps(document(), indent=2, ensure_ascii=False))
    return 0
