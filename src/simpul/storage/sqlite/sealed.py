"""What is sealed, as the writer and the readers know it: the manifest and the rows it names."""

from __future__ import annotations

import time
from collections import OrderedDict
from datetime import date, timedelta
from typing import Any

import apsw

from simpul.history.model import Segment
from simpul.history.recorder import Standing
from simpul.kernel.errors import Conflict
from simpul.kernel.time import from_us, to_us
from simpul.storage.segments.lake import Lake
from simpul.storage.sqlite.rows import FOREVER
from simpul.storage.sqlite.sql import SQL

DAY_US = 86_400_000_000
EPOCH = date(1970, 1, 1)
SLICE = 100
_REMEMBERED = 64


class SegmentConflict(Conflict):
    """This segment does not follow upon those that are there."""

    problem = "segment-conflict"


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=number)


def segment_from(row: tuple[Any, ...]) -> Segment:
    region, day, number, path, hours, rows, watermark, sha256, size, sealed = row
    return Segment(
        region=region,
        day=day_of(day),
        number=number,
        path=path,
        hours=hours,
        rows=rows,
        watermark=watermark,
        sha256=sha256,
        size=size,
        sealed_at=from_us(sealed),
    )


class SealedMoments:
    """What the writer must know of sealed readings: which stands at a moment.

    Asked for late readings only; a series' day is read once and remembered for a while.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._newest: dict[str, int] = {}
        self._known: OrderedDict[tuple[int, tuple[str, ...]], dict[int, Standing]] = OrderedDict()

    def forget(self, region: str) -> None:
        """The manifest of this region has changed."""
        self._newest.pop(region, None)

    def standing(
        self, connection: apsw.Connection, region: str, series: int, observed: int
    ) -> Standing | None:
        """The sealed reading in force at this moment."""
        day = observed // DAY_US
        if day > self._newest_day(connection, region):
            return None
        values = {"region": region, "first": day, "last": day}
        paths = tuple(row[3] for row in connection.execute(SQL["segments"], values))
        return self._moments(series, day, paths).get(observed) if paths else None

    def _newest_day(self, connection: apsw.Connection, region: str) -> int:
        if region not in self._newest:
            row = connection.execute(SQL["newest_sealed"], {"region": region}).fetchone()
            self._newest[region] = -1 if row is None or row[0] is None else int(row[0])
        return self._newest[region]

    def _moments(self, series: int, day: int, paths: tuple[str, ...]) -> dict[int, Standing]:
        found = self._known.get((series, paths))
        if found is None:
            rows = self._lake.rows(paths, [series], day * DAY_US, (day + 1) * DAY_US, FOREVER)
            found = {row[1]: Standing(row[2], row[3], row[4]) for row in rows}
            self._known[series, paths] = found
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end((series, paths))
        return found


def add_segment(connection: apsw.Connection, segment: Segment) -> bool:
    """Implements `history.store.SegmentUnit.add_segment`."""
    day = day_number(segment.day)
    values = {"region": segment.region, "first": day, "last": day}
    known = [segment_from(row) for row in connection.execute(SQL["segments"], values)]
    same = [each for each in known if each.number == segment.number]
    if same:
        if same[0].sha256 != segment.sha256:
            raise SegmentConflict(f"{segment.day} has a segment {segment.number} already")
        return False
    high = connection.execute(SQL["high_water"], {"region": segment.region}).fetchone()
    low = known[-1].watermark if known else 0
    if segment.number != len(known) or high is None or not low < segment.watermark <= high[0]:
        raise SegmentConflict(f"segment {segment.number} of {segment.day} is not the next one")
    connection.execute(SQL["add_segment"], _columns(segment))
    return True


def _columns(segment: Segment) -> dict[str, Any]:
    return {
        "region": segment.region,
        "day": day_number(segment.day),
        "number": segment.number,
        "path": segment.path,
        "hours": segment.hours,
        "rows": segment.rows,
        "watermark": segment.watermark,
        "sha256": segment.sha256,
        "size": segment.size,
        "sealed": to_us(segment.sealed_at),
    }


def clear_segments(
    connection: apsw.Connection, region: str, day: date, *, after: int, seconds: float
) -> int | None:
    """Implements `history.store.SegmentUnit.clear_segments`."""
    ends = time.monotonic() + seconds
    number = day_number(day)
    found = list(
        connection.execute(SQL["segments"], {"region": region, "first": number, "last": number})
    )
    if not found:
        return None
    place = {"region": region, "day": number, "watermark": found[-1][6]}
    stretch = {"start": number * DAY_US, "end": (number + 1) * DAY_US, "limit": SLICE}
    while series := list(
        connection.execute(SQL["next_series"], {"region": region, "after": after})
    ):
        for (each,) in series:
            while len(_cleared(connection, place | stretch | {"series": each})) == SLICE:
                if time.monotonic() > ends:
                    return after
            after = int(each)
            if time.monotonic() > ends:
                return after
    connection.execute(SQL["mark_cleared"], place)
    return None


def _cleared(connection: apsw.Connection, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    wanted = {name: values[name] for name in values if name != "day"}
    return list(connection.execute(SQL["clear_rows"], wanted))
