"""Published results: the lists that ship, taken in as they were printed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from simpul.evaluation.models import PublishedResult
from simpul.government.models import Region

FOLDER = Path(__file__).resolve().parent.parent / "results"
PROVINCE = "provinsi"
SPELLED_OUT = {
    "Pemerintah ": "",
    "Provinsi ": "",
    "Kep. ": "Kepulauan ",
    "DKI ": "Daerah Khusus Ibukota ",
    "D.I. ": "Daerah Istimewa ",
}
"""What a list abbreviates or adds to a province's name."""
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _List:
    """One file. components: component key to column; group: the weight group of all its rows, or
    empty where a column says it."""

    file: str
    instrument: str
    components: Mapping[str, str]
    group: str = ""


def _same(*keys: str) -> dict[str, str]:
    return {key: key for key in keys}


LISTS = (
    _List(
        "smart-city-2022.csv",
        "smart-city-2022",
        _same("baseline", "output", "outcome", "impact", "quick_win"),
    ),
    _List(
        "smart-city-2023.csv",
        "smart-city-2023",
        _same("baseline", "output", "outcome", "impact", "quick_win", "collaboration"),
    ),
    _List(
        "spbe-2024.csv",
        "spbe-2020",
        {
            "policy": "d1_kebijakan",
            "governance": "d2_tata_kelola",
            "management": "d3_manajemen",
            "services": "d4_layanan",
        },
        group="all",
    ),
)


@transaction.atomic
def import_published_results() -> int:
    """Take in every published result that ships; returns how many there are.

    Saying it again brings each row to what the files say. Regions must be known before.
    """
    regions = _Regions()
    rows = [result for listed in LISTS for result in _read(listed, regions)]
    PublishedResult.objects.bulk_create(
        rows,
        batch_size=100,
        update_conflicts=True,
        unique_fields=["instrument", "year", "name_published"],
        update_fields=[
            "region",
            "kind",
            "listed_under",
            "group",
            "took_part",
            "components",
            "index",
            "improvement",
            "predicate",
            "note",
            "source",
        ],
    )
    return len(rows)


class _Regions:
    """Finds the region of a row: by its code, a province by its name."""

    def __init__(self) -> None:
        named = Region.objects.filter(level=Region.Level.PROVINCE).values_list("name", "code")
        self._provinces = {name.casefold(): code for name, code in named}
        self._codes = set(Region.objects.values_list("code", flat=True))

    def code(self, row: Row) -> str | None:
        if row["region_code"]:
            return row["region_code"] if row["region_code"] in self._codes else None
        if row["kind"] != PROVINCE:
            return None
        name = row["name_published"]
        for short, full in SPELLED_OUT.items():
            name = name.replace(short, full)
        return self._provinces.get(name.casefold())


def _read(listed: _List, regions: _Regions) -> Iterator[PublishedResult]:
    with (FOLDER / listed.file).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield _result(listed, row, regions)


def _result(listed: _List, row: Row, regions: _Regions) -> PublishedResult:
    improvement = row.get("improvement_published")
    return PublishedResult(
        instrument=listed.instrument,
        year=int(row["year"]),
        region_id=regions.code(row),
        name_published=row["name_published"],
        kind=row["kind"],
        listed_under=row["group"],
        group=listed.group or row["group"],
        took_part=row.get("took_part", "yes") == "yes",
        components={key: row[name] for key, name in listed.components.items() if row[name]},
        index=Decimal(row["index_published"]),
        improvement=Decimal(improvement) if improvement else None,
        predicate=row.get("predicate_published", ""),
        note=row["note"],
        source=row["source"],
    )
