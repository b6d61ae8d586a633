"""Writing files that are whole or not there: temporary file, sync, rename, sync of the folder."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Set
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from simpul.history.model import Segment
from simpul.storage.segments.schema import HOURS, IN_DICTIONARIES, SCHEMA

PART = ".part"
SWEPT_AFTER_S = 3600


def write_rows(path: Path, tables: Iterable[pa.Table]) -> int:
    """Write tables of `SCHEMA`, one row group each, to a new file on disk; how many rows."""
    rows = 0
    with pq.ParquetWriter(
        path,
        SCHEMA,
        compression="zstd",
        compression_level=9,
        use_dictionary=IN_DICTIONARIES,
        write_statistics=["series", "observed"],
    ) as writer:
        for each in tables:
            writer.write_table(each, row_group_size=max(1, each.num_rows))
            rows += each.num_rows
    sync(path)
    return rows


def write_hours(path: Path, hours: pa.Table) -> None:
    """Write a table of `HOURS` to a new file on disk."""
    pq.write_table(hours.cast(HOURS), path, compression="zstd", use_dictionary=True)
    sync(path)


def sync(path: Path) -> None:
    """Wait until a file or the names in a folder are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(part: Path, path: Path) -> None:
    """Give a synced file its lasting name; after this it is found there whatever happens."""
    part.replace(path)
    sync(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder whose name is on disk."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync(folder.parent)


def digest(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def holds(folder: Path, segment: Segment) -> bool:
    """Whether both files of a segment lie in the folder, the readings byte for byte."""
    path, hours = (folder / segment.path).resolve(), (folder / segment.hours).resolve()
    if not all(each.is_relative_to(folder.resolve()) and each.is_file() for each in (path, hours)):
        return False
    return path.stat().st_size == segment.size and digest(path) == segment.sha256


def sweep(folder: Path, prefix: str, known: Set[str]) -> None:
    """Remove files of an attempt that was broken off.

    Only those older than an hour: the broker may still be about to register a younger one.
    """
    for path in folder.glob(f"{prefix}*"):
        if path.name not in known and time.time() - path.stat().st_mtime > SWEPT_AFTER_S:
            path.unlink(missing_ok=True)
