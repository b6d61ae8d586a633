"""One open transaction on SQLite: the only place where the city's data are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import apsw
import orjson

from simpul.connectors.model import Connection, Decision, Feed, Quarantined, Sent, TokenRecord
from simpul.context.attributes import Attributes, each_instance
from simpul.context.changes import read_body
from simpul.context.model import Change, Observation, StoredEntity
from simpul.context.query import instance_targets
from simpul.history.model import Segment
from simpul.history.recorder import Opened, Standing, record
from simpul.kernel.errors import Conflict
from simpul.kernel.ids import ReadingAddress
from simpul.kernel.time import to_us
from simpul.storage.sqlite import sealed
from simpul.storage.sqlite.feeds import token_hash
from simpul.storage.sqlite.rows import entity_from
from simpul.storage.sqlite.sealed import SealedMoments
from simpul.storage.sqlite.sql import SQL

_LINKS = frozenset({"Relationship", "ListRelationship"})


class SqliteUnit:
    """Implements `context.store.EntityUnit`, `connectors.store.IntakeUnit`,
    `history.recorder.Archive` and `history.store.SegmentUnit`; `touched` collects the regions that
    something happened in."""

    def __init__(self, connection: apsw.Connection, sealed: SealedMoments | None = None) -> None:
        self._connection = connection
        self._sealed = sealed
        self.touched: set[str] = set()

    def _run(self, name: str, values: dict[str, Any]) -> Any:
        return self._connection.execute(SQL[name], values)

    def _row(self, name: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._run(name, values).fetchone()
        return row

    # The context

    def entity(self, region: str, entity_id: str) -> StoredEntity | None:
        row = self._row("entity", {"region": region, "id": entity_id})
        return None if row is None else entity_from(row)

    def apply(self, change: Change) -> int | None:
        sequence = self._next(change.region)
        new = record(self, change, sequence)
        state_changed = change.operation == "deleted" or change.after is not None
        if not new and not state_changed:
            return None
        if change.operation == "deleted":
            self._remove(change)
        elif change.after is not None:
            self._store(change, change.after)
        self._write_event(change, sequence, new)
        return sequence

    def _next(self, region: str) -> int:
        row = self._row("high_water", {"region": region})
        if row is None:
            self._run("open_region", {"region": region})
            return 1
        return int(row[0]) + 1

    def _write_event(self, change: Change, sequence: int, readings: int) -> None:
        observed = max((each.observed_at for each in change.observations), default=None)
        values = {
            "region": change.region,
            "sequence": sequence,
            "entity_id": change.entity_id,
            "entity_type": change.entity_type,
            "operation": change.operation,
            "attributes": orjson.dumps(change.attributes),
            "previous": orjson.dumps(change.previous) if change.previous else None,
            "source": change.source,
            "open": int(change.open),
            "area": change.area,
            "occurred": to_us(change.now),
            "observed": None if observed is None else to_us(observed),
            "readings": readings,
        }
        self._finish(sequence, values)

    def _finish(self, sequence: int, event: dict[str, Any]) -> None:
        self._run("advance", {"region": event["region"], "sequence": sequence})
        self._run("add_event", event)
        self.touched.add(event["region"])

    def _store(self, change: Change, after: StoredEntity) -> None:
        values = {
            "region": after.region,
            "id": after.id,
            "body": after.body,
            "times": after.times,
            "open": int(after.open),
            "area": after.area,
            "modified": to_us(after.modified_at),
        }
        fresh = change.operation == "created"
        if fresh:
            created = {"feed": after.feed, "created": to_us(after.created_at), "type": after.type}
            row = self._row("insert_entity", values | created)
        else:
            row = self._row("update_entity", values)
        assert row is not None
        number = int(row[0])
        self._index(after, number, change.attributes, fresh=fresh)
        if change.geometry_changed and not (fresh and change.bounds is None):
            self._place(number, change)

    def _index(
        self, after: StoredEntity, entity: int, names: tuple[str, ...], *, fresh: bool
    ) -> None:
        """Bring what queries filter on up to date for the attributes that changed."""
        attributes, _ = read_body(after)
        place = {"region": after.region, "entity": entity}
        if not fresh:
            for name in names:
                self._run("drop_attribute", place | {"name": name})
        changed = {name: attributes[name] for name in names if name in attributes}
        for values in _side_rows(changed):
            self._run("add_attribute", place | values)

    def _place(self, number: int, change: Change) -> None:
        if change.bounds is None:
            self._run("drop_place", {"number": number})
        else:
            west, south, east, north = change.bounds
            values = {"number": number, "west": west, "east": east, "south": south, "north": north}
            self._run("put_place", values)
        place = {"region": change.region, "entity_id": change.entity_id}
        self._run("place_series", place | {"area": change.area, "open": int(change.open)})

    def _remove(self, change: Change) -> None:
        row = self._row("delete_entity", {"region": change.region, "id": change.entity_id})
        assert row is not None
        self._run("drop_attributes", {"region": change.region, "entity": row[0]})
        self._run("drop_place", {"number": row[0]})

    # The archive

    def open_series(self, change: Change, observation: Observation) -> Opened:
        key = {
            "region": change.region,
            "entity_id": change.entity_id,
            "attribute": observation.attribute,
            "dataset": observation.dataset or "",
            "feed": change.feed or "",
        }
        state = {"area": change.area, "open": int(change.open)}
        row = self._row("series_by_key", key)
        if row is None:
            begun = {"entity_type": change.entity_type, "unit": observation.unit}
            row = self._row("add_series", key | state | begun)
            assert row is not None
            return Opened(int(row[0]), observation.unit, begun=True)
        number, unit, area, is_open = row
        known = unit or observation.unit
        if (unit, area, is_open) != (known, state["area"], state["open"]):
            self._run("update_series", state | {"unit": known, "number": number})
        return Opened(int(number), known, begun=False)

    def standing(self, region: str, series: int, observed_us: int) -> Standing | None:
        values = {"region": region, "series": series, "observed": observed_us}
        row = self._row("value_at", values)
        if row is not None:
            return Standing(*row)
        if self._sealed is None:
            return None
        return self._sealed.standing(self._connection, region, series, observed_us)

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
        values = {
            "region": region,
            "series": series,
            "observed": observed_us,
            "ordinal": reading.ordinal,
            "number": reading.number,
            "body": reading.body,
            "sequence": sequence,
            "received": received_us,
        }
        self._run("add_reading", values)

    def add_segment(self, segment: Segment) -> bool:
        added = sealed.add_segment(self._connection, segment)
        if self._sealed is not None:
            self._sealed.forget(segment.region)
        return added

    def clear_segments(self, region: str, day: date, *, after: int, seconds: float) -> int | None:
        return sealed.clear_segments(self._connection, region, day, after=after, seconds=seconds)

    # The connectors

    def put_feed(self, feed: Feed) -> None:
        self._run("open_region", {"region": feed.region})
        values = {
            "region": feed.region,
            "key": feed.key,
            "name": feed.name,
            "owner": feed.owner,
            "steward": feed.steward,
            "kind": feed.kind,
            "entity_type": feed.entity_type,
            "interval_s": feed.interval_s,
            "open": int(feed.open),
            "mapping": orjson.dumps(feed.mapping),
            "created": to_us(feed.created_at),
            "topics": orjson.dumps(feed.topics).decode(),
        }
        self._run("put_feed", values)
        place = {"region": feed.region, "feed": feed.key}
        self._run("drop_contracts", place)
        for each in feed.contracts:
            agreed = {name: getattr(each, name) for name in each.__slots__}
            self._run("add_contract", place | agreed)
        self._run("open_entities_of_feed", place | {"open": int(feed.open)})
        self._run("open_series_of_feed", place | {"open": int(feed.open)})

    def add_token(self, record: TokenRecord, token: str) -> None:
        self._run("open_region", {"region": record.region})
        values = {
            "region": record.region,
            "key": record.key,
            "hash": token_hash(token),
            "feed": record.feed,
            "open": int(record.open),
            "label": record.label,
            "created": to_us(record.created_at),
        }
        self._run("add_token", values)

    def revoke_token(self, region: str, key: str, now: datetime) -> bool:
        values = {"region": region, "key": key, "now": to_us(now)}
        return self._row("revoke_token", values) is not None

    def quarantine(
        self, feed: Feed, refused: list[Quarantined], *, now: datetime
    ) -> list[Quarantined]:
        sequence = self._next(feed.region)
        kept = []
        for each in refused:
            number = self._keep(feed, replace(each, sequence=sequence))
            if number is not None:
                kept.append(replace(each, number=number, sequence=sequence))
        if kept:
            self._write_held(feed, "quarantined", kept, sequence, now, readings=len(kept))
        return kept

    def decide(self, feed: Feed, held: Quarantined, decided: Decision) -> Decision:
        readings = self._readings_of(feed, held) if decided.state == "released" else ()
        sequence = self._next(feed.region)
        known = replace(decided, sequence=sequence, readings=readings)
        values = {
            "region": feed.region,
            "number": held.number,
            "state": known.state,
            "reason": known.reason,
            "person": known.by,
            "at": to_us(known.at),
            "sequence": sequence,
            "readings": orjson.dumps([str(each) for each in readings]).decode(),
        }
        if self._row("add_decision", values) is None:
            raise Conflict("it was decided about this reading before")
        self._write_held(feed, "settled", [held], sequence, known.at, readings=0)
        return known

    def _readings_of(self, feed: Feed, held: Quarantined) -> tuple[ReadingAddress, ...]:
        """Where the readings of a moment that was released stand."""
        assert held.observed_at is not None
        observed = to_us(held.observed_at)
        asked = {"region": feed.region, "entity_id": held.entity_id, "feed": feed.key}
        found = self._run("series_of_feed", asked | {"attribute": held.attribute}).fetchall()
        standing = ((number, self.standing(feed.region, number, observed)) for (number,) in found)
        return tuple(
            ReadingAddress(number, observed, each.ordinal) for number, each in standing if each
        )

    def keep_sent(self, sent: Sent, *, forget_before: datetime) -> None:
        self._run("forget_sent", {"before": to_us(forget_before)})
        values: dict[str, Any] = {name: getattr(sent, name) for name in Sent.__slots__}
        self._run("keep_sent", values | {"at": to_us(sent.at)})

    def note_connection(self, connection: Connection) -> None:
        values = {"name": connection.name, "state": connection.state, "detail": connection.detail}
        self._run("note_connection", values | {"since": to_us(connection.since)})

    def hear(self, feed: Feed, now: datetime) -> None:
        values = {"region": feed.region, "feed": feed.key, "received": to_us(now)}
        self._run("hear_feed", values | {"observed": None})

    def _keep(self, feed: Feed, refused: Quarantined) -> int | None:
        """Number of the new row, or None where the same refusal is known."""
        observed = refused.observed_at
        values = {
            "region": feed.region,
            "feed": feed.key,
            "entity_type": feed.entity_type,
            "entity_id": refused.entity_id,
            "attribute": refused.attribute,
            "observed": None if observed is None else to_us(observed),
            "received": to_us(refused.received_at),
            "reason": refused.reason,
            "detail": refused.detail,
            "payload": refused.payload,
            "sequence": refused.sequence,
            "state": refused.state,
        }
        if observed is not None and self._row("same_quarantined", values) is not None:
            return None
        row = self._row("add_quarantined", values)
        assert row is not None
        return int(row[0])

    def _write_held(
        self,
        feed: Feed,
        operation: str,
        kept: list[Quarantined],
        sequence: int,
        now: datetime,
        *,
        readings: int,
    ) -> None:
        names = sorted({each.attribute for each in kept if each.attribute is not None})
        values = {
            "region": feed.region,
            "sequence": sequence,
            "entity_id": kept[0].entity_id or "",
            "entity_type": feed.entity_type,
            "operation": operation,
            "attributes": orjson.dumps(names),
            "previous": None,
            "source": feed.key,
            "open": 0,
            "area": None,
            "occurred": to_us(now),
            "observed": None,
            "readings": readings,
        }
        self._finish(sequence, values)

    # The followers

    def cursor(self, region: str, name: str) -> int:
        row = self._row("cursor", {"region": region, "name": name})
        return int(row[0]) if row else 0

    def move_cursor(self, region: str, name: str, sequence: int, now: datetime) -> None:
        values = {"region": region, "name": name, "sequence": sequence, "now": to_us(now)}
        self._run("move_cursor", values)

    def drop_cursor(self, region: str, name: str) -> None:
        self._run("drop_cursor", {"region": region, "name": name})

    def count_feeds(self, region: str, *, after: int, until: int) -> tuple[int, int]:
        good, bad = 0, 0
        stretch = {"region": region, "after": after, "until": until}
        for feed, hour, received, observed, accepted, refused in list(self._run("tally", stretch)):
            place = {"region": region, "feed": feed}
            counted = {"hour": hour, "accepted": accepted, "quarantined": refused}
            self._run("add_hour", place | counted)
            self._run("hear_feed", place | {"received": received, "observed": observed})
            good, bad = good + accepted, bad + refused
        return good, bad

    def trim_events(self, region: str, *, keep: int, cap: int) -> int:
        high = self._row("high_water", {"region": region})
        lowest = self._row("lowest_cursor", {"region": region})
        if high is None:
            return 0
        seen = int(lowest[0]) if lowest and lowest[0] is not None else int(high[0])
        until = max(min(seen, int(high[0]) - keep), int(high[0]) - cap)
        if until > 0:
            self._run("trim_events", {"region": region, "until": until})
            self._run("mark_trimmed", {"region": region, "until": until})
        return max(until, 0)


def _side_rows(attributes: Attributes) -> list[dict[str, Any]]:
    """What queries filter on: a row for each comparable value, or one that says: it is there."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, _, instance in each_instance(attributes):
        rows = found.setdefault(name, [])
        link = int(instance["type"] in _LINKS)
        for literal in instance_targets(instance):
            column = "text" if literal.kind == "text" else "number"
            rows.append(
                {"kind": literal.kind, "link": link, "number": None, "text": None}
                | {column: literal.value}
            )
    for rows in found.values():
        if not rows:
            rows.append({"kind": "none", "link": 0, "number": None, "text": None})
    return [
        {"name": name, "place": place} | row
        for name, rows in found.items()
        for place, row in enumerate(rows)
    ]
