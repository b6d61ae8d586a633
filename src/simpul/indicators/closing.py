"""What is done when a period is over: computed values are published, typed-in ones are asked for.

`close_periods` is a job of the worker; it can be called at any time and does nothing twice. A
published value is made from what was known when its period closed; readings that come later do not
change it, and a comparison of its run shows what they would have changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from simpul.city.ports import DataWing, data_wing
from simpul.desk import obligations, outbox, thread
from simpul.desk.models import Obligation, Period
from simpul.desk.obligations import Duty
from simpul.government.models import Region
from simpul.indicators import periods, runs
from simpul.indicators.models import CalculationRun, Entry, Formula, Indicator, Value
from simpul.indicators.queries import formula_in_force
from simpul.kernel.time import Clock, system_clock

VALUE_DUE = "value_due"
REVIEW_DUE = "value_review"


def close_periods(now: datetime, *, clock: Clock = system_clock) -> int:
    """Publish what can be computed and ask for what must be typed in; returns how many values and
    obligations came or went.

    Raises:
        simpul.kernel.errors.Unavailable: the data wing does not answer; call again later.
    """
    open_ones = Indicator.objects.filter(closed_at=None).select_related("region", "post")
    asked = sum(
        ask_for_value(indicator, now)
        for indicator in open_ones.filter(source=Indicator.Source.TYPED)
    )
    computed = open_ones.filter(source=Indicator.Source.COMPUTED)
    return asked + sum(_close(indicator, now, clock) for indicator in computed)


def _close(indicator: Indicator, now: datetime, clock: Clock) -> int:
    formula = formula_in_force(indicator)
    starts = periods.ended(indicator, now)
    if formula is None or not starts:
        return 0
    done = set(
        indicator.runs.filter(trigger=CalculationRun.Trigger.CLOSE).values_list(
            "area", "period__starts"
        )
    )
    made = 0
    for area in indicator.areas.all():
        for day in starts:
            if (area.code, day) not in done:
                publish_computed(data_wing(), formula, area, day, now=now, clock=clock)
                made += 1
    return made


def publish_computed(
    wing: DataWing, formula: Formula, area: Region, day: date, *, now: datetime, clock: Clock
) -> CalculationRun:
    """Make the closing run of the period that holds `day`, and its value where there is a number.

    A run without a number is kept too: it says why the period has no value.
    """
    indicator = formula.indicator
    period = periods.period_of(indicator.region, indicator.period_kind, day)
    span = periods.window(period, indicator.region)
    made = runs.make(wing, formula, runs.task_for(wing, indicator, area, span), clock=clock)
    with transaction.atomic():
        run = CalculationRun.objects.create(
            indicator=indicator,
            formula=formula,
            area=area,
            period=period,
            trigger=CalculationRun.Trigger.CLOSE,
            **runs.facts_of(made),
        )
        if run.result is not None:
            _publish(run, now)
    return run


def _publish(run: CalculationRun, now: datetime) -> Value:
    quality = Value.Quality.ESTIMATED if run.formula.estimates else Value.Quality.MEASURED
    value = Value.objects.create(
        indicator=run.indicator,
        area=run.area,
        period=run.period,
        number=run.result,
        state=Value.State.PUBLISHED,
        quality=quality,
        run=run,
        made_at=run.finished_at,
    )
    thread.tie(run.indicator.urn, value.urn, kind="value", now=now)
    thread.tie(value.urn, run.urn, kind="run", now=now)
    outbox.announce("ValuePublished", value.urn, now=now, indicator=str(run.indicator.urn))
    return value


def owed_periods(indicator: Indicator, now: datetime) -> list[date]:
    """First days of the ended periods for which an area has neither a value nor a number on its
    way to one; oldest first."""
    starts = periods.ended(indicator, now)
    given = set(
        indicator.values.filter(state=Value.State.PUBLISHED).values_list("area", "period__starts")
    )
    given |= set(
        indicator.entries.filter(state=Entry.State.SUBMITTED).values_list("area", "period__starts")
    )
    areas = list(indicator.areas.values_list("code", flat=True))
    return [day for day in starts if any((area, day) not in given for area in areas)]


@transaction.atomic
def ask_for_value(indicator: Indicator, now: datetime) -> int:
    """Let the indicator's post owe the oldest number that is missing, or settle that; 1 where
    something changed."""
    if indicator.post is None or indicator.is_computed:
        return 0
    missing = owed_periods(indicator, now) if indicator.closed_at is None else []
    if not missing:
        return obligations.settle(subject=indicator.urn, reason=VALUE_DUE, now=now)
    period = periods.period_of(indicator.region, indicator.period_kind, missing[0])
    titles = _titles(indicator, period)
    owed = Obligation.objects.filter(
        subject=str(indicator.urn), post=indicator.post, reason=VALUE_DUE, settled_at=None
    )
    if owed.filter(due=period.due, **titles).exists():
        return 0
    obligations.owe(
        subject=indicator.urn,
        post=indicator.post,
        reason=VALUE_DUE,
        due=period.due,
        now=now,
        **titles,
    )
    return 1


def as_told(now: datetime) -> Iterator[Duty]:
    """What is owed as the facts tell it: missing numbers, and reviews of those given."""
    typed = Indicator.objects.filter(
        source=Indicator.Source.TYPED, closed_at=None, post__isnull=False
    )
    for indicator in typed.select_related("region"):
        missing = owed_periods(indicator, now)
        if missing and indicator.post_id is not None:
            period = periods.period_of(indicator.region, indicator.period_kind, missing[0])
            yield Duty(indicator.urn, indicator.post_id, VALUE_DUE, period.due)
    waiting = Entry.objects.filter(state=Entry.State.SUBMITTED, reviewer__isnull=False)
    for entry in waiting.select_related("indicator", "period"):
        if entry.reviewer_id is not None:
            yield Duty(entry.urn, entry.reviewer_id, REVIEW_DUE, entry.period.due)


def _titles(indicator: Indicator, period: Period) -> dict[str, str]:
    said = periods.label(period, "id"), periods.label(period, "en")
    return {
        "title_id": f"Angka “{indicator.title}” untuk {said[0]} belum diisi."[:300],
        "title_en": f"The number of “{indicator.title}” for {said[1]} is missing."[:300],
    }
