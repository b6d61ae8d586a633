"""The weather, the river and the air of a city that is not there: plausible, and the same again.

Everything is a function of a seed and a moment, so that what a sender says about an hour does not
depend on when it was started. Nothing here claims to be a model of the real Pangkalpinang.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Jakarta")
WET_MONTHS = frozenset({10, 11, 12, 1, 2, 3, 4})
TIDES = ((23.9345, 0.55, 0.4), (25.8193, 0.35, 2.1), (12.4206, 0.10, 1.2))
"""Constituents K1, O1 and M2: period [h], share of the amplitude, phase [rad]. Around Bangka the
tide is mainly diurnal."""
RISE = timedelta(minutes=50)
RECESSION_H = 5.0
MEMORY = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Shower:
    """Rain from one moment to another. intensity: [mm/h]."""

    starts: datetime
    ends: datetime
    intensity: float

    @property
    def depth(self) -> float:
        """Rain that falls in all [mm]."""
        return self.intensity * (self.ends - self.starts) / timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Air:
    """The state of the air at one moment: [°C], [%], [km/h], [°], [%], [mm/h]."""

    temperature: float
    humidity: float
    wind_speed: float
    wind_from: int
    cloud_cover: int
    rain: float


def dice(*parts: object) -> random.Random:
    """Dice that fall the same way whenever they are thrown for the same thing."""
    return random.Random(":".join(str(part) for part in parts))


@lru_cache(maxsize=512)
def showers(seed: int, day: date) -> tuple[Shower, ...]:
    """The showers that begin on a local day: most in the afternoon, more in the wet months."""
    throw = dice(seed, "rain", day)
    chance = 0.68 if day.month in WET_MONTHS else 0.3
    if throw.random() > chance:
        return ()
    return tuple(_shower(throw, day) for _ in range(throw.choice((1, 1, 1, 2, 2, 3))))


def _shower(throw: random.Random, day: date) -> Shower:
    hour = throw.triangular(0, 6, 4) if throw.random() < 0.25 else throw.triangular(12, 22, 15)
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
    starts = midnight + timedelta(hours=hour)
    length = timedelta(minutes=throw.triangular(15, 150, 40))
    return Shower(starts, starts + length, round(throw.triangular(2, 48, 8), 1))


def _recent_showers(seed: int, moment: datetime) -> list[Shower]:
    today = moment.astimezone(ZONE).date()
    days = [today - timedelta(days=back) for back in range(3)]
    return [each for day in days for each in showers(seed, day) if each.starts <= moment]


def rain_at(seed: int, moment: datetime) -> float:
    """Rain that is falling [mm/h]."""
    return sum(each.intensity for each in _recent_showers(seed, moment) if moment < each.ends)


def tide_at(moment: datetime, amplitude: float) -> float:
    """How far the tide is above its mean [cm]; amplitude: largest rise [cm]."""
    hours = moment.timestamp() / 3600
    return amplitude * sum(
        share * math.cos(2 * math.pi * hours / period - phase) for period, share, phase in TIDES
    )


def _response(since: timedelta) -> float:
    """How much of a shower's water passes, 0 to 1: up within `RISE`, down exponentially."""
    if since < RISE:
        part = since / RISE
        return part * math.exp(1 - part)
    return math.exp(-(since - RISE) / timedelta(hours=RECESSION_H))


def water_level(
    seed: int, place: str, moment: datetime, *, base: float, tide: float, runoff: float
) -> float:
    """Water level at a gauge [cm].

    base: level without tide and rain [cm]; tide: amplitude [cm]; runoff: rise per millimetre of
    rain [cm/mm].
    """
    rise = sum(
        each.depth * runoff * _response(moment - each.starts)
        for each in _recent_showers(seed, moment)
        if moment - each.starts < MEMORY
    )
    ripple = dice(seed, place, int(moment.timestamp())).gauss(0, 0.8)
    return round(max(8.0, base + tide_at(moment, tide) + rise + ripple), 1)


def air_at(seed: int, place: str, moment: datetime) -> Air:
    """Temperature, wind and rain at a place."""
    local = moment.astimezone(ZONE)
    hour = local.hour + local.minute / 60
    throw = dice(seed, place, local.date(), local.hour)
    rain = rain_at(seed, moment)
    warmth = 27.6 + 3.6 * math.cos(2 * math.pi * (hour - 14) / 24) - min(rain, 20) * 0.12
    temperature = round(warmth + throw.gauss(0, 0.35))
    humidity = round(min(99.0, max(48.0, 176 - 3.5 * warmth + min(rain, 10))))
    wind = 8 + 5 * math.sin(2 * math.pi * (hour - 9) / 24) + throw.gauss(0, 2)
    cloud = 100 if rain else min(100, max(5, round(throw.gauss(55, 25))))
    return Air(
        temperature=temperature,
        humidity=humidity,
        wind_speed=round(max(1.0, wind), 1),
        wind_from=round(throw.gauss(315 if local.month in WET_MONTHS else 135, 25)) % 360,
        cloud_cover=cloud,
        rain=round(rain, 1),
    )


def fine_dust(seed: int, moment: datetime) -> float:
    """PM2.5 over 24 hours, as a station reports it [µg/m³]; rain washes it out."""
    day = moment.astimezone(ZONE).date()
    season = 13.0 if day.month in WET_MONTHS else 24.0
    drift = 5 * math.sin(2 * math.pi * moment.timestamp() / (86_400 * 6.3))
    fallen = [*showers(seed, day), *showers(seed, day - timedelta(days=1))]
    washed = sum(each.depth for each in fallen)
    hourly = dice(seed, "pm25", int(moment.timestamp()) // 3600).gauss(0, 1.1)
    return round(max(2.5, season + drift - min(washed, 40) * 0.09 + hourly), 2)
