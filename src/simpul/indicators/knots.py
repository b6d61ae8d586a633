"""The room's knots on the thread: indicators, values and runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from simpul.city.permissions import access_entity, access_reading
from simpul.city.ports import data_wing
from simpul.desk.thread import Knot, Tie
from simpul.government.access import Right, Walker
from simpul.indicators import periods, tracing
from simpul.indicators.models import CalculationRun, Entry, Indicator, Value
from simpul.indicators.permissions import may, may_see_entry
from simpul.indicators.queries import current_value, state_of
from simpul.kernel.errors import NotFound, Unavailable
from simpul.kernel.ids import Kind, Urn
from simpul.kernel.time import Clock, system_clock
from simpul.web import writing


class IndicatorKnots:
    """Values hang on indicators and runs on values by stored links; a run's readings are told by
    its frozen members. clock: tells which live numbers are stale; steps_from: readings and
    entities, which are another room's knots."""

    kinds = frozenset({Kind.INDICATOR, Kind.VALUE, Kind.RUN})
    steps_from = frozenset({Kind.READING, Kind.ENTITY})

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock

    def knots(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        """The knots among `urns` whose indicator the walker may see."""
        found: dict[Urn, Knot] = {}
        for kind, find in (
            (Kind.INDICATOR, self._indicators),
            (Kind.VALUE, self._values),
            (Kind.RUN, self._runs),
        ):
            some = [urn for urn in urns if urn.kind is kind]
            if some:
                found |= find(some, walker)
        return found

    def up(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """From a reading to the runs that used it, from an entity to the last ones that did, and
        from a number that is no value yet to its indicator; the rest is stored."""
        values = [urn for urn in urns if urn.kind is Kind.VALUE]
        waiting = {entry.indicator.urn for entry in _entries_at(values)}
        try:
            return waiting | {user for urn in urns for user in _users(urn, walker)}
        except Unavailable:
            return waiting

    def down(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """The newest reading of each member of a run."""
        runs = _runs_at([urn for urn in urns if urn.kind is Kind.RUN])
        try:
            return {
                reading.address.urn(run.indicator.region_id)
                for run in runs
                if may(run.indicator, walker, Right.SEE)
                for _member, reading in tracing.newest_readings(data_wing(), run)
            }
        except Unavailable:
            return set()

    def _indicators(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        rows = Indicator.objects.filter(
            key__in=[urn.key for urn in urns], region__in={urn.region for urn in urns}
        ).select_related("region")
        return {
            row.urn: Knot(row.urn, row.title, row.urn.address, self._state(row))
            for row in rows
            if row.urn in urns and may(row, walker, Right.SEE)
        }

    def _state(self, indicator: Indicator) -> str:
        return state_of(current_value(indicator), now=self._clock())[0]

    def _values(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        rows = Value.objects.filter(
            key__in=[urn.key for urn in urns], indicator__region__in={urn.region for urn in urns}
        ).select_related("indicator__region", "period", "run")
        found = {
            row.urn: Knot(
                row.urn, value_label(row), row.urn.address, state_of(row, now=self._clock())[0]
            )
            for row in rows
            if may(row.indicator, walker, Right.SEE)
        }
        waiting = _entries_at([urn for urn in urns if urn not in found])
        return found | {
            entry.urn: Knot(entry.urn, value_label(entry), entry.urn.address, entry.state)
            for entry in waiting
            if may_see_entry(entry, walker)
        }

    def _runs(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        return {
            run.urn: Knot(run.urn, run_label(run), run.urn.address, _run_state(run))
            for run in _runs_at(urns)
            if may(run.indicator, walker, Right.SEE)
        }


def _users(urn: Urn, walker: Walker) -> list[Urn]:
    wing = data_wing()
    try:
        if urn.kind is Kind.READING:
            reading, series = access_reading(wing, urn.region, urn.key, walker=walker)
            return tracing.users_of_reading(series, reading.observed_at, reading.sequence, walker)
        if urn.kind is Kind.ENTITY:
            access_entity(wing, urn.region, urn.key, walker=walker)
            own = wing.history.series_of_entity(urn.region, urn.key)
            return tracing.users_of_entity(own, walker)
    except NotFound:
        pass
    return []


def ties() -> Iterator[Tie]:
    """The links of the thread as this room's facts tell them."""
    rows = Value.objects.exclude(state=Value.State.SUPERSEDED)
    for value in rows.select_related("indicator", "run").iterator():
        yield Tie(value.indicator.urn, value.urn, "value")
        if value.run is not None:
            yield Tie(value.urn, value.run.urn, "run")


def _runs_at(urns: Collection[Urn]) -> list[CalculationRun]:
    rows = CalculationRun.objects.filter(
        key__in=[urn.key for urn in urns], indicator__region__in={urn.region for urn in urns}
    )
    return list(rows.select_related("indicator__region", "period"))


def _entries_at(urns: Collection[Urn]) -> list[Entry]:
    """Typed-in numbers that are no values, under the addresses they would have as values."""
    rows = Entry.objects.filter(
        key__in=[urn.key for urn in urns], indicator__region__in={urn.region for urn in urns}
    ).exclude(state=Entry.State.APPROVED)
    return list(rows.select_related("indicator__region", "period"))


def value_label(value: Value | Entry) -> str:
    """A value in few words: its number with the unit, and its period."""
    number = writing.number(value.number, value.indicator.decimals)
    period = periods.label(value.period, writing.language())
    return f"{number} {value.indicator.unit}, {period}".replace(" ,", ",")


def run_label(run: CalculationRun) -> str:
    """A run in few words: of which indicator, and when it was made."""
    return f"{run.indicator.code}, {writing.moment(run.finished_at)}"


def _run_state(run: CalculationRun) -> str:
    if run.result is None:
        return "missing"
    return "provisional" if run.trigger == CalculationRun.Trigger.LIVE else "published"
