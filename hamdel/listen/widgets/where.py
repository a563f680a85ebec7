"""On which pages a widget shows: lines as a person writes them, and the rule they stand for.

A line is a path: `/cart` is that page, `/cart*` whatever begins so, `*sale*` whatever contains it, and a line with `!`
in front is a page to leave out. A line with a host (`shop.example.ir/cart*`) is compared with host and path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

DEVICES = ("phone", "tablet", "computer")
MOST_LINES = 50


def rule_of(lines: str, devices: Iterable[str]) -> dict[str, Any] | None:
    """Return the rule of the lines and devices, None for every page on every device."""
    written = [line.strip() for line in lines.splitlines() if line.strip()][:MOST_LINES]
    wanted = [_one(line) for line in written if not line.startswith("!")]
    unwanted = [
        {"not": _one(line[1:].strip())} for line in written if line.startswith("!") and line[1:].strip()
    ]
    chosen = [device for device in DEVICES if device in set(devices)]
    parts: list[dict[str, Any]] = [{"any": wanted}] if wanted else []
    parts += unwanted
    if chosen and len(chosen) < len(DEVICES):
        parts.append({"field": "device", "operator": "in", "value": chosen})
    return {"all": parts} if parts else None


def _one(line: str) -> dict[str, Any]:
    text = line.strip("*")
    field = "path" if text.startswith("/") or line.startswith("*") else "address"
    if line.startswith("*"):
        return {"field": "url", "operator": "contains", "value": text or "/"}
    return {"field": field, "operator": "starts with" if line.endswith("*") else "=", "value": text}


def lines_of(rule: Mapping[str, Any] | None) -> str:
    """Return the lines a rule made by `rule_of` was written in."""
    lines = []
    for part in (rule or {}).get("all", []):
        if "any" in part:
            lines += [_line(one) for one in part["any"]]
        elif "not" in part:
            lines.append("!" + _line(part["not"]))
    return "\n".join(lines)


def _line(one: Mapping[str, Any]) -> str:
    if one["operator"] == "contains":
        return f"*{one['value']}*"
    return f"{one['value']}*" if one["operator"] == "starts with" else one["value"]


def devices_of(rule: Mapping[str, Any] | None) -> list[str]:
    """Return the devices a rule allows."""
    for part in (rule or {}).get("all", []):
        if part.get("field") == "device":
            return list(part["value"])
    return list(DEVICES)
