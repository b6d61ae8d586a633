"""The context's reader on SQLite."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice

from simpul.context.changes import read_body
from simpul.context.errors import TooComplexQuery
from simpul.context.model import Selection, StoredEntity
from simpul.context.query import matches, parse_query
from simpul.kernel.events import EntityEvent
from simpul.kernel.time import format_time
from simpul.storage.sqlite.connection import Readers
from simpul.storage.sqlite.filters import Where, where
from simpul.storage.sqlite.rows import entity_from, event_from

LONGEST_SCAN_S = 5.0
_COLUMNS = "e.region, e.id, e.type, e.body, e.open, e.area, e.created, e.modified, e.times, e.feed"


class SqliteEntities:
    """Implements `context.store.EntityReader`."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def regions(self) -> list[str]:
        return [code for (code,) in self._readers.rows("regions", {})]

    def entity(self, region: str, entity_id: str) -> StoredEntity | None:
        row = self._readers.row("entity", {"region": region, "id": entity_id})
        return None if row is None else entity_from(row)

    def entities(
        self,
        region: str,
        *,
        type: str | None = None,
        area: str | None = None,
        q: str | None = None,
        open_only: bool = False,
        after: str | None = None,
        limit: int = 100,
    ) -> list[StoredEntity]:
        selection = Selection(
            types=(type,) if type else (),
            area=area,
            query=parse_query(q) if q else None,
            open_only=open_only,
        )
        start = 0 if after is None else self._number(region, after)
        return list(islice(self._selected(region, selection, after=start, limit=limit), limit))

    def find(
        self, region: str, selection: Selection, *, offset: int = 0, limit: int = 100
    ) -> list[StoredEntity]:
        found = self._selected(region, selection, offset=offset, limit=limit)
        return list(found)

    def count(self, region: str, selection: Selection) -> int:
        said = where(region, selection)
        if said.exact:
            text = f"SELECT count(*) FROM entity AS e WHERE {said.sql}"
            row = self._readers.connection().execute(text, said.values).fetchone()
            return int(row[0]) if row else 0
        return sum(1 for _ in self._scan(said, selection, 0))

    def is_quick(self, selection: Selection) -> bool:
        return where("", selection).exact

    def types(self, region: str, *, open_only: bool = False) -> dict[str, int]:
        rows = self._readers.rows("types", {"region": region, "open": int(open_only)})
        return {str(name): int(number) for name, number in rows}

    def attribute_names(self, region: str, *, open_only: bool = False) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        rows = self._readers.rows("attribute_names", {"region": region, "open": int(open_only)})
        for kind, name in rows:
            names.setdefault(kind, []).append(name)
        return names

    def events(self, region: str, *, after: int, limit: int = 1000) -> list[EntityEvent]:
        values = {"region": region, "after": after, "limit": limit}
        return [event_from(row) for row in self._readers.rows("events", values)]

    def high_water(self, region: str) -> int:
        row = self._readers.row("high_water", {"region": region})
        return int(row[0]) if row else 0

    def low_water(self, region: str) -> int:
        row = self._readers.row("low_water", {"region": region})
        return int(row[0]) if row else 0

    def cursor(self, region: str, name: str) -> int:
        row = self._readers.row("cursor", {"region": region, "name": name})
        return int(row[0]) if row else 0

    def followers(self, region: str) -> dict[str, int]:
        rows = self._readers.rows("followers", {"region": region})
        return {str(name): int(sequence) for name, sequence in rows}

    def _number(self, region: str, entity_id: str) -> int:
        row = self._readers.row("entity_number", {"region": region, "id": entity_id})
        return int(row[0]) if row else 0

    def _selected(
        self, region: str, selection: Selection, *, after: int = 0, offset: int = 0, limit: int
    ) -> Iterator[StoredEntity]:
        said = where(region, selection)
        if not said.exact:
            return islice(self._scan(said, selection, after), offset, offset + limit)
        text = (
            f"SELECT {_COLUMNS} FROM entity AS e WHERE {said.sql} AND e.number > ?"
            " ORDER BY e.number LIMIT ? OFFSET ?"
        )
        values = (*said.values, after, limit, offset)
        return (entity_from(row) for row in self._readers.connection().execute(text, values))

    def _scan(self, said: Where, selection: Selection, after: int) -> Iterator[StoredEntity]:
        """Candidates one by one, each looked at in Python, for as long as that may take."""
        assert selection.query is not None
        text = (
            f"SELECT {_COLUMNS} FROM entity AS e WHERE {said.sql} AND e.number > ?"
            " ORDER BY e.number"
        )
        ends = time.monotonic() + LONGEST_SCAN_S
        for row in self._readers.connection().execute(text, (*said.values, after)):
            if time.monotonic() > ends:
                raise TooComplexQuery
            entity = entity_from(row)
            times = {
                "createdAt": format_time(entity.created_at),
                "modifiedAt": format_time(entity.modified_at),
            }
            if matches(selection.query, read_body(entity)[0], times):
                yield entity
