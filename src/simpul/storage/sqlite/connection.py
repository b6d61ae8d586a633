"""Opening the file: one writer, any number of readers. No business logic."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from simpul.kernel.errors import Unavailable
from simpul.storage.sqlite.sql import SQL, migrations

BUSY_MS = 5_000
Row = tuple[Any, ...]


class NotMade(Unavailable):
    """The city's data has not been made yet: start the broker once."""

    problem = "not-made"


def open_writer(path: Path) -> apsw.Connection:
    """The one connection that writes: WAL, every commit on disk before it returns, schema current.

    Raises:
        Unavailable: the file was written by a later version, or cannot be opened.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = apsw.Connection(str(path), statementcachesize=200)
        connection.set_busy_timeout(BUSY_MS)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full")
        connection.pragma("foreign_keys", False)
        connection.pragma("journal_size_limit", 64 * 1024 * 1024)
        connection.pragma("cache_size", -32 * 1024)
        connection.pragma("temp_store", "memory")
    except apsw.Error as error:
        raise Unavailable(f"{path} cannot be opened: {error}") from error
    migrate(connection)
    return connection


def migrate(connection: apsw.Connection) -> None:
    """Bring the schema up to date, one migration and one transaction at a time.

    Raises:
        Unavailable: the file was written by a later version.
    """
    steps = migrations()
    version = int(connection.pragma("user_version"))
    if version > len(steps):
        raise Unavailable(f"the data were written by a later version (schema {version})")
    for number, step in enumerate(steps[version:], start=version + 1):
        with connection:
            connection.execute(step)
            connection.pragma("user_version", number)


class Readers:
    """Read-only connections to one file, one for each thread that asks.

    A connection sees what is committed; a statement sees one snapshot, a `snapshot` block also.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def connection(self) -> apsw.Connection:
        """This thread's connection.

        Raises:
            NotMade: there is no file yet, or not with the present schema.
        """
        known: apsw.Connection | None = getattr(self._local, "connection", None)
        if known is None:
            known = self._open()
            self._local.connection = known
        return known

    def _open(self) -> apsw.Connection:
        if not self._path.exists():
            raise NotMade
        try:
            connection = apsw.Connection(
                str(self._path), flags=apsw.SQLITE_OPEN_READONLY, statementcachesize=200
            )
            connection.set_busy_timeout(BUSY_MS)
            version = int(connection.pragma("user_version"))
        except apsw.Error as error:
            raise Unavailable(f"{self._path} cannot be read: {error}") from error
        if version != len(migrations()):
            connection.close()
            raise NotMade("the city's data are of another version: start the broker of this one")
        return connection

    def rows(self, name: str, values: Mapping[str, Any]) -> list[Row]:
        """Every row of a named statement."""
        return list(self.connection().execute(SQL[name], dict(values)))

    def row(self, name: str, values: Mapping[str, Any]) -> Row | None:
        """The first row of a named statement."""
        return self.connection().execute(SQL[name], dict(values)).fetchone()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A block in which every read of this thread sees the same commit."""
        connection = self.connection()
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close this thread's connection."""
        known: apsw.Connection | None = getattr(self._local, "connection", None)
        if known is not None:
            known.close()
            self._local.connection = None
