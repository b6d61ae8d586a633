"""What the simulated devices and applications send, good days and bad."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simpul_demo.senders import (
    SPIKES,
    AirStation,
    Forecaster,
    Gauge,
    Message,
    Pump,
    Spell,
    Trouble,
    Village,
    air_index,
    spell_of,
)
from simpul_demo.world import ZONE

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=60)
VILLAGE = Village("19.71.04.1001", "Pintu Air", "Rangkui", (106.10242, -2.13291))


def gauge(device: str = "RG-01") -> Gauge:
    return Gauge(
        device, "Pintu Air", "duga-air", (106.1, -2.13), base=92, tide=18, runoff=2.1, seed=7
    )


def sent(after: datetime = LONG_AGO, until: datetime = NOW) -> list[Message]:
    return list(gauge().messages(after, until))


def observed(message: Message) -> datetime:
    return datetime.fromtimestamp(message.payload["ts"], UTC)


def first_spell(trouble: Trouble) -> Spell:
    days = [(NOW - timedelta(days=back)).date() for back in range(2, 58)]
    spells = [spell_of(7, "RG-01", day) for day in days]
    return next(each for each in spells if each and each.trouble is trouble)


def during(spell: Spell) -> list[Message]:
    return [each for each in sent() if spell.starts <= observed(each) < spell.ends]


def test_a_gauge_sends_the_small_json_of_its_modem() -> None:
    payload = sent(NOW - timedelta(hours=1))[0].payload
    assert payload.keys() == {"dev", "site", "ts", "wl_cm", "bat", "lon", "lat"}
    assert payload["dev"] == "RG-01"
    assert 3 < payload["bat"] < 4.3
    assert json.loads(json.dumps(payload)) == payload


def test_nothing_leaves_before_it_was_measured_or_after_the_end_of_the_span() -> None:
    after = NOW - timedelta(days=3)
    messages = sent(after)
    assert all(observed(each) <= each.sent_at for each in messages)
    assert all(after < each.sent_at <= NOW for each in messages)


def test_two_spans_send_what_one_span_sends() -> None:
    middle = NOW - timedelta(hours=31, seconds=17)
    start = NOW - timedelta(days=5)
    halves = sent(start, middle) + sent(middle, NOW)
    whole = sent(start, NOW)
    key = lambda message: (message.sent_at, message.payload["ts"])  # noqa: E731
    assert sorted(halves, key=key) == sorted(whole, key=key)


def test_most_intervals_are_filled_and_some_are_not() -> None:
    share = len(sent()) / (60 * 288)
    assert 0.9 < share < 0.998


def test_a_silent_gauge_sends_nothing() -> None:
    assert during(first_spell(Trouble.SILENT)) == []


def test_late_readings_come_together_after_the_spell() -> None:
    spell = first_spell(Trouble.LATE)
    messages = during(spell)
    assert len(messages) > 5
    assert {each.sent_at for each in messages} == {spell.ends + timedelta(hours=1)}


def test_a_stuck_gauge_repeats_one_level() -> None:
    levels = Counter(each.payload["wl_cm"] for each in during(first_spell(Trouble.STUCK)))
    assert levels.most_common(1)[0][1] >= sum(levels.values()) - 2


def test_now_and_then_a_level_is_impossible() -> None:
    impossible = [each for each in sent() if each.payload["wl_cm"] in SPIKES]
    assert 3 < len(impossible) < 80


def test_two_gauges_have_different_bad_days() -> None:
    days = [(NOW - timedelta(days=back)).date() for back in range(60)]
    assert [spell_of(7, "RG-01", day) for day in days] != [
        spell_of(7, "RG-02", day) for day in days
    ]


def stations(hours: int = 24 * 30) -> list[Message]:
    return list(AirStation("ispu", 7).messages(NOW - timedelta(hours=hours), NOW))


def test_the_air_station_answers_in_the_shape_of_ispu() -> None:
    row: dict[str, Any] = stations(3)[-1].payload["rows"][0]
    local = datetime.strptime(row["waktu"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZONE)
    assert NOW - local < timedelta(hours=4)
    assert all(isinstance(row[name], str) for name in ("lat", "lon", "a_pm10", "val"))
    assert row["time_z"] == "WITA", "the ministry's own zones are not to be trusted"


def test_some_hours_of_the_air_station_are_missing_late_or_broken() -> None:
    messages = stations()
    hours = 24 * 30
    assert hours * 0.9 < len(messages) < hours
    assert any(each.payload["rows"][0]["a_pm25"] is None for each in messages)
    delays = Counter(each.sent_at.minute for each in messages)
    assert set(delays) == {0, 12}


@pytest.mark.parametrize(
    ("dust", "index", "name"),
    [
        (0.0, 0, "BAIK"),
        (15.5, 50, "BAIK"),
        (55.4, 100, "SEDANG"),
        (150.4, 200, "TIDAK SEHAT"),
        (250.4, 300, "SANGAT TIDAK SEHAT"),
        (900.0, 500, "BERBAHAYA"),
    ],
)
def test_the_index_of_fine_dust_follows_the_published_steps(
    dust: float, index: int, name: str
) -> None:
    assert air_index(dust)[0] == index
    assert air_index(dust)[2] == name


def test_the_forecast_has_three_days_of_eight_slots() -> None:
    messages = list(Forecaster("bmkg", 7, (VILLAGE,)).messages(NOW - timedelta(days=1), NOW))
    assert len(messages) == 2
    answer = messages[0].payload
    assert answer["lokasi"]["adm4"] == VILLAGE.code
    weather = answer["data"][0]["cuaca"]
    assert [len(day) for day in weather] == [8, 8, 8]
    slot = weather[0][0]
    assert slot["datetime"].replace("T", " ").rstrip("Z") == slot["utc_datetime"]
    assert slot["vs"] is None
    assert slot["weather_desc"] in slot["image"].title()


def test_later_forecasts_go_on_where_the_clock_is() -> None:
    first, second = Forecaster("bmkg", 7, (VILLAGE,)).messages(NOW - timedelta(days=1), NOW)
    starts = [each.payload["data"][0]["cuaca"][0][0]["datetime"] for each in (first, second)]
    assert starts == ["2026-11-20T12:00:00Z", "2026-11-21T00:00:00Z"]


def test_a_pump_runs_when_it_rains_and_rests_otherwise() -> None:
    pump = Pump("PK-01", "pompa", (106.1, -2.1), 7)
    payloads = [each.payload for each in pump.messages(NOW - timedelta(days=10), NOW)]
    assert len(payloads) == 10 * 288
    assert {each["on"] for each in payloads} == {True, False}
    assert all((each["kw"] > 10) is each["on"] for each in payloads)


def test_a_renewed_gauge_sends_every_minute_from_then_on() -> None:
    renewed = NOW - timedelta(hours=6)
    brisk = replace(gauge(), interval=timedelta(minutes=1), renewed=renewed)
    moments = [observed(each) for each in brisk.messages(NOW - timedelta(hours=12), NOW)]
    before = [each for each in moments if each <= renewed]
    assert len(before) <= 73
    assert all(each.minute % 5 == 0 for each in before)
    assert any(each.minute % 5 for each in moments if each > renewed)
