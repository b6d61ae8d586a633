"""Reporting periods: calendar pieces in local days, and what they are called."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from simpul.indicators import periods
from tests import factories
from tests.indicators import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "day", "starts", "ends"),
    [
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 3, 1)),
        ("quarter", date(2026, 10, 1), date(2026, 10, 1), date(2027, 1, 1)),
        ("half", date(2026, 6, 30), date(2026, 1, 1), date(2026, 7, 1)),
        ("year", date(2026, 7, 4), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_day_falls_into_one_period(kind: str, day: date, starts: date, ends: date) -> None:
    assert periods.bounds(kind, day) == (starts, ends)
    found = periods.period_of(factories.region(), kind, day)
    assert (found.starts, found.ends) == (starts, ends)
    assert found.holds(day)


@pytest.mark.parametrize(
    ("kind", "day", "indonesian", "english"),
    [
        ("month", date(2026, 8, 5), "Agu 2026", "Aug 2026"),
        ("quarter", date(2026, 8, 5), "triwulan III 2026", "Q3 2026"),
        ("half", date(2026, 8, 5), "semester II 2026", "H2 2026"),
        ("year", date(2026, 8, 5), "2026", "2026"),
    ],
)
def test_a_period_has_a_name(kind: str, day: date, indonesian: str, english: str) -> None:
    found = periods.period_of(factories.region(), kind, day)
    assert (periods.label(found, "id"), periods.label(found, "en")) == (indonesian, english)


def test_a_month_ends_at_local_midnight() -> None:
    region = factories.region()
    october = periods.period_of(region, "month", date(2026, 10, 1))
    assert periods.window(october, region) == (
        datetime(2026, 9, 30, 17, tzinfo=UTC),
        datetime(2026, 10, 31, 17, tzinfo=UTC),
    )
    indicator = make.indicator(created_at=datetime(2026, 9, 30, 16, 59, tzinfo=UTC))
    ended = periods.ended(indicator, datetime(2026, 10, 31, 16, 59, tzinfo=UTC))
    assert ended == [date(2026, 9, 1)]
    assert periods.ended(indicator, datetime(2026, 10, 31, 17, tzinfo=UTC)) == [
        date(2026, 9, 1),
        date(2026, 10, 1),
    ]
