"""What was measured, as values: series, their readings, and what is sealed of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from simpul.kernel.ids import ReadingAddress
from simpul.kernel.time import to_us


@dataclass(frozen=True, slots=True)
class Series:
    """One attribute of one entity as one feed reports it.

    number: unique in the installation; dataset: datasetId; unit: UN/CEFACT code that all numbers
    of the series are in; area and open: as the entity stood last.
    """

    number: int
    region: str
    entity_id: str
    entity_type: str
    attribute: str
    dataset: str | None
    feed: str | None
    unit: str | None
    area: str | None
    open: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a series at one moment.

    ordinal: 0 for the first value at that moment, then 1, 2, … for corrections; number: the value
    where it is a number, in the series' unit; body: the normalized attribute instance where it is
    not a number or says more than one; sequence: of the event it came with.
    """

    series: int
    observed_at: datetime
    ordinal: int
    number: float | None
    body: bytes | None
    sequence: int
    received_at: datetime

    @property
    def address(self) -> ReadingAddress:
        return ReadingAddress(self.series, to_us(self.observed_at), self.ordinal)


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of sealed readings of one region and UTC day, as it stands in the manifest.

    number: 0 for the base of the day, then 1, 2, … for deltas with what came late; path and hours:
    the readings and their roll-ups, below the folder of segments; watermark: every reading of the
    day with a sequence up to it is in this file or one before it; sha256, size: of the readings.
    """

    region: str
    day: date
    number: int
    path: str
    hours: str
    rows: int
    watermark: int
    sha256: str
    size: int
    sealed_at: datetime

    @property
    def kind(self) -> Literal["base", "delta"]:
        return "delta" if self.number else "base"


@dataclass(frozen=True, slots=True)
class Rollup:
    """The numbers in force of one series in one hour, UTC. count is never 0."""

    series: int
    hour: datetime
    count: int
    sum: float
    minimum: float
    maximum: float
