"""The walk in both directions: from a number to its newest readings, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simpul.desk import thread
from simpul.government.access import STRANGER, Walker
from simpul.indicators import closing, live
from simpul.indicators.models import CalculationRun, Indicator
from simpul.kernel.ids import Kind, Urn
from tests import factories
from tests.city.world import GAUGE, LEVEL, NOW, REGION, World, gauge_id
from tests.indicators import factories as make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OCTOBER = datetime(2026, 10, 9, 17, 0, tzinfo=UTC)


def follow(world: World, moment: datetime = NOW) -> None:
    world.now = moment
    live.follow_readings(moment, clock=world.clock)


def stage(urn: Urn, kind: Kind, walker: Walker = STRANGER) -> set[Urn]:
    found = thread.walk(urn, walker)
    return {knot.urn for each in found.stages if each.kind is kind for knot in each.knots}


def newest(world: World, name: str) -> Urn:
    (series,) = world.wing.history.series_of(
        REGION, entity_type=GAUGE, attribute=LEVEL, entity_id=gauge_id(name)
    )
    reading = world.wing.history.latest(series.number)
    assert reading is not None
    return reading.address.urn(REGION)


def measured(world: World) -> Indicator:
    indicator = make.computed()
    feed = world.feed()
    world.measure("a", [(NOW - 2 * MINUTE, 1.0), (NOW - MINUTE, 2.0)], feed=feed)
    world.measure("b", [(NOW - MINUTE, 3.0)], feed=feed)
    return indicator


def test_the_walk_down_ends_at_the_newest_readings_their_things_and_the_feed(world: World) -> None:
    indicator = measured(world)
    follow(world)
    assert stage(indicator.urn, Kind.READING) == {newest(world, "a"), newest(world, "b")}
    assert stage(indicator.urn, Kind.ENTITY) == {
        Urn(REGION, Kind.ENTITY, gauge_id("a")),
        Urn(REGION, Kind.ENTITY, gauge_id("b")),
    }
    assert stage(indicator.urn, Kind.FEED) == {Urn(REGION, Kind.FEED, "duga-air")}


def test_the_walk_up_from_a_reading_finds_run_value_and_indicator(world: World) -> None:
    indicator = measured(world)
    follow(world)
    reading = newest(world, "a")
    run, value = CalculationRun.objects.get(), indicator.values.get()
    assert stage(reading, Kind.RUN) == {run.urn}
    assert stage(reading, Kind.VALUE) == {value.urn}
    assert stage(reading, Kind.INDICATOR) == {indicator.urn}


def test_a_reading_that_no_run_has_seen_yet_finds_its_indicator(world: World) -> None:
    indicator = measured(world)
    follow(world)
    world.measure("a", [(NOW + MINUTE, 9.0)], feed=world.wing.feeds.feed("duga-air"))
    fresh = newest(world, "a")
    assert stage(fresh, Kind.RUN) == set()
    assert stage(fresh, Kind.INDICATOR) == {indicator.urn}
    follow(world, NOW + 2 * MINUTE)
    assert stage(fresh, Kind.RUN) == {CalculationRun.objects.get().urn}


def test_the_walk_up_from_a_feed_finds_the_indicator(world: World) -> None:
    indicator = measured(world)
    follow(world)
    assert stage(Urn(REGION, Kind.FEED, "duga-air"), Kind.INDICATOR) == {indicator.urn}
    assert stage(Urn(REGION, Kind.ENTITY, gauge_id("b")), Kind.INDICATOR) == {indicator.urn}


def test_the_walk_up_from_a_thing_passes_its_run_though_its_newest_reading_is_newer(
    world: World,
) -> None:
    indicator = measured(world)
    follow(world)
    world.measure("a", [(NOW + MINUTE, 9.0)], feed=world.wing.feeds.feed("duga-air"))
    gauge = Urn(REGION, Kind.ENTITY, gauge_id("a"))
    assert stage(gauge, Kind.READING) == {newest(world, "a")}
    assert stage(gauge, Kind.RUN) == {CalculationRun.objects.get().urn}
    assert stage(gauge, Kind.VALUE) == {indicator.values.get().urn}


def test_a_reading_of_another_window_or_attribute_finds_nothing(world: World) -> None:
    make.computed(live_window_s=600)
    feed = world.feed()
    world.measure("a", [(NOW - timedelta(hours=5), 1.0)], feed=feed)
    old = newest(world, "a")
    world.measure("a", [(NOW - MINUTE, 1.0)], feed=feed)
    follow(world)
    assert stage(old, Kind.RUN) == set()


def test_a_published_run_leads_to_the_readings_it_saw_not_to_later_corrections(
    world: World,
) -> None:
    indicator = make.computed(created_at=OCTOBER)
    feed = world.feed()
    world.measure("a", [(OCTOBER, 1.0)], feed=feed)
    seen = newest(world, "a")
    world.now = NOW
    closing.close_periods(NOW, clock=world.clock)
    world.measure("a", [(OCTOBER, 5.0)], feed=feed)
    (value,) = indicator.values.all()
    assert stage(value.urn, Kind.READING) == {seen}
    assert newest(world, "a") != seen


def test_a_stranger_does_not_walk_into_what_is_closed(world: World) -> None:
    secret = make.computed(is_public=False)
    closed = world.feed(open=False)
    world.measure("a", [(NOW - MINUTE, 1.0)], feed=closed, open=False)
    follow(world)
    reading = newest(world, "a")
    assert stage(secret.urn, Kind.READING) == set()
    assert stage(reading, Kind.INDICATOR) == set()
    insider = factories.walker(factories.smart_city_team())
    assert stage(secret.urn, Kind.READING, insider) == {reading}
    assert stage(reading, Kind.INDICATOR, insider) == {secret.urn}


def test_an_open_number_of_closed_readings_ends_at_its_run_for_a_stranger(world: World) -> None:
    indicator = make.computed()
    closed = world.feed(open=False)
    world.measure("a", [(NOW - MINUTE, 1.0)], feed=closed, open=False)
    follow(world)
    assert stage(indicator.urn, Kind.RUN) == {CalculationRun.objects.get().urn}
    assert stage(indicator.urn, Kind.READING) == set()
