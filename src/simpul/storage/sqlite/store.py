"""The file as a whole: its readers, and for the broker its writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from simpul.storage.segments.lake import Lake
from simpul.storage.sqlite.connection import Readers, open_writer
from simpul.storage.sqlite.entities import SqliteEntities
from simpul.storage.sqlite.feeds import SqliteFeeds
from simpul.storage.sqlite.history import SqliteHistory
from simpul.storage.sqlite.sealed import SealedMoments
from simpul.storage.sqlite.writer import GroupWriter


@dataclass(frozen=True, slots=True)
class SqliteReaders:
    """Everything that can be read, for any number of threads."""

    entities: SqliteEntities
    history: SqliteHistory
    feeds: SqliteFeeds
    readers: Readers
    lake: Lake

    def close(self) -> None:
        """Close what this thread opened, and the sealed days for all."""
        self.readers.close()
        self.lake.close()


def segments_folder(path: Path) -> Path:
    """Where the sealed days of a file are: beside it."""
    return path.parent / "segments"


def open_readers(path: Path) -> SqliteReaders:
    """Readers of the file; nothing is opened before the first question."""
    readers = Readers(path)
    lake = Lake(segments_folder(path))
    return SqliteReaders(
        SqliteEntities(readers), SqliteHistory(readers, lake), SqliteFeeds(readers), readers, lake
    )


def open_group_writer(
    path: Path,
    *,
    after_commit: Callable[[frozenset[str]], None] | None = None,
    inline: bool = False,
    measured: Callable[[int, float, bool], None] | None = None,
) -> GroupWriter:
    """The file's only writer, its schema brought up to date.

    Raises:
        simpul.kernel.errors.Unavailable: it cannot be opened, or is of a later version.
    """
    sealed = SealedMoments(Lake(segments_folder(path)))
    return GroupWriter(
        open_writer(path),
        after_commit=after_commit,
        inline=inline,
        sealed=sealed,
        measured=measured,
    )
