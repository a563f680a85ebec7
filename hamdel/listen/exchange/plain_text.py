"""Texts from elsewhere: HTML becomes plain text, and insertions of earlier answers become `{{key}}`."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import nh3

from hamdel.listen.exchange.report import Report

LONGEST = 4_000
_BREAKS = re.compile(r"<\s*(br|/p|/div|/li|/tr|/h[1-6]|hr)\b[^>]*>", re.IGNORECASE)
_ITEMS = re.compile(r"<\s*li\b[^>]*>", re.IGNORECASE)
_CELLS = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_MEDIA = re.compile(
    r"<\s*(img|video|audio|iframe|embed|object|canvas|input|select|textarea|button)\b", re.IGNORECASE
)
_SCRIPTS = re.compile(r"<\s*(script|style)\b", re.IGNORECASE)
_FORMATTING = re.compile(r"<\s*(b|i|u|em|strong|span|font|h[1-6]|table|a|sup|sub|center)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


def plain(text: object, report: Report, place: str = "") -> str:
    """Return the words of an HTML text. What is lost by it goes into the report."""
    if not isinstance(text, str | int | float):
        return ""
    raw = _CONTROLS.sub(" ", str(text).replace("\r\n", "\n").replace("\r", "\n"))
    if _TAG.search(raw):
        _note_losses(raw, report, place)
        raw = _CELLS.sub(" \u2003", _ITEMS.sub("• ", _BREAKS.sub("\n", raw)))
        raw = nh3.clean(raw, tags=set())
    words = html.unescape(raw).replace("\u00a0", " ")
    lines = [re.sub(r"[ \t\u2003]+", " ", line).strip() for line in words.split("\n")]
    # Two braces would be an insertion here; in a text from elsewhere they are only braces.
    flat = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip().replace("{{", "{ {").replace("}}", "} }")
    if len(flat) > LONGEST:
        report.change("long_text", place, most=LONGEST)
        flat = flat[: LONGEST - 1].rstrip() + "…"
    return flat


def _note_losses(raw: str, report: Report, place: str) -> None:
    if _MEDIA.search(raw):
        report.drop("media", place)
    if _SCRIPTS.search(raw):
        report.drop("script", place)
    if _FORMATTING.search(raw):
        report.change("formatting")


def short(text: str, most: int = 60) -> str:
    """Return a text short enough to name its place in a report."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def piped(
    text: str,
    pattern: re.Pattern[str],
    key_of: Callable[[re.Match[str]], str | None],
    report: Report,
    place: str,
) -> str:
    """Replace every insertion by `{{key}}`; one whose question is not known is left out and reported."""

    def replaced(found: re.Match[str]) -> str:
        key = key_of(found)
        if key is None:
            report.drop("piping", place, text=found.group(0)[:80])
            return ""
        return "{{" + key + "}}"

    said = pattern.sub(replaced, text)
    # Where one was left out, no gap is left either.
    lines = (re.sub(r"[ \t]{2,}", " ", line).strip() for line in said.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
