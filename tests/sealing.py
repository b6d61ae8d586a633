"""Sealing without a broker beside it: the last steps go straight to a store's writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from simpul.history.model import Segment
from simpul.storage.segments.sealing import Sealer
from simpul.storage.sqlite.store import SqliteReaders
from simpul.storage.sqlite.unsealed import SqliteUnsealed

LATER = timedelta(days=400)
NO_REST = timedelta()


@dataclass
class Direct:
    """Implements `history.store.Sealing` on a writer of this process."""

    write: Callable[[Callable[[Any], Any]], Any]
    slices: int = 0

    def register(self, segment: Segment) -> None:
        self.write(lambda unit: unit.add_segment(segment))

    def clear(self, region: str, day: date) -> None:
        after: int | None = 0
        while after is not None:
            after = self._slice(region, day, after)
            self.slices += 1

    def _slice(self, region: str, day: date, after: int) -> int | None:
        left: int | None = self.write(
            lambda unit: unit.clear_segments(region, day, after=after, seconds=0)
        )
        return left


def a_sealer(stores: SqliteReaders, sealing: Any, rest: timedelta = NO_REST) -> Sealer:
    unsealed = SqliteUnsealed(stores.readers, stores.history)
    return Sealer(unsealed, sealing, stores.lake, rest)


def seal_all(sealer: Sealer, now: datetime) -> int:
    """Seal whatever is due; how many rows."""
    total = 0
    while rows := sealer.seal_due(now):
        total += rows
    return total


def hot_rows(stores: SqliteReaders) -> int:
    return int(next(stores.readers.connection().execute("SELECT count(*) FROM hot"))[0])
