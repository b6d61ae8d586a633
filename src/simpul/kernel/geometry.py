"""Geometry in WGS 84, longitude before latitude, as GeoJSON (RFC 7946) has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.strtree import STRtree

from simpul.kernel.errors import BadInput


def parse_geometry(value: Mapping[str, Any], *, field: str = "location") -> BaseGeometry:
    """A GeoJSON geometry as a shapely one.

    A self-intersecting polygon is accepted, as NGSI-LD wants; coordinates outside
    -180..180 by -90..90 are not.

    Raises:
        BadInput: not a GeoJSON geometry.
    """
    try:
        geometry = shape(dict(value))
    except Exception:
        raise BadInput("not a GeoJSON geometry", field=field) from None
    if geometry.is_empty:
        raise BadInput("an empty geometry", field=field)
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadInput("coordinates outside longitude and latitude", field=field)
    return geometry


def point_of(value: Mapping[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude where `value` is a GeoJSON Point on earth, else None.

    Most places are points; this spares them the way through a geometry library.
    """
    pair = value.get("coordinates")
    if value.get("type") != "Point" or not isinstance(pair, list) or len(pair) not in {2, 3}:
        return None
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in pair):
        return None
    longitude, latitude = float(pair[0]), float(pair[1])
    on_earth = -180 <= longitude <= 180 and -90 <= latitude <= 90
    return (longitude, latitude) if on_earth else None


@dataclass(frozen=True, slots=True)
class Area:
    """A piece of the official code tree with its boundary."""

    code: str
    boundary: BaseGeometry


class AreaIndex:
    """Finds the smallest area of the code tree that holds a point."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas = list(areas)
        self._tree = STRtree([area.boundary for area in self._areas])

    def code_at(self, longitude: float, latitude: float) -> str | None:
        """The longest code whose boundary covers the point, or None."""
        point = Point(longitude, latitude)
        hits = self._tree.query(point, predicate="intersects")
        codes = [self._areas[int(hit)].code for hit in hits]
        return max(codes, key=lambda code: (len(code), code), default=None)


def centre(geometry: BaseGeometry) -> tuple[float, float]:
    """Longitude and latitude of a point inside the geometry."""
    point = shapely.point_on_surface(geometry)
    return float(point.x), float(point.y)
