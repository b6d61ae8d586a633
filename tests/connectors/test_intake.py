"""Messages of feeds: what real applications send comes in, what breaks the contract is held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from simpul.connectors.model import AttributeContract, Quarantined
from simpul.history.model import Reading
from simpul.kernel.time import format_time
from tests.factories_data import (
    BMKG_MAPPING,
    CITY,
    GAUGE_MAPPING,
    ISPU_MAPPING,
    OTHER,
    START,
    Answer,
    Wing,
    a_document,
    payload,
)

PM25 = AttributeContract("pm25", "GQ", 0, 1000, 3600)
GAUGE = "urn:ngsi-ld:WaterLevelObserved:g1"


def simple(wing: Wing, entity_id: str, token: str | None = None) -> Any:
    target = f"/ngsi-ld/v1/entities/{entity_id}?options=keyValues"
    answer = wing.ask("GET", target, token=token)
    assert answer.status == 200, answer.body
    return answer.json()


def history(wing: Wing, entity_id: str, attribute: str) -> list[Reading]:
    (series,) = [
        each
        for each in wing.history.series_of_entity(CITY, entity_id)
        if each.attribute == attribute
    ]
    return wing.history.first_between(series.number, None, None, 1000)


def held(wing: Wing, **asked: Any) -> list[Quarantined]:
    return wing.feeds.quarantined(CITY, **asked)


def reading(level: Any, minutes: float = 0, serial: Any = "g1") -> dict[str, Any]:
    moment = format_time(START + timedelta(minutes=minutes))
    return {"serial": serial, "at": moment, "level_cm": level}


# ISPU: text numbers, local times, a wrong zone, one address for the whole country


@pytest.fixture
def ispu(wing: Wing) -> str:
    wing.clock.now = datetime(2026, 9, 28, 10, 20, tzinfo=UTC)
    return wing.agree(
        key="ispu",
        kind="application",
        entity_type="AirQualityObserved",
        interval_s=3600,
        mapping=ISPU_MAPPING,
        contracts=(PM25,),
    )


def test_ispu_stations_come_in_as_they_are_sent(wing: Wing, ispu: str) -> None:
    answer = wing.send(ispu, payload("ispu_getStations.json"), feed="ispu")
    assert answer.status == 200
    assert answer.json() == {"rows": 4, "accepted": 16, "refused": 0, "errors": []}
    assert simple(wing, "urn:ngsi-ld:AirQualityObserved:JAMBI") == {
        "id": "urn:ngsi-ld:AirQualityObserved:JAMBI",
        "type": "AirQualityObserved",
        "pm25": 121.87,
        "pm10": 125.76,
        "airQualityIndex": 170,
        "airQualityLevel": "TIDAK SEHAT",
        "name": "Jambi Paal Lima",
        "source": "Kementerian Lingkungan Hidup, ISPU",
        "location": {
            "type": "Point",
            "coordinates": [103.60739135742188, -1.6297229528427124],
        },
    }


def test_each_station_keeps_its_own_zone_and_the_wrong_one_is_corrected(
    wing: Wing, ispu: str
) -> None:
    wing.send(ispu, payload("ispu_getStations.json"), feed="ispu")
    moments = {
        name: history(wing, f"urn:ngsi-ld:AirQualityObserved:{name}", "pm25")[0].observed_at
        for name in ("BANJARMASIN", "KABUPATEN_KUTAIBARAT", "KABUPATEN_SINTANG", "JAMBI")
    }
    assert moments == {
        "BANJARMASIN": datetime(2026, 9, 28, 9, tzinfo=UTC),  # 17.00 WITA
        "KABUPATEN_KUTAIBARAT": datetime(2026, 9, 28, 10, tzinfo=UTC),  # 18.00, says WIB, is WITA
        "KABUPATEN_SINTANG": datetime(2026, 9, 28, 10, tzinfo=UTC),  # 17.00 WIB
        "JAMBI": datetime(2026, 9, 28, 10, tzinfo=UTC),
    }


def test_a_station_is_in_the_regency_where_it_stands(wing: Wing, ispu: str) -> None:
    wing.send(ispu, payload("ispu_getStations.json"), feed="ispu")
    areas = {entity.id.rpartition(":")[2]: entity.area for entity in wing.entities.entities(CITY)}
    assert areas == {
        "BANJARMASIN": "63.71",
        "KABUPATEN_KUTAIBARAT": "64.07",
        "KABUPATEN_SINTANG": "61.05",
        "JAMBI": "15.71",
    }


def test_the_same_message_again_adds_nothing(wing: Wing, ispu: str) -> None:
    wing.send(ispu, payload("ispu_getStations.json"), feed="ispu")
    before = wing.entities.high_water(CITY)
    wing.clock.pass_time(minutes=10)
    again = wing.send(ispu, payload("ispu_getStations.json"), feed="ispu")
    assert again.json()["accepted"] == 16
    assert wing.entities.high_water(CITY) == before
    heard = wing.feeds.health("ispu", now=wing.clock())
    assert heard.last_received_at == wing.clock()


def test_what_is_out_of_range_is_held_and_the_rest_goes_on(wing: Wing) -> None:
    wing.clock.now = datetime(2026, 9, 28, 10, 20, tzinfo=UTC)
    token = wing.agree(
        key="ispu",
        entity_type="AirQualityObserved",
        mapping=ISPU_MAPPING,
        contracts=(AttributeContract("pm25", "GQ", 0, 400, 3600),),
    )
    answer = wing.send(token, payload("ispu_getStations.json"), feed="ispu")
    assert answer.status == 202
    assert answer.json()["errors"] == [
        {
            "row": 0,
            "entity": "urn:ngsi-ld:AirQualityObserved:BANJARMASIN",
            "attribute": "pm25",
            "reason": "out_of_range",
            "detail": "442.11 is not between 0 and 400",
        }
    ]
    entity = simple(wing, "urn:ngsi-ld:AirQualityObserved:BANJARMASIN")
    assert ("pm25" in entity, entity["pm10"]) == (False, 375.86)
    (quarantined,) = held(wing, attribute="pm25")
    assert orjson.loads(quarantined.payload)["a_pm25"] == "442.11"
    assert quarantined.observed_at == datetime(2026, 9, 28, 9, tzinfo=UTC)


# BMKG: nested lists, values of the enclosing object, moments that lie ahead


@pytest.fixture
def bmkg(wing: Wing) -> str:
    wing.clock.now = datetime(2026, 10, 8, 5, 40, tzinfo=UTC)
    return wing.agree(
        key="bmkg",
        kind="application",
        entity_type="WeatherForecast",
        interval_s=43_200,
        mapping=BMKG_MAPPING,
        contracts=(
            AttributeContract("temperature", "CEL", 10, 45, 10_800),
            AttributeContract("windSpeed", "MTS", 0, 60, 10_800),
            AttributeContract("relativeHumidity", "P1", 0, 100, 10_800),
        ),
    )


GAMBIR = "urn:ngsi-ld:WeatherForecast:31.71.01.1001"


def test_a_forecast_comes_in_with_the_slot_nearest_to_now_as_its_state(
    wing: Wing, bmkg: str
) -> None:
    answer = wing.send(bmkg, payload("bmkg_31.71.01.1001.json"), feed="bmkg")
    assert answer.json() == {"rows": 2, "accepted": 10, "refused": 0, "errors": []}
    entity = simple(wing, GAMBIR)
    assert (entity["temperature"], entity["weatherType"]) == (32, "Cerah Berawan")
    assert (entity["place"], entity["source"]) == ("Gambir, Gambir", "BMKG")
    assert "visibility" not in entity
    assert [each.number for each in history(wing, GAMBIR, "temperature")] == [32, 28]
    assert wing.entities.entities(CITY)[0].area == "31.71"


def test_the_senders_unit_is_converted_to_the_agreed_one(wing: Wing, bmkg: str) -> None:
    wing.send(bmkg, payload("bmkg_31.71.01.1001.json"), feed="bmkg")
    first, second = history(wing, GAMBIR, "windSpeed")
    assert first.number == pytest.approx(11.1 / 3.6)
    assert second.number == pytest.approx(1.5 / 3.6)
    (series,) = [
        each
        for each in wing.history.series_of_entity(CITY, GAMBIR)
        if each.attribute == "windSpeed"
    ]
    assert series.unit == "MTS"


def test_the_state_moves_on_with_the_hours(wing: Wing, bmkg: str) -> None:
    wing.send(bmkg, payload("bmkg_31.71.01.1001.json"), feed="bmkg")
    wing.clock.pass_time(hours=9)
    wing.send(bmkg, payload("bmkg_31.71.01.1001.json"), feed="bmkg")
    assert simple(wing, GAMBIR)["temperature"] == 28
    assert [each.number for each in history(wing, GAMBIR, "temperature")] == [32, 28]


def test_a_forecast_issued_anew_corrects_the_slot(wing: Wing, bmkg: str) -> None:
    document = orjson.loads(payload("bmkg_31.71.01.1001.json"))
    wing.send(bmkg, document, feed="bmkg")
    document["data"][0]["cuaca"][0][1]["t"] = 26
    wing.send(bmkg, document, feed="bmkg")
    assert [(each.ordinal, each.number) for each in history(wing, GAMBIR, "temperature")] == [
        (0, 32),
        (1, 26),
    ]
    assert simple(wing, GAMBIR)["temperature"] == 32


def test_a_whole_forecast_of_three_days_comes_in(wing: Wing, bmkg: str) -> None:
    document = orjson.loads(payload("bmkg_31.71.01.1001.json"))
    slot = document["data"][0]["cuaca"][0][0]
    first = datetime(2026, 10, 8, 6, tzinfo=UTC)
    document["data"][0]["cuaca"] = [
        [
            slot | {"datetime": format_time(first + timedelta(days=day, hours=3 * n)), "t": 20 + n}
            for n in range(8)
        ]
        for day in range(3)
    ]
    answer = wing.send(bmkg, document, feed="bmkg")
    assert (answer.json()["rows"], answer.json()["refused"]) == (24, 0)
    assert len(history(wing, GAMBIR, "temperature")) == 24
    assert simple(wing, GAMBIR)["temperature"] == 20


def test_an_optional_value_comes_in_where_it_is_there(wing: Wing, bmkg: str) -> None:
    wing.clock.now = datetime(2025, 11, 22, 10, tzinfo=UTC)
    wing.send(bmkg, payload("bmkg_35.02.17.1015.json"), feed="bmkg")
    entity = simple(wing, "urn:ngsi-ld:WeatherForecast:35.02.17.1015")
    assert (entity["visibility"], entity["place"]) == (19994, "Nologaten, Ponorogo")


def test_an_error_of_the_source_is_no_message(wing: Wing, bmkg: str) -> None:
    answer = wing.send(bmkg, payload("bmkg_404.json"), feed="bmkg")
    assert answer.status == 400
    assert answer.json()["detail"] == "the document has no 'data'"
    (quarantined,) = held(wing)
    assert (quarantined.reason, quarantined.entity_id) == ("unparsable", None)
    assert quarantined.payload == payload("bmkg_404.json")


def test_an_earthquake_comes_in_from_a_single_object(wing: Wing) -> None:
    wing.clock.now = datetime(2026, 9, 12, 14, tzinfo=UTC)
    mapping = {
        "rows": "Infogempa.gempa",
        "id": "urn:ngsi-ld:Earthquake:{DateTime}",
        "observed": {"path": "DateTime"},
        "location": {"point": "Coordinates"},
        "attributes": {
            "magnitude": {"path": "Magnitude"},
            "felt": {"path": "Dirasakan", "kind": "text"},
        },
    }
    token = wing.agree(key="gempa", entity_type="Earthquake", mapping=mapping, contracts=())
    assert wing.send(token, payload("bmkg_autogempa.json"), feed="gempa").status == 200
    entity = simple(wing, "urn:ngsi-ld:Earthquake:2026-09-12T13:42:16%2B00:00")
    assert (entity["magnitude"], entity["location"]["coordinates"]) == (3.6, [135.55, -3.48])


# A device


@pytest.fixture
def gauge(wing: Wing) -> str:
    return wing.agree()


def test_one_reading_or_a_list_of_them_comes_in(wing: Wing, gauge: str) -> None:
    assert wing.send(gauge, reading(150)).json()["rows"] == 1
    assert wing.send(gauge, [reading(160, 4), reading(170, 5, "g2")]).json()["rows"] == 2
    wing.clock.pass_time(minutes=10)
    assert simple(wing, GAUGE)["waterLevel"] == 1.6
    assert wing.entities.types(CITY) == {"WaterLevelObserved": 2}


def test_an_empty_list_is_heard_and_brings_nothing(wing: Wing, gauge: str) -> None:
    assert wing.send(gauge, []).json() == {"rows": 0, "accepted": 0, "refused": 0, "errors": []}
    assert wing.feeds.health("gauge", now=START).last_received_at == START


def test_a_backlog_comes_in_whatever_its_order(wing: Wing, gauge: str) -> None:
    backlog = [reading(100 + n, -n) for n in (3, 1, 4, 0, 2)]
    wing.send(gauge, backlog)
    assert simple(wing, GAUGE)["waterLevel"] == 1
    assert [each.number for each in history(wing, GAUGE, "waterLevel")] == [
        1.04,
        1.03,
        1.02,
        1.01,
        1,
    ]


def test_a_long_backlog_is_written_whole(wing: Wing, gauge: str) -> None:
    backlog = [reading(n % 900, -n) for n in range(1000)]
    assert wing.send(gauge, backlog).json()["accepted"] == 1000
    assert len(history(wing, GAUGE, "waterLevel")) == 1000
    assert wing.entities.high_water(CITY) == 1000


def test_a_large_message_is_read_beside_the_loop(wing: Wing, gauge: str) -> None:
    rows = [reading(n, -n) | {"note": "x" * 400} for n in range(800)]
    assert wing.send(gauge, rows).json()["accepted"] == 800


@pytest.mark.parametrize(
    ("row", "reason", "whole"),
    [
        (reading(1001), "out_of_range", False),
        (reading(-1), "out_of_range", False),
        (reading("deep"), "wrong_type", False),
        (reading(True), "wrong_type", False),
        (reading(None), "missing", False),
        ({"serial": "g1", "at": format_time(START)}, "missing", False),
        (reading(10, 5.1), "future", True),
        (reading(10) | {"at": "1999-12-31T23:59:59Z"}, "too_old", True),
        (reading(10) | {"at": "2026-11-21 10:00:00"}, "no_time", True),
        (reading(10) | {"at": None}, "no_time", True),
        ({"serial": "g1", "level_cm": 10}, "no_time", True),
        (reading(10, 0, None), "no_id", True),
        (5, "no_id", True),
        (None, "no_id", True),
    ],
)
def test_what_breaks_the_contract_is_held_with_its_reason(
    wing: Wing, gauge: str, row: Any, reason: str, whole: bool
) -> None:
    good = reading(150, 0, "g2")
    answer = wing.send(gauge, [row, good])
    assert answer.status == 202
    assert (answer.json()["accepted"], answer.json()["refused"]) == (1, 1)
    (quarantined,) = held(wing)
    assert quarantined.reason == reason
    assert (quarantined.attribute is None) == whole
    assert orjson.loads(quarantined.payload) == row
    assert simple(wing, "urn:ngsi-ld:WaterLevelObserved:g2")["waterLevel"] == 1.5


def test_clocks_are_forgiven_five_minutes(wing: Wing, gauge: str) -> None:
    assert wing.send(gauge, reading(10, 5)).status == 200


def test_a_refused_reading_comes_with_an_event_of_its_own(wing: Wing, gauge: str) -> None:
    wing.send(gauge, [reading(150), reading(9999, 1)])
    events = wing.entities.events(CITY, after=0)
    assert [(each.operation, each.source) for each in events] == [
        ("created", "gauge"),
        ("quarantined", "gauge"),
    ]
    assert wing.feeds.rejected_counts(
        CITY,
        entity_type="WaterLevelObserved",
        attribute="waterLevel",
        start=START,
        end=START + timedelta(hours=1),
    ) == {GAUGE: 1}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"level=5",
        b'[{"serial": "g1", "level_cm": NaN}]',
        b'{"serial": "\xff"}',
        b"[" * 3000 + b"]" * 3000,
        b"<xml/>",
    ],
)
def test_what_cannot_be_parsed_is_refused_and_held(wing: Wing, gauge: str, body: bytes) -> None:
    answer = wing.ask("POST", f"/intake/{CITY}/gauge", body, token=gauge)
    assert answer.status == 400
    assert answer.json()["type"] == "urn:simpul:problem:unparsable"
    (quarantined,) = held(wing)
    assert (quarantined.reason, quarantined.payload) == ("unparsable", body)
    assert wing.entities.types(CITY) == {}


def test_what_is_held_of_a_message_is_bounded(wing: Wing, gauge: str) -> None:
    wing.ask("POST", f"/intake/{CITY}/gauge", b"x" * 200_000, token=gauge)
    wing.send(gauge, reading(9999) | {"note": "y" * 200_000})
    assert [len(each.payload) for each in held(wing)] == [64 * 1024, 64 * 1024]


def test_the_answer_names_at_most_a_hundred_errors(wing: Wing, gauge: str) -> None:
    answer = wing.send(gauge, [reading(9999, -n) for n in range(150)])
    assert (answer.json()["refused"], len(answer.json()["errors"])) == (150, 100)


def test_an_entity_of_another_type_is_foreign(wing: Wing, gauge: str) -> None:
    region = wing.token()
    wing.ask("POST", "/ngsi-ld/v1/entities", a_document() | {"id": GAUGE}, token=region)
    answer = wing.send(gauge, reading(150))
    assert answer.json()["errors"][0]["reason"] == "foreign"
    assert simple(wing, GAUGE, region)["type"] == "Device"


def test_a_closed_feed_cannot_add_to_an_open_entity(wing: Wing, gauge: str) -> None:
    wing.send(gauge, reading(150))
    closed = wing.agree(key="closed", open=False)
    answer = wing.send(closed, reading(990, 1), feed="closed")
    assert answer.json()["errors"][0]["reason"] == "foreign"
    assert simple(wing, GAUGE)["waterLevel"] == 1.5


def test_what_a_closed_feed_brings_is_closed_until_it_opens(wing: Wing) -> None:
    token = wing.agree(open=False)
    wing.send(token, reading(150))
    target = f"/ngsi-ld/v1/entities/{GAUGE}"
    assert wing.ask("GET", target).status == 404
    assert wing.ask("GET", target, token=wing.token()).status == 200
    wing.agree(open=True)
    assert wing.ask("GET", target).status == 200
    assert wing.ask("GET", f"/ngsi-ld/v1/temporal/entities/{GAUGE}").status == 200


def test_a_moving_thing_takes_its_place_along_in_time(wing: Wing) -> None:
    mapping = GAUGE_MAPPING | {
        "location": {"latitude": "lat", "longitude": "lon", "moving": True},
    }
    token = wing.agree(mapping=mapping)
    wing.send(token, reading(10, 0) | {"lat": -2.1, "lon": 106.1})
    wing.send(token, reading(10, -9) | {"lat": -2.9, "lon": 106.9})
    assert simple(wing, GAUGE)["location"]["coordinates"] == [106.1, -2.1]
    assert len(history(wing, GAUGE, "location")) == 2


def test_a_wrong_place_is_held_and_the_values_go_on(wing: Wing) -> None:
    mapping = GAUGE_MAPPING | {"location": {"latitude": "lat", "longitude": "lon"}}
    token = wing.agree(mapping=mapping)
    answer = wing.send(token, reading(10) | {"lat": 212, "lon": 106.1})
    assert answer.json()["errors"][0]["reason"] == "bad_location"
    assert simple(wing, GAUGE)["waterLevel"] == 0.1


# Who may send


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json()["type"].rpartition(":")[2]


def test_sending_needs_the_feeds_token(wing: Wing, gauge: str) -> None:
    other = wing.agree(key="other")
    elsewhere = wing.token(region=OTHER)
    body = reading(150)
    assert refusal(wing.ask("POST", f"/intake/{CITY}/gauge", body)) == (401, "not-signed-in")
    assert refusal(wing.send("wrong", body)) == (401, "not-signed-in")
    assert refusal(wing.send(other, body)) == (403, "not-allowed")
    assert refusal(wing.send(elsewhere, body)) == (403, "not-allowed")
    assert wing.send(wing.token(), body).status == 200


def test_an_unknown_feed_is_not_found(wing: Wing) -> None:
    token = wing.token()
    assert refusal(wing.send(token, {}, feed="none")) == (404, "unknown-feed")
    assert wing.ask("GET", f"/intake/{CITY}/gauge").status == 405
    assert wing.ask("POST", f"/intake/{CITY}/gauge/", {}, token=token).status == 404


def test_a_feed_without_a_mapping_speaks_ngsi_ld(wing: Wing) -> None:
    token = wing.agree(mapping={})
    assert refusal(wing.send(token, reading(1))) == (422, "no-mapping")


# NGSI-LD with a feed's token is held to the contract too


def level(value: Any, unit: str | None = "MTR", minutes: float = 0) -> dict[str, Any]:
    instance = {"type": "Property", "value": value}
    instance["observedAt"] = format_time(START + timedelta(minutes=minutes))
    return instance | ({"unitCode": unit} if unit else {})


def device(value: Any, **more: Any) -> dict[str, Any]:
    return {"id": GAUGE, "type": "WaterLevelObserved", "waterLevel": level(value, **more)}


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        (device(11), "out_of_range"),
        (device(1, unit="CEL"), "wrong_unit"),
        (device("deep"), "wrong_type"),
        (device(1, minutes=6), "future"),
    ],
)
def test_an_entity_out_of_contract_is_refused_and_held(
    wing: Wing, gauge: str, entity: dict[str, Any], reason: str
) -> None:
    answer = wing.ask("POST", "/ngsi-ld/v1/entities", entity, token=gauge)
    assert answer.status == 422
    assert answer.json()["errors"]["waterLevel"][0].startswith(reason)
    (quarantined,) = held(wing)
    assert (quarantined.reason, quarantined.entity_id) == (reason, GAUGE)
    assert wing.entities.entity(CITY, GAUGE) is None


def test_numbers_written_in_ngsi_ld_are_put_into_the_agreed_unit(wing: Wing, gauge: str) -> None:
    entity = device(150, unit="CMT")
    assert wing.ask("POST", "/ngsi-ld/v1/entities", entity, token=gauge).status == 201
    answer = wing.ask("GET", f"/ngsi-ld/v1/entities/{GAUGE}")
    assert answer.json()["waterLevel"] | {"observedAt": ""} == {
        "type": "Property",
        "value": 1.5,
        "unitCode": "MTR",
        "observedAt": "",
    }


def test_one_entity_of_a_batch_out_of_contract_does_not_sink_the_rest(
    wing: Wing, gauge: str
) -> None:
    batch = [device(11), device(1, unit=None) | {"id": GAUGE + "2"}]
    answer = wing.ask("POST", "/ngsi-ld/v1/entityOperations/upsert", batch, token=gauge)
    assert answer.status == 207
    assert answer.json()["success"] == [GAUGE + "2"]
    assert len(held(wing)) == 1


def test_a_patch_out_of_contract_is_refused(wing: Wing, gauge: str) -> None:
    target = f"/ngsi-ld/v1/entities/{GAUGE}"
    wing.ask("POST", "/ngsi-ld/v1/entities", device(1), token=gauge)
    assert wing.ask("PATCH", target, {"waterLevel": 99}, token=gauge).status == 422
    assert wing.ask("PATCH", target, {"waterLevel": "urn:ngsi-ld:null"}, token=gauge).status == 204


def test_a_regions_token_is_not_held_to_a_feeds_contract(wing: Wing, gauge: str) -> None:
    answer = wing.ask("POST", "/ngsi-ld/v1/entities", device(11), token=wing.token())
    assert answer.status == 201
    assert held(wing) == []


# Health


def test_the_follower_counts_what_each_feed_brings(wing: Wing, gauge: str) -> None:
    wing.send(gauge, [reading(150), reading(160, 1), reading(9999, 2)])
    wing.follow()
    health = wing.feeds.health("gauge", now=START)
    assert (health.accepted_today, health.quarantined_today) == (2, 1)
    assert health.last_observed_at == START + timedelta(minutes=1)
    wing.follow()
    assert wing.feeds.health("gauge", now=START).accepted_today == 2
