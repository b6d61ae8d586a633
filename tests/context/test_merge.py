"""Merging a fragment: the examples of ETSI GS CIM 009, 5.5.12, and what they leave open."""

from __future__ import annotations

from typing import Any

import pytest

from simpul.context.attributes import read_attributes
from simpul.context.errors import BadRequestData
from simpul.context.merge import merge_attributes
from simpul.context.terms import NULL


def merged(former: dict[str, Any], fragment: dict[str, Any]) -> Any:
    return merge_attributes(read_attributes(former), read_attributes(fragment, fragment=True))


def test_example_1_value_and_time_are_updated_and_the_unit_stays() -> None:
    former = {"value": 25, "unitCode": "CEL", "observedAt": "2022-03-14T01:59:26.535Z"}
    fragment = {"type": "Property", "value": 100, "observedAt": "2022-03-14T13:00:00.000Z"}
    assert merged({"temperature": former}, {"temperature": fragment}) == {
        "temperature": {
            "type": "Property",
            "value": 100,
            "unitCode": "CEL",
            "observedAt": "2022-03-14T13:00:00.000Z",
        }
    }


def test_example_2_a_compound_value_is_merged_member_by_member() -> None:
    former = {"value": {"street": "Straße des 17. Juni", "city": "Berlin", "country": "Germany"}}
    fragment = {"type": "Property", "value": {"street": "Pariser Platz", "country": NULL}}
    assert merged({"address": former}, {"address": fragment}) == {
        "address": {"type": "Property", "value": {"street": "Pariser Platz", "city": "Berlin"}}
    }


@pytest.mark.parametrize(
    "fragment",
    [
        {"a": NULL},
        {"a": {"type": "Property", "value": NULL}},
        {"a": {"value": NULL}},
    ],
)
def test_a_null_takes_an_attribute_away(fragment: dict[str, Any]) -> None:
    assert merged({"a": 1, "b": 2}, fragment) == {"b": {"type": "Property", "value": 2}}


def test_a_null_takes_a_member_of_an_instance_away() -> None:
    former = {"value": 1, "unitCode": "CEL", "accuracy": 5}
    result = merged({"a": former}, {"a": {"unitCode": NULL, "accuracy": NULL}})
    assert result == {"a": {"type": "Property", "value": 1}}


def test_instances_are_merged_by_dataset() -> None:
    former = [{"value": 1}, {"value": 2, "datasetId": "urn:d:1"}]
    fragment = [{"value": 9, "datasetId": "urn:d:1"}, {"value": 3, "datasetId": "urn:d:2"}]
    values = [each["value"] for each in merged({"a": former}, {"a": fragment})["a"]]
    assert values == [1, 9, 3]
    gone = {"a": {"value": NULL, "datasetId": "urn:d:1"}}
    assert merged({"a": former}, gone)["a"] == {"type": "Property", "value": 1}


def test_an_attribute_of_another_type_replaces_the_former() -> None:
    assert merged({"a": 1}, {"a": {"object": "urn:x:1"}}) == {
        "a": {"type": "Relationship", "object": "urn:x:1"}
    }


def test_nothing_given_is_altered() -> None:
    former = read_attributes({"a": {"value": {"x": 1}}})
    merge_attributes(former, read_attributes({"a": {"value": {"x": 2}}}, fragment=True))
    assert former == {"a": {"type": "Property", "value": {"x": 1}}}


@pytest.mark.parametrize(
    "fragment",
    [{"new": {"observedAt": "2026-11-21T03:00:00Z"}}, {"a": {"type": "Relationship"}}],
)
def test_what_would_not_be_an_attribute_is_refused(fragment: dict[str, Any]) -> None:
    with pytest.raises(BadRequestData):
        merged({"a": 1}, fragment)
