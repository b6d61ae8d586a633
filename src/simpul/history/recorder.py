"""Putting observations into the archive: series are begun, corrections counted. No storage.

A series keeps its first unit, which is also meant where none is said. A number in another unit of
the same quantity is converted and the instance kept beside it; one that cannot be converted is
kept as an instance without a number, so that it never enters a sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import orjson

from simpul.context.model import Change, Observation
from simpul.kernel.errors import Unprocessable
from simpul.kernel.time import to_us
from simpul.kernel.units import convert

TOLERANCE = timedelta(seconds=1)
_PLAIN = frozenset({"type", "value", "observedAt", "unitCode", "datasetId"})
_IN_KEY = frozenset({"observedAt", "datasetId"})


@dataclass(frozen=True, slots=True)
class Opened:
    """A series that readings go to. unit: that of its numbers; begun: whether it is new."""

    number: int
    unit: str | None
    begun: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A reading as it stands at one moment of a series."""

    ordinal: int
    number: float | int | None
    body: bytes | None


class Archive(Protocol):
    """What the recorder needs of an open transaction."""

    def open_series(self, change: Change, observation: Observation) -> Opened:
        """The observation's series, begun if need be."""

    def standing(self, region: str, series: int, observed_us: int) -> Standing | None:
        """The reading in force at this moment."""

    def add_reading(
        self,
        *,
        region: str,
        series: int,
        observed_us: int,
        reading: Standing,
        sequence: int,
        received_us: int | None,
    ) -> None:
        """Write a reading down."""


def record(archive: Archive, change: Change, sequence: int) -> int:
    """Write down what the change observed; how many readings were new.

    The same value at the same moment again adds nothing, another value gets the next ordinal.
    """
    new = 0
    received = to_us(change.now)
    for observation in change.observations:
        series = archive.open_series(change, observation)
        observed = to_us(observation.observed_at)
        number, body = _value(observation, series.unit)
        standing = None
        if not series.begun:
            standing = archive.standing(change.region, series.number, observed)
        if standing is not None and (standing.number, standing.body) == (number, body):
            continue
        far = abs(change.now - observation.observed_at) > TOLERANCE
        archive.add_reading(
            region=change.region,
            series=series.number,
            observed_us=observed,
            reading=Standing(0 if standing is None else standing.ordinal + 1, number, body),
            sequence=sequence,
            received_us=received if far else None,
        )
        new += 1
    return new


def _value(observation: Observation, unit: str | None) -> tuple[float | int | None, bytes | None]:
    number, body = observation.number, _body(observation.instance)
    if number is not None and abs(number) >= 2**63:
        number = float(number)
    if number is None or observation.unit is None or unit is None or observation.unit == unit:
        return number, body
    whole = _dump(observation.instance)
    try:
        return convert(float(number), observation.unit, unit), whole
    except Unprocessable:
        return None, whole


def _body(instance: dict[str, Any]) -> bytes | None:
    """The instance where its number does not say everything, else None."""
    value = instance.get("value")
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    if plain and instance["type"] == "Property" and _PLAIN.issuperset(instance):
        return None
    return _dump(instance)


def _dump(instance: dict[str, Any]) -> bytes:
    kept = {key: value for key, value in instance.items() if key not in _IN_KEY}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
