"""Sealing days: from hot rows to files, a step at a time, each of which may be the last.

A day's rows are written to a temporary file, synced, renamed and registered; only then do the hot
rows leave. Broken off before it is registered, a file is nothing and the day is sealed anew;
after, the rows are there twice with the same address until they are cleared. What comes for a day
that is sealed goes to another file of that day, a delta.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from simpul.history.model import Segment, Series
from simpul.history.store import Sealing
from simpul.storage.segments import files
from simpul.storage.segments.lake import Lake
from simpul.storage.segments.schema import HotRow, table

ROWS_AT_ONCE = 131_072
DAY = timedelta(days=1)
EPOCH = date(1970, 1, 1)


class Unsealed(Protocol):
    """Hot rows and the manifest, as they are committed."""

    def regions(self) -> list[str]:
        """Every region that holds data."""

    def high_water(self, region: str) -> int:
        """Sequence of the last event."""

    def first_day(self, region: str, start: date) -> date | None:
        """The first day from `start` on that has a hot row."""

    def segments(self, region: str, day: date) -> list[Segment]:
        """What is sealed of a day, in order."""

    def to_clear(self, region: str) -> list[date]:
        """Days of which sealed rows may still be hot."""

    def rows(self, region: str, day: date, *, after: int, until: int) -> Iterator[HotRow]:
        """Hot rows of a day with after < sequence <= until, by series, moment and ordinal."""

    def series(self, numbers: Collection[int]) -> dict[int, Series]:
        """The series with these numbers."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals what is due. rest: how long a day must be over, or its last segment made, before it is
    sealed (again)."""

    unsealed: Unsealed
    sealing: Sealing
    lake: Lake
    rest: timedelta

    def seal_due(self, now: datetime) -> int:
        """Finish what was broken off, then seal the first day that is due; how many rows.

        Raises:
            simpul.kernel.errors.SimpulError: the broker is away or says no; nothing is lost.
        """
        for region in self.unsealed.regions():
            for day in self.unsealed.to_clear(region):
                self.sealing.clear(region, day)
            due = self._due(region, now)
            if due is not None:
                return self.seal(region, due, now)
        return 0

    def _due(self, region: str, now: datetime) -> date | None:
        day = self.unsealed.first_day(region, EPOCH)
        while day is not None:
            over = datetime.combine(day + DAY, time(), tzinfo=UTC)
            if over + self.rest > now:
                return None
            segments = self.unsealed.segments(region, day)
            if not segments or segments[-1].sealed_at + self.rest <= now:
                return day
            day = self.unsealed.first_day(region, day + DAY)
        return None

    def seal(self, region: str, day: date, now: datetime) -> int:
        """Seal what is hot of a day; how many rows.

        Raises:
            simpul.kernel.errors.SimpulError: the broker is away or says no; nothing is lost.
        """
        earlier = self.unsealed.segments(region, day)
        segment = self._write(region, day, earlier, now)
        if segment is None:
            return 0
        self.sealing.register(segment)
        self.sealing.clear(region, day)
        return segment.rows

    def _write(
        self, region: str, day: date, earlier: list[Segment], now: datetime
    ) -> Segment | None:
        """The files of the next segment of a day, in place and on disk; None if there is no row."""
        folder = self.lake.folder / region
        number = len(earlier)
        self._prepare(folder, f"{day}-{number}-")
        part = folder / f"{day}-{number}{files.PART}"
        after = earlier[-1].watermark if earlier else 0
        until = self.unsealed.high_water(region)
        hot = self.unsealed.rows(region, day, after=after, until=until)
        rows = files.write_rows(part, self._tables(hot))
        if not rows:
            part.unlink()
            return None
        sha256 = files.digest(part)
        size = part.stat().st_size
        path = folder / f"{day}-{number}-{sha256[:12]}.parquet"
        files.put_in_place(part, path)
        hours = self._write_hours(path, earlier, number)
        place = f"{region}/{path.name}", f"{region}/{hours.name}"
        return Segment(region, day, number, *place, rows, until, sha256, size, now)

    def _prepare(self, folder: Path, prefix: str) -> None:
        files.make_folder(self.lake.folder)
        files.make_folder(folder)
        files.sweep(folder, prefix, frozenset())

    def _tables(self, rows: Iterable[HotRow]) -> Iterator[pa.Table]:
        rows = iter(rows)
        while several := list(islice(rows, ROWS_AT_ONCE)):
            yield table(several, self.unsealed.series({row[0] for row in several}))

    def _write_hours(self, path: Path, earlier: list[Segment], number: int) -> Path:
        """Roll-ups of the hours that the segment at `path` has readings of."""
        before = [self.lake.folder / each.path for each in earlier]
        hours = self.lake.roll_up([*before, path], path if earlier else None, number)
        part, lasting = path.with_suffix(f".hours{files.PART}"), path.with_suffix(".hours.parquet")
        files.write_hours(part, hours)
        files.put_in_place(part, lasting)
        return lasting
