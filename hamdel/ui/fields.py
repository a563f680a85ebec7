"""Any Django form field with our label, help and error."""

from __future__ import annotations

from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def shown_field(bound: BoundField, attributes: dict[str, str] | None = None) -> SafeString:
    """Render a field; `attributes` go to its input, underscores become hyphens: `hx_get`, `placeholder`, `dir`."""
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    # A constant of a template counts as safe; within an attribute its quotes must be escaped all the same.
    given = {name.replace("_", "-"): "".join(value) for name, value in (attributes or {}).items()}
    # Text that people write is laid out by its own language, not by the page's.
    if kind(bound) in {"text", "area"}:
        given.setdefault("dir", "auto")
        # An empty field counts as left-to-right; base.css undoes that where a placeholder is shown.
        given.setdefault("placeholder", bound.field.widget.attrs.get("placeholder", " "))
    if described:
        given["aria-describedby"] = " ".join(described)
    if kind(bound) != "file":
        given["class"] = " ".join(filter(None, (f"input input--{kind(bound)}", given.get("class"))))
    context = {"field": bound, "kind": kind(bound), "input": bound.as_widget(attrs=given)}
    context |= {"several": getattr(bound.field.widget, "allow_multiple_selected", False)}
    return render_to_string("components/field.html", context)


def kind(bound: BoundField) -> str:
    """Return how the field is laid out: text, area, select, check, choices or file."""
    widget = bound.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, FileInput):
        return "file"
    if isinstance(widget, Select):
        return "select"
    return "area" if isinstance(widget, Textarea) else "text"
