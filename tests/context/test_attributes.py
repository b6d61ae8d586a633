"""Reading attributes: what is accepted, in which form it is kept, what is refused and why."""

from __future__ import annotations

from typing import Any

import pytest

from simpul.context.attributes import read_attributes, read_entity
from simpul.context.errors import BadRequestData, OperationNotSupported
from simpul.context.terms import NULL
from tests.factories_data import a_document

POINT = {"type": "Point", "coordinates": [106.1, -2.1]}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (20, {"type": "Property", "value": 20}),
        ("x", {"type": "Property", "value": "x"}),
        (False, {"type": "Property", "value": False}),
        ([1, 2], {"type": "Property", "value": [1, 2]}),
        ({"value": 20, "unitCode": "CEL"}, {"type": "Property", "value": 20, "unitCode": "CEL"}),
        ({"object": "urn:x:1"}, {"type": "Relationship", "object": "urn:x:1"}),
        (POINT, {"type": "GeoProperty", "value": POINT}),
        ({"value": POINT}, {"type": "GeoProperty", "value": POINT}),
        (
            {"languageMap": {"id": "Kali"}},
            {"type": "LanguageProperty", "languageMap": {"id": "Kali"}},
        ),
        ({"vocab": "open"}, {"type": "VocabProperty", "vocab": "open"}),
        ({"valueList": [1]}, {"type": "ListProperty", "valueList": [1]}),
        ({"json": {"a": None}}, {"type": "JsonProperty", "json": {"a": None}}),
        (
            {"value": 1, "accuracy": 0.5},
            {"type": "Property", "value": 1, "accuracy": {"type": "Property", "value": 0.5}},
        ),
        (
            {"type": "Property", "value": 1, "observedAt": "2026-11-21T10:00:00+07:00"},
            {"type": "Property", "value": 1, "observedAt": "2026-11-21T03:00:00Z"},
        ),
        (
            {"type": "Property", "value": 1, "observedAt": "2026-11-21T03:00:00.000Z"},
            {"type": "Property", "value": 1, "observedAt": "2026-11-21T03:00:00.000Z"},
        ),
        (
            {"type": "Property", "value": 1, "createdAt": "2020-01-01T00:00:00Z"},
            {"type": "Property", "value": 1},
        ),
    ],
)
def test_an_attribute_is_kept_in_normalized_form(given: Any, kept: Any) -> None:
    assert read_attributes({"a": given}) == {"a": kept}


def test_names_of_the_default_vocabulary_are_shortened() -> None:
    document = {
        "https://uri.etsi.org/ngsi-ld/default-context/level": 1,
        "https://uri.etsi.org/ngsi-ld/location": POINT,
        "https://example.org/vocabulary/depth": 2,
        "fiware:name": "x",
        "tinggiAir": 3,
    }
    assert set(read_attributes(document)) == {
        "level",
        "location",
        "https://example.org/vocabulary/depth",
        "fiware:name",
        "tinggiAir",
    }


def test_several_instances_have_different_datasets() -> None:
    several = [{"value": 1}, {"value": 2, "datasetId": "urn:d:1"}]
    kept = read_attributes({"a": several})["a"]
    assert [each.get("datasetId") for each in kept] == [None, "urn:d:1"]
    with pytest.raises(BadRequestData, match="one datasetId"):
        read_attributes({"a": [{"value": 1}, {"value": 2}]})


@pytest.mark.parametrize(
    "given",
    [
        None,
        NULL,
        {},
        {"valeu": 1},
        {"type": "Property"},
        {"type": "Property", "value": None},
        {"type": "Property", "value": NULL},
        {"type": "Property", "value": {"a": NULL}},
        {"type": "Thing", "value": 1},
        {"type": "Relationship", "object": "no uri"},
        {"type": "Relationship", "object": []},
        {"type": "Relationship", "value": "urn:x:1"},
        {"type": "GeoProperty", "value": "Pangkalpinang"},
        {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [200, 0]}},
        {"type": "LanguageProperty", "languageMap": "Kali"},
        {"type": "ListProperty", "valueList": 1},
        {"type": "VocabProperty", "vocab": 1},
        {"type": "Property", "value": 1, "unitCode": 5},
        {"type": "Property", "value": 1, "observedAt": "yesterday"},
        {"type": "Property", "value": 1, "observedAt": "2026-11-21T03:00:00"},
        {"type": "Property", "value": 1, "observedAt": "1969-12-31T23:59:59Z"},
        {"type": "Property", "value": 1, "observedAt": 5},
        {"type": "Property", "value": 1, "datasetId": "x"},
        {"type": "Property", "value": 1, "no name": 5},
    ],
)
def test_what_is_not_an_attribute_is_refused(given: Any) -> None:
    with pytest.raises(BadRequestData):
        read_attributes({"a": given})


@pytest.mark.parametrize("name", ["", "a b", "1a", "a-b", "_a", "a/b", "x" * 300, "a:b:c"])
def test_what_is_not_a_name_is_refused(name: str) -> None:
    with pytest.raises(BadRequestData):
        read_attributes({name: 1})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "device-1"},
        {"id": "urn:ngsi-ld:Device:a b"},
        {"id": 5},
        {"type": None},
        {"type": ""},
        {"type": []},
        {"type": "two words"},
        {"scope": 5},
    ],
)
def test_what_is_not_an_entity_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadRequestData):
        read_entity(a_document() | changes)


def test_an_entity_has_one_type() -> None:
    assert read_entity(a_document() | {"type": ["Device"]}).type == "Device"
    with pytest.raises(OperationNotSupported):
        read_entity(a_document() | {"type": ["Device", "Pump"]})


@pytest.mark.parametrize("document", [None, [], "x", 5])
def test_an_entity_is_an_object(document: Any) -> None:
    with pytest.raises(BadRequestData):
        read_entity(document)
