"""What a file really is, by its bytes. The name and the type a browser states are only what somebody says.

Only kinds that no browser runs as a page are known here: SVG and HTML can carry script, so they are not.
"""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass

MOST_ENTRIES = 5_000
# More than this many pixels take a browser hundreds of megabytes to draw, however small the file is.
MOST_PIXELS = 40_000_000


@dataclass(frozen=True)
class Kind:
    """One kind of file: its media type and the ending its name gets."""

    media_type: str
    ending: str

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


PNG, JPEG, WEBP, GIF = (Kind(f"image/{ending}", ending) for ending in ("png", "jpeg", "webp", "gif"))
PDF = Kind("application/pdf", "pdf")
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = Kind(_OPEN_XML + "wordprocessingml.document", "docx")
XLSX = Kind(_OPEN_XML + "spreadsheetml.sheet", "xlsx")
PPTX = Kind(_OPEN_XML + "presentationml.presentation", "pptx")
ODT = Kind("application/vnd.oasis.opendocument.text", "odt")
ODS = Kind("application/vnd.oasis.opendocument.spreadsheet", "ods")
ODP = Kind("application/vnd.oasis.opendocument.presentation", "odp")
IMAGES = frozenset({PNG, JPEG, WEBP, GIF})
DOCUMENTS = frozenset({PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP})
_MAIN_PART = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_OPEN_DOCUMENT = {kind.media_type: kind for kind in (ODT, ODS, ODP)}
_HAVE_CODE = ("vbaproject.bin", "basic/", "scripts/")


class HasCode(Exception):
    """A document with macros: it would run on the machine of whoever opens it."""


def kind_of(content: bytes) -> Kind | None:
    """Return what the bytes are, None for anything not known here. Raises HasCode."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content[:6] in {b"GIF87a", b"GIF89a"}:
        return GIF
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"%PDF-"):
        return PDF
    return _office(content) if content.startswith(b"PK\x03\x04") else None


def _office(content: bytes) -> Kind | None:
    """Look at the names inside a zip; nothing is unpacked but the few letters of an OpenDocument's type."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename.lower() for entry in entries}
            if len(entries) > MOST_ENTRIES:
                return None
            if any(name.endswith(_HAVE_CODE[0]) or name.startswith(_HAVE_CODE[1:]) for name in names):
                raise HasCode
            for part, kind in _MAIN_PART.items():
                if part in names and "[content_types].xml" in names:
                    return kind
            return _OPEN_DOCUMENT.get(_stated(archive))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError):
        return None


def _stated(archive: zipfile.ZipFile) -> str:
    if "mimetype" not in archive.namelist():
        return ""
    with archive.open("mimetype") as stated:
        return stated.read(100).decode("ascii", "replace").strip()


def size_of(content: bytes, kind: Kind) -> tuple[int, int] | None:
    """Return width and height of an image in pixels; None when its head is broken or it is no image."""
    try:
        return _SIZES[kind](content) if kind in _SIZES else None
    except (struct.error, IndexError):
        return None


def _png(content: bytes) -> tuple[int, int]:
    return struct.unpack_from(">II", content, 16)


def _gif(content: bytes) -> tuple[int, int]:
    return struct.unpack_from("<HH", content, 6)


def _webp(content: bytes) -> tuple[int, int] | None:
    match content[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
            return width, height
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    place = 2
    while place < len(content) - 9:
        if content[place] != 0xFF:
            return None
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        # Start of frame of any coding; C4, C8 and CC are tables that share the range.
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">HH", content, place + 5)
            return width, height
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return None


_SIZES = {PNG: _png, GIF: _gif, WEBP: _webp, JPEG: _jpeg}
