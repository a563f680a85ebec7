"""Our icons: strokes on a 24-unit grid, drawn inside the page so that they work in PDF and e-mail too."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Icons that point along the reading direction; they are mirrored in Persian.
DIRECTIONAL = frozenset(
    {"arrow", "back", "chevron", "delivery", "logout", "send", "undo", "list", "note", "reply"}
)

# A part beginning with a letter is a path; "o x y r" is a circle, "r x y w h r" a rectangle with round corners.
SHAPES: dict[str, tuple[str, ...]] = {
    "alert": ("M6 10a6 6 0 0 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7Z", "M10 20.5a2.2 2.2 0 0 0 4 0"),
    "arrow": ("M5 12h14", "M13 6l6 6-6 6"),
    "auto": ("o 12 12 8", "M12 4v16", "M12 8h3.5M12 12h4M12 16h3.5"),
    "back": ("M19 12H5", "M11 6l-6 6 6 6"),
    "bolt": ("M13 3 5 13.5h6L10.5 21 19 10.5h-6L13 3Z",),
    "building": ("r 5 3.5 14 17 2", "M9 8h1.5M13.5 8H15M9 12h1.5M13.5 12H15M10 20.5V16.5h4v4"),
    "calendar": ("r 4 5.5 16 14.5 2.5", "M4 10h16M8.5 3.5v4M15.5 3.5v4"),
    "case": ("M4 12a8 8 0 1 1 16 0", "r 3 12 4.5 7 2", "r 16.5 12 4.5 7 2", "M19 19c0 1.5-2 2-4 2h-1.5"),
    "chart": ("M4 4v14a2 2 0 0 0 2 2h14", "M8 15l3.5-4 3 2.5L20 7"),
    "check": ("M5 12.5 10 17.5 19.5 7",),
    "chevron": ("M9.5 6l6 6-6 6",),
    "clock": ("o 12 12 8.5", "M12 7v5.2l3.3 2"),
    "copy": (
        "r 8.5 8.5 12 12 2.5",
        "M5.5 15.5H5A1.5 1.5 0 0 1 3.5 14V5A1.5 1.5 0 0 1 5 3.5h9A1.5 1.5 0 0 1 15.5 5v.5",
    ),
    "cross": ("M6 6l12 12M18 6 6 18",),
    "customers": (
        "o 9 8 3.5",
        "M2.5 19.5c0-3.5 3-5.5 6.5-5.5s6.5 2 6.5 5.5",
        "M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.6c2.2.8 3.5 2.6 3.5 4.9",
    ),
    "delivery": ("M3 6.5h10.5v10H3Z", "M13.5 10H17l3.5 3.5v3h-7Z", "o 7 17.5 1.8", "o 17 17.5 1.8"),
    "down": ("M12 5v14", "M6 13l6 6 6-6"),
    "download": ("M12 4v11", "M7 10.5l5 5 5-5", "M4.5 19.5h15"),
    "edit": ("M4 20l1-4.5L15.5 5a2 2 0 0 1 2.8 0l.7.7a2 2 0 0 1 0 2.8L8.5 19 4 20Z", "M13.5 7l3.5 3.5"),
    "event": ("M3 12h4l2.5-6.5 5 13L17 12h4",),
    "external": (
        "M13.5 4.5h6v6",
        "M19.5 4.5 11 13",
        "M17.5 14v4a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 6 6.5h4",
    ),
    "eye": ("M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z", "o 12 12 3"),
    "filter": ("M4 6.5h16M7 12h10M10 17.5h4",),
    "flat": ("M5 12h14",),
    "globe": (
        "o 12 12 8.5",
        "M3.5 12h17",
        "M12 3.5c2.5 2.4 3.7 5.2 3.7 8.5S14.5 18.1 12 20.5c-2.5-2.4-3.7-5.2-3.7-8.5S9.5 5.9 12 3.5Z",
    ),
    "heart": ("M12 20 4.7 12.7a4.6 4.6 0 0 1 6.5-6.5l.8.8.8-.8a4.6 4.6 0 0 1 6.5 6.5Z",),
    "home": (
        "M4 11.5 12 4.5l8 7",
        "M6 10v8.5a1.5 1.5 0 0 0 1.5 1.5h9a1.5 1.5 0 0 0 1.5-1.5V10",
        "M10 20v-5.5h4V20",
    ),
    "info": ("o 12 12 8.5", "M12 11v5M12 7.8v.2"),
    "invite": ("r 3.5 5.5 17 13 2.5", "M4 7.5l8 6 8-6"),
    "journey": ("o 6 18 2.2", "o 18 6 2.2", "M8.2 18H15a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h6.8"),
    "key": ("o 8 16 4", "M11 13 20 4M16.5 7.5l3 3M14 10l1.8 1.8"),
    "link": (
        "M10 14a4 4 0 0 0 6 .4l3-3a4.2 4.2 0 0 0-6-6l-1.3 1.3",
        "M14 10a4 4 0 0 0-6-.4l-3 3a4.2 4.2 0 0 0 6 6l1.3-1.3",
    ),
    "list": ("M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.5M4.5 12h.5M4.5 17.5h.5",),
    "lock": ("r 5 10.5 14 10 2.5", "M8 10.5V8a4 4 0 0 1 8 0v2.5"),
    "logout": (
        "M10 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H10",
        "M14.5 8l4.5 4-4.5 4M19 12h-9",
    ),
    "mail": ("r 3.5 5.5 17 13 2.5", "M4 7.5l8 6 8-6"),
    "menu": ("M4 7h16M4 12h16M4 17h16",),
    "merge": ("M5 5l5 5.5c1.3 1.5 2 2.7 2 4.5v5", "M19 5l-5 5.5", "M8.5 16.5 12 20l3.5-3.5"),
    "message": (
        "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-5 4v-4.1A2.5 2.5 0 0 1 4 13.5Z",
        "M8.5 8.5h7M8.5 11.8h4.5",
    ),
    "minus": ("M5 12h14",),
    "moon": ("M20 14.2A8.3 8.3 0 0 1 9.8 4 8.3 8.3 0 1 0 20 14.2Z",),
    "more": ("M5.5 12h.01M12 12h.01M18.5 12h.01",),
    "note": ("M5 4.5h14v9.5l-5 5.5H5Z", "M14 19.5V14h5", "M8.5 8.5h7M8.5 12h3.5"),
    "order": ("M5.5 8.5h13l1 11.5h-15Z", "M8.5 11V7.5a3.5 3.5 0 0 1 7 0V11"),
    "pause": ("M8.5 5.5v13M15.5 5.5v13",),
    "person": ("o 12 8 4", "M4.5 20.5c0-4 3.5-6.5 7.5-6.5s7.5 2.5 7.5 6.5"),
    "phone": (
        "M6.5 3.5h3L11 8 8.8 9.5a11 11 0 0 0 5.7 5.7L16 13l4.5 1.5v3a3 3 0 0 1-3.3 3C9.8 19.8 4.2 14.2 3.5 6.8a3 3 0 0 1 3-3.3Z",
    ),
    "play": ("M7 4.5v15l12-7.5-12-7.5Z",),
    "plus": ("M12 5v14M5 12h14",),
    "qr": (
        "r 4 4 6 6 1.2",
        "r 14 4 6 6 1.2",
        "r 4 14 6 6 1.2",
        "M14 14h2.5v2.5H14ZM20 14v2M17.5 20H20v-1.5M14 20h.5",
    ),
    "refresh": (
        "M19.5 12a7.5 7.5 0 0 1-13.3 4.8M4.5 12a7.5 7.5 0 0 1 13.3-4.8",
        "M18.5 3.5v4h-4M5.5 20.5v-4h4",
    ),
    "reply": ("M9.5 6 4 11.5 9.5 17", "M4 11.5h9.5a6 6 0 0 1 6 6V19"),
    "report": ("M6 3.5h8.5l4 4V20.5H6Z", "M14 3.5V8h4.5", "M9.5 17v-3M12.5 17v-5.5M15.5 17v-1.5"),
    "return": ("M8.5 4.5 4.5 8.5l4 4", "M4.5 8.5H14a5.5 5.5 0 0 1 0 11H8"),
    "search": ("o 11 11 6.5", "M16 16l4.5 4.5"),
    "segment": ("M12 3.5V12l7 5", "o 12 12 8.5", "M12 12 4.2 8.5"),
    "send": ("M20.5 3.5 10 14", "M20.5 3.5 14 20.5l-4-6.5-6.5-4 17-6.5Z"),
    "settings": ("M4 7h9M17 7h3M4 17h3M11 17h9", "o 15 7 2", "o 9 17 2"),
    "shield": ("M12 3.5 5 6v5.5c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6l-7-2.5Z", "M12 8.5v4M12 15.5v.2"),
    "source": ("M9 3.5v4M15 3.5v4", "M6.5 7.5h11V11a5.5 5.5 0 0 1-11 0V7.5Z", "M12 16.5v4"),
    "star": ("M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7L12 17l-5.1 2.7 1-5.7-4.1-4 5.7-.8L12 4Z",),
    "sun": (
        "o 12 12 3.8",
        "M12 3v1.8M12 19.2V21M3 12h1.8M19.2 12H21M5.6 5.6l1.3 1.3M17.1 17.1l1.3 1.3M18.4 5.6l-1.3 1.3M6.9 17.1l-1.3 1.3",
    ),
    "survey": ("r 5 4.5 14 16 2.5", "M9 3.5h6v3H9Z", "M8.5 12.5l1.5 1.5 2.5-3M8.5 17h7"),
    "table": ("r 4 5 16 14 2.5", "M4 10h16M4 14.5h16M10 10v9"),
    "tag": ("M4 4.5h7.5l8.5 8.5-7 7L4.5 11.5 4 4.5Z", "M8.3 8.3v.01"),
    "target": ("o 12 12 8.5", "o 12 12 4.5", "M12 12v.01"),
    "trash": ("M5 7h14M10 7V4.5h4V7", "M6.5 7l1 13h9l1-13", "M10.5 11v5M13.5 11v5"),
    "undo": ("M8.5 5.5 4.5 9.5l4 4", "M4.5 9.5H14a5 5 0 0 1 0 10h-3"),
    "up": ("M12 19V5", "M6 11l6-6 6 6"),
    "upload": ("M12 15.5v-11", "M7 9l5-5 5 5", "M4.5 19.5h15"),
    "warning": ("M12 4 2.8 19.5h18.4L12 4Z", "M12 10v4.2M12 16.8v.2"),
}


def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon. Without a label it is decoration and hidden from screen readers. KeyError: no such icon."""
    shapes = mark_safe("".join(map(_shape, SHAPES[name])))  # noqa: S308 — our own constants
    turns = " icon--directional" if name in DIRECTIONAL else ""
    speaks = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        turns,
        speaks,
        shapes,
    )


def _shape(shape: str) -> str:
    kind, _, rest = shape.partition(" ")
    if kind == "o":
        x, y, radius = rest.split()
        return f'<circle cx="{x}" cy="{y}" r="{radius}"/>'
    if kind == "r":
        x, y, width, height, radius = rest.split()
        return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"/>'
    return f'<path d="{shape}"/>'
