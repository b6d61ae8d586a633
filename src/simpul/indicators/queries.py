"""What is known about indicators, as values for pages and for the rooms above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from simpul.government.models import Region
from simpul.indicators.models import (
    Formula,
    Indicator,
    LivePoint,
    TargetPoint,
    Value,
)
from simpul.indicators.targets import Goal, goal_on, met
from simpul.kernel.ids import Urn

TILE_HOURS = 24


@dataclass(frozen=True, slots=True)
class LiveNumber:
    """What a tile shows of an indicator.

    state: a name that ``{% state %}`` knows (provisional, measured, estimated, typed, stale or
    missing); at: of the newest reading behind the number, or the last day of a published value;
    line: moment and number per quarter of an hour over the last 24 h, None where there was none.
    """

    indicator: Urn
    title: str
    number: Decimal | None
    unit: str
    decimals: int
    state: str
    at: datetime | None
    since: datetime | None
    value: Urn | None
    line: tuple[tuple[datetime, Decimal | None], ...]
    goal: Goal | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """One published value beside its target. met: None where there is no target."""

    urn: Urn
    indicator: Urn
    area: str
    starts: date
    ends: date
    number: Decimal
    unit: str
    decimals: int
    quality: str
    made_at: datetime
    goal: Goal | None
    met: bool | None
    proof: Urn


def formula_in_force(indicator: Indicator) -> Formula | None:
    """The newest published version."""
    return (
        indicator.formulas.filter(published_at__isnull=False)
        .prefetch_related("inputs")
        .order_by("-version")
        .first()
    )


def goals(indicator: Indicator, area: Region | str) -> list[Goal]:
    """The targets of an indicator in an area, by day; baselines are left out."""
    code = area if isinstance(area, str) else area.code
    rows = indicator.path.filter(area=code, kind=TargetPoint.PointKind.TARGET)
    return [Goal(row.on, row.number) for row in rows]


def current_value(indicator: Indicator, area: Region | str | None = None) -> Value | None:
    """The provisional value where there is one with a number, else the last published one."""
    code = area.code if isinstance(area, Region) else area or indicator.region_id
    rows = indicator.values.filter(area=code).select_related("period", "run", "entry")
    provisional = rows.filter(state=Value.State.PROVISIONAL).first()
    published = rows.filter(state=Value.State.PUBLISHED).order_by("-period__starts").first()
    if provisional is not None and (provisional.number is not None or published is None):
        return provisional
    return published


def published_of(indicator: Indicator, area: Region | str | None = None) -> QuerySet[Value]:
    """The published values of an indicator in an area, newest period first."""
    code = area.code if isinstance(area, Region) else area or indicator.region_id
    return (
        indicator.values.filter(area=code, state=Value.State.PUBLISHED)
        .select_related("period", "run", "entry", "area")
        .order_by("-period__starts")
    )


def published_values(
    region: str, indicator: Urn | None = None, *, year: int | None = None
) -> list[PublishedValue]:
    """Published values of a region, by indicator's code and period, each beside its target.

    indicator: of this one only; year: only of periods that end within it (local days), so that
    the month that ends on 31 December belongs to its year.
    """
    rows = Value.objects.filter(indicator__region=region, state=Value.State.PUBLISHED)
    if indicator is not None:
        rows = rows.filter(indicator__key=indicator.key)
    if year is not None:
        rows = rows.filter(
            period__ends__gt=date(year, 1, 1), period__ends__lte=date(year + 1, 1, 1)
        )
    rows = rows.select_related("indicator", "period", "run", "entry")
    ordered = rows.order_by("indicator__code", "period__starts", "area")
    return [_published(value) for value in ordered]


def _published(value: Value) -> PublishedValue:
    indicator = value.indicator
    assert value.number is not None
    goal = goal_on(goals(indicator, value.area_id), value.period.ends - timedelta(days=1))
    return PublishedValue(
        urn=value.urn,
        indicator=indicator.urn,
        area=value.area_id,
        starts=value.period.starts,
        ends=value.period.ends,
        number=value.number,
        unit=indicator.unit,
        decimals=indicator.decimals,
        quality=value.quality,
        made_at=value.made_at,
        goal=goal,
        met=_met(indicator, value.number, goal),
        proof=proof_of(value),
    )


def proof_of(value: Value) -> Urn:
    """What proves a value: its run, or the approved entry at the value's own address."""
    return value.run.urn if value.run is not None else value.urn


def _met(indicator: Indicator, number: Decimal | None, goal: Goal | None) -> bool | None:
    if number is None or goal is None:
        return None
    return met(number, goal, more_is_better=indicator.direction == Indicator.Direction.UP)


def live_number(
    indicator: Indicator,
    *,
    now: datetime,
    area: Region | str | None = None,
    with_line: bool = True,
) -> LiveNumber:
    """What a tile shows now: the live number, or the last published one, with state and line.

    with_line: False spares its query where nobody draws it.
    """
    code = area.code if isinstance(area, Region) else area or indicator.region_id
    value = current_value(indicator, code)
    goal = goal_on(goals(indicator, code), now.astimezone(indicator.region.zone).date())
    number = value.number if value else None
    state, since = state_of(value, now=now)
    return LiveNumber(
        indicator=indicator.urn,
        title=indicator.title,
        number=number,
        unit=indicator.unit,
        decimals=indicator.decimals,
        state=state,
        at=_as_at(value),
        since=since,
        value=value.urn if value else None,
        line=live_line(indicator, code, now=now) if with_line else (),
        goal=goal,
        met=_met(indicator, number, goal),
    )


def state_of(value: Value | None, *, now: datetime) -> tuple[str, datetime | None]:
    """The state a number is shown with, and since when where that matters.

    A live number whose newest reading is older than its inputs' contracts allow is stale; a
    published one belongs to its period and never goes stale.
    """
    if value is None or value.number is None:
        return "missing", None
    if value.state != Value.State.PROVISIONAL:
        return value.quality, None
    run = value.run
    if run is not None and run.newest_at is not None and run.stale_after_s is not None:
        since = run.newest_at + timedelta(seconds=run.stale_after_s)
        if since < now:
            return "stale", run.newest_at
    return "provisional", None


def _as_at(value: Value | None) -> datetime | None:
    if value is None:
        return None
    if value.state == Value.State.PROVISIONAL and value.run is not None:
        return value.run.newest_at or value.run.window_end
    return value.made_at


def live_line(
    indicator: Indicator, area: str, *, now: datetime
) -> tuple[tuple[datetime, Decimal | None], ...]:
    """What the live number was over the last 24 h, oldest first."""
    rows = LivePoint.objects.filter(
        indicator=indicator, area=area, slot__gt=now - timedelta(hours=TILE_HOURS), slot__lte=now
    )
    return tuple(rows.values_list("slot", "number"))


def reading_indicators(region: str, entity_type: str, attributes: list[str]) -> QuerySet[Indicator]:
    """Indicators with an input on one of these attributes in a published formula."""
    return Indicator.objects.filter(
        Q(formulas__inputs__attribute__in=attributes),
        region=region,
        closed_at=None,
        formulas__published_at__isnull=False,
        formulas__inputs__entity_type=entity_type,
    ).distinct()
