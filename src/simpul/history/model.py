"""What was measured, as values: series and their readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
