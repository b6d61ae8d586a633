"""The archive's reader: hot rows of the file and sealed days beside it as one answer.

Manifest and hot rows are read in one snapshot. A row that is sealed and not cleared yet is met
twice, with the same address, and counts once.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson

from simpul.context.model import Selection
from simpul.context.query import parse_query
from simpul.history.model import Reading, Rollup, Series
from simpul.kernel.ids import ReadingAddress
from simpul.kernel.time import from_us, to_us
from simpul.storage.segments.lake import Lake
from simpul.storage.segments.schema import HotRow
from simpul.storage.sqlite.connection import Readers
from simpul.storage.sqlite.entities import SqliteEntities
from simpul.storage.sqlite.filters import where
from simpul.storage.sqlite.rows import FOREVER, reading_from, series_from
from simpul.storage.sqlite.sealed import DAY_US

_SERIES = (
    "SELECT s.number, s.region, s.entity_id, s.entity_type, s.attribute, s.dataset, s.feed,"
    " s.unit, s.area, s.open FROM series AS s"
)
HOUR_US = 3_600_000_000
SERIES_AT_ONCE = 64
MOST_DAYS_AT_ONCE = 16


class SqliteHistory:
    """Implements `history.store.HistoryReader`."""

    def __init__(self, readers: Readers, lake: Lake) -> None:
        self._readers = readers
        self._lake = lake

    def series_of(
        self,
        region: str,
        *,
        entity_type: str,
        attribute: str,
        area: str | None = None,
        entity_id: str | None = None,
        q: str | None = None,
    ) -> list[Series]:
        parts = ["s.region = ?", "s.entity_type = ?", "s.attribute = ?"]
        values: list[Any] = [region, entity_type, attribute]
        if area is not None:
            parts.append("(s.area = ? OR s.area GLOB ?)")
            values.extend((area, f"{area}.*"))
        if entity_id is not None:
            parts.append("s.entity_id = ?")
            values.append(entity_id)
        if q:
            said, given = self._satisfying(region, entity_type, q)
            parts.append(said)
            values.extend(given)
        text = f"{_SERIES} WHERE {' AND '.join(parts)} ORDER BY s.entity_id, s.number"
        return [series_from(row) for row in self._readers.connection().execute(text, values)]

    def _satisfying(self, region: str, entity_type: str, q: str) -> tuple[str, list[Any]]:
        """A condition on the series that its current entity satisfies q."""
        selection = Selection(types=(entity_type,), query=parse_query(q))
        said = where(region, selection)
        if said.exact:
            return f"s.entity_id IN (SELECT e.id FROM entity AS e WHERE {said.sql})", said.values
        found = SqliteEntities(self._readers).find(region, selection, limit=FOREVER)
        ids = orjson.dumps([entity.id for entity in found]).decode()
        return "s.entity_id IN (SELECT value FROM json_each(?))", [ids]

    def series_of_entity(self, region: str, entity_id: str) -> list[Series]:
        rows = self._readers.rows("series_of_entity", {"region": region, "entity_id": entity_id})
        return [series_from(row) for row in rows]

    def series(self, numbers: Collection[int]) -> dict[int, Series]:
        wanted = orjson.dumps(list(numbers)).decode()
        rows = self._readers.rows("series_by_numbers", {"numbers": wanted})
        return {row[0]: series_from(row) for row in rows}

    def readings(
        self,
        series: Collection[int],
        start: datetime,
        end: datetime,
        *,
        as_of: int | None = None,
    ) -> Iterator[Reading]:
        known = self.series(series)
        limits = {each.region: as_of for each in known.values()}
        if as_of is None:
            with self._readers.snapshot():
                limits = {region: self._high_water(region) for region in limits}
        low, high = to_us(start), to_us(end)
        for region, numbers in _chunks(known):
            limit = limits[region]
            assert limit is not None
            yield from self._in_force(region, numbers, low, high, limit)

    def _in_force(
        self, region: str, numbers: Sequence[int], start: int, end: int, as_of: int = FOREVER
    ) -> Iterator[Reading]:
        """Readings in force of some series of a region, by series and moment."""
        with self._readers.snapshot():
            paths = [path for _, path, _ in self._segments(region, start, end)]
            values = {"region": region, "start": start, "end": end, "as_of": as_of}
            hot = [
                row
                for number in numbers
                for row in self._readers.rows("raw_readings", values | {"series": number})
            ]
        sealed = self._sealed(paths, numbers, start, end, as_of)
        for row in _last_of_each(heapq.merge(sealed, hot, key=_address)):
            yield reading_from(row[0], row[1:])

    def _sealed(
        self, paths: Sequence[str], numbers: Sequence[int], start: int, end: int, as_of: int
    ) -> Iterator[HotRow]:
        return self._lake.rows(paths, numbers, start, end, as_of) if paths else iter(())

    def _segments(self, region: str, start: int, end: int) -> list[tuple[int, str, str]]:
        """Day, readings and roll-ups of each segment of a stretch, in order."""
        values = {"region": region, "first": start // DAY_US, "last": (end - 1) // DAY_US}
        return [(row[1], row[3], row[4]) for row in self._readers.rows("segments", values)]

    def _high_water(self, region: str) -> int:
        row = self._readers.row("high_water", {"region": region})
        return int(row[0]) if row else 0

    def reading(self, address: ReadingAddress) -> Reading | None:
        found = self._revisions(address.series, address.observed_us)
        return next((each for each in found if each.ordinal == address.ordinal), None)

    def latest(self, series: int) -> Reading | None:
        found = self.latest_many(series, limit=1)
        return found[0] if found else None

    def latest_many(
        self, series: int, *, before: datetime | None = None, limit: int = 100
    ) -> list[Reading]:
        return self._page(series, None, before, limit, backwards=True)

    def last_between(
        self, series: int, start: datetime | None, end: datetime | None, limit: int
    ) -> list[Reading]:
        return self._page(series, start, end, limit, backwards=True)

    def first_between(
        self, series: int, start: datetime | None, end: datetime | None, limit: int
    ) -> list[Reading]:
        return self._page(series, start, end, limit, backwards=False)

    def _page(
        self,
        series: int,
        start: datetime | None,
        end: datetime | None,
        limit: int,
        *,
        backwards: bool,
    ) -> list[Reading]:
        low = -FOREVER if start is None else to_us(start)
        high = FOREVER if end is None else to_us(end)
        found: list[Reading] = []
        with self._readers.snapshot():
            region = self._region(series)
            days = sorted({day for day, _, _ in self._segments(region, low, high)})
            for begins, ends, sealed in _windows(days, low, high, backwards=backwards):
                wanted = limit - len(found)
                if sealed:
                    several = list(self._in_force(region, [series], begins, ends))
                    found += (several[::-1] if backwards else several)[:wanted]
                else:
                    found += self._hot_page(region, series, begins, ends, wanted, backwards)
                if len(found) >= limit:
                    break
        return found

    def _hot_page(
        self, region: str, series: int, start: int, end: int, limit: int, backwards: bool
    ) -> list[Reading]:
        """Readings of a stretch in which nothing is sealed."""
        values = {"region": region, "series": series, "start": start, "before": end, "limit": limit}
        statement = "last_readings" if backwards else "first_readings"
        return [reading_from(series, row) for row in self._readers.rows(statement, values)]

    def revisions(self, series: int, observed_at: datetime) -> list[Reading]:
        return self._revisions(series, to_us(observed_at))

    def _revisions(self, series: int, observed: int) -> list[Reading]:
        with self._readers.snapshot():
            region = self._region(series)
            values = {"region": region, "series": series, "observed": observed}
            hot = self._readers.rows("revisions", values)
            paths = [path for _, path, _ in self._segments(region, observed, observed + 1)]
        sealed = self._sealed(paths, [series], observed, observed + 1, FOREVER)
        rows = {row[1]: row for row in [*hot, *(each[1:] for each in sealed)]}
        return [reading_from(series, rows[ordinal]) for ordinal in sorted(rows)]

    def _region(self, series: int) -> str:
        row = self._readers.row("region_of_series", {"series": series})
        return str(row[0]) if row else ""

    def rollups(self, series: Collection[int], start: datetime, end: datetime) -> Iterator[Rollup]:
        low = to_us(start) // HOUR_US * HOUR_US
        high = to_us(end) // HOUR_US * HOUR_US
        for region, numbers in _chunks(self.series(series)):
            yield from self._rolled_up(region, numbers, low, high)

    def _rolled_up(self, region: str, numbers: Sequence[int], start: int, end: int) -> list[Rollup]:
        with self._readers.snapshot():
            as_of = self._high_water(region)
            paths = [path for _, _, path in self._segments(region, start, end)]
            values = {"region": region, "start": start, "end": end}
            open_hours = {
                number: [
                    int(hour) * HOUR_US
                    for (hour,) in self._readers.rows("unsealed_hours", values | {"series": number})
                ]
                for number in numbers
            }
        sealed = self._lake.hours(paths, numbers, start, end) if paths else iter(())
        found = {
            (row[0], row[1]): Rollup(row[0], from_us(row[1]), *row[2:])  # type: ignore[arg-type]
            for row in sealed
            if row[2]
        }
        for number, hours in open_hours.items():
            for hour in hours:
                found.pop((number, hour), None)
            for begins, ends in _runs(hours):
                readings = self._in_force(region, [number], begins, ends, as_of)
                found |= {(number, to_us(each.hour)): each for each in _by_hour(readings)}
        return [found[key] for key in sorted(found)]


def _chunks(known: dict[int, Series]) -> Iterator[tuple[str, list[int]]]:
    """Series by number, some at once, those of a chunk in one region."""
    for region, several in groupby(sorted(known), key=lambda number: known[number].region):
        numbers = list(several)
        for place in range(0, len(numbers), SERIES_AT_ONCE):
            yield region, numbers[place : place + SERIES_AT_ONCE]


def _address(row: HotRow) -> tuple[int, int, int]:
    return row[0], row[1], row[2]


def _last_of_each(rows: Iterable[HotRow]) -> Iterator[HotRow]:
    """The last of the rows that share series and moment."""
    last: HotRow | None = None
    for row in rows:
        if last is not None and (row[0], row[1]) != (last[0], last[1]):
            yield last
        last = row
    if last is not None:
        yield last


def _windows(
    days: list[int], low: int, high: int, *, backwards: bool
) -> Iterator[tuple[int, int, bool]]:
    """A stretch in parts to be looked through one after another: start, end, anything sealed in it.

    What is not sealed lies mostly before and behind the sealed days; of those, one is looked at,
    then two, four, … so that a series that was silent for long is found soon.
    """
    if not days:
        yield low, high, False
        return
    first = max(low, days[0] * DAY_US)
    last = min(high, (days[-1] + 1) * DAY_US)
    outer = [(low, first, False), (last, high, False)]
    parts = []
    step, place = 1, 0
    ordered = days[::-1] if backwards else days
    edge = last if backwards else first
    while place < len(ordered):
        day = ordered[min(place + step, len(ordered)) - 1]
        begins, ends = day * DAY_US, (day + 1) * DAY_US
        parts.append((max(low, begins), edge, True) if backwards else (edge, min(high, ends), True))
        edge = parts[-1][0] if backwards else parts[-1][1]
        place, step = place + step, min(step * 2, MOST_DAYS_AT_ONCE)
    order = [outer[1], *parts, outer[0]] if backwards else [outer[0], *parts, outer[1]]
    yield from (part for part in order if part[0] < part[1])


def _runs(hours: list[int]) -> Iterator[tuple[int, int]]:
    """Hours that follow each other, as stretches."""
    begins = previous = -1
    for hour in hours:
        if hour != previous + HOUR_US or begins < 0:
            if begins >= 0:
                yield begins, previous + HOUR_US
            begins = hour
        previous = hour
    if begins >= 0:
        yield begins, previous + HOUR_US


def _by_hour(readings: Iterable[Reading]) -> Iterator[Rollup]:
    """Readings of one series as roll-ups."""
    for hour, several in groupby(readings, key=lambda each: to_us(each.observed_at) // HOUR_US):
        readings_of_hour = list(several)
        numbers = [each.number for each in readings_of_hour if each.number is not None]
        if numbers:
            yield Rollup(
                series=readings_of_hour[0].series,
                hour=from_us(hour * HOUR_US),
                count=len(numbers),
                sum=math.fsum(numbers),
                minimum=float(min(numbers)),
                maximum=float(max(numbers)),
            )
