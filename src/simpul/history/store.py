"""The port of the archive: how series and readings are found.

A reader serves any number of threads; every call sees one consistent, committed snapshot.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Protocol

from simpul.history.model import Reading, Rollup, Segment, Series
from simpul.kernel.ids import ReadingAddress


class HistoryReader(Protocol):
    """Reads what is committed.

    Raises:
        simpul.kernel.errors.Unavailable: the store cannot be reached or was never made.
    """

    def series_of(
        self,
        region: str,
        *,
        entity_type: str,
        attribute: str,
        area: str | None = None,
        entity_id: str | None = None,
        q: str | None = None,
    ) -> list[Series]:
        """Series of an attribute, ordered by entity and number.

        area: code prefix; q: NGSI-LD query that the current entity must satisfy, so that series
        of a deleted entity are found only without it.

        Raises:
            simpul.kernel.errors.BadInput: q is not in the query language.
        """

    def series_of_entity(self, region: str, entity_id: str) -> list[Series]:
        """Every series of one entity, ordered by attribute and number."""

    def series(self, numbers: Collection[int]) -> dict[int, Series]:
        """The series with these numbers; unknown ones are left out."""

    def readings(
        self,
        series: Collection[int],
        start: datetime,
        end: datetime,
        *,
        as_of: int | None = None,
    ) -> Iterator[Reading]:
        """Readings in force with start <= observed_at < end, by series and observed time.

        Of several values at one moment only the last correction; as_of: only what had a sequence
        up to this one. The same call with the same as_of gives the same readings.
        """

    def reading(self, address: ReadingAddress) -> Reading | None:
        """The one reading at this address, in force or corrected since."""

    def latest(self, series: int) -> Reading | None:
        """The reading in force at the series' last observed moment."""

    def latest_many(
        self, series: int, *, before: datetime | None = None, limit: int = 100
    ) -> list[Reading]:
        """The last readings in force, newest first; before: only those observed earlier."""

    def last_between(
        self, series: int, start: datetime | None, end: datetime | None, limit: int
    ) -> list[Reading]:
        """The last readings in force with start <= observed_at < end, newest first."""

    def first_between(
        self, series: int, start: datetime | None, end: datetime | None, limit: int
    ) -> list[Reading]:
        """The first readings in force with start <= observed_at < end, oldest first."""

    def revisions(self, series: int, observed_at: datetime) -> list[Reading]:
        """Every value the series ever had at this moment, by ordinal."""

    def rollups(self, series: Collection[int], start: datetime, end: datetime) -> Iterator[Rollup]:
        """Roll-ups of the numbers in force by hour, start <= hour < end, by series and hour.

        Hours without a number are left out. start and end are cut to whole hours, UTC, so that
        local days of WIB, WITA and WIT are sums of hours.
        """


class SegmentUnit(Protocol):
    """What sealing does inside one transaction of the data wing's writer."""

    def add_segment(self, segment: Segment) -> bool:
        """Enter a segment into the manifest; from then on it is read. False: it stands there.

        Raises:
            simpul.kernel.errors.Conflict: another file has its place, or its watermark does not
                lie above the one before and within what has happened.
        """

    def clear_segments(self, region: str, day: date, *, after: int, seconds: float) -> int | None:
        """Drop hot rows of a day that are sealed, series by series from `after` on.

        Stops after about so many seconds; the series to go on after, or None when all are gone.
        """


class Sealing(Protocol):
    """The last steps of sealing, done by who writes the store.

    Raises:
        simpul.kernel.errors.Unavailable: it does not answer now; ask again.
    """

    def register(self, segment: Segment) -> None:
        """Enter a segment into the manifest; a second time does nothing.

        Raises:
            simpul.kernel.errors.Conflict: see `SegmentUnit`, or the file is not what is said.
        """

    def clear(self, region: str, day: date) -> None:
        """Drop the hot rows of a day that are sealed, in small slices."""
