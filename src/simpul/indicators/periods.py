"""The reporting periods of an indicator: which one a day falls into, and which are over."""

from __future__ import annotations

from datetime import date, datetime

from simpul.desk.models import Period
from simpul.desk.periods import ensure_periods, period_on
from simpul.government.models import Region
from simpul.indicators.models import Indicator
from simpul.kernel.time import local_day
from simpul.web.formats import MONTHS

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_ROMAN = ("I", "II", "III", "IV")


def bounds(kind: str, day: date) -> tuple[date, date]:
    """First day (included) and end (excluded) of the calendar period that holds `day`.

    >>> bounds("quarter", date(2026, 11, 21))
    (datetime.date(2026, 10, 1), datetime.date(2027, 1, 1))
    """
    length = _MONTHS[kind]
    first = (day.month - 1) // length * length
    starts = date(day.year, first + 1, 1)
    behind = first + length
    return starts, date(day.year + behind // 12, behind % 12 + 1, 1)


def label(period: Period, language: str = "id") -> str:
    """How a period is called: Okt 2026, triwulan III 2026, 2026; Oct 2026, Q3 2026, 2026."""
    year, month = period.starts.year, period.starts.month
    english = language.startswith("en")
    match period.kind:
        case "year":
            return str(year)
        case "quarter":
            number = (month - 1) // 3
            return f"Q{number + 1} {year}" if english else f"triwulan {_ROMAN[number]} {year}"
        case "half":
            number = (month - 1) // 6
            return f"H{number + 1} {year}" if english else f"semester {_ROMAN[number]} {year}"
    return f"{MONTHS['en' if english else 'id'][month - 1]} {year}"


def period_of(region: Region, kind: str, day: date) -> Period:
    """The region's period that holds a local day; its year is opened where nobody has done so."""
    found = period_on(region, kind, day)
    if found is None:
        ensure_periods(region, day.year)
        found = period_on(region, kind, day)
    assert found is not None
    return found


def today(region: Region, now: datetime) -> date:
    """The local day."""
    return now.astimezone(region.zone).date()


def current(indicator: Indicator, now: datetime) -> Period:
    """The period in which `now` lies."""
    return period_of(indicator.region, indicator.period_kind, today(indicator.region, now))


def ended(indicator: Indicator, now: datetime) -> list[date]:
    """First days of the periods that ended since the indicator was created, oldest first."""
    day = today(indicator.region, indicator.created_at)
    behind = today(indicator.region, now)
    found: list[date] = []
    while True:
        starts, ends = bounds(indicator.period_kind, day)
        if ends > behind:
            return found
        found.append(starts)
        day = ends


def window(period: Period, region: Region) -> tuple[datetime, datetime]:
    """The period as moments, UTC: local midnight to local midnight."""
    start, _end = local_day(period.starts, region.zone)
    end, _after = local_day(period.ends, region.zone)
    return start, end
