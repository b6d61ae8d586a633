"""Boundaries that ship with Simpul, for the broker: which area holds a point."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import orjson

from simpul.kernel.geometry import Area, AreaIndex, parse_geometry


@lru_cache(maxsize=1)
def area_index() -> AreaIndex:
    """Every boundary that ships: regencies of the country, districts where they are known."""
    return AreaIndex(_areas())


def _areas() -> Iterator[Area]:
    folder = files("simpul.government").joinpath("data/geo")
    if not folder.is_dir():
        return
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".geojson.gz"):
            continue
        collection = orjson.loads(gzip.decompress(file.read_bytes()))
        for feature in collection["features"]:
            yield Area(feature["properties"]["code"], parse_geometry(feature["geometry"]))


def locate(longitude: float, latitude: float) -> str | None:
    """Code of the smallest known area at a point; the boundaries are loaded at first need."""
    return area_index().code_at(longitude, latitude)
