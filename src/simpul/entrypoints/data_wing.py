"""Opens the data wing's stores for a process: which store serves which port is said here alone."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import orjson

from simpul.connectors.door import BrokerDoor
from simpul.connectors.store import FeedReader
from simpul.context.store import EntityReader
from simpul.entrypoints.settings import Settings, secret
from simpul.history.store import HistoryReader
from simpul.kernel.geometry import Area, AreaIndex, parse_geometry
from simpul.storage.sqlite.store import open_readers


@dataclass(frozen=True, slots=True)
class Ports:
    """What a process other than the broker has of the data wing; for any number of threads."""

    entities: EntityReader
    history: HistoryReader
    feeds: FeedReader
    door: BrokerDoor


def open_ports(settings: Settings) -> Ports:
    """The data wing as seen from the city hall: read directly, changed through the broker's door.

    Nothing is opened before the first question.
    """
    stores = open_readers(settings.data_db)
    door = BrokerDoor(settings.broker_address, secret(settings))
    return Ports(stores.entities, stores.history, stores.feeds, door)


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
