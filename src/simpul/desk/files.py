"""Files by the hash of their content: written and synced to disk before their row exists.

The wiring says where they are kept and how large one may be. A file is never changed and never
written inside a database transaction; two people who send the same one share it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from simpul.desk import media
from simpul.desk.errors import FileTooLarge, NoSuchFile
from simpul.desk.models import StoredFile


@dataclass(frozen=True, slots=True)
class FileStore:
    """folder: below it, two letters of the hash, then the file; limit: bytes of one file."""

    folder: Path
    limit: int

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def write(self, data: bytes) -> str:
        """Put the bytes on disk for good; returns their SHA-256, hexadecimal."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if target.exists():
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.parent / f".{secrets.token_hex(8)}"
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(target)
        _sync_folder(target.parent)
        _sync_folder(self.folder)
        return sha256

    def read(self, sha256: str) -> bytes:
        """
        Raises:
            NoSuchFile: it is not on disk, or not what it was.
        """
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise NoSuchFile from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise NoSuchFile(_("This file is damaged on disk."))
        return data


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_store: list[FileStore] = []


def use(folder: Path, *, limit: int) -> None:
    """Called by the wiring."""
    _store[:] = [FileStore(folder, limit)]


def store() -> FileStore:
    """The file store of this installation."""
    return _store[0]


def keep(data: bytes, *, now: datetime) -> StoredFile:
    """Keep a file that somebody sent, or that was made here; the same bytes give the same row.

    Call it outside any transaction: it opens a durable one of its own, which Django refuses
    inside another.

    Raises:
        EmptyFile, FileNotAccepted: see `media.sniff`.
        FileTooLarge
    """
    if len(data) > store().limit:
        megabytes = store().limit // (1024 * 1024)
        text = _("This file is larger than %(size)d MB.") % {"size": megabytes}
        raise FileTooLarge(text, limit=store().limit)
    media_type = media.sniff(data)
    sha256 = store().write(data)
    with transaction.atomic(durable=True):
        kept, _made = StoredFile.objects.get_or_create(
            sha256=sha256,
            defaults={"size": len(data), "media_type": media_type, "stored_at": now},
        )
    return kept


def content(file: StoredFile) -> bytes:
    """The bytes of a file.

    Raises:
        NoSuchFile: the disk has lost it.
    """
    return store().read(file.sha256)
