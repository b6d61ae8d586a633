"""When a period is over: values are published once and kept; what must be typed in is owed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from simpul.desk import thread
from simpul.desk.models import Obligation, OutboxEvent
from simpul.indicators import closing, knots, live, runs
from simpul.indicators.errors import FormulaPublished
from simpul.indicators.models import CalculationRun, FormulaInput, Indicator, Value
from simpul.indicators.queries import proof_of, published_values
from tests import factories
from tests.city.world import NOW, REGION, World, gauge_id
from tests.indicators import factories as make

pytestmark = pytest.mark.django_db
CREATED = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 9, 17, 0, tzinfo=UTC)  # 10 Oct, midnight in the region
LAST_MOMENT = datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC)


def close(world: World, moment: datetime = NOW) -> int:
    world.now = moment
    return closing.close_periods(moment, clock=world.clock)


def test_every_period_that_ended_since_the_indicator_exists_gets_its_value_once(
    world: World,
) -> None:
    indicator = make.computed(created_at=CREATED)
    feed = world.feed()
    world.measure("a", [(OCTOBER, 10.0), (LAST_MOMENT, 20.0), (NOW, 99.0)], feed=feed)
    assert close(world) == 2
    assert close(world) == 0
    (value,) = published_values(REGION, indicator.urn)
    assert (value.starts, value.ends) == (date(2026, 10, 1), date(2026, 11, 1))
    assert value.number == Decimal(15)
    september = indicator.runs.get(period__starts=date(2026, 9, 1))
    assert (september.result, september.reason) == (None, "missing_input")


def test_a_late_reading_does_not_change_what_was_published(world: World) -> None:
    indicator = make.computed(created_at=CREATED)
    feed = world.feed()
    world.measure("a", [(OCTOBER, 10.0)], feed=feed)
    close(world)
    world.measure("a", [(OCTOBER + timedelta(hours=1), 90.0)], feed=feed)
    close(world, NOW + timedelta(days=1))
    value = indicator.values.get()
    assert value.number == Decimal(10)
    assert value.run is not None
    comparison = runs.repeat(world.wing, value.run, clock=world.clock)
    assert comparison.same
    assert comparison.number == Decimal(10)


def test_a_repeated_run_names_what_was_removed(world: World) -> None:
    indicator = make.computed(created_at=CREATED)
    later = OCTOBER + timedelta(days=1)
    world.measure("a", [(OCTOBER, 10.0), (later, 20.0)], feed=world.feed())
    close(world)
    run = indicator.values.get().run
    assert run is not None
    world.forget("a", later)
    comparison = runs.repeat(world.wing, run, clock=world.clock)
    assert not comparison.same
    assert (comparison.then, comparison.number) == (Decimal(15), Decimal(10))
    (change,) = comparison.changes
    assert (change.entity, change.day, comparison.removed) == (gauge_id("a"), 10, 1)


def test_a_repeated_run_uses_its_own_formula_though_a_newer_one_is_published(world: World) -> None:
    indicator = make.computed(created_at=CREATED)
    world.measure("a", [(OCTOBER, 10.0)], feed=world.feed())
    close(world)
    make.formula(indicator, expression="level * 2")
    run = indicator.values.get().run
    assert run is not None
    assert runs.repeat(world.wing, run, clock=world.clock).same


def test_a_published_formula_and_its_inputs_cannot_be_changed() -> None:
    formula = make.computed().formulas.get()
    formula.expression = "level * 2"
    with pytest.raises(FormulaPublished):
        formula.save()
    with pytest.raises(FormulaPublished):
        formula.inputs.get().delete()
    with pytest.raises(FormulaPublished):
        FormulaInput(formula=formula, name="more", kind="aggregate").save()
    with pytest.raises(FormulaPublished):
        formula.delete()


def test_a_published_value_points_at_its_run_and_hangs_on_the_thread(world: World) -> None:
    indicator = make.computed(created_at=CREATED)
    world.measure("a", [(OCTOBER, 10.0)], feed=world.feed())
    close(world)
    value = indicator.values.get()
    assert value.run is not None
    assert proof_of(value) == value.run.urn
    assert OutboxEvent.objects.filter(name="ValuePublished", subject=str(value.urn)).exists()
    thread.links_from("indicators", knots.ties)
    missing, left_over = thread.differences()
    assert not {tie for tie in missing | left_over if "value" in tie.kind or "run" in tie.kind}


def test_the_live_value_moves_on_when_its_period_is_over(world: World) -> None:
    indicator = make.computed(created_at=CREATED)
    feed = world.feed()
    world.now = LAST_MOMENT
    world.measure("a", [(OCTOBER, 10.0)], feed=feed)
    live.follow_readings(LAST_MOMENT, clock=world.clock)
    close(world, LAST_MOMENT + timedelta(seconds=1))
    after = LAST_MOMENT + timedelta(minutes=20)
    world.now = after
    world.measure("a", [(after - timedelta(minutes=1), 30.0)], feed=feed)
    live.follow_readings(after, clock=world.clock)
    states = {value.state: value for value in indicator.values.all()}
    assert states["published"].number == Decimal(10)
    assert states["provisional"].number == Decimal(30)
    assert states["provisional"].period.starts == date(2026, 11, 1)


def test_a_typed_in_number_is_owed_once_its_period_is_over() -> None:
    indicator = typed(created_at=datetime(2026, 10, 5, 3, 0, tzinfo=UTC))
    assert closing.close_periods(datetime(2026, 10, 31, 16, 59, tzinfo=UTC)) == 0
    assert closing.close_periods(datetime(2026, 10, 31, 17, 0, tzinfo=UTC)) == 1
    assert closing.close_periods(NOW) == 0
    owed = Obligation.objects.get(reason=closing.VALUE_DUE)
    assert (owed.subject, owed.post, owed.due) == (
        str(indicator.urn),
        indicator.post,
        date(2026, 11, 10),
    )
    assert "Okt 2026" in owed.title_id
    assert "Oct 2026" in owed.title_en


def typed(**facts: object) -> Indicator:
    office = factories.organisation()
    clerk = factories.post(office, is_clerk=True)
    return make.indicator(source="typed", owner=office, post=clerk, **facts)  # type: ignore[arg-type]


def test_a_closed_indicator_owes_nothing() -> None:
    indicator = typed(created_at=CREATED)
    closing.close_periods(NOW)
    indicator.closed_at = NOW
    indicator.save()
    closing.ask_for_value(indicator, NOW)
    assert not Obligation.objects.filter(settled_at=None).exists()


def test_values_stand_beside_their_target(world: World) -> None:
    indicator = make.computed(created_at=CREATED, direction="down")
    make.target(indicator, "2026-01-01", "99", kind="baseline")
    make.target(indicator, "2026-06-30", "12")
    make.target(indicator, "2026-12-31", "8")
    world.measure("a", [(OCTOBER, 10.0)], feed=world.feed())
    close(world)
    (value,) = published_values(REGION, year=2026)
    assert value.goal is not None
    assert (value.goal.on, value.goal.number, value.met) == (
        date(2026, 12, 31),
        Decimal(8),
        False,
    )
    assert published_values(REGION, year=2025) == []


def test_a_value_without_proof_cannot_be_kept(world: World) -> None:
    indicator = make.computed(created_at=CREATED)
    world.measure("a", [(OCTOBER, 10.0)], feed=world.feed())
    close(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Value.objects.update(run=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Value.objects.update(number=None)
    assert CalculationRun.objects.filter(indicator=indicator).count() == 2
