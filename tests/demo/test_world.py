"""The invented weather is plausible, and the same whenever it is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from simpul_demo import world

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
SEED = 7


def level(moment: datetime) -> float:
    return world.water_level(SEED, "RG-01", moment, base=92, tide=18, runoff=2.1)


def test_the_same_moment_always_has_the_same_level() -> None:
    assert level(NOW) == level(NOW)
    assert level(NOW) != level(NOW + timedelta(minutes=5))


def test_levels_stay_between_dry_bed_and_flood() -> None:
    levels = [level(NOW - timedelta(minutes=15 * step)) for step in range(96 * 30)]
    assert 8 <= min(levels) < 100
    assert 120 < max(levels) < 600


def test_the_river_rises_after_a_shower() -> None:
    days = (date(2026, 1, 1) + timedelta(days=step) for step in range(60))
    shower = max(
        (each for day in days for each in world.showers(SEED, day)), key=lambda each: each.depth
    )
    tide = world.tide_at(shower.starts, 18) - world.tide_at(shower.starts + world.RISE, 18)
    rise = level(shower.starts + world.RISE) - level(shower.starts)
    assert rise + tide > shower.depth


def test_the_tide_never_exceeds_its_amplitude() -> None:
    tides = [world.tide_at(NOW + timedelta(minutes=10 * step), 30) for step in range(144 * 20)]
    assert -30 <= min(tides) < -15
    assert 15 < max(tides) <= 30


@pytest.mark.parametrize("hours", range(0, 240, 7))
def test_air_is_tropical(hours: int) -> None:
    air = world.air_at(SEED, "19.71.04.1001", NOW + timedelta(hours=hours))
    assert 20 <= air.temperature <= 36
    assert 48 <= air.humidity <= 99
    assert 0 <= air.wind_from < 360
    assert air.rain == world.rain_at(SEED, NOW + timedelta(hours=hours)) or air.rain >= 0


def test_afternoons_are_warmer_than_nights() -> None:
    noon = [world.air_at(SEED, "x", NOW + timedelta(days=day)).temperature for day in range(20)]
    night = [
        world.air_at(SEED, "x", NOW + timedelta(days=day, hours=12)).temperature
        for day in range(20)
    ]
    assert sum(noon) > sum(night) + 60


def test_dust_is_worse_in_the_dry_season() -> None:
    wet = [world.fine_dust(SEED, NOW + timedelta(hours=step)) for step in range(200)]
    august = datetime(2026, 8, 5, tzinfo=UTC)
    dry = [world.fine_dust(SEED, august + timedelta(hours=step)) for step in range(200)]
    assert min(wet) >= 2.5
    assert sum(dry) > sum(wet)
