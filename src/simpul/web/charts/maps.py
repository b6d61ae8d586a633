"""A small map of a city: its areas and what stands in them, without tiles and without script."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from simpul.web.charts.drawing import element, path, picture
from simpul.web.states import Tone, state

_WIDTH = 480.0
_EDGE = 12.0
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class MapArea:
    """geometry: a GeoJSON Polygon or MultiPolygon in WGS 84; tone: a class suffix, or nothing."""

    name: str
    geometry: Mapping[str, Any]
    address: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """A thing at a place; state: a name that `{% state %}` knows; size: radius in map units."""

    label: str
    longitude: float
    latitude: float
    state: str = "measured"
    address: str = ""


@dataclass(frozen=True, slots=True)
class _View:
    """Plate carrée, shrunk by the cosine of the middle latitude: true enough for one city."""

    west: float
    north: float
    shrink: float
    scale: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * self.shrink * self.scale + _EDGE
        y = (self.north - latitude) * self.scale + _EDGE
        return x, y


def city_map(
    areas: Sequence[MapArea], markers: Sequence[Marker] = (), *, title: str, description: str = ""
) -> SafeString | None:
    """The map as a picture 480 units wide, as high as the city needs; None without areas."""
    corners = [place for area in areas for ring in _rings(area.geometry) for place in ring]
    if not corners:
        return None
    view, height = _view(corners)
    linked = any(area.address for area in areas) or any(marker.address for marker in markers)
    return picture(
        element("g", *(_area(view, area) for area in areas), class_="map__areas"),
        element("g", *(_name(view, area) for area in areas if area.name), class_="map__names"),
        element("g", *(_marker(view, marker) for marker in markers), class_="map__markers"),
        title=title,
        description=description,
        role="group" if linked else "img",
        class_="map",
        viewBox=f"0 0 {_WIDTH:.0f} {height:.0f}",
    )


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    match geometry.get("type"):
        case "Polygon":
            yield from geometry["coordinates"]
        case "MultiPolygon":
            for polygon in geometry["coordinates"]:
                yield from polygon


def _view(corners: Iterable[Sequence[float]]) -> tuple[_View, float]:
    places = list(corners)
    west, east = min(p[0] for p in places), max(p[0] for p in places)
    south, north = min(p[1] for p in places), max(p[1] for p in places)
    shrink = math.cos(math.radians((south + north) / 2))
    wide, high = (east - west) * shrink or 1e-6, (north - south) or 1e-6
    scale = min((_WIDTH - 2 * _EDGE) / wide, (_WIDTH * 1.1) / high)
    spare = (_WIDTH - 2 * _EDGE - wide * scale) / 2 / (shrink * scale)
    return _View(west - spare, north, shrink, scale), high * scale + 2 * _EDGE


def _area(view: _View, area: MapArea) -> SafeString:
    outline = "".join(
        path([view.place(corner[0], corner[1]) for corner in ring]) + "Z"
        for ring in _rings(area.geometry)
    )
    name = f"map__area map__area--{area.tone}" if area.tone else "map__area"
    told = [element("title", area.name)] if area.name else []
    drawing = element("path", *told, d=outline, class_=name)
    if not area.address:
        return drawing
    return element("a", drawing, href=area.address, aria_label=area.name)


def _largest(geometry: Mapping[str, Any]) -> Ring:
    return max(_rings(geometry), key=len)


def _name(view: _View, area: MapArea) -> SafeString:
    ring = [view.place(corner[0], corner[1]) for corner in _largest(area.geometry)]
    x, y = _centroid(ring)
    return element("text", area.name, x=x, y=y, text_anchor="middle", class_="map__name")


def _centroid(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Centre of mass of a ring; the mean of its corners where it has no surface."""
    surface = x = y = 0.0
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x0 * y1 - x1 * y0
        surface += cross
        x += (x0 + x1) * cross
        y += (y0 + y1) * cross
    if abs(surface) < 1e-9:
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    return x / (3 * surface), y / (3 * surface)


def _marker(view: _View, marker: Marker) -> SafeString:
    x, y = view.place(marker.longitude, marker.latitude)
    known = state(marker.state)
    told = f"{marker.label}: {known.label}"
    drawing = _glyph(x, y, known.tone, told)
    if not marker.address:
        return drawing
    return element("a", drawing, href=marker.address, aria_label=told)


def _glyph(x: float, y: float, tone: Tone, told: str) -> SafeString:
    """A disc where all is well, a triangle where something is wrong, a ring where nothing comes."""
    title = element("title", told)
    name = f"map__marker map__marker--{tone}"
    if tone in {Tone.WARN, Tone.ALERT}:
        d = path([(x, y - 8), (x + 8, y + 6), (x - 8, y + 6)]) + "Z"
        return element("path", title, d=d, class_=name)
    return element("circle", title, cx=x, cy=y, r="6", class_=name)
