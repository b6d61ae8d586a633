"""Calculation runs: making them, keeping them, and making them again to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import simpul
from simpul.city.ports import DataWing
from simpul.desk.models import Period
from simpul.government.models import Region
from simpul.indicators import engine, periods
from simpul.indicators.engine import Change, Computation, Task
from simpul.indicators.formula import parse, rounded
from simpul.indicators.inputs import Member, Spec
from simpul.indicators.models import CalculationRun, Formula, FormulaInput, Indicator, pack
from simpul.kernel.time import Clock


@dataclass(frozen=True, slots=True)
class Made:
    """A computation that is not kept yet, with everything that goes into its row."""

    task: Task
    computation: Computation
    number: Decimal | None
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against the same run made again.

    same: number and members are equal; number, digest: of the repetition; changes: whose readings
    differ, and how; code_version: of the program that repeated it.
    """

    same: bool
    then: Decimal | None
    number: Decimal | None
    digest: str
    changes: tuple[Change, ...]
    code_version: str

    @property
    def removed(self) -> int:
        """How many readings that were used are no longer there."""
        return sum(change.removed for change in self.changes)


def spec_of(row: FormulaInput) -> Spec:
    """An input as the engine takes it."""
    return Spec(
        name=row.name,
        kind=row.kind,
        entity_type=row.entity_type,
        attribute=row.attribute,
        filter=row.filter,
        area=row.area,
        window_s=row.window_s,
        method=row.method,
        across=row.across,
        interval_s=row.interval_s,
        unit_code=row.unit_code,
    )


def specs_of(formula: Formula) -> list[Spec]:
    """The inputs of a formula in their order."""
    return [spec_of(row) for row in formula.inputs.all()]


def live_window(
    formula: Formula, period: Period, region: Region, now: datetime
) -> tuple[datetime, datetime]:
    """What a live number looks at: the period up to now, or so many seconds back."""
    start, _end = periods.window(period, region)
    if formula.live_window_s is not None:
        start = now - timedelta(seconds=formula.live_window_s)
    return start, now


def task_for(
    wing: DataWing, indicator: Indicator, area: Region, span: tuple[datetime, datetime]
) -> Task:
    """A run's task as of this moment. The region itself is looked at whole, whatever lies outside
    every known area included."""
    region = indicator.region
    return Task(
        region=region.code,
        area=None if area.code == region.code else area.code,
        zone=region.zone,
        start=span[0],
        end=span[1],
        as_of=wing.entities.high_water(region.code),
    )


def make(
    wing: DataWing,
    formula: Formula,
    task: Task,
    *,
    clock: Clock,
    frozen: Sequence[Member] | None = None,
) -> Made:
    """Compute a formula; writes nothing.

    Raises:
        simpul.kernel.errors.Unavailable: the data wing does not answer.
    """
    started = clock()
    computation = engine.compute(
        wing, parse(formula.expression), specs_of(formula), task, frozen=frozen
    )
    exact = computation.outcome.number
    number = None if exact is None else rounded(exact, formula.indicator.decimals)
    return Made(task, computation, number, started, clock())


def facts_of(made: Made) -> dict[str, object]:
    """What a run's row says of a computation."""
    computation = made.computation
    members, digest = pack([member.row() for member in computation.members])
    reason = computation.outcome.reason
    return {
        "code_version": simpul.__version__,
        "as_of": made.task.as_of,
        "window_start": made.task.start,
        "window_end": made.task.end,
        "started_at": made.started_at,
        "finished_at": made.finished_at,
        "aggregates": computation.aggregates,
        "members": members,
        "members_digest": digest,
        "exact": computation.outcome.number,
        "result": made.number,
        "reason": str(reason) if reason else "",
        "reason_facts": computation.outcome.facts,
        "newest_at": computation.newest_at,
        "stale_after_s": computation.stale_after_s,
    }


def members_of(run: CalculationRun) -> list[Member]:
    """The members as they were frozen."""
    return [Member.from_row(row) for row in run.member_rows]


def repeat(wing: DataWing, run: CalculationRun, *, clock: Clock) -> Comparison:
    """Make a run again from the same entities up to the same sequence, and compare; keeps nothing.

    Raises:
        simpul.kernel.errors.Unavailable: the data wing does not answer.
    """
    indicator = run.indicator
    task = Task(
        region=indicator.region_id,
        area=None if run.area_id == indicator.region_id else run.area_id,
        zone=indicator.region.zone,
        start=run.window_start,
        end=run.window_end,
        as_of=run.as_of,
    )
    then = members_of(run)
    made = make(wing, run.formula, task, clock=clock, frozen=then)
    digest = str(facts_of(made)["members_digest"])
    return Comparison(
        same=digest == run.members_digest and made.number == run.result,
        then=run.result,
        number=made.number,
        digest=digest,
        changes=tuple(engine.changes(then, made.computation.members)),
        code_version=simpul.__version__,
    )
