"""A progress bar for people, and a line now and then for logs."""

from __future__ import annotations

import sys
import time
from typing import TextIO

WIDTH = 28
SECONDS_BETWEEN = 0.2
LOGGED_STEP = 0.1


class Progress:
    """Shows how far something is; on a terminal in one line that changes, elsewhere every tenth."""

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self.label = label
        self.stream = stream or sys.stderr
        self.begun = time.monotonic()
        self.shown_at = 0.0
        self.logged = 0.0

    def show(self, share: float, text: str = "") -> None:
        """Show a share of 0 to 1; most calls do nothing."""
        moment = time.monotonic()
        if self.stream.isatty():
            if moment - self.shown_at >= SECONDS_BETWEEN or share >= 1:
                self.shown_at = moment
                self.stream.write(f"\r{self.line(share, text)}\x1b[K")
                self.stream.flush()
        elif share >= self.logged + LOGGED_STEP or (share >= 1 and self.logged < 1):
            self.logged = share
            print(self.line(share, text), file=self.stream, flush=True)

    def line(self, share: float, text: str) -> str:
        full = round(share * WIDTH)
        seconds = time.monotonic() - self.begun
        return f"{self.label} [{'█' * full}{'·' * (WIDTH - full)}] {share:4.0%} {seconds:5.1f} s {text}"

    def end(self) -> None:
        if self.stream.isatty():
            print(file=self.stream)
