"""An entity's normalized NGSI-LD body as rows that people can read. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simpul.kernel.errors import BadInput
from simpul.kernel.ids import Kind, Urn
from simpul.kernel.time import parse_time
from simpul.kernel.units import UNITS

_NOT_ATTRIBUTES = frozenset({"id", "type", "@context", "scope"})
LANGUAGE_FIRST = ("id", "en")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One instance of an attribute.

    kind: Property, Relationship, GeoProperty, …; number: the value where it is one; text: the
    value as people read it; unit: symbol or code; targets: URIs a relationship points at.
    """

    name: str
    kind: str
    dataset: str | None
    number: float | None
    text: str
    unit: str
    unit_code: str
    observed_at: datetime | None
    targets: tuple[str, ...] = ()


def attributes_of(body: bytes) -> list[Attribute]:
    """Every attribute instance, measured ones first, then by name; the location is left out."""
    rows = list(_rows(json.loads(body)))
    return sorted(rows, key=lambda row: (row.observed_at is None, row.name, row.dataset or ""))


def _rows(entity: Mapping[str, Any]) -> Iterator[Attribute]:
    for name, value in entity.items():
        if name in _NOT_ATTRIBUTES:
            continue
        for instance in value if isinstance(value, list) else [value]:
            if isinstance(instance, dict) and instance.get("type") != "GeoProperty":
                yield _row(name, instance)


def _row(name: str, instance: Mapping[str, Any]) -> Attribute:
    code = str(instance.get("unitCode", ""))
    value = _value(instance)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return Attribute(
        name=name,
        kind=str(instance.get("type", "Property")),
        dataset=instance.get("datasetId"),
        number=value if is_number else None,
        text=_text(value),
        unit=UNITS[code].symbol if code in UNITS else code,
        unit_code=code,
        observed_at=_moment(instance.get("observedAt")),
        targets=_targets(instance),
    )


def _value(instance: Mapping[str, Any]) -> Any:
    for member in ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList"):
        if member in instance:
            return instance[member]
    return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        for language in LANGUAGE_FIRST:
            if isinstance(value.get(language), str):
                return str(value[language])
        if isinstance(value.get("@value"), str):
            return str(value["@value"])
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)


def _targets(instance: Mapping[str, Any]) -> tuple[str, ...]:
    value = instance.get("object")
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _moment(text: Any) -> datetime | None:
    try:
        return parse_time(text) if isinstance(text, str) else None
    except BadInput:
        return None


def label_of(entity_id: str, body: bytes) -> str:
    """What an entity is called: its name, else its description, else the end of its URI."""
    entity = json.loads(body)
    for name in ("name", "alternateName"):
        instance = entity.get(name)
        if isinstance(instance, dict):
            text = _text(_value(instance)).strip()
            if text:
                return text[:120]
    return short_id(entity_id)


def short_id(entity_id: str) -> str:
    """The end of a URI: what follows the type in ``urn:ngsi-ld:Type:end``."""
    parts = entity_id.split(":")
    return ":".join(parts[3:]) if entity_id.startswith("urn:ngsi-ld:") and parts[3:] else entity_id


def location_of(body: bytes) -> Mapping[str, Any] | None:
    """The entity's place as a GeoJSON geometry."""
    entity = json.loads(body)
    instance = entity.get("location")
    if isinstance(instance, list):
        instance = instance[0] if instance else None
    value = instance.get("value") if isinstance(instance, dict) else None
    return value if isinstance(value, dict) else None


def urn_of(region: str, entity_id: str) -> Urn:
    """The entity's URN in Simpul."""
    return Urn(region, Kind.ENTITY, entity_id)
