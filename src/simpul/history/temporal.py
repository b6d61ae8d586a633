"""The temporal representation of an entity (4.5.6 to 4.5.9), from its series. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from simpul.context.attributes import HOLDERS, Instance
from simpul.history.model import Reading, Series
from simpul.kernel.time import format_time

_LISTS = {
    "value": "values",
    "object": "objects",
    "languageMap": "languageMaps",
    "vocab": "vocabs",
    "valueList": "valueLists",
    "objectList": "objectLists",
    "json": "jsons",
}


@dataclass(frozen=True, slots=True)
class Evolution:
    """What an entity was: for each attribute its readings, in the order to be shown."""

    id: str
    type: str
    attributes: dict[str, list[tuple[Series, Reading]]]


def instance_of(series: Series, reading: Reading, *, system: bool = False) -> Instance:
    """A reading as an attribute instance. system: with the time it was received."""
    if reading.body is None:
        instance: Instance = {"type": "Property", "value": reading.number}
        if series.unit is not None:
            instance["unitCode"] = series.unit
    else:
        instance = orjson.loads(reading.body)
    if series.dataset is not None:
        instance["datasetId"] = series.dataset
    instance["observedAt"] = format_time(reading.observed_at)
    instance["instanceId"] = str(reading.address.urn(series.region))
    if system:
        received = format_time(reading.received_at)
        instance |= {"createdAt": received, "modifiedAt": received}
    return instance


def normal(evolution: Evolution, *, system: bool = False) -> bytes:
    """Every reading as an instance."""
    document: dict[str, Any] = {"id": evolution.id, "type": evolution.type}
    for name, readings in evolution.attributes.items():
        document[name] = [instance_of(*each, system=system) for each in readings]
    return orjson.dumps(document)


def simplified(evolution: Evolution) -> bytes:
    """Every attribute as a list of value and time (``options=temporalValues``)."""
    document: dict[str, Any] = {"id": evolution.id, "type": evolution.type}
    for name, readings in evolution.attributes.items():
        shown = [_simplified(readings, dataset) for dataset in _datasets(readings)]
        document[name] = shown if len(shown) > 1 else shown[0]
    return orjson.dumps(document)


def _datasets(readings: list[tuple[Series, Reading]]) -> list[str | None]:
    return list(dict.fromkeys(series.dataset for series, _ in readings))


def _simplified(readings: list[tuple[Series, Reading]], dataset: str | None) -> dict[str, Any]:
    instances = [instance_of(*each) for each in readings if each[0].dataset == dataset]
    kind = instances[0]["type"]
    holder = HOLDERS[kind]
    pairs = [[each.get(holder), each["observedAt"]] for each in instances]
    shown: dict[str, Any] = {"type": kind, _LISTS[holder]: pairs}
    return shown if dataset is None else shown | {"datasetId": dataset}
