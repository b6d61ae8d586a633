"""What a file is, judged by its content; its name and what its sender says count for nothing.

Accepted are pictures, PDF, office documents without macros, and plain tables and text. Everything
that a browser might run (HTML, SVG, scripts, programs) is refused.
"""

from __future__ import annotations

import io
import re
import zipfile

from PIL import Image, UnidentifiedImageError

from simpul.desk.errors import EmptyFile, FileNotAccepted

PDF = "application/pdf"
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
OFFICE = {
    "word/document.xml": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    "xl/workbook.xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    "ppt/presentation.xml": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
    ),
}
OPEN_DOCUMENTS = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
ENDINGS = (
    {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
    | dict(OFFICE.values())
    | OPEN_DOCUMENTS
    | {"text/csv": "csv", "text/plain": "txt"}
)
SHOWN_INLINE = frozenset({PDF, *PICTURES.values()})
"""What a browser may show in its window; the rest is offered for saving."""


def is_picture(media_type: str) -> bool:
    return media_type in PICTURES.values()


_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def sniff(data: bytes) -> str:
    """The media type of a file that is accepted.

    Raises:
        EmptyFile
        FileNotAccepted
    """
    if not data:
        raise EmptyFile
    found = _pdf(data) or _picture(data) or _office(data) or _text(data)
    if found is None:
        raise FileNotAccepted
    return found


def _pdf(data: bytes) -> str | None:
    return PDF if data.startswith(b"%PDF-") else None


def _picture(data: bytes) -> str | None:
    try:
        with Image.open(io.BytesIO(data), formats=list(PICTURES)) as picture:
            return PICTURES.get(picture.format or "")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        return None


def _office(data: bytes) -> str | None:
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _packed(package)
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError):
        return None


def _packed(package: zipfile.ZipFile) -> str | None:
    names = set(package.namelist())
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        return None
    if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
        declared = package.read("mimetype").decode("ascii", "replace")
        return declared if declared in OPEN_DOCUMENTS else None
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for part, (kind, _ending) in OFFICE.items() if part in names), None)


def _text(data: bytes) -> str | None:
    """Text in UTF-8 that no browser could take for a page; a table where its lines have as many
    separators each."""
    if _CONTROL.search(data):
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    head = text[:2048].lower()
    if any(sign in head for sign in ("<html", "<script", "<!doctype", "<svg", "<?xml", "<?php")):
        return None
    if head.lstrip().startswith(("<", "#!")):
        return None
    return "text/csv" if _is_table(text) else "text/plain"


def _is_table(text: str) -> bool:
    lines = [line for line in text.splitlines()[:5] if line]
    counts = {
        separator: {line.count(separator) for line in lines} for separator in (",", ";", "\t")
    }
    return any(min(found) > 0 for found in counts.values() if found) and len(lines) > 1
