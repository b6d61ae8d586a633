"""Attributes in normalized form (ETSI GS CIM 009, 4.5): checked, with short names.

An entity's attributes are ``{name: instance or [instances]}`` where an instance is a JSON object
with a type; several instances of one attribute have different datasetIds. The concise form
is accepted and turned into the normalized one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simpul.context.errors import BadRequestData, OperationNotSupported
from simpul.context.terms import NULL, check_uri, is_uri, shorten, shown
from simpul.kernel.errors import BadInput
from simpul.kernel.geometry import parse_geometry, point_of
from simpul.kernel.time import format_time, parse_time

Instance = dict[str, Any]
Attributes = dict[str, Any]

HOLDERS: dict[str, str] = {
    "Property": "value",
    "Relationship": "object",
    "GeoProperty": "value",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
    "JsonProperty": "json",
}
TYPES = {
    "object": "Relationship",
    "languageMap": "LanguageProperty",
    "vocab": "VocabProperty",
    "valueList": "ListProperty",
    "objectList": "ListRelationship",
    "json": "JsonProperty",
    "value": "Property",
}
SYSTEM = frozenset({"createdAt", "modifiedAt", "deletedAt", "instanceId", "@context"})
_KEPT = frozenset({"type", "datasetId", "unitCode", "observedAt", "objectType", "valueType"})
_GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}
)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


@dataclass(frozen=True, slots=True)
class NewEntity:
    """An entity as somebody sent it, checked. scope: as sent, or None."""

    id: str
    type: str
    attributes: Attributes
    scope: Any = None


def read_entity(document: Any) -> NewEntity:
    """The entity in a JSON document (5.2.4).

    Raises:
        BadRequestData, OperationNotSupported
    """
    if not isinstance(document, dict):
        raise BadRequestData(f"an entity is a JSON object, not {shown(document)}")
    entity_id = check_uri(document.get("id"), "id")
    return NewEntity(
        entity_id, read_type(document.get("type")), read_attributes(document), read_scope(document)
    )


def read_type(value: Any) -> str:
    """The one type of an entity, by its short name.

    Raises:
        BadRequestData; OperationNotSupported: several types.
    """
    if isinstance(value, list) and len(value) > 1:
        raise OperationNotSupported("entities with several types are not supported", field="type")
    name = value[0] if isinstance(value, list) and value else value
    if not isinstance(name, str):
        raise BadRequestData(f"type must be a name, not {shown(value)}", field="type")
    return shorten(name)


def read_scope(document: dict[str, Any]) -> Any:
    """The entity's scope, kept as it is."""
    scope = document.get("scope")
    several = scope if isinstance(scope, list) else [scope]
    if scope is not None and not all(isinstance(each, str) for each in several):
        raise BadRequestData(f"scope is text or a list of it, not {shown(scope)}", field="scope")
    return scope


def read_attributes(document: dict[str, Any], *, fragment: bool = False) -> Attributes:
    """The attributes among a document's members.

    fragment: NGSI-LD nulls are allowed and kept, and an instance may leave out its value.

    Raises:
        BadRequestData
    """
    attributes: Attributes = {}
    for name, value in document.items():
        if name in {"id", "type", "scope"} or name in SYSTEM:
            continue
        short = shorten(name)
        if short in attributes:
            raise BadRequestData(f"the attribute {short!r} is there twice", field=short)
        attributes[short] = _read_attribute(short, value, fragment)
    return attributes


def _read_attribute(name: str, value: Any, fragment: bool) -> Any:
    if isinstance(value, list) and value and all(map(_is_instance, value)):
        several = [_read_instance(name, each, fragment) for each in value]
        datasets = [each.get("datasetId", "") for each in several]
        if len(set(datasets)) < len(datasets):
            raise BadRequestData(f"two instances of {name!r} have one datasetId", field=name)
        return several if len(several) > 1 else several[0]
    return _read_instance(name, value, fragment)


def _is_instance(value: Any) -> bool:
    return isinstance(value, dict) and (
        value.get("type") in HOLDERS or any(holder in value for holder in TYPES)
    )


def _read_instance(name: str, value: Any, fragment: bool) -> Any:
    if value is None:
        raise BadRequestData(f"{name!r} is null; NGSI-LD knows no null", field=name)
    if value == NULL and fragment:
        return NULL
    given = _explicit(name, value, fragment)
    kind = given.get("type")
    if kind is not None and kind not in HOLDERS:
        raise BadRequestData(f"{name!r} has the unknown type {shown(kind)}", field=name)
    instance = {key: _read_member(name, kind, key, each, fragment) for key, each in given.items()}
    if not fragment:
        check_instance(name, instance)
    return instance


def _explicit(name: str, value: Any, fragment: bool) -> Instance:
    """The instance with its type said, whichever form it came in."""
    if not isinstance(value, dict):
        return {"type": "Property", "value": value}
    given = {key: each for key, each in value.items() if key not in SYSTEM}
    if given.get("type") in _GEOMETRIES and "coordinates" in given:
        return {"type": "GeoProperty", "value": given}
    if "type" in given:
        return given
    for holder, kind in TYPES.items():
        if holder in given:
            geo = holder == "value" and _is_geometry(given[holder])
            return {"type": "GeoProperty" if geo else kind} | given
    if fragment:
        return given
    raise BadRequestData(f"{name!r} has neither type nor value", field=name)


def _is_geometry(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") in _GEOMETRIES and "coordinates" in value


def _read_member(name: str, kind: Any, key: str, value: Any, fragment: bool) -> Any:
    if key == "observedAt" and not (fragment and value == NULL):
        return read_moment(value, f"{name}.observedAt")
    if key == "datasetId":
        return check_uri(value, f"{name}.datasetId")
    if key in _KEPT or key == HOLDERS.get(kind, ""):
        return value
    if key in TYPES and kind is None:
        return value
    return _read_attribute(shorten(key), value, fragment)


def read_moment(value: Any, field: str) -> str:
    """A DateTime of 4.6.3 in UTC; one that is written so already stays as it is.

    Raises:
        BadRequestData
    """
    if not isinstance(value, str):
        raise BadRequestData(f"{field} must be a time, not {shown(value)}", field=field)
    try:
        moment = parse_time(value, field=field)
    except BadInput as error:
        raise BadRequestData(error.detail, field=field) from None
    if moment < _EARLIEST:
        raise BadRequestData(f"{field} is before 1970", field=field)
    return value if _PLAIN_TIME.fullmatch(value) else format_time(moment)


def check_instance(name: str, instance: Instance) -> None:
    """Accept a whole instance: its value is there and of the kind that its type wants.

    Raises:
        BadRequestData
    """
    holder = HOLDERS[instance["type"]]
    value = instance.get(holder)
    if value is None or (instance["type"] != "JsonProperty" and _holds_null(value)):
        raise BadRequestData(f"{name!r} has no {holder}", field=name)
    if not _fits(instance["type"], value):
        raise BadRequestData(f"{name!r} has the {holder} {shown(value)}", field=name)
    unit = instance.get("unitCode")
    if unit is not None and not isinstance(unit, str):
        raise BadRequestData(f"{name!r} has the unitCode {shown(unit)}", field=name)
    if instance["type"] == "GeoProperty":
        _check_geometry(name, value)


def _check_geometry(name: str, value: Any) -> None:
    if point_of(value) is not None:
        return
    try:
        parse_geometry(value, field=name)
    except BadInput as error:
        raise BadRequestData(f"{name!r}: {error.detail}", field=name) from None


def _holds_null(value: Any) -> bool:
    return value == NULL or (
        isinstance(value, dict) and any(each is None or each == NULL for each in value.values())
    )


def _fits(kind: str, value: Any) -> bool:
    if kind == "Relationship":
        return is_uri(value) or (
            isinstance(value, list) and bool(value) and all(map(is_uri, value))
        )
    if kind == "GeoProperty":
        return isinstance(value, dict)
    if kind == "LanguageProperty":
        return isinstance(value, dict) and bool(value)
    if kind in {"ListProperty", "ListRelationship"}:
        return isinstance(value, list)
    if kind == "VocabProperty":
        return isinstance(value, str | list)
    return True


def instances(attribute: Any) -> list[Instance]:
    """The instances of one attribute."""
    return attribute if isinstance(attribute, list) else [attribute]


def each_instance(attributes: Attributes) -> Iterator[tuple[str, str, Instance]]:
    """Name, datasetId (empty for the default instance) and instance, of every one."""
    for name, attribute in attributes.items():
        for instance in instances(attribute):
            yield name, instance.get("datasetId", ""), instance


def join_instances(several: list[Instance]) -> Any:
    """One instance as itself, more as a list, the default instance first."""
    ordered = sorted(several, key=lambda each: each.get("datasetId", ""))
    return ordered[0] if len(ordered) == 1 else ordered
