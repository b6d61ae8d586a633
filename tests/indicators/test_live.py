"""Live numbers: made when something changes, not too often, and never forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simpul.city import ports
from simpul.city.errors import DataWingAway
from simpul.desk.models import Cursor, Link
from simpul.indicators import live, operations
from simpul.indicators.inputs import Spec
from simpul.indicators.models import CalculationRun, Indicator, LatestRun, LivePoint, Value
from simpul.indicators.queries import current_value, live_number
from tests import factories
from tests.city.world import GAUGE, LEVEL, NOW, REGION, World
from tests.indicators import factories as make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def follow(world: World, moment: datetime) -> int:
    world.now = moment
    return live.follow_readings(moment, interval_s=60, clock=world.clock)


def number(of: Indicator) -> float | None:
    value = current_value(of)
    return None if value is None or value.number is None else float(value.number)


def test_the_first_reading_makes_a_number_at_once(world: World) -> None:
    indicator = make.computed()
    feed = world.feed()
    world.measure("a", [(NOW - MINUTE, 12.34)], feed=feed)
    assert follow(world, NOW) > 0
    value = current_value(indicator)
    assert value is not None
    assert (value.state, value.quality) == ("provisional", "measured")
    assert number(indicator) == 12.3
    assert value.run is not None
    assert value.run.as_of == world.wing.entities.high_water(REGION)
    assert world.told == world.told_strangers == [str(indicator.urn)]


def test_strangers_hear_nothing_of_an_indicator_that_is_not_public(world: World) -> None:
    indicator = make.computed(is_public=False)
    world.measure("a", [(NOW - MINUTE, 1.0)], feed=world.feed())
    follow(world, NOW)
    assert (world.told, world.told_strangers) == ([str(indicator.urn)], [])


def test_the_data_wing_keeps_what_the_follower_has_not_seen(world: World) -> None:
    make.computed()
    feed = world.feed()
    world.measure("a", [(NOW - MINUTE, 1.0)], feed=feed)
    follow(world, NOW)
    seen = world.wing.entities.high_water(REGION)
    world.measure("a", [(NOW + n * MINUTE, 1.0) for n in range(5)], feed=feed)
    world.write(lambda unit: unit.trim_events(REGION, keep=0, cap=1000))
    assert world.wing.entities.low_water(REGION) <= seen
    kept = world.wing.entities.events(REGION, after=seen)
    assert kept[0].sequence == seen + 1


def test_a_gap_in_the_events_makes_every_number_anew(world: World) -> None:
    indicator = make.computed()
    feed = world.feed()
    world.measure("a", [(NOW - MINUTE, 1.0)], feed=feed)
    follow(world, NOW)
    world.measure("a", [(NOW, 3.0)], feed=feed)
    world.write(lambda unit: unit.trim_events(REGION, keep=0, cap=0))
    follow(world, NOW + 2 * MINUTE)
    assert number(indicator) == 2.0


def test_nothing_new_is_nothing_to_do(world: World) -> None:
    make.computed()
    world.measure("a", [(NOW - MINUTE, 1.0)], feed=world.feed())
    follow(world, NOW)
    assert follow(world, NOW + timedelta(seconds=5)) == 0


def test_at_most_one_run_in_an_interval_and_the_due_one_comes_without_another_event(
    world: World,
) -> None:
    indicator = make.computed()
    feed = world.feed()
    world.measure("a", [(NOW - MINUTE, 1.0)], feed=feed)
    follow(world, NOW)
    world.measure("a", [(NOW + timedelta(seconds=10), 3.0)], feed=feed)
    follow(world, NOW + timedelta(seconds=20))
    assert number(indicator) == 1.0
    row = LatestRun.objects.get()
    assert row.stale_since is not None
    assert follow(world, NOW + timedelta(seconds=59)) == 0
    assert follow(world, NOW + timedelta(seconds=60)) == 1
    assert number(indicator) == 2.0
    row.refresh_from_db()
    assert row.stale_since is None


def test_the_provisional_value_and_its_run_keep_their_addresses(world: World) -> None:
    make.computed()
    feed = world.feed()
    for step in range(3):
        moment = NOW + step * 2 * MINUTE
        world.measure("a", [(moment - MINUTE, float(step))], feed=feed)
        follow(world, moment)
    assert Value.objects.count() == CalculationRun.objects.count() == 1
    assert Link.objects.filter(valid_to=None).count() == 2
    value = Value.objects.get()
    assert Link.objects.filter(from_urn=str(value.urn), kind="run").count() == 1


def test_other_attributes_and_other_regions_leave_a_number_alone(world: World) -> None:
    indicator = make.computed()
    feed = world.feed()
    world.measure("a", [(NOW - MINUTE, 1.0)], feed=feed)
    follow(world, NOW)
    world.measure("a", [(NOW, 5.0)], feed=feed, attribute="rainfall", unit="MMT")
    world.measure("b", [(NOW, 5.0)], region="64.09")
    follow(world, NOW + 2 * MINUTE)
    assert LatestRun.objects.get().stale_since is None
    assert number(indicator) == 1.0
    assert Cursor.objects.filter(follower=live.FOLLOWER).count() == 2


def test_only_the_formula_in_force_decides_what_a_number_reads(world: World) -> None:
    indicator = make.computed()
    rain = Spec("rain", "aggregate", GAUGE, "rainfall", method="mean", across="mean")
    make.formula(indicator, rain)
    feed = world.feed()
    world.measure("a", [(NOW - MINUTE, 9.0)], feed=feed, attribute="rainfall", unit="MMT")
    follow(world, NOW)
    assert number(indicator) == 9.0
    world.measure("a", [(NOW, 1.0)], feed=feed)
    follow(world, NOW + 2 * MINUTE)
    assert LatestRun.objects.get().stale_since is None


def test_the_live_number_looks_back_as_far_as_its_formula_says(world: World) -> None:
    indicator = make.computed(live_window_s=3600)
    feed = world.feed()
    world.measure("a", [(NOW - timedelta(hours=2), 100.0), (NOW - MINUTE, 10.0)], feed=feed)
    follow(world, NOW)
    assert number(indicator) == 10.0


def test_a_number_that_cannot_be_made_says_why_and_never_shows_an_old_one(world: World) -> None:
    indicator = make.computed(live_window_s=3600)
    world.measure("a", [(NOW - MINUTE, 10.0)], feed=world.feed())
    follow(world, NOW)
    later = NOW + timedelta(hours=3)
    assert follow(world, later) == 1
    shown = live_number(indicator, now=later)
    assert (shown.number, shown.state) == (None, "missing")
    run = CalculationRun.objects.get()
    assert (run.reason, run.reason_facts) == ("missing_input", {"input": "level"})


def test_silence_is_noticed_without_any_event(world: World) -> None:
    share = Spec("share", "coverage", GAUGE, LEVEL, across="mean")
    indicator = make.computed(share, expression="share * 100", live_window_s=3600, decimals=0)
    world.measure(
        "a", [(NOW - timedelta(minutes=5 * n), 1.0) for n in range(12)], feed=world.feed()
    )
    follow(world, NOW + timedelta(seconds=1))
    before = number(indicator)
    assert before is not None
    follow(world, NOW + timedelta(minutes=30))
    after = number(indicator)
    assert after is not None
    assert after < before


def test_a_number_whose_newest_reading_is_too_old_is_stale(world: World) -> None:
    indicator = make.computed()
    world.measure("a", [(NOW - MINUTE, 10.0)], feed=world.feed())
    follow(world, NOW)
    assert live_number(indicator, now=NOW).state == "provisional"
    shown = live_number(indicator, now=NOW + timedelta(minutes=10))
    assert (shown.state, shown.since) == ("stale", NOW - MINUTE)


def test_an_estimate_is_called_one(world: World) -> None:
    indicator = make.indicator()
    make.formula(indicator, estimates=True)
    world.measure("a", [(NOW - MINUTE, 10.0)], feed=world.feed())
    follow(world, NOW)
    value = current_value(indicator)
    assert value is not None
    assert value.quality == "estimated"


def test_a_broker_that_is_away_does_not_keep_a_number_from_being_made(world: World) -> None:
    indicator = make.computed()
    world.measure("a", [(NOW - MINUTE, 10.0)], feed=world.feed())
    world.away = True
    follow(world, NOW)
    assert number(indicator) == 10.0
    assert world.told == []


def test_without_the_data_wing_nothing_is_lost(world: World) -> None:
    indicator = make.computed()
    world.measure("a", [(NOW - MINUTE, 10.0)], feed=world.feed())
    ports.configure(None)
    with pytest.raises(DataWingAway):
        follow(world, NOW)
    ports.configure(world.wing)
    follow(world, NOW)
    assert number(indicator) == 10.0


def test_a_cursor_ahead_of_a_restored_data_wing_begins_again(world: World) -> None:
    indicator = make.computed()
    world.measure("a", [(NOW - MINUTE, 10.0)], feed=world.feed())
    follow(world, NOW)
    Cursor.objects.update(position=10_000)
    world.measure("a", [(NOW, 20.0)], feed=world.wing.feeds.feed("duga-air"))
    follow(world, NOW + 2 * MINUTE)
    assert number(indicator) == 15.0
    assert Cursor.objects.get().position == world.wing.entities.high_water(REGION)


def test_one_faulty_indicator_does_not_stop_the_others(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = make.computed(), make.computed()
    row = broken.formulas.get()
    type(row).objects.filter(pk=row.pk).update(expression="this is no formula")
    world.measure("a", [(NOW - MINUTE, 10.0)], feed=world.feed())
    follow(world, NOW)
    assert number(whole) == 10.0
    assert str(broken.urn) in caplog.text
    assert follow(world, NOW + MINUTE) == 0


def test_a_closed_indicator_is_left_alone(world: World) -> None:
    indicator = make.computed()
    operations.close_indicator(indicator=indicator, now=NOW)
    world.measure("a", [(NOW - MINUTE, 10.0)], feed=world.feed())
    follow(world, NOW)
    assert current_value(indicator) is None


def test_the_line_on_a_tile_has_one_point_a_quarter_and_two_days_at_most(world: World) -> None:
    indicator = make.computed(live_window_s=86_400)
    feed = world.feed()
    start = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    for step in range(8):
        moment = start + step * timedelta(minutes=5)
        world.measure("a", [(moment, float(step))], feed=feed)
        follow(world, moment + MINUTE)
    line = live_number(indicator, now=start + timedelta(hours=1)).line
    assert [at for at, _number in line] == [
        start,
        start + timedelta(minutes=15),
        start + timedelta(minutes=30),
    ]
    world.measure("a", [(start + timedelta(days=3), 1.0)], feed=feed)
    follow(world, start + timedelta(days=3, minutes=1))
    assert LivePoint.objects.count() == 1


def test_each_area_has_a_number_of_its_own(world: World) -> None:
    city = factories.region()
    north = type(city).objects.create(
        code=f"{REGION}.01",
        name="Utara",
        level="kecamatan",
        parent=city,
        latitude=0,
        longitude=0,
        tz="Asia/Jakarta",
    )
    indicator = make.computed(areas=[north])
    feed = world.feed()
    world.measure("a", [(NOW - MINUTE, 10.0)], feed=feed)
    world.measure("south", [(NOW - MINUTE, 30.0)], feed=feed, place=(106.1, -2.3))
    follow(world, NOW)
    values = {value.area_id: float(value.number or 0) for value in indicator.values.all()}
    assert values == {REGION: 20.0, f"{REGION}.01": 10.0}
