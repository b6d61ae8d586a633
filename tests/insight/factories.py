"""A small city whose page has something to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from simpul.government.models import Boundary, CohortMembership, Region
from simpul.indicators.models import Indicator
from simpul.programme.models import Action
from tests import factories as city
from tests.factories import NOW, TODAY
from tests.indicators import factories as indicators
from tests.programme import factories as programme

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[106.0, -2.3], [106.2, -2.3], [106.2, -2.0], [106.0, -2.0], [106.0, -2.3]]],
}


@dataclass(frozen=True, slots=True)
class Town:
    """A region with a district, a quick win on track, an action that is late, and one that only
    the government sees."""

    region: Region
    district: Region
    quick_win: Action
    late: Action
    inner: Action
    indicator: Indicator


def district(of: Region, name: str = "Rangkui", code: str = "") -> Region:
    """A part of a city, with a boundary."""
    made = Region.objects.create(
        code=code or f"{of.code}.01",
        name=name,
        level=Region.Level.DISTRICT,
        parent=of,
        latitude=-2.15,
        longitude=106.1,
        tz=of.tz,
        area_km2=5,
    )
    Boundary.objects.create(region=made, geometry=SQUARE)
    return made


def town(code: str = "19.71") -> Town:
    """Everything at once."""
    place = city.region(code)
    below = programme.dimensions()
    plan = programme.plan(place)
    office = city.organisation("Dinas PUPR", in_region=place)
    desk = city.post(office)
    quick_win = programme.action(
        desk,
        of=plan,
        title="Alat ukur muka air",
        kind=Action.ActionKind.QUICK_WIN,
        categories=[below[0]],
    )
    late = programme.action(
        desk,
        of=plan,
        title="Satu loket izin",
        categories=[below[2]],
        due=TODAY - timedelta(days=3),
    )
    inner = programme.action(
        desk,
        of=plan,
        title="Urusan dalam",
        categories=[below[0]],
        visibility=Action.Visibility.INTERNAL,
    )
    measure = indicators.indicator(
        owner=office, region=place, title="Muka air sungai", unit_label="cm", decimals=1
    )
    return Town(place, district(place), quick_win, late, inner, measure)


def member(of: Region, year: int = 2018) -> CohortMembership:
    """That a source names a region as a member of a cohort."""
    return CohortMembership.objects.create(
        region=of, year=year, source="https://example.org/", evidence="daftar peserta"
    )


__all__ = ["NOW", "SQUARE", "Town", "district", "member", "town"]
