"""Files are kept for what they are, and served without any rights."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from django.urls import reverse

from hamdel.ground.files.actions import FileRefused, keep_file
from hamdel.ground.files.models import Content, File, Purpose
from hamdel.ground.workspaces.tenancy import inside
from tests.cast import SOME_DAY


def png(width=3, height=2):
    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x10\x20\x30" * min(width, 9)) * min(height, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def office(*parts, mimetype=None):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for part in parts:
            archive.writestr(part, "x")
    return held.getvalue()


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF"
    + b"\0" * 10
    + b"\xff\xc0\x00\x11\x08"
    + struct.pack(">HH", 20, 30)
    + b"\3" * 10
)
GIF = b"GIF89a" + struct.pack("<HH", 5, 6) + b"\0" * 20
WEBP = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0" + b"\0" * 4 + (7).to_bytes(3, "little") + (8).to_bytes(3, "little")
DOCX = office("[Content_Types].xml", "word/document.xml")
ODS = office("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet")
PDF = b"%PDF-1.7\n..."


def keep(cast, content, *, name="file", purpose=Purpose.UPLOAD, by=None):
    with inside(cast.cafe):
        return keep_file(cast.cafe, name=name, content=content, purpose=purpose, by=by, at=SOME_DAY)


@pytest.mark.parametrize(
    ("content", "media_type", "size"),
    [
        (png(3, 2), "image/png", (3, 2)),
        (JPEG, "image/jpeg", (30, 20)),
        (GIF, "image/gif", (5, 6)),
        (WEBP, "image/webp", (8, 9)),
        (PDF, "application/pdf", (None, None)),
        (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (None, None)),
        (ODS, "application/vnd.oasis.opendocument.spreadsheet", (None, None)),
    ],
)
def test_a_file_is_what_its_bytes_say(cast, content, media_type, size):
    file = keep(cast, content, name="picture.svg")

    assert (file.media_type, (file.width, file.height)) == (media_type, size)
    with inside(cast.cafe):
        assert bytes(Content.objects.get(file=file).content) == content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\0 a program",
        office("anything.txt"),
        office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        DOCX[:60],
        b"\x89PNG\r\n\x1a\n",
        png(60_000, 60_000),
        PDF + b"x" * 10_000_001,
    ],
    ids=["empty", "svg", "html", "program", "zip", "macros", "half", "headless", "huge picture", "too large"],
)
def test_anything_else_is_refused_in_words(cast, content):
    with pytest.raises(FileRefused) as refusal:
        keep(cast, content)

    assert len(str(refusal.value)) > 15
    with inside(cast.cafe):
        assert not File.objects.exists()


def test_a_document_is_no_logo(cast):
    with pytest.raises(FileRefused, match="PNG"):
        keep(cast, PDF, purpose=Purpose.LOGO)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\عکس من.PNG", "عکس من.png"),
        ("gpj\u202egnp.exe", "gpjgnp.exe.png"),
        ('a"\r\nSet-Cookie: x', "aSet-Cookie x.png"),
        ("", "file.png"),
        ("ن" * 500, "ن" * 120 + ".png"),
    ],
)
def test_a_name_hides_nothing(cast, given, kept):
    assert keep(cast, png(), name=given).name == kept


def test_a_public_file_needs_only_its_address_and_may_do_nothing(cast, client):
    file = keep(cast, png(), name="نشان ما.png", purpose=Purpose.LOGO, by=cast.owner)

    response = client.get(file.address)

    assert response.content == png()
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Content-Disposition"].startswith("inline")
    assert "immutable" in response["Cache-Control"]
    again = client.get(file.address, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_document_is_saved_never_shown(cast, client):
    file = keep(cast, PDF, name="گزارش.pdf")
    client.force_login(cast.owner.user)

    assert client.get(file.address)["Content-Disposition"].startswith("attachment")


def test_a_private_file_is_seen_by_members_with_its_permission_only(cast, client):
    file = keep(cast, png())
    attached = keep(cast, png(), purpose=Purpose.ATTACHMENT)

    seen = {}
    for who in (None, "outsider", "viewer", "agent"):
        client.logout()
        if who:
            client.force_login(getattr(cast, who).user)
        seen[who] = [client.get(one.address).status_code for one in (file, attached)]

    assert seen == {None: [404, 404], "outsider": [404, 404], "viewer": [200, 404], "agent": [200, 200]}


@pytest.mark.parametrize("address", ["", "nothing", "%00", "x" * 300])
def test_an_unknown_address_is_missing(cast, client, address):
    assert client.get(reverse("files:file", args=["x"])[:-1] + address).status_code == 404


def test_what_strangers_upload_has_an_end(cast, monkeypatch):
    monkeypatch.setattr("hamdel.ground.files.actions.MOST_BYTES_OF_STRANGERS", len(png()) + 5)
    keep(cast, png())

    with pytest.raises(FileRefused, match=r"No more|فعلاً"):
        keep(cast, png())
    assert keep(cast, png(), by=cast.owner).bytes == len(png())
