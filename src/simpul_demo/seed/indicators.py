"""Indicators with formulas and targets, and the numbers that offices typed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simpul.indicators import operations, periods
from simpul.indicators.inputs import Spec
from simpul.indicators.models import Indicator, TargetPoint
from simpul_demo import story
from simpul_demo.seed.offices import Offices

PLAIN = ("code", "title", "definition", "unit_code", "unit_label", "decimals", "direction")


def periods_back(kind: str, day: date, count: int) -> date:
    """First day of the period that lies so many periods before the one that holds `day`."""
    starts, _ends = periods.bounds(kind, day)
    for _step in range(count):
        starts, _ends = periods.bounds(kind, starts - timedelta(days=1))
    return starts


def _first_day(row: Mapping[str, Any], today: date) -> date:
    """Since when it is measured: typed ones since the first number, computed ones since the
    period before, which is when the devices begin to send."""
    back = max((entry["ago"] for entry in row.get("entries", ())), default=1)
    return periods_back(row["period"], today, back)


def _create(offices: Offices, row: Mapping[str, Any]) -> Indicator:
    calendar = offices.calendar
    first = _first_day(row, calendar.today)
    return operations.create_indicator(
        region=offices.region,
        key=row["key"],
        owner=offices.organisations[row["owner"]],
        post=offices.posts[row["post"]],
        period_kind=row["period"],
        source=row.get("source", Indicator.Source.COMPUTED),
        now=calendar.moment(first.isoformat(), hour=7),
        **{name: row[name] for name in PLAIN if name in row},
    )


def _aim(offices: Offices, indicator: Indicator, row: Mapping[str, Any]) -> None:
    if "baseline" in row:
        day, number, source = row["baseline"]
        operations.set_point(
            indicator=indicator,
            on=date.fromisoformat(day),
            number=Decimal(str(number)),
            kind=TargetPoint.PointKind.BASELINE,
            source=source,
            now=indicator.created_at,
        )
    for day, number in row.get("targets", ()):
        operations.set_point(
            indicator=indicator,
            on=date.fromisoformat(day),
            number=Decimal(str(number)),
            source=story.programme()["plan"]["title"],
            now=indicator.created_at,
        )


def _compute(indicator: Indicator, row: Mapping[str, Any]) -> None:
    formula = operations.draft_formula(
        indicator=indicator,
        expression=row["expression"],
        inputs=[Spec(**each) for each in row["inputs"]],
        explanation=row["explanation"],
        estimates=row.get("estimates", False),
        live_window_s=row["live_window_s"],
        now=indicator.created_at,
    )
    operations.publish_formula(formula=formula, now=indicator.created_at)


def set_up(offices: Offices) -> dict[str, Indicator]:
    """Write the sheets of all indicators; by key."""
    found = {}
    for row in story.indicators():
        indicator = _create(offices, row)
        _aim(offices, indicator, row)
        if "inputs" in row:
            _compute(indicator, row)
        found[indicator.key] = indicator
    return found
