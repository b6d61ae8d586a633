from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.db import transaction
from PIL import Image

from simpul.desk import errors, files, media
from simpul.desk.models import StoredFile
from tests.factories import NOW

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def image(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    return out.getvalue()


MACROS = packed(
    **{"[Content_Types].xml": b"", "word__document.xml": b"", "word__vbaProject.bin": b""}
)
DOCX = packed(**{"[Content_Types].xml": b"<x/>", "word__document.xml": b"<x/>"})


def test_a_file_is_found_by_its_hash(own_files: Path) -> None:
    kept = files.keep(PDF, now=NOW)
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert (kept.sha256, kept.size, kept.media_type) == (sha256, len(PDF), "application/pdf")
    assert (own_files / sha256[:2] / sha256).read_bytes() == PDF
    assert files.content(kept) == PDF


def test_the_same_bytes_are_kept_once(own_files: Path) -> None:
    assert files.keep(PDF, now=NOW) == files.keep(PDF, now=NOW)
    assert StoredFile.objects.count() == 1
    assert len([path for path in own_files.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PDF, "application/pdf"),
        (image("JPEG"), "image/jpeg"),
        (image("PNG"), "image/png"),
        (image("WEBP"), "image/webp"),
        (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            packed(mimetype=b"application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text",
        ),
        (b"kecamatan,jumlah\nGabek,12\nRangkui,9\n", "text/csv"),
        ("Notulen rapat – hadir semua.".encode(), "text/plain"),
    ],
)
def test_what_offices_send_is_known_by_its_content(data: bytes, media_type: str) -> None:
    assert media.sniff(data) == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01",
        b"<!doctype html><script>alert(1)</script>",
        b"\n\n  <HTML><body>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg/>',
        b"#!/bin/sh\nrm -rf /\n",
        image("GIF"),
        packed(whatever=b"x"),
        MACROS,
        b"PK\x03\x04 broken",
        b"\xff\xfe\x00broken",
        b"GIF89a<script>",
    ],
)
def test_what_could_run_or_is_unknown_is_refused(data: bytes) -> None:
    with pytest.raises(errors.FileNotAccepted):
        files.keep(data, now=NOW)
    assert not StoredFile.objects.exists()


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(errors.EmptyFile):
        files.keep(b"", now=NOW)


def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(errors.FileTooLarge) as caught:
        files.keep(PDF + b" " * 1024 * 1024, now=NOW)
    assert "1 MB" in caught.value.detail


def test_a_file_lost_or_damaged_on_disk_is_told(own_files: Path) -> None:
    kept = files.keep(PDF, now=NOW)
    path = own_files / kept.sha256[:2] / kept.sha256
    path.write_bytes(b"other")
    with pytest.raises(errors.NoSuchFile):
        files.content(kept)
    path.unlink()
    with pytest.raises(errors.NoSuchFile):
        files.content(kept)


@pytest.mark.django_db(transaction=True)
def test_no_file_is_kept_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        files.keep(PDF, now=NOW)
