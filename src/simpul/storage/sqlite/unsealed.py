"""Hot rows as sealing wants them: which days there are, and a day's rows in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from simpul.history.model import Segment, Series
from simpul.storage.segments.schema import HotRow
from simpul.storage.sqlite.connection import Readers
from simpul.storage.sqlite.history import SqliteHistory
from simpul.storage.sqlite.sealed import DAY_US, day_number, day_of, segment_from


class SqliteUnsealed:
    """Implements `storage.segments.sealing.Unsealed`."""

    def __init__(self, readers: Readers, history: SqliteHistory) -> None:
        self._readers = readers
        self._history = history

    def regions(self) -> list[str]:
        return [code for (code,) in self._readers.rows("regions", {})]

    def high_water(self, region: str) -> int:
        row = self._readers.row("high_water", {"region": region})
        return int(row[0]) if row else 0

    def first_day(self, region: str, start: date) -> date | None:
        values = {"region": region, "start": day_number(start) * DAY_US}
        row = self._readers.row("first_hot", values)
        return None if row is None or row[0] is None else day_of(int(row[0]) // DAY_US)

    def segments(self, region: str, day: date) -> list[Segment]:
        number = day_number(day)
        rows = self._readers.rows("segments", {"region": region, "first": number, "last": number})
        return [segment_from(row) for row in rows]

    def to_clear(self, region: str) -> list[date]:
        return [
            day_of(day) for (day,) in self._readers.rows("segments_to_clear", {"region": region})
        ]

    def rows(self, region: str, day: date, *, after: int, until: int) -> Iterator[HotRow]:
        start = day_number(day) * DAY_US
        values: dict[str, Any] = {"region": region, "start": start, "end": start + DAY_US}
        values |= {"after": after, "until": until}
        for (series,) in self._readers.rows("series_numbers", {"region": region}):
            for row in self._readers.rows("unsealed_rows", values | {"series": series}):
                number, observed, ordinal, value, body, sequence, received = row
                yield number, observed, ordinal, value, body, sequence, received

    def series(self, numbers: Collection[int]) -> dict[int, Series]:
        return self._history.series(numbers)
