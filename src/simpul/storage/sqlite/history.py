"""The archive's reader on SQLite."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import orjson

from simpul.context.model import Selection
from simpul.context.query import parse_query
from simpul.history.model import Reading, Series
from simpul.kernel.ids import ReadingAddress
from simpul.kernel.time import to_us
from simpul.storage.sqlite.connection import Readers
from simpul.storage.sqlite.entities import SqliteEntities
from simpul.storage.sqlite.filters import where
from simpul.storage.sqlite.rows import FOREVER, reading_from, series_from

_SERIES = (
    "SELECT s.number, s.region, s.entity_id, s.entity_type, s.attribute, s.dataset, s.feed,"
    " s.unit, s.area, s.open FROM series AS s"
)


class SqliteHistory:
    """Implements `history.store.HistoryReader`."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

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
        parts = ["s.region = ?", "s.entity_type = ?", "s.attribute = ?"]
        values: list[Any] = [region, entity_type, attribute]
        if area is not None:
            parts.append("(s.area = ? OR s.area GLOB ?)")
            values.extend((area, f"{area}.*"))
        if entity_id is not None:
            parts.append("s.entity_id = ?")
            values.append(entity_id)
        if q:
            said, given = self._satisfying(region, entity_type, q)
            parts.append(said)
            values.extend(given)
        text = f"{_SERIES} WHERE {' AND '.join(parts)} ORDER BY s.entity_id, s.number"
        return [series_from(row) for row in self._readers.connection().execute(text, values)]

    def _satisfying(self, region: str, entity_type: str, q: str) -> tuple[str, list[Any]]:
        """A condition on the series that its current entity satisfies q."""
        selection = Selection(types=(entity_type,), query=parse_query(q))
        said = where(region, selection)
        if said.exact:
            return f"s.entity_id IN (SELECT e.id FROM entity AS e WHERE {said.sql})", said.values
        found = SqliteEntities(self._readers).find(region, selection, limit=FOREVER)
        ids = orjson.dumps([entity.id for entity in found]).decode()
        return "s.entity_id IN (SELECT value FROM json_each(?))", [ids]

    def series_of_entity(self, region: str, entity_id: str) -> list[Series]:
        rows = self._readers.rows("series_of_entity", {"region": region, "entity_id": entity_id})
        return [series_from(row) for row in rows]

    def series(self, numbers: Collection[int]) -> dict[int, Series]:
        wanted = orjson.dumps(list(numbers)).decode()
        rows = self._readers.rows("series_by_numbers", {"numbers": wanted})
        return {row[0]: series_from(row) for row in rows}

    def readings(
        self,
        series: Collection[int],
        start: datetime,
        end: datetime,
        *,
        as_of: int | None = None,
    ) -> Iterator[Reading]:
        known = self.series(series)
        limits = {each.region: as_of for each in known.values()}
        if as_of is None:
            with self._readers.snapshot():
                limits = {region: self._high_water(region) for region in limits}
        for number in sorted(known):
            region = known[number].region
            values = {
                "region": region,
                "series": number,
                "start": to_us(start),
                "end": to_us(end),
                "as_of": limits[region],
            }
            for row in self._readers.rows("readings", values):
                yield reading_from(number, row)

    def _high_water(self, region: str) -> int:
        row = self._readers.row("high_water", {"region": region})
        return int(row[0]) if row else 0

    def reading(self, address: ReadingAddress) -> Reading | None:
        found = self._revisions(address.series, address.observed_us)
        return next((each for each in found if each.ordinal == address.ordinal), None)

    def latest(self, series: int) -> Reading | None:
        found = self.latest_many(series, limit=1)
        return found[0] if found else None

    def latest_many(
        self, series: int, *, before: datetime | None = None, limit: int = 100
    ) -> list[Reading]:
        return self._page("last_readings", series, None, before, limit)

    def last_between(
        self, series: int, start: datetime | None, end: datetime | None, limit: int
    ) -> list[Reading]:
        return self._page("last_readings", series, start, end, limit)

    def first_between(
        self, series: int, start: datetime | None, end: datetime | None, limit: int
    ) -> list[Reading]:
        return self._page("first_readings", series, start, end, limit)

    def _page(
        self,
        statement: str,
        series: int,
        start: datetime | None,
        end: datetime | None,
        limit: int,
    ) -> list[Reading]:
        values = {
            "region": self._region(series),
            "series": series,
            "start": -FOREVER if start is None else to_us(start),
            "before": FOREVER if end is None else to_us(end),
            "limit": limit,
        }
        return [reading_from(series, row) for row in self._readers.rows(statement, values)]

    def revisions(self, series: int, observed_at: datetime) -> list[Reading]:
        return self._revisions(series, to_us(observed_at))

    def _revisions(self, series: int, observed: int) -> list[Reading]:
        values = {"region": self._region(series), "series": series, "observed": observed}
        return [reading_from(series, row) for row in self._readers.rows("revisions", values)]

    def _region(self, series: int) -> str:
        row = self._readers.row("region_of_series", {"series": series})
        return str(row[0]) if row else ""
