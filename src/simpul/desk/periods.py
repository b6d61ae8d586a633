"""Reporting periods of a region: the months, quarters, halves and the year of a calendar year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction

from simpul.desk.models import Period
from simpul.government.models import Region

PeriodKind = Period.PeriodKind
MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
DUE_DAYS = 10
"""Days after its end until which a period may be reported."""


def spans(year: int, kind: str) -> Iterator[tuple[date, date]]:
    """First day (included) and last day (excluded) of each period of a year.

    >>> next(spans(2026, "quarter"))
    (datetime.date(2026, 1, 1), datetime.date(2026, 4, 1))
    """
    length = MONTHS[PeriodKind(kind)]
    for first in range(1, 13, length):
        after = first + length
        yield date(year, first, 1), date(year + after // 13, (after - 1) % 12 + 1, 1)


@transaction.atomic
def ensure_periods(region: Region, year: int, *, due_days: int = DUE_DAYS) -> list[Period]:
    """The periods of a region's year, made where they are missing; what is there stays as it is.

    due_days: how long after its end a new period may be reported.
    """
    wanted = [
        Period(region=region, kind=kind, starts=starts, ends=ends, due=_due(ends, due_days))
        for kind in PeriodKind
        for starts, ends in spans(year, kind)
    ]
    Period.objects.bulk_create(wanted, ignore_conflicts=True)
    return list(Period.objects.filter(region=region, starts__year=year))


def _due(ends: date, days: int) -> date:
    """The last local day to report: `days` after the last day of the period."""
    return ends + timedelta(days=days - 1)


def period_on(region: Region, kind: str, day: date) -> Period | None:
    """The period of a kind that holds a local day; None where it was never made."""
    return Period.objects.filter(region=region, kind=kind, starts__lte=day, ends__gt=day).first()
