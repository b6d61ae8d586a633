"""What the pages of this room show of an indicator, a value and a run: rows made for reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from simpul.city.ports import data_wing
from simpul.city.queries import entity_labels
from simpul.city.words import unit_label
from simpul.government.access import Walker
from simpul.government.models import Region
from simpul.history.model import Reading
from simpul.indicators import periods, runs, tracing, words
from simpul.indicators.inputs import Member, Spec
from simpul.indicators.models import CalculationRun, Formula, Indicator, TargetPoint, Value
from simpul.indicators.permissions import visible_to
from simpul.indicators.queries import (
    LiveNumber,
    current_value,
    goals,
    live_number,
    published_of,
)
from simpul.indicators.targets import Goal, goal_on, met
from simpul.kernel.errors import Unavailable
from simpul.kernel.ids import Kind, Urn
from simpul.kernel.time import from_us, parse_time
from simpul.web import writing
from simpul.web.charts import Point

SAMPLE = 20
MEMBERS_SHOWN = 200
NEAR_DAYS = 183


@dataclass(frozen=True, slots=True)
class ListRow:
    """An indicator in the list."""

    indicator: Indicator
    live: LiveNumber


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value in a table, beside the goal of its period."""

    value: Value
    period: str
    state: str
    goal: Goal | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class InputRow:
    """What one input of a run looked at and found. words: in sentences; since, until: window."""

    spec: Spec
    words: str
    number: float | None
    unit: str
    entities: int
    used: int
    rejected: int
    missing: int | None
    partial: int
    silent: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One entity of a run, with its name and address."""

    member: Member
    label: str
    entity: Urn
    unit: str

    @property
    def newest_at(self) -> datetime | None:
        """Observed time of the newest reading used."""
        return None if self.member.newest_us is None else from_us(self.member.newest_us)


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading that a run used. at: address of the reading."""

    label: str
    entity: Urn
    number: float | None
    unit: str
    reading: Reading
    at: str


@dataclass(frozen=True, slots=True)
class Made:
    """How a number came to be. away: the data wing does not answer, so no readings are shown."""

    run: CalculationRun
    symbols: str
    inputs: tuple[InputRow, ...]
    sample: tuple[ReadingRow, ...]
    away: bool
    reason: str
    trigger: str


def list_rows(walker: Walker, region: str, now: datetime) -> list[ListRow]:
    """The indicators of a region that the walker may see, by code."""
    rows = visible_to(walker, region).filter(closed_at=None).select_related("owner", "region")
    return [
        ListRow(indicator, live_number(indicator, now=now, with_line=False)) for indicator in rows
    ]


def value_rows(indicator: Indicator, area: Region | str | None = None) -> list[ValueRow]:
    """The published values of an indicator, newest period first."""
    code = area.code if isinstance(area, Region) else area or indicator.region_id
    targets = goals(indicator, code)
    return [_value_row(value, targets) for value in published_of(indicator, code)]


def _value_row(value: Value, targets: Sequence[Goal]) -> ValueRow:
    period = periods.label(value.period, writing.language())
    goal = goal_on(targets, value.period.ends - timedelta(days=1))
    up = value.indicator.direction == Indicator.Direction.UP
    reached = None
    if goal is not None and value.number is not None:
        reached = met(value.number, goal, more_is_better=up)
    return ValueRow(value, period, value.quality, goal, reached)


def course(indicator: Indicator, area: str, today: date) -> tuple[list[Point], list[Point]]:
    """The actual course and the target path, for the chart. today: the local day."""
    published = [
        Point(_last_day(value), float(value.number), value.quality)
        for value in reversed(list(published_of(indicator, area)))
        if value.number is not None
    ]
    live = current_value(indicator, area)
    if live is not None and live.state == Value.State.PROVISIONAL and live.number is not None:
        published.append(Point(live.made_at, float(live.number), "provisional"))
    return published, _path(indicator, area, today)


def _path(indicator: Indicator, area: str, today: date) -> list[Point]:
    """The path up to the next target, so that the course is not squeezed by far ones; one more
    where that lies less than half a year ahead."""
    rows = list(indicator.path.filter(area=area))
    far = today + timedelta(days=NEAR_DAYS)
    shown = [row for row in rows if row.on <= far]
    ahead = [row for row in rows if row.on > far]
    if not any(row.on >= today for row in shown):
        shown += ahead[:1]
    return [Point(row.on, float(row.number), "measured") for row in shown]


def _last_day(value: Value) -> date:
    return value.period.ends - timedelta(days=1)


def path(indicator: Indicator, area: str) -> list[TargetPoint]:
    """The whole path, baseline and targets by day."""
    return list(indicator.path.filter(area=area))


def made_by(run: CalculationRun, *, sample: int = SAMPLE) -> Made:
    """How the number of a run came to be, with some of its newest readings."""
    inputs = tuple(_input_row(run, name) for name in run.aggregates)
    away = False
    readings: list[ReadingRow] = []
    try:
        readings = _sample(run, sample)
    except Unavailable:
        away = True
    return Made(
        run=run,
        symbols=words.symbols(run.formula),
        inputs=inputs,
        sample=tuple(readings),
        away=away,
        reason=words.reason_words(run.reason, run.reason_facts) if run.reason else "",
        trigger=words.trigger_words(run),
    )


def _input_row(run: CalculationRun, name: str) -> InputRow:
    aggregate = run.aggregates[name]
    spec = Spec(**aggregate["spec"])
    return InputRow(
        spec=spec,
        words=words.input_words(spec),
        number=aggregate["number"],
        unit=unit_label(spec.unit_code),
        entities=aggregate["entities"],
        used=aggregate["used"],
        rejected=aggregate["rejected"],
        missing=aggregate["missing"],
        partial=aggregate["partial"],
        silent=aggregate["silent"],
        since=parse_time(aggregate["start"]),
        until=parse_time(aggregate["end"]),
    )


def _sample(run: CalculationRun, most: int) -> list[ReadingRow]:
    """The newest readings of a run, one from each entity first, then more of the newest."""
    wing = data_wing()
    newest = tracing.newest_readings(wing, run, most=most)
    if len(newest) == 1:
        member = newest[0][0]
        found = tracing.member_readings(wing, run, member, most=most)
        newest = [(member, reading) for reading in found]
    return reading_rows(run, newest)


def reading_rows(run: CalculationRun, found: Sequence[tuple[Member, Reading]]) -> list[ReadingRow]:
    """Readings of a run for a table, with the names of their entities."""
    wing, region = data_wing(), run.indicator.region_id
    labels = entity_labels(wing, region, {member.entity for member, _reading in found})
    units = {
        number: row.unit
        for number, row in wing.history.series([reading.series for _m, reading in found]).items()
    }
    return [
        ReadingRow(
            label=labels[member.entity],
            entity=Urn(region, Kind.ENTITY, member.entity),
            number=reading.number,
            unit=unit_label(units.get(reading.series)),
            reading=reading,
            at=reading.address.urn(region).address,
        )
        for member, reading in found
    ]


def member_rows(run: CalculationRun, *, most: int | None = MEMBERS_SHOWN) -> list[MemberRow]:
    """The entities of a run by input; those that brought nothing stand first.

    most: so many at most, with their names; None for all of them, by their URI alone.
    """
    region = run.indicator.region_id
    members = sorted(runs.members_of(run), key=_weight)[:most]
    labels = {} if most is None else _labels(region, members)
    specs = {name: aggregate["spec"] for name, aggregate in run.aggregates.items()}
    return [
        MemberRow(
            member=member,
            label=labels.get(member.entity, member.entity),
            entity=Urn(region, Kind.ENTITY, member.entity),
            unit=unit_label(specs[member.input]["unit_code"]),
        )
        for member in members
    ]


def _weight(member: Member) -> tuple[str, int, str]:
    return member.input, ("missing", "partial", "used").index(member.state), member.entity


def _labels(region: str, members: Sequence[Member]) -> dict[str, str]:
    try:
        return entity_labels(data_wing(), region, {member.entity for member in members})
    except Unavailable:
        return {}


@dataclass(frozen=True, slots=True)
class FormulaRow:
    """One version of a formula. superseded: a newer one is published."""

    formula: Formula
    symbols: str
    inputs: tuple[tuple[str, str], ...]
    superseded: bool


def formula_rows(indicator: Indicator) -> list[FormulaRow]:
    """The published versions, newest first."""
    found = indicator.formulas.filter(published_at__isnull=False).prefetch_related("inputs")
    return [
        FormulaRow(
            formula=formula,
            symbols=words.symbols(formula),
            inputs=tuple((spec.name, words.input_words(spec)) for spec in runs.specs_of(formula)),
            superseded=place > 0,
        )
        for place, formula in enumerate(found.order_by("-version"))
    ]


def open_periods(indicator: Indicator, now: datetime) -> list[tuple[str, str]]:
    """The ended periods that a number may be handed in for, newest first: first day and name; at
    most two years of months."""
    waiting = set(
        indicator.entries.filter(state="submitted").values_list("period__starts", flat=True)
    )
    given = {value.period.starts: value.number for value in published_of(indicator)}
    found = [day for day in periods.ended(indicator, now) if day not in waiting]
    return [
        (day.isoformat(), _choice(indicator, day, given.get(day))) for day in reversed(found[-24:])
    ]


def _choice(indicator: Indicator, day: date, given: Decimal | None) -> str:
    period = periods.period_of(indicator.region, indicator.period_kind, day)
    name = periods.label(period, writing.language())
    if given is None:
        return name
    number = writing.number(given, indicator.decimals)
    return _("%(period)s, correcting %(number)s") % {"period": name, "number": number}


def number_for_data(number: Decimal | None, indicator: Indicator) -> Decimal | None:
    """A number with the decimals of its indicator."""
    if number is None:
        return None
    return number.quantize(Decimal(1).scaleb(-indicator.decimals))


def facts_for_data(live: LiveNumber) -> dict[str, Any]:
    """One indicator as a row of data."""
    return {
        "number": live.number,
        "unit": live.unit,
        "state": live.state,
        "at": live.at,
        "since": live.since,
        "target": live.goal.number if live.goal else None,
        "target_on": live.goal.on if live.goal else None,
        "target_met": live.met,
    }
