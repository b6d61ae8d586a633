"""The mapping language: what a mapping may say, what a row gives, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from simpul.connectors.mapping import (
    BadMapping,
    FeedMapping,
    Refused,
    read_id,
    read_mapping,
    read_observed,
    read_place,
    read_value,
)
from simpul.connectors.model import AttributeContract, Reason
from simpul.connectors.paths import Row
from tests.factories_data import BMKG_MAPPING, GAUGE_MAPPING, ISPU_MAPPING, START

LEVEL = AttributeContract("level", "MTR", 0, 10)


def mapping(**changes: Any) -> FeedMapping:
    document = {"id": "urn:x:{id}", "attributes": {"level": {"path": "level"}}} | changes
    return read_mapping(document, entity_type="Device", contracts=[LEVEL])


def a_row(**members: Any) -> Row:
    return Row({"id": "a1", "level": 5} | members, ({"station": {"id": 7}},), {"sent": 1})


def value(spec: dict[str, Any], **members: Any) -> Any:
    (attribute,) = mapping(attributes={"a": spec}).attributes
    found = read_value(attribute, a_row(**members))
    return None if found is None else found.value


@pytest.mark.parametrize("document", [BMKG_MAPPING, ISPU_MAPPING, GAUGE_MAPPING])
def test_the_mappings_of_real_applications_are_read(document: dict[str, Any]) -> None:
    assert read_mapping(document, entity_type="T").attributes


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "{id}"}, "id"),
        ({"id": "urn:x:{a b}"}, "id"),
        ({"id": 5}, "id"),
        ({"rows": "data[[]"}, "rows"),
        ({"type": "Pump"}, "type"),
        ({"attributes": {}}, "attributes"),
        ({"attributes": {"level": {}}}, "attributes.level"),
        ({"attributes": {"level": {"path": "a", "constant": 1}}}, "attributes.level"),
        ({"attributes": {"two words": {"path": "a"}}}, "attributes.two words"),
        ({"attributes": {"location": {"path": "a"}}}, "attributes.location"),
        ({"attributes": {"level": {"path": "a..b"}}}, "attributes.level.path"),
        ({"attributes": {"level": {"path": "a", "unit": "XYZ"}}}, "attributes.level.unit"),
        ({"attributes": {"level": {"path": "a", "unit": "CEL"}}}, "attributes.level.unit"),
        (
            {"attributes": {"x": {"path": "a", "kind": "text", "unit": "CEL"}}},
            "attributes.x.unit",
        ),
        (
            {"attributes": {"level": {"path": "a", "unit": {"path": "u", "units": {"C": "CEL"}}}}},
            "attributes.level.unit.units",
        ),
        ({"attributes": {"x": {"template": "{a}", "kind": "number"}}}, "attributes.x.kind"),
        ({"attributes": {"x": {"path": "a", "kind": "date"}}}, "attributes[...].kind"),
        ({"attributes": {"x": {"path": "a", "speed": 1}}}, "attributes[...]"),
        ({"speed": 1}, "mapping"),
        ({"observed": {"path": "at", "format": "dd/mm"}}, "observed.format"),
        ({"observed": {"path": "at", "zone": "Mars"}}, "observed.zone"),
        (
            {"observed": {"path": "at", "zone": {"path": "z", "zones": {"M": "Mars"}}}},
            "observed.zone.zones",
        ),
        ({"observed": {}}, "observed"),
        ({"location": {}}, "location"),
        ({"location": {"latitude": "a"}}, "location"),
        ({"location": {"point": "a", "geometry": "b"}}, "location"),
    ],
)
def test_a_wrong_mapping_says_which_field_is_wrong(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadMapping) as raised:
        mapping(**changes)
    assert list(raised.value.errors) == [field]
    assert all(raised.value.errors[field])


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadMapping) as raised:
        mapping(rows="[", id="x", attributes={"level": {"path": "a", "unit": "XYZ"}, "b": {}})
    assert len(raised.value.errors) == 4


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("urn:x:{id}", "urn:x:a1"),
        ("urn:x:{^.station.id}-{level}", "urn:x:7-5"),
        ("urn:x:{name}", "urn:x:Pos%20Rangkui%2F1"),
    ],
)
def test_an_id_is_made_of_values(template: str, expected: str) -> None:
    assert read_id(mapping(id=template), a_row(name="Pos Rangkui/1")) == expected


@pytest.mark.parametrize("missing", [None, "", [], {}, True])
def test_an_id_without_its_values_is_refused(missing: Any) -> None:
    with pytest.raises(Refused) as raised:
        read_id(mapping(), a_row(id=missing))
    assert raised.value.reason is Reason.NO_ID


NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spec", "raw", "expected"),
    [
        ({}, "2026-11-21T12:00:00+07:00", NOON),
        ({"zone": "WIB"}, "2026-11-21 12:00:00", NOON),
        ({"zone": "Asia/Makassar"}, "2026-11-21 13:00", NOON),
        ({"zone": "WIB"}, "2026-11-21T13:00:00+08:00", NOON),
        ({"format": "%d/%m/%Y %H.%M", "zone": "WIT"}, "21/11/2026 14.00", NOON),
        ({"format": "%d/%m/%Y %H:%M %z"}, "21/11/2026 12:00 +0700", NOON),
        ({"format": "epoch_s"}, NOON.timestamp(), NOON),
        ({"format": "epoch_s"}, str(int(NOON.timestamp())), NOON),
        ({"format": "epoch_ms"}, NOON.timestamp() * 1000, NOON),
        ({"zone": {"path": "z"}}, "2026-11-21 13:00:00", NOON),
        ({"zone": {"path": "z", "zones": {"WITA": "Asia/Jakarta"}}}, "2026-11-21 12:00:00", NOON),
        (
            {"zone": "WIB", "override": {"path": "id", "zones": {"a1": "WITA"}}},
            "2026-11-21 13:00:00",
            NOON,
        ),
        (
            {"zone": "WIB", "override": {"path": "id", "zones": {"b2": "WITA"}}},
            "2026-11-21 12:00:00",
            NOON,
        ),
        (
            {"zone": {"path": "none"}, "override": {"path": "id", "zones": {"a1": "WITA"}}},
            "2026-11-21 13:00:00",
            NOON,
        ),
    ],
)
def test_an_observed_time_is_read(spec: dict[str, Any], raw: Any, expected: datetime) -> None:
    made = mapping(observed={"path": "at"} | spec)
    assert read_observed(made, a_row(at=raw, z="WITA"), START) == expected


@pytest.mark.parametrize(
    ("spec", "raw"),
    [
        ({}, "2026-11-21 12:00:00"),
        ({}, "yesterday"),
        ({}, None),
        ({}, 5),
        ({"format": "%d/%m/%Y"}, "21/11/2026"),
        ({"format": "%d/%m/%Y", "zone": "WIB"}, "2026-11-21"),
        ({"format": "epoch_s"}, "soon"),
        ({"format": "epoch_s"}, 1e18),
        ({"zone": {"path": "z"}}, "2026-11-21 12:00:00"),
    ],
)
def test_a_time_that_cannot_be_read_is_refused(spec: dict[str, Any], raw: Any) -> None:
    made = mapping(observed={"path": "at"} | spec)
    with pytest.raises(Refused) as raised:
        read_observed(made, a_row(at=raw, z="MARS"), START)
    assert raised.value.reason is Reason.NO_TIME


def test_a_sender_without_a_clock_is_observed_when_it_is_received() -> None:
    assert read_observed(mapping(), a_row(), START) == START
    with pytest.raises(Refused):
        read_observed(mapping(observed={"path": "at"}), a_row(), START)


POINT = {"type": "Point", "coordinates": [106.1, -2.1]}


@pytest.mark.parametrize(
    ("spec", "members", "expected"),
    [
        ({"latitude": "lat", "longitude": "lon"}, {"lat": "-2.1", "lon": 106.1}, POINT),
        ({"point": "at"}, {"at": "-2.1, 106.1"}, POINT),
        ({"point": "at"}, {"at": [-2.1, 106.1]}, POINT),
        ({"point": "at", "order": "lon,lat"}, {"at": "106.1;-2.1"}, POINT),
        ({"geometry": "at"}, {"at": POINT}, POINT),
        ({"point": "at", "required": False}, {}, None),
        ({"point": "at", "required": False}, {"at": [None, 1]}, None),
    ],
)
def test_a_place_is_read(spec: dict[str, Any], members: dict[str, Any], expected: Any) -> None:
    place = mapping(location=spec).place
    assert place is not None
    assert read_place(place, a_row(**members)) == expected


@pytest.mark.parametrize(
    ("spec", "members"),
    [
        ({"latitude": "lat", "longitude": "lon"}, {"lat": 1}),
        ({"latitude": "lat", "longitude": "lon"}, {"lat": 99, "lon": 1}),
        ({"latitude": "lat", "longitude": "lon"}, {"lat": "x", "lon": 1}),
        ({"point": "at"}, {"at": "1"}),
        ({"point": "at"}, {"at": 5}),
        ({"geometry": "at"}, {"at": "Pangkalpinang"}),
        ({"geometry": "at"}, {"at": {"type": "Point"}}),
        ({"geometry": "at"}, {"at": None}),
    ],
)
def test_a_place_that_is_none_is_refused(spec: dict[str, Any], members: dict[str, Any]) -> None:
    place = mapping(location=spec).place
    assert place is not None
    with pytest.raises(Refused) as raised:
        read_place(place, a_row(**members))
    assert raised.value.reason is Reason.BAD_LOCATION


@pytest.mark.parametrize(
    ("spec", "raw", "expected"),
    [
        ({"path": "v"}, 5, 5),
        ({"path": "v"}, "375.86", 375.86),
        ({"path": "v"}, " -5 ", -5),
        ({"path": "v"}, "1e3", 1000.0),
        ({"path": "v", "decimal": ","}, "1.234,5", 1234.5),
        ({"path": "v", "kind": "text"}, "Berawan", "Berawan"),
        ({"path": "v", "kind": "text"}, 12, "12"),
        ({"path": "v", "kind": "boolean"}, "1", True),
        ({"path": "v", "kind": "boolean"}, False, False),
        ({"path": "v", "kind": "relationship"}, "urn:x:1", "urn:x:1"),
        ({"template": "urn:x:{v}", "kind": "relationship"}, "a b", "urn:x:a%20b"),
        ({"template": "{v}, {id}"}, "Pos", "Pos, a1"),
        ({"constant": 5}, None, 5),
        ({"constant": "BMKG"}, None, "BMKG"),
        ({"constant": True}, None, True),
        ({"path": "v", "required": False}, None, None),
        ({"path": "none", "required": False}, 1, None),
        ({"path": "v", "absent": [-999, ""], "required": False}, -999, None),
        ({"path": "v", "absent": [-999, ""], "required": False}, "", None),
        ({"path": "v", "absent": [1], "kind": "boolean"}, True, True),
        ({"template": "{none}", "required": False}, None, None),
    ],
)
def test_a_value_is_read(spec: dict[str, Any], raw: Any, expected: Any) -> None:
    found = value(spec, v=raw)
    assert found == expected
    assert type(found) is type(expected) or isinstance(expected, float)


@pytest.mark.parametrize(
    ("spec", "raw", "reason"),
    [
        ({"path": "v"}, None, Reason.MISSING),
        ({"path": "none"}, 1, Reason.MISSING),
        ({"path": "v", "absent": [-999]}, -999, Reason.MISSING),
        ({"template": "{none}"}, 1, Reason.MISSING),
        ({"path": "v"}, "", Reason.WRONG_TYPE),
        ({"path": "v"}, "12a", Reason.WRONG_TYPE),
        ({"path": "v"}, "NaN", Reason.WRONG_TYPE),
        ({"path": "v"}, "1,5", Reason.WRONG_TYPE),
        ({"path": "v"}, "9" * 5000, Reason.WRONG_TYPE),
        ({"path": "v"}, "1e999", Reason.WRONG_TYPE),
        ({"path": "v"}, True, Reason.WRONG_TYPE),
        ({"path": "v"}, [1], Reason.WRONG_TYPE),
        ({"path": "v", "kind": "text"}, {"a": 1}, Reason.WRONG_TYPE),
        ({"path": "v", "kind": "text"}, "x" * 5000, Reason.WRONG_TYPE),
        ({"path": "v", "kind": "boolean"}, "maybe", Reason.WRONG_TYPE),
        ({"path": "v", "kind": "relationship"}, "no uri", Reason.WRONG_TYPE),
        ({"path": "v", "unit": {"path": "u", "units": {"cm": "CMT"}}}, 1, Reason.WRONG_UNIT),
    ],
)
def test_a_value_that_is_none_is_refused_with_its_reason(
    spec: dict[str, Any], raw: Any, reason: Reason
) -> None:
    with pytest.raises(Refused) as raised:
        value(spec, v=raw)
    assert raised.value.reason is reason
    assert raised.value.detail


def test_a_unit_may_be_named_by_the_sender() -> None:
    table = {"path": "u", "units": {"cm": "CMT", "m": "MTR"}}
    (attribute,) = mapping(attributes={"level": {"path": "v", "unit": table}}).attributes
    found = read_value(attribute, a_row(v=1, u="cm"))
    assert found is not None
    assert found.unit == "CMT"
    with pytest.raises(Refused) as raised:
        read_value(attribute, a_row(v=1, u="inch"))
    assert raised.value.reason is Reason.WRONG_UNIT


def test_a_number_without_a_unit_is_in_the_agreed_one() -> None:
    (attribute,) = mapping().attributes
    found = read_value(attribute, a_row())
    assert found is not None
    assert (found.value, found.unit, found.static) == (5, "MTR", False)
