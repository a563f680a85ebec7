"""Translations: compile every slice's `django.po`, and find the words that have no Persian yet.

`python -m hamdel.ui.catalogues` compiles; `--check` lists what is missing and fails if anything is.

Reading .po and writing .mo are forty lines each and both formats are frozen since 1995, so no package and no
GNU gettext are needed on the server.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = "locale/fa/LC_MESSAGES/django.po"
# Every catalogue gets this header, whatever its own says: Django joins catalogues only if their plurals agree.
HEADER = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Language: fa\n"
    "Plural-Forms: nplurals=2; plural=(n > 1);\n"
)
_CONTEXT_MARK, _PLURAL_MARK = "\x04", "\x00"
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(\".*\")")
_STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"\b(_|n?p?gettext)\(({_STRING}(?:, ?{_STRING})*)")
_PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w*)[:}]")


class CatalogueError(ValueError):
    """A line of a .po file that cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Message:
    """One entry of a .po file. `strings` has one text, or one for each plural form."""

    key: str
    strings: tuple[str, ...]
    plural: str = ""

    @property
    def is_translated(self) -> bool:
        return bool(self.strings) and all(self.strings)


@dataclass(frozen=True)
class Use:
    """A place in a template or in Python where a message is shown."""

    key: str
    path: Path

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT.parent)}: {self.key.replace(_CONTEXT_MARK, ' | ')!r}"


def catalogues() -> list[Path]:
    """Return every Persian catalogue of the product."""
    return sorted(path for path in ROOT.rglob(CATALOGUE) if "node_modules" not in path.parts)


def read(path: Path) -> list[Message]:
    """Return the messages of a .po file, without the header and the fuzzy ones. Raises CatalogueError."""
    messages, fields, current, fuzzy = [], {}, "", False

    def finish() -> None:
        if fields.get("msgid") and not fuzzy:
            messages.append(_message(fields))

    for number, line in enumerate([*path.read_text("utf-8").splitlines(), ""], start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            if any(field.startswith("msgstr") for field in fields):
                finish()
                fields, fuzzy = {}, False
            fuzzy = fuzzy or (text.startswith("#,") and "fuzzy" in text)
        elif found := _KEYWORD.fullmatch(text):
            if found[1] in fields:
                finish()
                fields, fuzzy = {}, False
            current = found[1]
            fields[current] = ast.literal_eval(found[2])
        elif text.startswith('"') and current:
            fields[current] += ast.literal_eval(text)
        else:
            raise CatalogueError(f"{path}:{number}: cannot read {text!r}")
    return messages


def _message(fields: dict[str, str]) -> Message:
    context = f"{fields['msgctxt']}{_CONTEXT_MARK}" if "msgctxt" in fields else ""
    strings = tuple(fields[name] for name in sorted(fields) if name.startswith("msgstr"))
    return Message(context + fields["msgid"], strings, fields.get("msgid_plural", ""))


def write(messages: Iterable[Message], path: Path) -> None:
    """Write the translated messages as a .mo file, the binary form Python's gettext reads."""
    pairs = {"": HEADER}
    for message in messages:
        if message.is_translated:
            key = message.key + (_PLURAL_MARK + message.plural if message.plural else "")
            pairs[key] = _PLURAL_MARK.join(message.strings)
    path.write_bytes(_mo(pairs))


def _mo(pairs: dict[str, str]) -> bytes:
    """Lay out a .mo file: seven header words, two tables of (length, offset), then the texts, keys sorted."""
    keys = sorted(key.encode() for key in pairs)
    texts = keys + [pairs[key.decode()].encode() for key in keys]
    count, start = len(keys), 7 * 4
    offset, table, body = start + 16 * count, b"", b""
    for text in texts:
        table += struct.pack("<II", len(text), offset + len(body))
        body += text + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, count, start, start + 8 * count, 0, offset) + table + body


def compile_all(*, force: bool = False) -> int:
    """Compile the catalogues that are newer than their .mo; return how many were."""
    count = 0
    for path in catalogues():
        target = path.with_suffix(".mo")
        if force or not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            write(read(path), target)
            count += 1
    return count


def translations() -> dict[str, str]:
    """Return every translated message of every slice: key → Persian (its first plural form)."""
    return {m.key: m.strings[0] for path in catalogues() for m in read(path) if m.is_translated}


def uses() -> Iterator[Use]:
    """Find every message our templates and our Python show; tests do not count."""
    for path in sorted(ROOT.rglob("*")):
        if {"node_modules", "tests"} & set(path.parts):
            continue
        if "templates" in path.parts and path.suffix in {".html", ".txt", ".svg"}:
            yield from (Use(key, path) for key in keys_in_template(path.read_text("utf-8")))
        elif path.suffix == ".py":
            yield from (Use(key, path) for key in keys_in_python(path.read_text("utf-8")))


def keys_in_template(source: str) -> list[str]:
    """Return what `{% translate %}`, `{% blocktranslate %}` and `_("…")` of a template show."""
    from django.utils.translation.template import templatize  # needs Django; compiling does not

    found = _CALL.finditer(templatize(source))
    return [_key(call[1], list(ast.literal_eval(f"({call[2]},)"))) for call in found]


def keys_in_python(source: str) -> list[str]:
    """Return the messages of calls like `_("…")`, `ngettext("…", "…", n)`, `pgettext("context", "…")`."""
    keys = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if re.fullmatch(r"_|n?p?gettext(_lazy|_noop)?", name) and texts:
                keys.append(_key(name, texts))
    return keys


def _key(function: str, texts: list[str]) -> str:
    return _CONTEXT_MARK.join(texts[:2]) if "pgettext" in function else texts[0]


def missing() -> list[Use]:
    """Return where a message is shown that no catalogue translates, each message once."""
    have, seen = translations(), dict[str, Use]()
    for use in uses():
        if use.key not in have and use.key.strip():
            seen.setdefault(use.key, use)
    return list(seen.values())


def unequal() -> list[str]:
    """Return messages two slices translate differently: which one is shown would hang on the order of apps."""
    first: dict[str, tuple[str, ...]] = {}
    return [
        f"{path.relative_to(ROOT.parent)}: {message.key!r}"
        for path in catalogues()
        for message in read(path)
        if message.is_translated and first.setdefault(message.key, message.strings) != message.strings
    ]


def broken() -> list[str]:
    """Return translations that use a placeholder their English does not have: showing them would fail."""
    return [
        f"{path.relative_to(ROOT.parent)}: {message.key!r}"
        for path in catalogues()
        for message in read(path)
        for text in message.strings
        if not _placeholders(text) <= _placeholders(message.key) | _placeholders(message.plural)
    ]


def _placeholders(text: str) -> set[tuple[str, str]]:
    return set(_PLACEHOLDER.findall(text))


def check() -> list[str]:
    """Return every complaint about the catalogues, one line each; empty when all is well."""
    lines = [f"no Persian for {use}" for use in missing()]
    lines += [f"translated differently elsewhere, {line}" for line in unequal()]
    return lines + [f"unknown placeholder, {line}" for line in broken()]


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        complaints = check()
        print("\n".join(complaints) or "Every message has its Persian.")
        return 1 if complaints else 0
    print(f"{compile_all(force='--all' in arguments)} catalogues compiled.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
