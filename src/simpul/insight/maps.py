"""Maps of regions: their parts, and what stands in them."""

from __future__ import annotations

from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from simpul.city.attributes import label_of, urn_of
from simpul.city.ports import DataWing, data_wing
from simpul.city.queries import entity_state, place_of
from simpul.context.model import StoredEntity
from simpul.government.access import Walker
from simpul.government.models import Boundary, Region
from simpul.kernel.errors import Unavailable
from simpul.web.charts import MapArea, Marker, city_map

MARKERS = 120


def parts_map(region: Region, *, walker: Walker, now: datetime) -> SafeString | None:
    """The parts of a city (or of one of its districts) with the open entities in them; the
    region's own outline where its parts are not known; None where nothing is."""
    inside = city_of(region)
    areas = [
        MapArea(boundary.region.name, boundary.geometry, part_address(boundary.region, inside))
        for boundary in _boundaries(region)
    ]
    markers = entity_markers(region, walker=walker, now=now)
    names = ", ".join(area.name for area in areas)
    title = _("Map of %(name)s") % {"name": region.name}
    told = _("Parts: %(names)s. Things shown: %(count)s.") % {
        "names": names,
        "count": len(markers),
    }
    return city_map(areas, markers, title=title, description=told)


def outline(region: Region) -> SafeString | None:
    """The region's own outline, for a small picture beside its name."""
    boundary = Boundary.objects.filter(region=region).first()
    if boundary is None:
        return None
    return city_map([MapArea("", boundary.geometry)], title=region.name)


def city_of(region: Region) -> str:
    """Code of the city or regency that a region is or lies in: the first two parts of its code."""
    return ".".join(region.code.split(".")[:2])


def part_address(part: Region, city: str) -> str:
    """The page of a district or village inside its city; none for what has no page there."""
    if part.code == city or not part.code.startswith(f"{city}."):
        return ""
    return f"/{city}/wilayah/{part.code}/"


def above(part: Region, city: str) -> tuple[str, str] | None:
    """Name and address of the district that a village lies in; None for a district."""
    parent = part.parent
    if parent is None or parent.code == city:
        return None
    return parent.name, part_address(parent, city)


def _boundaries(region: Region) -> list[Boundary]:
    rows = Boundary.objects.select_related("region").order_by("region__code")
    if region.level == Region.Level.PROVINCE:
        return list(rows.filter(region=region))
    return list(rows.filter(region__parent=region)) or list(rows.filter(region=region))


def entity_markers(region: Region, *, walker: Walker, now: datetime) -> list[Marker]:
    """What stands in a region, as far as the walker may see it and it has a place."""
    try:
        wing = data_wing()
        found = _entities(wing, region, open_only=not walker.belongs_to(city_of(region)))
        return [marker for each in found if (marker := _marker(wing, each, now)) is not None]
    except Unavailable:
        return []


def _entities(wing: DataWing, region: Region, *, open_only: bool) -> list[StoredEntity]:
    return wing.entities.entities(
        city_of(region), area=region.code, open_only=open_only, limit=MARKERS
    )


def _marker(wing: DataWing, entity: StoredEntity, now: datetime) -> Marker | None:
    place = place_of(entity)
    if place is None:
        return None
    return Marker(
        label=label_of(entity.id, entity.body),
        longitude=place[0],
        latitude=place[1],
        state=entity_state(wing, entity, now=now) or "missing",
        address=urn_of(entity.region, entity.id).address,
    )
