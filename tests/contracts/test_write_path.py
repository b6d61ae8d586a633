"""One write path: state, event and readings of a change are written together or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from simpul.context.attributes import read_attributes
from simpul.context.broker import ContextBroker
from simpul.context.changes import Wanted, touched_keys
from simpul.context.errors import AlreadyExists
from simpul.context.model import Grant
from simpul.history.model import Reading, Series
from tests.contracts.conftest import Backend
from tests.factories_data import CITY, OTHER, START, a_feed, a_grant, an_entity, measured

BROKER = ContextBroker()
GAUGE = "urn:ngsi-ld:Device:1"


def upsert(
    backend: Backend,
    number: int = 1,
    *,
    grant: Grant | None = None,
    replace: bool = False,
    after: float = 0,
    region: str = CITY,
    **attributes: Any,
) -> Any:
    entity = an_entity(number, **attributes)
    now = START + timedelta(seconds=after)
    given = grant or a_grant(region=region)
    return backend.write(
        lambda unit: BROKER.upsert(
            unit, region=region, entity=entity, replace=replace, grant=given, now=now
        )
    )


def the_series(backend: Backend, attribute: str = "level") -> Series:
    (series,) = backend.history.series_of(CITY, entity_type="Device", attribute=attribute)
    return series


def all_readings(backend: Backend, attribute: str = "level") -> list[Reading]:
    number = the_series(backend, attribute).number
    year = timedelta(days=400)
    return list(backend.history.readings([number], START - year, START + year))


def value_of(backend: Backend, attribute: str = "level") -> Any:
    entity = backend.entities.entity(CITY, GAUGE)
    assert entity is not None
    return orjson.loads(entity.body)[attribute]["value"]


def test_a_create_writes_state_event_and_readings_with_one_sequence(backend: Backend) -> None:
    upsert(backend, level=measured(3, START), name="Rangkui")
    entity = backend.entities.entity(CITY, GAUGE)
    (event,) = backend.entities.events(CITY, after=0)
    assert entity is not None
    assert entity.modified_at == START
    assert (event.operation, event.sequence, event.entity_id) == ("created", 1, GAUGE)
    assert set(event.attributes) == {"level", "name"}
    assert [(r.number, r.sequence) for r in all_readings(backend)] == [(3, 1)]
    assert backend.entities.high_water(CITY) == 1


def test_the_same_write_again_changes_nothing(backend: Backend) -> None:
    upsert(backend, level=measured(3, START))
    upsert(backend, level=measured(3, START), after=60)
    assert backend.entities.high_water(CITY) == 1
    assert len(all_readings(backend)) == 1


def test_another_value_at_the_same_moment_is_a_correction(backend: Backend) -> None:
    upsert(backend, level=measured(3, START))
    upsert(backend, level=measured(4, START), after=60)
    series = the_series(backend)
    assert [(r.ordinal, r.number) for r in all_readings(backend)] == [(1, 4)]
    revisions = backend.history.revisions(series.number, START)
    assert [(r.ordinal, r.number) for r in revisions] == [(0, 3), (1, 4)]
    assert value_of(backend) == 4


def test_a_correction_back_to_the_first_value_is_kept_as_a_third(backend: Backend) -> None:
    for number, value in enumerate([3, 4, 3]):
        upsert(backend, level=measured(value, START), after=number)
    revisions = backend.history.revisions(the_series(backend).number, START)
    assert [r.number for r in revisions] == [3, 4, 3]


def test_a_late_reading_goes_to_history_and_leaves_the_state_alone(backend: Backend) -> None:
    upsert(backend, level=measured(5, START))
    upsert(backend, level=measured(2, START - timedelta(hours=1)), after=60)
    assert value_of(backend) == 5
    assert [r.number for r in all_readings(backend)] == [2, 5]
    assert backend.entities.events(CITY, after=1)[0].operation == "recorded"


def test_a_replacing_upsert_keeps_a_newer_reading_too(backend: Backend) -> None:
    upsert(backend, level=measured(5, START), name="Rangkui")
    upsert(backend, level=measured(2, START - timedelta(hours=1)), replace=True, after=60)
    entity = backend.entities.entity(CITY, GAUGE)
    assert value_of(backend) == 5
    assert entity is not None
    assert "name" not in orjson.loads(entity.body)


def test_an_attribute_without_a_time_is_recorded_only_when_it_changes(backend: Backend) -> None:
    upsert(backend, name="Rangkui")
    upsert(backend, name="Rangkui", level=1, after=60)
    upsert(backend, name="Baturusa", after=120)
    readings = all_readings(backend, "name")
    assert [r.observed_at for r in readings] == [START, START + timedelta(seconds=120)]
    assert [orjson.loads(r.body or b"")["value"] for r in readings] == ["Rangkui", "Baturusa"]


def test_received_time_is_told_apart_where_it_differs(backend: Backend) -> None:
    upsert(backend, level=measured(5, START - timedelta(minutes=9)))
    (reading,) = all_readings(backend)
    assert reading.received_at - reading.observed_at == timedelta(minutes=9)
    assert backend.history.reading(reading.address) == reading


def test_numbers_of_another_unit_are_converted_to_the_series_unit(backend: Backend) -> None:
    upsert(backend, level=measured(2, START, "MTR"))
    upsert(backend, level=measured(150, START + timedelta(seconds=1), "CMT"))
    upsert(backend, level=measured(3, START + timedelta(seconds=2), "CEL"))
    upsert(backend, level=measured(4, START + timedelta(seconds=3)))
    assert the_series(backend).unit == "MTR"
    assert [r.number for r in all_readings(backend)] == [2, 1.5, None, 4]
    (_, centimetres, degrees, _) = all_readings(backend)
    assert orjson.loads(centimetres.body or b"")["value"] == 150
    assert orjson.loads(degrees.body or b"")["unitCode"] == "CEL"


def test_whole_numbers_beyond_64_bits_are_kept_as_doubles(backend: Backend) -> None:
    upsert(backend, level=measured(2**64 - 1, START))
    assert [r.number for r in all_readings(backend)] == [float(2**64)]


def test_each_dataset_and_each_feed_is_a_series_of_its_own(backend: Backend) -> None:
    several = [
        measured(1, START),
        measured(2, START) | {"datasetId": "urn:ngsi-ld:Dataset:b"},
    ]
    upsert(backend, level=several)
    upsert(backend, level=measured(9, START), grant=a_grant(feed="gauge", type="Device"))
    found = backend.history.series_of(CITY, entity_type="Device", attribute="level")
    assert {(s.dataset, s.feed) for s in found} == {
        (None, None),
        ("urn:ngsi-ld:Dataset:b", None),
        (None, "gauge"),
    }
    assert [s.number for s in backend.history.series_of_entity(CITY, GAUGE)] == [
        s.number for s in found
    ]
    assert set(backend.history.series([s.number for s in found] + [999])) == {
        s.number for s in found
    }


def test_a_deleted_entity_is_gone_and_its_history_stays(backend: Backend) -> None:
    upsert(backend, level=measured(5, START))
    backend.write(
        lambda unit: BROKER.delete(unit, region=CITY, entity_id=GAUGE, grant=a_grant(), now=START)
    )
    assert backend.entities.entity(CITY, GAUGE) is None
    assert backend.entities.types(CITY) == {}
    assert backend.entities.events(CITY, after=1)[0].operation == "deleted"
    assert [r.number for r in all_readings(backend)] == [5]


def test_an_entity_made_again_continues_its_series(backend: Backend) -> None:
    upsert(backend, level=measured(5, START))
    backend.write(
        lambda unit: BROKER.delete(unit, region=CITY, entity_id=GAUGE, grant=a_grant(), now=START)
    )
    upsert(backend, level=measured(6, START + timedelta(minutes=1)))
    assert [r.number for r in all_readings(backend)] == [5, 6]


def test_an_event_tells_what_stood_before(backend: Backend) -> None:
    upsert(backend, level=1, name="Rangkui")
    upsert(backend, level=2)
    (event,) = backend.entities.events(CITY, after=1)
    assert event.attributes == ("level",)
    assert orjson.loads(event.previous or b"") == {"level": {"type": "Property", "value": 1}}


def test_a_failed_write_leaves_nothing_behind(backend: Backend) -> None:
    upsert(backend, level=1)

    def break_off(unit: Any) -> None:
        BROKER.upsert(
            unit,
            region=CITY,
            entity=an_entity(2, level=measured(7, START)),
            replace=True,
            grant=a_grant(),
            now=START,
        )
        raise AlreadyExists("on purpose")

    with pytest.raises(AlreadyExists):
        backend.write(break_off)
    assert backend.entities.high_water(CITY) == 1
    assert backend.entities.entity(CITY, "urn:ngsi-ld:Device:2") is None
    assert len(backend.history.series_of(CITY, entity_type="Device", attribute="level")) == 1


def test_regions_count_for_themselves(backend: Backend) -> None:
    for _ in range(3):
        upsert(backend, level=measured(1, START))
        upsert(backend, level=measured(1, START), region=OTHER)
    upsert(backend, 2, region=OTHER)
    assert backend.entities.regions() == [CITY, OTHER]
    assert (backend.entities.high_water(CITY), backend.entities.high_water(OTHER)) == (1, 2)
    assert backend.entities.high_water("11.01") == 0


def test_a_place_gives_area_and_moves_with_the_entity(backend: Backend) -> None:
    broker = ContextBroker(lambda longitude, latitude: f"19.71.0{int(longitude)}")

    def put(longitude: float, at: int) -> None:
        entity = an_entity(
            1,
            location={"type": "Point", "coordinates": [longitude, 1.0]},
            level=measured(at, START + timedelta(seconds=at)),
        )
        backend.write(
            lambda unit: broker.upsert(
                unit, region=CITY, entity=entity, replace=True, grant=a_grant(), now=START
            )
        )

    put(1.0, 1)
    assert [e.id for e in backend.entities.entities(CITY, area="19.71")] == [GAUGE]
    put(2.0, 2)
    assert backend.entities.entities(CITY, area="19.71.01") == []
    (series,) = backend.history.series_of(
        CITY, entity_type="Device", attribute="level", area="19.71.02"
    )
    assert series.area == "19.71.02"
    assert backend.entities.events(CITY, after=1)[0].area == "19.71.02"


def test_a_forecast_may_replace_a_newer_state_and_leave_others_to_history(
    backend: Backend,
) -> None:
    def absorb(value: int, hours: int, *, now: bool) -> None:
        attributes = read_attributes({"level": measured(value, START + timedelta(hours=hours))})
        wanted = Wanted(
            GAUGE,
            "Device",
            attributes,
            touched_keys(attributes),
            replaces_newer=now,
            history_only=not now,
        )
        grant = a_grant(feed="bmkg", type="Device", opens=True)
        backend.write(
            lambda unit: BROKER.absorb(unit, region=CITY, wanted=wanted, grant=grant, now=START)
        )

    absorb(30, 6, now=True)
    absorb(28, 12, now=False)
    absorb(27, 3, now=True)
    assert value_of(backend) == 27
    assert [r.number for r in all_readings(backend)] == [27, 30, 28]


def test_entities_and_series_become_as_open_as_their_feed(backend: Backend) -> None:
    feed = a_feed(open=False)
    grant = a_grant(feed=feed.key, type="Device")
    upsert(backend, level=measured(1, START), grant=grant)
    backend.write(lambda unit: unit.put_feed(feed))
    assert backend.entities.entities(CITY, open_only=True) == []
    backend.write(lambda unit: unit.put_feed(a_feed(open=True)))
    assert [e.id for e in backend.entities.entities(CITY, open_only=True)] == [GAUGE]
    assert the_series(backend).open
