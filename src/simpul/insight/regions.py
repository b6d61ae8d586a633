"""All regions of Indonesia with what is known about them in the programme.

A region that no source names as a member of a cohort is unknown, which is not "no".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from simpul.evaluation.models import PublishedResult
from simpul.government.models import CohortMembership, Region

TOP = (Region.Level.PROVINCE, Region.Level.REGENCY, Region.Level.CITY)
SORTS = {
    "kode": ("code",),
    "nama": ("name",),
    "penduduk": ("population", "code"),
    "luas": ("area_km2", "code"),
}
FAMILIES = {"smart-city": "Smart City", "spbe": "SPBE", "pemdi": "Pemdi"}
UNKNOWN = "belum-diketahui"


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region in the list. cohorts: years that a source names; empty is unknown. results: index
    by (instrument, year)."""

    region: Region
    province: str
    cohorts: tuple[int, ...]
    results: Mapping[tuple[str, int], Decimal]

    def result(self, instrument: str, year: int) -> Decimal | None:
        return self.results.get((instrument, year))


def regions(
    *, text: str = "", province: str = "", cohort: str = "", sort: str = ""
) -> QuerySet[Region]:
    """Provinces, regencies and cities that fit.

    text: part of the name or of the code; province: its code; cohort: a year, or `UNKNOWN` for
    those that no source names; sort: a key of `SORTS`, with "-" the other way round.
    """
    found = Region.objects.filter(level__in=TOP).select_related("parent")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(code__startswith=text))
    if province:
        found = found.filter(Q(code=province) | Q(parent=province))
    if cohort == UNKNOWN:
        found = found.filter(cohorts=None).exclude(level=Region.Level.PROVINCE)
    elif cohort.isdigit():
        found = found.filter(cohorts__year=int(cohort))
    return found.order_by(*_order(sort))


def _order(sort: str) -> list[str]:
    names = SORTS.get(sort.removeprefix("-"), ("code",))
    return [f"-{name}" for name in names] if sort.startswith("-") else list(names)


def rows_of(found: Iterable[Region]) -> list[RegionRow]:
    """These regions with their cohorts and published results; two queries for all of them."""
    listed = list(found)
    codes = [region.code for region in listed]
    cohorts: dict[str, list[int]] = defaultdict(list)
    for row in CohortMembership.objects.filter(region__in=codes).order_by("year"):
        cohorts[row.region_id].append(row.year)
    results: dict[str, dict[tuple[str, int], Decimal]] = defaultdict(dict)
    for result in PublishedResult.objects.filter(region__in=codes, took_part=True):
        results[result.region_id or ""][(result.instrument, result.year)] = result.index
    return [
        RegionRow(
            region=region,
            province=region.parent.name if region.parent else region.name,
            cohorts=tuple(cohorts[region.code]),
            results=results[region.code],
        )
        for region in listed
    ]


def cohort_years() -> list[int]:
    """The years of which sources name members."""
    rows = CohortMembership.objects.order_by("year").values_list("year", flat=True)
    return list(rows.distinct())


def provinces() -> list[Region]:
    return list(Region.objects.filter(level=Region.Level.PROVINCE).order_by("name"))


def instrument_label(key: str) -> str:
    """A short name for the head of a column: the key without its year."""
    name, _dash, year = key.rpartition("-")
    family = name if year.isdigit() else key
    return FAMILIES.get(family, family.replace("-", " ").capitalize())


def cohort_sources(region: Region) -> list[CohortMembership]:
    """What says that the region was a member, and of which year."""
    return list(region.cohorts.order_by("year"))
