"""The mapping language as JSON."""

from __future__ import annotations

from typing import Literal

import msgspec


class ZoneTable(msgspec.Struct, forbid_unknown_fields=True):
    """Zones by the value at a path."""

    path: str
    zones: dict[str, str] = {}


class ObservedSpec(msgspec.Struct, forbid_unknown_fields=True):
    """Where the observed time stands."""

    path: str
    format: str = "iso"
    zone: str | ZoneTable | None = None
    override: ZoneTable | None = None


class LocationSpec(msgspec.Struct, forbid_unknown_fields=True):
    """Where the place stands: two numbers, one text or list with both, or a GeoJSON geometry."""

    latitude: str | None = None
    longitude: str | None = None
    point: str | None = None
    order: Literal["lat,lon", "lon,lat"] = "lat,lon"
    geometry: str | None = None
    moving: bool = False
    required: bool = True


class UnitTable(msgspec.Struct, forbid_unknown_fields=True):
    """Units by the value at a path."""

    path: str
    units: dict[str, str] = {}


class AttributeSpec(msgspec.Struct, forbid_unknown_fields=True):
    """Where one attribute's value stands, or what it always is."""

    path: str | None = None
    template: str | None = None
    constant: str | int | float | bool | None = None
    kind: Literal["number", "text", "boolean", "relationship"] | None = None
    unit: str | UnitTable | None = None
    decimal: Literal[".", ","] = "."
    absent: list[str | int | float] = []
    required: bool = True
    static: bool = False


class MappingSpec(msgspec.Struct, forbid_unknown_fields=True):
    """A whole mapping."""

    id: str
    attributes: dict[str, AttributeSpec]
    rows: str = ""
    type: str | None = None
    observed: ObservedSpec | None = None
    location: LocationSpec | None = None
    forecast: bool = False
