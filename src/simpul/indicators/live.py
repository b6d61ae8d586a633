"""Live numbers: a follower of the data wing's events, and the runs that are due.

`follow_readings` is a job of the worker. It first takes the events since its cursor and marks what
they touch as stale, with the cursor in the same transaction; then it makes the runs that are due.
A number is made at once when its inputs change for the first time, and then no more often than the
interval says; a change in between makes a run due at the interval's end, with or without another
event. Without any change a number is looked at again now and then, because silence changes it too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from simpul.city.operations import note_follower, tell_changed
from simpul.city.ports import DataWing, data_wing
from simpul.desk import thread
from simpul.desk.models import Cursor
from simpul.government.models import Region
from simpul.indicators import periods, runs
from simpul.indicators.models import (
    CalculationRun,
    Formula,
    FormulaInput,
    Indicator,
    LatestRun,
    LivePoint,
    Value,
)
from simpul.indicators.queries import formula_in_force
from simpul.indicators.runs import Made
from simpul.kernel.errors import Unavailable
from simpul.kernel.events import EntityEvent
from simpul.kernel.time import Clock, from_us, system_clock, to_us

FOLLOWER = "indicators.live"
BATCH = 1000
IDLE = timedelta(minutes=10)
SLOT_US = 15 * 60 * 1_000_000
LINE_KEPT = timedelta(days=2)

logger = logging.getLogger(__name__)


def follow_readings(now: datetime, *, interval_s: int = 60, clock: Clock = system_clock) -> int:
    """Take what is new and make what is due; returns how many events and runs that were.

    interval_s: shortest time between two provisional runs of one indicator and area [s].

    Raises:
        simpul.kernel.errors.Unavailable: the data wing does not answer; nothing is lost.
    """
    wing = data_wing()
    taken = sum(_take(wing, region, now, interval_s) for region in wing.entities.regions())
    return taken + make_due(now, clock=clock)


def _take(wing: DataWing, region: str, now: datetime, interval_s: int) -> int:
    """Mark what a batch of events touches; the cursor moves in the same transaction."""
    cursor, _made = Cursor.objects.get_or_create(follower=FOLLOWER, region=region)
    position = cursor.position
    gap = wing.entities.low_water(region) > position
    high = wing.entities.high_water(region)
    if high < position:  # the data wing was restored from an older state
        gap, position = True, 0
    events = wing.entities.events(region, after=position, limit=BATCH)
    if not events and not gap:
        return 0
    with transaction.atomic():
        touched = _every(region) if gap else _touched(region, events)
        _mark(touched, now, interval_s)
        last = events[-1].sequence if events else high
        Cursor.objects.filter(pk=cursor.pk).update(position=last)
    note_follower(region=region, name=FOLLOWER, sequence=last)
    return len(events)


def _every(region: str) -> set[int]:
    found = Indicator.objects.filter(region=region, source=Indicator.Source.COMPUTED)
    return set(found.values_list("id", flat=True))


def _touched(region: str, events: Iterable[EntityEvent]) -> set[int]:
    """The indicators with an input on what changed, by the formula that is in force."""
    attributes: dict[str, set[str]] = {}
    for event in events:
        attributes.setdefault(event.entity_type, set()).update(event.attributes)
    reads = Q(pk__in=[])
    for entity_type, names in attributes.items():
        reads |= Q(entity_type=entity_type, attribute__in=names)
    newest = (
        Formula.objects.filter(indicator=OuterRef("formula__indicator"))
        .filter(published_at__isnull=False)
        .order_by("-version")
    )
    rows = FormulaInput.objects.filter(
        reads, formula__indicator__region=region, formula__indicator__closed_at=None
    ).filter(formula=Subquery(newest.values("id")[:1]))
    return set(rows.values_list("formula__indicator", flat=True))


def _mark(indicators: set[int], now: datetime, interval_s: int) -> None:
    """Say that these numbers are out of date, and when the next one may be made."""
    pause = timedelta(seconds=interval_s)
    rows = LatestRun.objects.filter(indicator__in=indicators).select_related("run")
    for row in rows:
        row.stale_since = row.stale_since or now
        free = row.run.finished_at + pause if row.run else now
        row.due_at = min(row.due_at or free, free)
        row.save(update_fields=["stale_since", "due_at"])


def make_due(now: datetime, *, clock: Clock = system_clock) -> int:
    """Make every live run whose time has come; returns how many."""
    wing = data_wing()
    due = LatestRun.objects.filter(due_at__lte=now, indicator__closed_at=None).order_by("due_at")
    rows = list(due.select_related("indicator__region", "indicator__owner", "area"))
    for row in rows:
        _make_one(wing, row, now, clock)
    return len(rows)


def _make_one(wing: DataWing, row: LatestRun, now: datetime, clock: Clock) -> None:
    """One run; a fault of the program in one indicator does not keep the others waiting."""
    try:
        made = make_live(wing, row, now, clock=clock)
    except Unavailable:
        raise
    except Exception:
        logger.exception("the live number of %s could not be made", row.indicator.urn)
        LatestRun.objects.filter(pk=row.pk).update(due_at=now + IDLE)
        return
    if made:
        tell_changed([row.indicator.urn], public=row.indicator.is_public)


def make_live(wing: DataWing, row: LatestRun, now: datetime, *, clock: Clock) -> bool:
    """Replace the provisional value of an indicator and area; False where no formula is in force.

    The readings are read before the transaction begins.
    """
    indicator, area = row.indicator, row.area
    formula = formula_in_force(indicator)
    if formula is None:
        LatestRun.objects.filter(pk=row.pk).update(due_at=None)
        return False
    period = periods.current(indicator, now)
    span = runs.live_window(formula, period, indicator.region, now)
    made = runs.make(wing, formula, runs.task_for(wing, indicator, area, span), clock=clock)
    with transaction.atomic():
        run = _keep(
            indicator, area, made, {"formula": formula, "period": period, **runs.facts_of(made)}
        )
        _replace_value(indicator, area, run, formula, now)
        _note_point(indicator, area, made, now)
        LatestRun.objects.filter(pk=row.pk).update(run=run)
        # what was marked anew in the meantime, say by a new formula, stays due
        LatestRun.objects.filter(pk=row.pk, stale_since=row.stale_since).update(
            stale_since=None, due_at=made.finished_at + IDLE
        )
    return True


def _keep(indicator: Indicator, area: Region, made: Made, facts: dict[str, Any]) -> CalculationRun:
    run, _made = CalculationRun.objects.update_or_create(
        indicator=indicator,
        area=area,
        trigger=CalculationRun.Trigger.LIVE,
        defaults=facts,
    )
    return run


def _replace_value(
    indicator: Indicator, area: Region, run: CalculationRun, formula: Formula, now: datetime
) -> None:
    """The provisional value keeps its address; only what stands there changes."""
    quality = Value.Quality.ESTIMATED if formula.estimates else Value.Quality.MEASURED
    value, made = Value.objects.update_or_create(
        indicator=indicator,
        area=area,
        state=Value.State.PROVISIONAL,
        defaults={
            "period": run.period,
            "number": run.result,
            "quality": quality,
            "run": run,
            "made_at": run.finished_at,
        },
    )
    if made:
        thread.tie(indicator.urn, value.urn, kind="value", now=now)
        thread.tie(value.urn, run.urn, kind="run", now=now)


def _note_point(indicator: Indicator, area: Region, made: Made, now: datetime) -> None:
    """Keep the number for the tile's line, one per quarter of an hour, two days long."""
    slot = from_us(to_us(now) // SLOT_US * SLOT_US)
    _point, new = LivePoint.objects.update_or_create(
        indicator=indicator, area=area, slot=slot, defaults={"number": made.number}
    )
    if new:
        old = LivePoint.objects.filter(indicator=indicator, area=area, slot__lt=now - LINE_KEPT)
        old.delete()


__all__ = ["follow_readings", "make_due", "make_live"]
