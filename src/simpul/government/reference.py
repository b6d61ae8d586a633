"""The facts about Indonesia's regions that ship with the product, read from `data/`.

Reads files only; `operations.import_regions` writes them to the tables. Sources and licences
stand in ``data/README.md``.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from simpul.government.models import Boundary, CohortMembership, Region

DATA = Path(__file__).parent / "data"
BOUNDARIES = ("provinces", "regencies", "demo_kecamatan", "demo_kelurahan")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def regions() -> list[Region]:
    """Provinces, regencies and cities, then the districts and villages of the demonstration
    cities; parents before children. Not saved."""
    known = [
        Region(
            code=row["code"],
            name=row["name"],
            level=row["kind"],
            parent_id=row["parent_code"] or None,
            capital=row["capital"],
            population=int(row["population_2024h2"]) if row["population_2024h2"] else None,
            area_km2=Decimal(row["area_km2"]) if row["area_km2"] else None,
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
            tz=row["tz_iana"],
        )
        for row in _rows("regions.csv")
    ]
    zones = {region.code: region.tz for region in known}
    return sorted(
        [*known, *(_district(row, zones) for row in _rows("districts.csv"))],
        key=lambda region: (len(region.code), region.code),
    )


def _district(row: dict[str, str], zones: dict[str, str]) -> Region:
    """A district or village: no capital or population is known, the area is computed from the
    outline, the zone is its city's."""
    return Region(
        code=row["code"],
        name=row["name"],
        level=row["level"],
        parent_id=row["parent_code"],
        area_km2=Decimal(row["area_km2_computed"]),
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        tz=zones[row["city_code"]],
    )


def boundaries() -> Iterator[Boundary]:
    """The outlines of all regions in `regions`. Not saved."""
    for name in BOUNDARIES:
        with gzip.open(DATA / "geo" / f"{name}.geojson.gz", "rt", encoding="utf-8") as file:
            collection: dict[str, Any] = json.load(file)
        for feature in collection["features"]:
            yield Boundary(region_id=feature["properties"]["code"], geometry=feature["geometry"])


def cohorts() -> list[CohortMembership]:
    """Which source names which region as a member of which year's cohort. Not saved."""
    return [
        CohortMembership(
            region_id=row["region_code"],
            year=int(row["year"]),
            source=row["source"],
            evidence=row["evidence"],
        )
        for row in _rows("cohorts.csv")
    ]
