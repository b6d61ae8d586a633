"""What devices and applications send, in the words of real ones, with their bad days.

Pure: a sender says which messages leave in a span of time; `simulator` delivers them. River gauges
speak a small JSON of their own. The forecast and the air station have the shapes in which BMKG and
the ISPU network of the Ministry of Environment answer, down to numbers in quotation marks, local
times without a zone and a wrong zone beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from simpul_demo import world
from simpul_demo.world import ZONE, dice

LONGEST_DELAY = timedelta(hours=7)
USUAL = timedelta(minutes=5)
SPIKES = (9999.0, -127.0, 871.3)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that is sent. feed: key of the feed; sent_at: when it leaves, never before the
    observation it is about."""

    feed: str
    sent_at: datetime
    payload: dict[str, Any]


class Sender(Protocol):
    """A device or an application."""

    def messages(self, after: datetime, until: datetime) -> Iterator[Message]:
        """What leaves after one moment up to and including another, oldest observation first."""


class Trouble(StrEnum):
    """What can happen to a gauge for some hours."""

    SILENT = "silent"
    LATE = "late"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Spell:
    """Hours in which something is wrong with a gauge."""

    trouble: Trouble
    starts: datetime
    ends: datetime


CHANCES = ((Trouble.SILENT, 0.10), (Trouble.LATE, 0.20), (Trouble.STUCK, 0.26))
"""On which share of days what begins, cumulated."""


def spell_of(seed: int, device: str, day: date) -> Spell | None:
    """What goes wrong with a device on a local day, if anything does."""
    throw = dice(seed, "trouble", device, day)
    fate = throw.random()
    trouble = next((kind for kind, below in CHANCES if fate < below), None)
    if trouble is None:
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
    starts = midnight + timedelta(minutes=throw.randrange(0, 20 * 60, 5))
    return Spell(trouble, starts, starts + timedelta(minutes=throw.randrange(45, 200, 5)))


def _slots(after: datetime, until: datetime, step: timedelta) -> Iterator[datetime]:
    """Moments on the grid of a step from `after` (excluded) to `until` (included)."""
    seconds = int(step.total_seconds())
    moment = (int(after.timestamp()) // seconds + 1) * seconds
    while moment <= until.timestamp():
        yield datetime.fromtimestamp(moment, UTC)
        moment += seconds


@dataclass(frozen=True, slots=True)
class Gauge:
    """A water gauge with a modem.

    site: what its plate says; place: longitude, latitude; base, tide [cm], runoff [cm/mm]: see
    `world.water_level`; interval: between two readings, since a new modem was put in at `renewed`;
    before, it was `USUAL`.
    """

    device: str
    site: str
    feed: str
    place: tuple[float, float]
    base: float
    tide: float
    runoff: float
    seed: int
    interval: timedelta = USUAL
    renewed: datetime | None = None

    def messages(self, after: datetime, until: datetime) -> Iterator[Message]:
        for moment in self._moments(after - LONGEST_DELAY, until):
            sent_at = self._sent_at(moment)
            if sent_at is not None and after < sent_at <= until:
                yield Message(self.feed, sent_at, self._payload(moment))

    def _moments(self, after: datetime, until: datetime) -> Iterator[datetime]:
        turn = min(max(self.renewed or after, after), until)
        yield from _slots(after, turn, USUAL)
        yield from _slots(turn, until, self.interval)

    def _spell(self, moment: datetime) -> Spell | None:
        today = moment.astimezone(ZONE).date()
        spells = [spell_of(self.seed, self.device, today - timedelta(days=back)) for back in (0, 1)]
        return next((each for each in spells if each and each.starts <= moment < each.ends), None)

    def _sent_at(self, moment: datetime) -> datetime | None:
        """When the reading of this moment leaves; None where it is lost."""
        spell = self._spell(moment)
        if spell is not None and spell.trouble is Trouble.SILENT:
            return None
        if spell is not None and spell.trouble is Trouble.LATE:
            return spell.ends + timedelta(hours=1)
        throw = dice(self.seed, "loss", self.device, int(moment.timestamp()))
        return None if throw.random() < 0.006 else moment

    def _level(self, moment: datetime) -> float:
        throw = dice(self.seed, "spike", self.device, int(moment.timestamp()))
        if throw.random() < 0.0015:
            return throw.choice(SPIKES)
        spell = self._spell(moment)
        stuck = spell is not None and spell.trouble is Trouble.STUCK
        shown = spell.starts if spell is not None and stuck else moment
        return world.water_level(
            self.seed, self.device, shown, base=self.base, tide=self.tide, runoff=self.runoff
        )

    def _payload(self, moment: datetime) -> dict[str, Any]:
        age = (moment.timestamp() / 86_400 + len(self.device)) % 28
        return {
            "dev": self.device,
            "site": self.site,
            "ts": int(moment.timestamp()),
            "wl_cm": self._level(moment),
            "bat": round(4.12 - 0.012 * age, 2),
            "lon": self.place[0],
            "lat": self.place[1],
        }


@dataclass(frozen=True, slots=True)
class Pump:
    """The panel of a pump that starts after rain. place: longitude, latitude."""

    device: str
    feed: str
    place: tuple[float, float]
    seed: int
    interval: timedelta = timedelta(minutes=5)

    def messages(self, after: datetime, until: datetime) -> Iterator[Message]:
        for moment in _slots(after, until, self.interval):
            yield Message(self.feed, moment, self._payload(moment))

    def _payload(self, moment: datetime) -> dict[str, Any]:
        runs = any(world.rain_at(self.seed, moment - timedelta(minutes=back)) for back in (0, 30))
        throw = dice(self.seed, "pump", self.device, int(moment.timestamp()))
        return {
            "dev": self.device,
            "ts": int(moment.timestamp()),
            "on": runs,
            "kw": round(throw.gauss(22.0, 0.7), 1) if runs else 0.0,
            "lon": self.place[0],
            "lat": self.place[1],
        }


INDEX_STEPS = (
    (15.5, 50, "1", "BAIK"),
    (55.4, 100, "2", "SEDANG"),
    (150.4, 200, "3", "TIDAK SEHAT"),
    (250.4, 300, "4", "SANGAT TIDAK SEHAT"),
    (500.0, 500, "5", "BERBAHAYA"),
)
"""PM2.5 over 24 hours [µg/m³] up to which ISPU's index, category and name go (Permen LHK
14/2020)."""


def air_index(dust: float) -> tuple[int, str, str]:
    """ISPU's index of a PM2.5 concentration [µg/m³], its category and its name."""
    low, index_low = 0.0, 0
    for high, index_high, category, name in INDEX_STEPS:
        if dust <= high:
            index = index_low + (dust - low) * (index_high - index_low) / (high - low)
            return round(index), category, name
        low, index_low = high, index_high
    return 500, "5", "BERBAHAYA"


@dataclass(frozen=True, slots=True)
class AirStation:
    """The application that fetches the city's ISPU station each hour and passes its answer on."""

    feed: str
    seed: int
    station: str = "PANGKALPINANG"
    place: tuple[float, float] = (106.11506, -2.12474)

    def messages(self, after: datetime, until: datetime) -> Iterator[Message]:
        for hour in _slots(after - LONGEST_DELAY, until, timedelta(hours=1)):
            throw = dice(self.seed, "air", hour)
            fate = throw.random()
            delay = timedelta(hours=3) if fate > 0.97 else timedelta(minutes=12)
            if fate > 0.03 and after < hour + delay <= until:
                yield Message(self.feed, hour + delay, {"rows": [self._row(hour)]})

    def _row(self, hour: datetime) -> dict[str, Any]:
        local = hour.astimezone(ZONE)
        throw = dice(self.seed, "gases", hour)
        dust = world.fine_dust(self.seed, hour)
        broken = throw.random() < 0.02
        index, category, name = air_index(dust)
        return {
            "id_stasiun": self.station,
            "waktu": f"{local:%Y-%m-%d %H:%M:%S}",
            "lat": str(self.place[1]),
            "lon": str(self.place[0]),
            "a_pm10": f"{dust * 1.7 + abs(throw.gauss(0, 2)):.2f}",
            "a_pm25": None if broken else f"{dust:.2f}",
            "a_so2": f"{throw.uniform(8, 24):.2f}",
            "a_co": f"{throw.uniform(300, 900):.1f}",
            "a_o3": f"{throw.uniform(20, 60):.2f}",
            "a_no2": f"{throw.uniform(6, 28):.2f}",
            "a_hc": f"{throw.uniform(1, 5):.1f}",
            "c_pm25": category,
            "t_pm25": str(index),
            "nama": "Pangkalpinang Taman Merdeka",
            "alamat": "Alun-Alun Taman Merdeka, Kota Pangkalpinang",
            "kota": "Pangkalpinang",
            "provinsi": "Kepulauan Bangka Belitung",
            "param": "PM<sub>2.5</sub>",
            "time_offset": "1",
            "time_z": "WITA",
            "is_maintenance": "1" if broken else "0",
            "tipe": "0",
            "kelurahan": "Gedung Nasional",
            "kecamatan": "Taman Sari",
            "val": str(index),
            "cat": name,
            "waktu_text": f"{local:%d-%m-%Y %H:%M:%S}",
            "tipe_text": "KLH/BPLH",
        }


SKIES = (
    (1, "Cerah", "Sunny"),
    (2, "Cerah Berawan", "Partly Cloudy"),
    (3, "Berawan", "Mostly Cloudy"),
    (61, "Hujan Ringan", "Light Rain"),
    (63, "Hujan Lebat", "Heavy Rain"),
)
POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True, slots=True)
class Village:
    """A kelurahan for which BMKG forecasts. place: longitude, latitude."""

    code: str
    name: str
    district: str
    place: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Forecaster:
    """The application that fetches BMKG's forecast of some kelurahan twice a day and passes each
    answer on."""

    feed: str
    seed: int
    villages: tuple[Village, ...]
    days: int = 3

    def messages(self, after: datetime, until: datetime) -> Iterator[Message]:
        for issued in _slots(after - timedelta(hours=1), until, timedelta(hours=12)):
            for number, village in enumerate(self.villages):
                sent_at = issued + timedelta(minutes=20, seconds=number * 2)
                if after < sent_at <= until:
                    yield Message(self.feed, sent_at, self._answer(village, issued))

    def _answer(self, village: Village, issued: datetime) -> dict[str, Any]:
        place = {
            "adm1": "19",
            "adm2": "19.71",
            "adm3": village.code[:8],
            "adm4": village.code,
            "provinsi": "Kepulauan Bangka Belitung",
            "kotkab": "Kota Pangkal Pinang",
            "kecamatan": village.district,
            "desa": village.name,
            "lon": village.place[0],
            "lat": village.place[1],
            "timezone": "Asia/Jakarta",
        }
        weather = [self._day(village, issued, day) for day in range(self.days)]
        return {"lokasi": place, "data": [{"lokasi": place | {"type": "adm4"}, "cuaca": weather}]}

    def _day(self, village: Village, issued: datetime, day: int) -> list[dict[str, Any]]:
        first = issued + timedelta(days=day)
        return [
            self._slot(village, issued, first + timedelta(hours=3 * step), day * 8 + step)
            for step in range(8)
        ]

    def _slot(
        self, village: Village, issued: datetime, moment: datetime, number: int
    ) -> dict[str, Any]:
        air = world.air_at(self.seed, village.code, moment)
        code, name, english = SKIES[_sky(air)]
        local = moment.astimezone(ZONE)
        wind = round(air.wind_from / 45) % 8
        light = "am" if 6 <= local.hour < 18 else "pm"
        return {
            "datetime": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            "utc_datetime": f"{moment:%Y-%m-%d %H:%M:%S}",
            "local_datetime": f"{local:%Y-%m-%d %H:%M:%S}",
            "analysis_date": f"{issued:%Y-%m-%dT%H:%M:%S}",
            "time_index": f"{number}-{number + 1}",
            "weather": code,
            "weather_desc": name,
            "weather_desc_en": english,
            "wd_deg": air.wind_from,
            "wd": POINTS[wind],
            "wd_to": POINTS[(wind + 4) % 8],
            "ws": air.wind_speed,
            "hu": air.humidity,
            "tcc": air.cloud_cover,
            "tp": air.rain,
            "t": air.temperature,
            "vs": None,
            "vs_text": None,
            "image": f"https://api-apps.bmkg.go.id/storage/icon/cuaca/{name.lower()}-{light}.svg",
        }


def _sky(air: world.Air) -> int:
    """Which of `SKIES` it is."""
    if air.rain:
        return 4 if air.rain > 20 else 3
    return min(2, air.cloud_cover // 34)
