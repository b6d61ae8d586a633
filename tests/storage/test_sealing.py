"""Sealing: broken off at any step, nothing is lost or doubled; what is read stays what it was."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from simpul.context.attributes import NewEntity
from simpul.context.broker import ContextBroker
from simpul.history.model import Reading
from simpul.history.recorder import Standing
from simpul.kernel.errors import Conflict
from simpul.kernel.time import to_us
from simpul.storage.segments import files
from simpul.storage.segments.lake import Lake
from simpul.storage.segments.sealing import Sealer
from simpul.storage.sqlite.sealed import SegmentConflict
from simpul.storage.sqlite.store import open_group_writer, open_readers
from tests.factories_data import CITY, START, a_grant, an_entity, measured
from tests.sealing import LATER, Direct, a_sealer, hot_rows, seal_all

BROKER = ContextBroker()
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOW = START + LATER


class Power(Exception):
    """The power went."""


def put(unit: Any, *, thing: NewEntity, now: datetime) -> None:
    BROKER.upsert(unit, region=CITY, entity=thing, replace=False, grant=a_grant(), now=now)


class Store:
    """A data folder that can be left and opened again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open()

    def open(self) -> None:
        self.writer = open_group_writer(self.folder / "data.db")
        self.stores = open_readers(self.folder / "data.db")
        self.direct = Direct(self.write)

    def close(self) -> None:
        self.stores.close()
        asyncio.run(self.writer.close())

    def write(self, work: Callable[[Any], Any]) -> Any:
        return asyncio.run(self.writer.write(work))

    def sealer(self, rest: timedelta = timedelta()) -> Sealer:
        return a_sealer(self.stores, self.direct, rest)

    def seal(self) -> int:
        return seal_all(self.sealer(), NOW)

    def observe(self, value: Any, at: datetime, entity: int = 1, now: datetime = START) -> None:
        thing = an_entity(entity, level=measured(value, at))
        self.write(partial(put, thing=thing, now=now))

    def fill(self) -> None:
        """Three days of two entities, with a correction, a text, and numbers of every kind."""
        things = []
        for day in range(3):
            for entity in (1, 2):
                for place, value in enumerate((1, 2.5, 2**60 + 1, "broken", -3)):
                    at = START + day * DAY + (place % 4) * HOUR
                    things.append(an_entity(entity, level=measured(value, at)))
        things += [an_entity(1, level=measured(value, START)) for value in (8, 9)]

        def everything(unit: Any) -> None:
            for thing in things:
                put(unit, thing=thing, now=START)

        self.write(everything)

    def numbers(self) -> list[int]:
        found = self.stores.history.series_of(CITY, entity_type="Device", attribute="level")
        return [series.number for series in found]

    def everything(self) -> list[tuple[Reading, str]]:
        """Every reading, in force or not, and how its number is written."""
        history = self.stores.history
        found = history.readings(self.numbers(), START - DAY, START + 9 * DAY)
        return [
            (each, repr(each.number))
            for reading in found
            for each in history.revisions(reading.series, reading.observed_at)
        ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    opened.fill()
    yield opened
    opened.close()


def test_what_is_sealed_is_read_as_before_to_the_last_digit(store: Store) -> None:
    before = store.everything()
    assert store.seal() == len(before)
    assert hot_rows(store.stores) == 0
    assert store.everything() == before


def fail_at(step: int, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """Let the power go before or after one step of sealing, counted from 0."""
    left = [step]

    def tick() -> None:
        left[0] -= 1
        if left[0] == -1:
            raise Power

    def around(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def step(*given: Any, **named: Any) -> Any:
            tick()
            result = real(*given, **named)
            tick()
            return result

        monkeypatch.setattr(owner, name, step)

    for name in ("write_rows", "digest", "put_in_place", "write_hours", "sync"):
        around(files, name)
    for name in ("register", "_slice"):
        around(store.direct, name)


def test_sealing_broken_off_at_any_step_is_done_again(tmp_path: Path) -> None:
    step, broken = 0, True
    while broken:
        store = Store(tmp_path / str(step))
        store.fill()
        before = store.everything()
        with pytest.MonkeyPatch.context() as monkeypatch:
            fail_at(step, monkeypatch, store)
            try:
                store.sealer().seal_due(NOW)
                broken = False
            except Power:
                pass
        assert store.everything() == before, step
        store.close()
        store.open()
        assert store.everything() == before, step
        store.observe(77, START)
        store.seal()
        assert hot_rows(store.stores) == 0
        after = store.everything()
        late = [each for each in after if each not in before]
        assert [(each.number, each.ordinal) for each, _ in late] == [(77, 4)], step
        assert len(after) == len(before) + 1
        store.close()
        step += 1
    assert step > 25


def test_a_late_reading_goes_to_a_delta_and_corrects_what_is_sealed(store: Store) -> None:
    store.seal()
    high = store.stores.entities.high_water(CITY)
    before = list(store.stores.history.readings(store.numbers(), START, START + HOUR))
    store.observe(9, START)
    assert hot_rows(store.stores) == 0, "the same value again adds nothing"
    store.observe(10, START)
    store.observe(11, START + timedelta(minutes=1), entity=2)
    for _ in range(2):
        found = store.stores.history.readings(store.numbers(), START, START + HOUR)
        assert [(each.number, each.ordinal) for each in found if each.number in (10, 11)] == [
            (10, 4),
            (11, 0),
        ]
        again = store.stores.history.readings(store.numbers(), START, START + HOUR, as_of=high)
        assert list(again) == before
        store.seal()
    days = store.sealer().unsealed.segments(CITY, START.date())
    assert [(each.number, each.kind, each.rows) for each in days[1:]] == [(1, "delta", 2)]


def test_a_day_rests_before_it_is_sealed_and_before_a_delta(store: Store) -> None:
    rest = timedelta(hours=36)
    sealer = store.sealer(rest)
    midnight = datetime(2026, 11, 22, tzinfo=START.tzinfo)
    assert sealer.seal_due(midnight + rest - HOUR) == 0
    assert sealer.seal_due(midnight + rest) > 0
    store.observe(5, START + HOUR / 2, now=midnight + rest)
    assert sealer.seal_due(midnight + rest) == 0
    assert sealer.seal_due(midnight + 2 * rest - HOUR) > 0, "the next day, meanwhile"
    assert sealer.seal_due(midnight + 2 * rest) == 1


def test_a_file_tells_what_it_holds(store: Store) -> None:
    store.seal()
    segment = store.sealer().unsealed.segments(CITY, START.date())[0]
    path = store.folder / "segments" / segment.path
    assert (files.digest(path), path.stat().st_size) == (segment.sha256, segment.size)
    rows = duckdb.execute(
        f"SELECT * EXCLUDE (observed, received), epoch_us(observed) FROM '{path}'"
    ).fetchall()
    keys = [(row[0], row[-1], row[8]) for row in rows]
    assert keys == sorted(keys)
    assert {row[1:5] for row in rows} == {
        (CITY, f"urn:ngsi-ld:Device:{number}", "Device", "level") for number in (1, 2)
    }
    about = pq.ParquetFile(path).metadata.row_group(0)
    assert {about.column(place).compression for place in range(about.num_columns)} == {"ZSTD"}


def test_a_segment_that_does_not_follow_is_refused(store: Store) -> None:
    store.seal()
    segment = store.sealer().unsealed.segments(CITY, START.date())[0]
    assert store.write(lambda unit: unit.add_segment(segment)) is False
    for changes in (
        {"sha256": "0" * 64},
        {"number": 2, "watermark": segment.watermark + 1},
        {"number": 1},
        {"number": 1, "watermark": 10**9},
    ):
        wrong = type(segment)(
            **{name: getattr(segment, name) for name in segment.__slots__} | changes
        )
        with pytest.raises(SegmentConflict) as caught:
            store.direct.register(wrong)
        assert isinstance(caught.value, Conflict)


def test_what_an_attempt_left_behind_is_swept_when_it_is_old(tmp_path: Path) -> None:
    old, young, known = (tmp_path / f"2026-11-21-0-{name}" for name in ("old", "young", "known"))
    for path in (old, young, known):
        path.write_bytes(b"x")
    for path in (old, known):
        os.utime(path, (0, 0))
    files.sweep(tmp_path, "2026-11-21-0-", {known.name})
    assert sorted(path.name for path in tmp_path.iterdir()) == [known.name, young.name]


def test_more_than_memory_holds_is_read_in_parts(store: Store) -> None:
    begins = START + 5 * DAY
    (first, second) = store.numbers()

    def fill(unit: Any) -> None:
        for series in (first, second):
            for minute in range(2500):
                unit.add_reading(
                    region=CITY,
                    series=series,
                    observed_us=to_us(begins) + minute * 30_000_000,
                    reading=Standing(0, None, b"%d" % minute * 2000),
                    sequence=1,
                    received_us=None,
                )

    store.write(fill)
    store.seal()
    paths = [each.path for each in store.sealer().unsealed.segments(CITY, begins.date())]
    small = Lake(store.folder / "segments", memory="40MB")
    stretch = to_us(begins), to_us(begins + DAY), 2**62
    with pytest.raises(duckdb.OutOfMemoryException):
        list(small._rows(paths, [first, second], *stretch))
    found = [(row[0], row[1]) for row in small.rows(paths, [first, second], *stretch)]
    small.close()
    assert len(found) == 5000
    assert found == sorted(found)
