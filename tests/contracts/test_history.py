"""The archive: gap-free, complete, and the same again for the same question."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simpul.context.broker import ContextBroker
from simpul.history.model import Reading, Rollup
from simpul.kernel.ids import ReadingAddress
from tests.contracts.conftest import Backend
from tests.factories_data import CITY, OTHER, START, a_grant, an_entity, measured

BROKER = ContextBroker()
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
AROUND = (START - DAY, START + 3 * DAY)

# Entity, minute of observation, value.
Write = tuple[int, int, int]
SEAL = "seal"
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.integers(1, 2), st.sampled_from((0, 1, 2, 1260, 1261, 2700)), st.integers(0, 2)
        ),
        st.just(SEAL),
    ),
    min_size=1,
    max_size=25,
)


def observe(backend: Backend, write: Write, order: int = 0) -> None:
    entity, minute, value = write
    backend.write(
        lambda unit: BROKER.upsert(
            unit,
            region=CITY,
            entity=an_entity(entity, level=measured(value, START + minute * MINUTE)),
            replace=False,
            grant=a_grant(),
            now=START + timedelta(seconds=order),
        )
    )


def numbers(backend: Backend) -> list[int]:
    found = backend.history.series_of(CITY, entity_type="Device", attribute="level")
    return [series.number for series in found]


def readings(backend: Backend, as_of: int | None = None) -> list[Reading]:
    return list(backend.history.readings(numbers(backend), *AROUND, as_of=as_of))


def in_force(writes: list[Write]) -> dict[tuple[int, int], int]:
    """The last value at each moment of each entity."""
    return {(entity, minute): value for entity, minute, value in writes}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_sequence_of_writes_is_kept_whole_sealed_or_not(
    open_backend: Callable[[Path], Backend], steps: list[Write | str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        backend = open_backend(Path(folder))
        marks: list[tuple[int, list[Reading]]] = []
        for order, step in enumerate(steps):
            if isinstance(step, str):
                backend.seal()
            else:
                observe(backend, step, order)
            marks.append((backend.entities.high_water(CITY), readings(backend)))
        kept = {
            (int(series.entity_id[-1]), (reading.observed_at - START) // MINUTE): reading.number
            for reading in readings(backend)
            for series in [backend.history.series([reading.series])[reading.series]]
        }
        assert kept == in_force([step for step in steps if not isinstance(step, str)])
        events = backend.entities.events(CITY, after=0)
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        for as_of, seen in marks:
            assert readings(backend, as_of) == seen
        assert_paged_and_rolled_up(backend)
        backend.close()


def assert_paged_and_rolled_up(backend: Backend) -> None:
    """Pages, addresses and roll-ups say what the readings say."""
    found = readings(backend)
    for number in numbers(backend):
        mine = [reading for reading in found if reading.series == number]
        for limit in (1, 3, 99):
            first = backend.history.first_between(number, None, None, limit)
            assert first == mine[:limit]
            assert backend.history.latest_many(number, limit=limit) == mine[::-1][:limit]
        for reading in mine:
            assert backend.history.reading(reading.address) == reading
            revisions = backend.history.revisions(number, reading.observed_at)
            assert [each.ordinal for each in revisions] == list(range(reading.ordinal + 1))
    assert list(backend.history.rollups(numbers(backend), *AROUND)) == rolled_up(found)


def rolled_up(readings: list[Reading]) -> list[Rollup]:
    """The same, counted plainly."""
    hours: dict[tuple[int, datetime], list[float]] = {}
    for each in readings:
        hour = each.observed_at.replace(minute=0, second=0, microsecond=0)
        if each.number is not None:
            hours.setdefault((each.series, hour), []).append(each.number)
    return [
        Rollup(*key, len(values), math.fsum(values), min(values), max(values))
        for key, values in sorted(hours.items())
    ]


def test_a_stretch_holds_its_start_and_not_its_end(backend: Backend) -> None:
    for minute in range(4):
        observe(backend, (1, minute, minute))
    found = backend.history.readings(numbers(backend), START + MINUTE, START + 3 * MINUTE)
    assert [reading.number for reading in found] == [1, 2]


def test_readings_come_by_series_and_time(backend: Backend) -> None:
    for write in [(2, 1, 0), (1, 3, 0), (2, 0, 0), (1, 2, 0)]:
        observe(backend, write)
    found = [(reading.series, reading.observed_at) for reading in readings(backend)]
    assert found == sorted(found)
    assert len(found) == 4


def test_the_latest_reading_is_the_last_moments_correction(backend: Backend) -> None:
    for write in [(1, 5, 1), (1, 2, 2), (1, 5, 0)]:
        observe(backend, write)
    (series,) = numbers(backend)
    latest = backend.history.latest(series)
    assert latest is not None
    assert (latest.ordinal, latest.number) == (1, 0)
    assert backend.history.latest(999) is None


def test_the_last_readings_page_backwards(backend: Backend) -> None:
    for minute in range(5):
        observe(backend, (1, minute, minute % 3))
    (series,) = numbers(backend)
    first = backend.history.latest_many(series, limit=2)
    second = backend.history.latest_many(series, before=first[-1].observed_at, limit=9)
    assert [reading.observed_at for reading in first + second] == [
        START + minute * MINUTE for minute in (4, 3, 2, 1, 0)
    ]
    assert [r.observed_at for r in backend.history.first_between(series, None, None, 2)] == [
        START,
        START + MINUTE,
    ]


def test_a_reading_is_found_at_its_address_and_nowhere_else(backend: Backend) -> None:
    observe(backend, (1, 0, 1))
    observe(backend, (1, 0, 2))
    (series,) = numbers(backend)
    first, second = backend.history.revisions(series, START)
    assert backend.history.reading(first.address) == first
    assert ReadingAddress.parse(str(second.address)) == second.address
    assert backend.history.reading(ReadingAddress(series, first.address.observed_us, 9)) is None
    assert backend.history.reading(ReadingAddress(999, 0, 0)) is None


def test_nothing_is_found_where_nothing_is(backend: Backend) -> None:
    assert backend.history.series_of(OTHER, entity_type="Device", attribute="level") == []
    assert backend.history.series([1]) == {}
    assert list(backend.history.readings([1], START, START + DAY)) == []
    assert backend.history.revisions(1, START) == []
