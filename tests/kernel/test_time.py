from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simpul.kernel.errors import BadInput
from simpul.kernel.time import format_time, from_us, local_day, parse_time, system_clock, to_us

WITA = ZoneInfo("Asia/Makassar")


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda d: d.replace(tzinfo=UTC))
)
def test_a_moment_survives_microseconds_and_text(moment: datetime) -> None:
    assert from_us(to_us(moment)) == moment
    assert parse_time(format_time(moment)) == moment


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-21T10:00:00+07:00", "2026-11-21T03:00:00Z"),
        ("2026-11-21T03:00:00.500Z", "2026-11-21T03:00:00.500Z"),
        ("2026-11-21T03:00:00.000001Z", "2026-11-21T03:00:00.000001Z"),
    ],
)
def test_moments_are_written_in_utc_with_as_many_digits_as_they_have(text: str, shown: str) -> None:
    assert format_time(parse_time(text)) == shown


def test_a_time_without_offset_needs_a_zone() -> None:
    assert parse_time("2026-09-28 18:00:00", zone=WITA) == datetime(2026, 9, 28, 10, tzinfo=UTC)
    with pytest.raises(BadInput, match="time zone"):
        parse_time("2026-09-28 18:00:00")


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+23:00"]
)
def test_what_is_not_a_moment_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_time(text)


def test_a_naive_moment_has_no_microseconds() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_us(datetime(2026, 1, 1))


def test_a_local_day_is_bounded_in_utc() -> None:
    start, end = local_day(date(2026, 11, 21), WITA)
    assert start == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert end - start == timedelta(days=1)


def test_the_system_clock_is_aware() -> None:
    assert system_clock().tzinfo is UTC
