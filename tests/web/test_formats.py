"""Numbers, money, days and moments as people here write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from simpul.web import formats, writing

NOW = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)
JAYAPURA = ZoneInfo("Asia/Jayapura")


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (Decimal("0.125"), 2, "0,13", "0.13"),
        (Decimal("2.345"), 2, "2,35", "2.35"),
        (1_234_567, None, "1.234.567", "1,234,567"),
        (-3, 0, "−3", "−3"),
        (0, 0, "0", "0"),
        (Decimal("4.50"), None, "4,50", "4.50"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        ("12.5", 0, "13", "13"),
    ],
)
def test_a_number_is_written_in_the_readers_way(
    value: object, decimals: int | None, indonesian: str, english: str
) -> None:
    assert formats.number(value, decimals, "id") == indonesian
    assert formats.number(value, decimals, "en") == english


@pytest.mark.parametrize("nothing", [None, "", "abc", float("nan"), float("inf")])
def test_what_is_no_number_is_a_dash_and_not_zero(nothing: object) -> None:
    assert formats.number(nothing, 1) == formats.NOTHING
    assert formats.rupiah(nothing) == formats.NOTHING
    assert formats.rupiah_short(nothing) == formats.NOTHING


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_can_be_read_back(value: int) -> None:
    text = formats.number(value, 0, "id").replace(".", "").replace(formats.MINUS, "-")
    assert int(text) == value


def test_rupiah_are_whole_and_short_ones_say_their_size() -> None:
    assert formats.rupiah(1_250_000) == "Rp1.250.000"
    assert formats.rupiah(-5000, "en") == "−Rp5,000"
    assert formats.rupiah_short(1_250_000_000) == "Rp1,3 miliar"
    assert formats.rupiah_short(2_500_000_000_000, "en") == "Rp2.5 trillion"
    assert formats.rupiah_short(-7_400_000) == "−Rp7,4 juta"
    assert formats.rupiah_short(999_999) == "Rp999.999"


def test_a_day_is_written_with_the_month_in_letters() -> None:
    assert formats.day(date(2026, 8, 5), "id") == "5 Agu 2026"
    assert formats.day(date(2026, 8, 5), "en") == "5 Aug 2026"
    assert formats.day(None) == formats.NOTHING


def test_a_moment_is_told_in_the_zone_of_its_region() -> None:
    late = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert formats.moment(NOW, "id", ZoneInfo("Asia/Jakarta")) == "21 Nov 2026, 14.05 WIB"
    assert formats.moment(NOW, "en", ZoneInfo("Asia/Makassar")) == "21 Nov 2026, 15:05 WITA"
    assert formats.moment(late, "id", JAYAPURA) == "21 Nov 2026, 01.30 WIT"
    assert formats.day(late, "id", JAYAPURA) == "21 Nov 2026"
    assert formats.moment(None) == formats.NOTHING


@pytest.mark.parametrize(
    ("gap", "indonesian", "english"),
    [
        (timedelta(seconds=20), "baru saja", "just now"),
        (timedelta(minutes=1), "1 menit lalu", "1 minute ago"),
        (timedelta(hours=5), "5 jam lalu", "5 hours ago"),
        (timedelta(days=3), "3 hari lalu", "3 days ago"),
        (timedelta(days=70), "2 bulan lalu", "2 months ago"),
        (timedelta(days=800), "2 tahun lalu", "2 years ago"),
        (-timedelta(days=2), "2 hari lagi", "in 2 days"),
        (-timedelta(minutes=1), "1 menit lagi", "in 1 minute"),
    ],
)
def test_how_long_ago_takes_the_largest_whole_unit(
    gap: timedelta, indonesian: str, english: str
) -> None:
    assert formats.ago(NOW - gap, NOW) == indonesian
    with translation.override("en"):
        assert formats.ago(NOW - gap, NOW) == english


def test_the_writing_follows_the_active_language_and_zone() -> None:
    with timezone.override(JAYAPURA):
        assert writing.moment(NOW) == "21 Nov 2026, 16.05 WIT"
        assert writing.number(1234.5, 1) == "1.234,5"
        with translation.override("en"):
            assert writing.clock(NOW) == "16:05"
            assert writing.number(1234.5, 1) == "1,234.5"
