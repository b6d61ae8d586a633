"""Numbers out of a real archive: what counts, what does not, and that it can be done again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from simpul.connectors.model import AttributeContract
from simpul.indicators import engine
from simpul.indicators.engine import Computation, Task
from simpul.indicators.formula import Reason, parse
from simpul.indicators.inputs import Member, Spec
from tests.city.world import GAUGE, LEVEL, REGION, World, every, gauge_id

WIB = ZoneInfo("Asia/Jakarta")
MIDNIGHT = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)  # 20 Nov 2026, 00.00 WIB
DAY = timedelta(days=1)
FIVE = timedelta(minutes=5)
MEAN = Spec("level", "aggregate", GAUGE, LEVEL, method="mean", across="mean")
SHARE = Spec("share", "coverage", GAUGE, LEVEL, across="mean")


def compute(
    world: World,
    *specs: Spec,
    expression: str = "",
    start: datetime = MIDNIGHT,
    end: datetime = MIDNIGHT + DAY,
    area: str | None = None,
    as_of: int | None = None,
    frozen: list[Member] | None = None,
) -> Computation:
    sequence = world.wing.entities.high_water(REGION) if as_of is None else as_of
    task = Task(REGION, area, WIB, start, end, sequence)
    text = expression or specs[0].name
    return engine.compute(world.wing, parse(text), specs, task, frozen=frozen)


def test_the_mean_of_entities_is_the_mean_of_their_own_means(world: World) -> None:
    feed = world.feed()
    world.measure("a", [(MIDNIGHT, 10), (MIDNIGHT + FIVE, 20)], feed=feed)
    world.measure("b", [(MIDNIGHT, 100)], feed=feed)
    computed = compute(world, MEAN)
    assert computed.outcome.number == (15 + 100) / 2
    assert [(member.entity, member.used) for member in computed.members] == [
        (gauge_id("a"), 2),
        (gauge_id("b"), 1),
    ]


@pytest.mark.parametrize(
    ("method", "across", "number"),
    [
        ("sum", "sum", 160.0),
        ("min", "min", 10.0),
        ("max", "max", 100.0),
        ("max", "min", 30.0),
        ("count", "sum", 4.0),
        ("last", "mean", 65.0),
        ("last", "count", 2.0),
    ],
)
def test_readings_and_entities_are_put_together_as_asked(
    world: World, method: str, across: str, number: float
) -> None:
    feed = world.feed()
    levels = [(MIDNIGHT, 20), (MIDNIGHT + 2 * FIVE, 30), (MIDNIGHT + FIVE, 10)]
    world.measure("a", levels, feed=feed)
    world.measure("b", [(MIDNIGHT, 100)], feed=feed)
    spec = Spec("level", "aggregate", GAUGE, LEVEL, method=method, across=across)
    assert compute(world, spec).outcome.number == number


def test_a_five_minute_feed_expects_288_readings_a_day(world: World) -> None:
    world.measure("a", every(FIVE, MIDNIGHT, MIDNIGHT + DAY), feed=world.feed())
    computed = compute(world, SHARE)
    assert computed.members[0].expected == 288
    assert computed.outcome.number == 1.0


def test_two_readings_in_one_interval_count_once_and_late_ones_by_when_they_were_measured(
    world: World,
) -> None:
    feed = world.feed()
    readings = every(FIVE, MIDNIGHT, MIDNIGHT + 100 * FIVE)
    readings.append((MIDNIGHT + timedelta(minutes=2), 5.0))
    world.measure("a", readings, feed=feed)
    world.measure("a", [(MIDNIGHT + 200 * FIVE, 1.0)], feed=feed, received=MIDNIGHT + 9 * DAY)
    (member,) = compute(world, SHARE).members
    assert (member.used, member.filled, member.missing) == (102, 101, 187)
    assert member.number == 101 / 288
    assert member.state == "partial"


def test_readings_of_other_days_do_not_count(world: World) -> None:
    feed = world.feed()
    outside = [(MIDNIGHT - timedelta(microseconds=1), 1.0), (MIDNIGHT + DAY, 1.0)]
    world.measure("a", [*outside, (MIDNIGHT, 7.0)], feed=feed)
    computed = compute(world, MEAN)
    assert computed.outcome.number == 7.0
    assert computed.members[0].used == 1


def test_what_the_contract_refused_is_counted_as_rejected_and_not_used(world: World) -> None:
    feed = world.feed()
    world.measure("a", [(MIDNIGHT, 7.0)], feed=feed)
    world.refuse(feed, "a", MIDNIGHT + FIVE)
    world.refuse(feed, "a", MIDNIGHT + 2 * DAY)
    computed = compute(world, SHARE)
    assert (computed.members[0].used, computed.members[0].rejected) == (1, 1)
    assert computed.outcome.number == 1 / 288
    assert computed.aggregates["share"]["rejected"] == 1


def test_a_gauge_that_never_spoke_drags_the_share_down_and_is_named(world: World) -> None:
    feed = world.feed()
    world.measure("a", every(FIVE, MIDNIGHT, MIDNIGHT + DAY), feed=feed)
    world.silent("b", feed=feed)
    computed = compute(world, SHARE)
    assert computed.outcome.number == 0.5
    assert [member.state for member in computed.members] == ["used", "missing"]
    assert computed.aggregates["share"]["silent"] == 1


def test_a_silent_gauge_leaves_a_mean_alone(world: World) -> None:
    feed = world.feed()
    world.measure("a", [(MIDNIGHT, 7.0)], feed=feed)
    world.silent("b", feed=feed)
    assert compute(world, MEAN).outcome.number == 7.0


def test_a_gauge_that_was_taken_away_counts_for_what_it_measured_only(world: World) -> None:
    feed = world.feed()
    world.measure("a", every(FIVE, MIDNIGHT, MIDNIGHT + DAY), feed=feed)
    world.measure("gone", every(FIVE, MIDNIGHT, MIDNIGHT + DAY, 50.0), feed=feed)
    world.measure("b", [(MIDNIGHT - DAY, 1.0)], feed=feed)
    world.remove("gone")
    world.remove("b")
    computed = compute(world, MEAN)
    assert [member.entity for member in computed.members] == [gauge_id("a"), gauge_id("gone")]
    assert computed.outcome.number == 75.0


def test_no_readings_at_all_are_no_number_and_not_zero(world: World) -> None:
    world.silent("a", feed=world.feed())
    outcome = compute(world, MEAN).outcome
    assert (outcome.number, outcome.reason) == (None, Reason.MISSING_INPUT)
    assert outcome.facts == {"input": "level"}
    assert compute(world, SHARE).outcome.number == 0.0


def test_counting_no_readings_is_zero(world: World) -> None:
    world.silent("a", feed=world.feed())
    spec = Spec("n", "aggregate", GAUGE, LEVEL, method="count", across="sum")
    assert compute(world, spec).outcome.number == 0.0


def test_without_an_agreed_interval_no_share_is_known(world: World) -> None:
    world.measure("a", [(MIDNIGHT, 1.0)], feed=world.feed(interval_s=None))
    assert compute(world, SHARE).outcome.reason is Reason.MISSING_INPUT
    assert compute(world, MEAN).members[0].missing is None


def test_the_attribute_s_own_interval_goes_before_the_feed_s(world: World) -> None:
    contract = AttributeContract(LEVEL, interval_s=3600)
    world.measure("a", [(MIDNIGHT, 1.0)], feed=world.feed(contracts=[contract]))
    assert compute(world, SHARE).outcome.number == 1 / 24


def test_an_input_can_look_at_the_last_hour_and_at_one_district(world: World) -> None:
    feed = world.feed()
    world.measure("a", [(MIDNIGHT, 1.0), (MIDNIGHT + DAY - FIVE, 9.0)], feed=feed)
    world.measure("south", [(MIDNIGHT, 50.0)], feed=feed, place=(106.1, -2.3))
    hour = Spec("level", "aggregate", GAUGE, LEVEL, method="mean", across="mean", window_s=3600)
    assert compute(world, hour).outcome.number == 9.0
    assert compute(world, MEAN, area=f"{REGION}.02").outcome.number == 50.0
    north = Spec(
        "level", "aggregate", GAUGE, LEVEL, method="mean", across="mean", area=f"{REGION}.01"
    )
    assert compute(world, north).outcome.number == 5.0


def test_a_filter_picks_entities_and_a_bad_one_says_so(world: World) -> None:
    feed = world.feed()
    for name, river in (("a", "Rangkui"), ("b", "Baturusa")):
        more = {"river": {"type": "Property", "value": river}}
        world.measure(name, [(MIDNIGHT, len(name) + len(river))], feed=feed, more=more)
    spec = Spec(
        "level", "aggregate", GAUGE, LEVEL, method="sum", across="sum", filter='river=="Rangkui"'
    )
    assert compute(world, spec).outcome.number == 8.0
    bad = Spec("level", "aggregate", GAUGE, LEVEL, method="sum", across="sum", filter="river==(")
    assert compute(world, bad).outcome.reason is Reason.BAD_FILTER


def test_readings_are_converted_to_the_unit_asked_for(world: World) -> None:
    world.measure("a", [(MIDNIGHT, 250.0)], feed=world.feed(), unit="CMT")
    metres = Spec("level", "aggregate", GAUGE, LEVEL, method="mean", across="mean", unit_code="MTR")
    assert compute(world, metres).outcome.number == 2.5
    celsius = Spec(
        "level", "aggregate", GAUGE, LEVEL, method="mean", across="mean", unit_code="CEL"
    )
    assert compute(world, celsius).outcome.reason is Reason.UNIT_MISMATCH


def test_text_is_no_number_but_is_a_reading(world: World) -> None:
    world.measure("a", [(MIDNIGHT, "tinggi")], feed=world.feed(), unit=None)
    (member,) = compute(world, MEAN).members
    assert (member.used, member.rejected, member.number) == (0, 1, None)
    assert compute(world, SHARE).members[0].filled == 1


def test_several_inputs_make_one_number(world: World) -> None:
    world.measure("a", [(MIDNIGHT, 50.0)], feed=world.feed())
    assert compute(world, MEAN, SHARE, expression="level * share * 288").outcome.number == 50.0


def test_as_of_hides_what_came_later(world: World) -> None:
    feed = world.feed()
    world.measure("a", [(MIDNIGHT, 10.0)], feed=feed)
    before = world.wing.entities.high_water(REGION)
    first = compute(world, MEAN)
    world.measure("a", [(MIDNIGHT, 90.0), (MIDNIGHT + FIVE, 50.0)], feed=feed)
    assert compute(world, MEAN).outcome.number == 70.0
    again = compute(world, MEAN, as_of=before)
    assert (again.outcome, again.members) == (first.outcome, first.members)


def test_the_same_entities_can_be_looked_at_again_though_the_city_has_changed(world: World) -> None:
    feed = world.feed()
    world.measure("a", every(FIVE, MIDNIGHT, MIDNIGHT + DAY), feed=feed)
    first = compute(world, SHARE, MEAN, expression="share * level")
    before = world.wing.entities.high_water(REGION)
    world.feed(interval_s=60)
    world.measure("new", [(MIDNIGHT, 1.0)], feed=feed)
    world.remove("a")
    again = compute(
        world,
        SHARE,
        MEAN,
        expression="share * level",
        as_of=before,
        frozen=list(first.members),
    )
    assert again.members == first.members
    assert engine.changes(first.members, again.members) == []


def test_what_was_removed_is_named_by_entity_and_day(world: World) -> None:
    feed = world.feed()
    world.measure("a", every(FIVE, MIDNIGHT, MIDNIGHT + 2 * DAY), feed=feed)
    world.measure("b", [(MIDNIGHT, 1.0)], feed=feed)
    end = MIDNIGHT + 2 * DAY
    first = compute(world, MEAN, end=end)
    assert world.forget("a", MIDNIGHT + DAY + 3 * FIVE) == 1
    again = compute(world, MEAN, end=end, frozen=list(first.members))
    (change,) = engine.changes(first.members, again.members)
    assert (change.entity, change.day, change.then, change.now) == (gauge_id("a"), 1, 288, 287)
    assert change.removed == 1


def test_the_newest_reading_and_the_patience_with_it_are_told(world: World) -> None:
    world.measure("a", [(MIDNIGHT, 1.0), (MIDNIGHT + FIVE, 1.0)], feed=world.feed())
    computed = compute(world, MEAN)
    assert computed.newest_at == MIDNIGHT + FIVE
    assert computed.stale_after_s == 600


def test_members_survive_being_frozen(world: World) -> None:
    world.measure("a", [(MIDNIGHT, 0.1 + 0.2)], feed=world.feed())
    (member,) = compute(world, MEAN).members
    assert Member.from_row(member.row()) == member
