"""From a run down to the readings it used, and from a reading up to the runs that used it.

Nothing of this is stored twice: downwards the frozen members tell, upwards the rows of the inputs
name the few runs whose members are looked into.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from simpul.city.ports import DataWing
from simpul.government.access import Walker
from simpul.history.model import Reading, Series
from simpul.indicators.inputs import Member
from simpul.indicators.models import CalculationRun, Indicator, LatestRun
from simpul.indicators.permissions import visible_to
from simpul.indicators.queries import reading_indicators
from simpul.indicators.runs import members_of
from simpul.kernel.ids import Urn
from simpul.kernel.time import from_us, parse_time, to_us

MOST_RUNS = 40
MOST_MEMBERS = 50


def newest_readings(
    wing: DataWing, run: CalculationRun, *, most: int = MOST_MEMBERS
) -> list[tuple[Member, Reading]]:
    """The newest reading that each member of a run brought, newest first, at most so many."""
    members = [member for member in members_of(run) if member.newest_us is not None]
    members.sort(key=lambda member: (-(member.newest_us or 0), member.entity))
    found = ((member, _newest(wing, run, member)) for member in members[:most])
    return [(member, reading) for member, reading in found if reading is not None]


def _newest(wing: DataWing, run: CalculationRun, member: Member) -> Reading | None:
    """The reading in force, up to the run's sequence, at the member's newest moment."""
    assert member.newest_us is not None
    moment = from_us(member.newest_us)
    known = [
        reading
        for number in member.series
        for reading in wing.history.revisions(number, moment)
        if reading.sequence <= run.as_of
    ]
    return max(known, key=lambda reading: reading.ordinal, default=None)


def member_readings(
    wing: DataWing, run: CalculationRun, member: Member, *, most: int
) -> list[Reading]:
    """The readings of one member as the run saw them, newest first, at most so many."""
    start, end = input_window(run, member.input)
    found = list(wing.history.readings(list(member.series), start, end, as_of=run.as_of))
    found.sort(key=lambda reading: reading.observed_at, reverse=True)
    return found[:most]


def input_window(run: CalculationRun, name: str) -> tuple[datetime, datetime]:
    """Start and end of what one input of a run looked at."""
    aggregate = run.aggregates[name]
    return parse_time(aggregate["start"]), parse_time(aggregate["end"])


def users_of_reading(
    series: Series, observed_at: datetime, sequence: int, walker: Walker
) -> list[Urn]:
    """The runs that used a reading, newest first; where none has yet, the indicators that will."""
    visible = visible_to(walker, series.region)
    runs = (
        CalculationRun.objects.filter(
            indicator__in=visible,
            formula__inputs__entity_type=series.entity_type,
            formula__inputs__attribute=series.attribute,
            as_of__gte=sequence,
        )
        .select_related("indicator")
        .distinct()
        .order_by("-finished_at")[:MOST_RUNS]
    )
    used = [run.urn for run in runs if _used(run, series, observed_at)]
    return used or _waiting(series, visible)


def users_of_entity(series: Sequence[Series], walker: Walker) -> list[Urn]:
    """The last runs that have an entity among their members. series: those of the entity."""
    if not series:
        return []
    latest = LatestRun.objects.filter(
        indicator__in=visible_to(walker, series[0].region),
        run__formula__inputs__entity_type=series[0].entity_type,
        run__formula__inputs__attribute__in={row.attribute for row in series},
    )
    runs = [row.run for row in latest.select_related("run__indicator").distinct()[:MOST_RUNS]]
    numbers = {row.number for row in series}
    return [
        run.urn
        for run in runs
        if run is not None
        and any(numbers & set(member.series) for member in members_of(run) if member.used)
    ]


def _used(run: CalculationRun, series: Series, observed_at: datetime) -> bool:
    return any(
        series.number in member.series and _in_window(run, member.input, observed_at)
        for member in members_of(run)
    )


def _in_window(run: CalculationRun, name: str, observed_at: datetime) -> bool:
    start, end = input_window(run, name)
    return to_us(start) <= to_us(observed_at) < to_us(end)


def _waiting(series: Series, visible: Iterable[Indicator]) -> list[Urn]:
    readers = reading_indicators(series.region, series.entity_type, [series.attribute])
    may_see = {indicator.pk for indicator in visible}
    return [indicator.urn for indicator in readers if indicator.pk in may_see]
