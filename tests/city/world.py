"""A small city in a real data.db: feeds, gauges and their readings, written as the broker does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from simpul.city.ports import DataWing
from simpul.connectors.model import (
    AttributeContract,
    Feed,
    NewToken,
    Quarantined,
    TokenRecord,
)
from simpul.context.attributes import read_entity
from simpul.context.broker import ContextBroker
from simpul.context.model import Grant
from simpul.kernel.errors import Unavailable
from simpul.kernel.ids import Kind, Urn, new_key
from simpul.kernel.time import format_time
from simpul.storage.sqlite.store import open_group_writer, open_readers
from simpul.storage.sqlite.unit import SqliteUnit

REGION = "19.71"
GAUGE = "FloodMonitoring"
LEVEL = "currentLevel"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SITE = (106.11, -2.13)


def gauge_id(name: str) -> str:
    return f"urn:ngsi-ld:{GAUGE}:{name}"


@dataclass
class World:
    """data.db with its only writer. told: topics that the door was asked to pass on, and
    those that strangers may hear of; away: the broker does not answer."""

    path: Path
    now: datetime = NOW
    told: list[str] = field(default_factory=list)
    told_strangers: list[str] = field(default_factory=list)
    away: bool = False

    def __post_init__(self) -> None:
        self._writer = open_group_writer(self.path, inline=True)
        self._readers = open_readers(self.path)
        self._broker = ContextBroker(
            locate=lambda longitude, latitude: f"{REGION}.01" if latitude > -2.2 else f"{REGION}.02"
        )

    def clock(self) -> datetime:
        return self.now

    @property
    def wing(self) -> DataWing:
        return DataWing(self._readers.entities, self._readers.history, self._readers.feeds, self)

    def close(self) -> None:
        asyncio.run(self._writer.close())
        self._readers.close()

    def write(self, work: Callable[[SqliteUnit], Any]) -> Any:
        async def once() -> Any:
            return await self._writer.write(work)

        return asyncio.run(once())

    def feed(
        self,
        key: str = "duga-air",
        *,
        interval_s: int | None = 300,
        open: bool = True,
        owner: Urn | None = None,
        contracts: Sequence[AttributeContract] = (),
        entity_type: str = GAUGE,
        region: str = REGION,
    ) -> Feed:
        """A feed of river gauges, every five minutes, seen by all."""
        return self.put_feed(
            region=region,
            key=key,
            name=f"Pos {key}",
            owner=str(owner or Urn(region, Kind.ORGANISATION, "bpbd")),
            steward=None,
            kind="device",
            entity_type=entity_type,
            interval_s=interval_s,
            open=open,
            mapping={},
            contracts=contracts,
        )

    def measure(
        self,
        name: str,
        readings: Sequence[tuple[datetime, float | str]],
        *,
        feed: Feed | None = None,
        attribute: str = LEVEL,
        unit: str | None = "CMT",
        place: tuple[float, float] = SITE,
        received: datetime | None = None,
        open: bool = True,
        more: dict[str, Any] | None = None,
        region: str = REGION,
    ) -> None:
        """Let a gauge report; each reading is a write of its own, all in one group."""
        grant = Grant(region=region, feed=feed.key if feed else None, opens=open)
        document = {
            "id": gauge_id(name),
            "type": GAUGE,
            "name": {"type": "Property", "value": f"Pos {name}"},
            "location": {
                "type": "GeoProperty",
                "value": {"type": "Point", "coordinates": list(place)},
            },
        } | (more or {})

        def work(unit_of_work: SqliteUnit) -> None:
            for moment, value in readings:
                observed = {"type": "Property", "value": value, "observedAt": format_time(moment)}
                if unit:
                    observed["unitCode"] = unit
                self._broker.upsert(
                    unit_of_work,
                    region=region,
                    entity=read_entity(document | {attribute: observed}),
                    replace=False,
                    grant=grant,
                    now=received or max(self.now, moment),
                )

        self.write(work)

    def silent(self, name: str, *, feed: Feed | None = None) -> None:
        """A gauge that is known and has never measured anything."""
        grant = Grant(region=REGION, feed=feed.key if feed else None, opens=True)
        entity = read_entity(
            {
                "id": gauge_id(name),
                "type": GAUGE,
                "name": {"type": "Property", "value": f"Pos {name}"},
            }
        )
        self.write(
            lambda unit: self._broker.create(
                unit, region=REGION, entity=entity, grant=grant, now=self.now
            )
        )

    def remove(self, name: str) -> None:
        """Take a gauge away; its history stays."""
        self.write(
            lambda unit: self._broker.delete(
                unit,
                region=REGION,
                entity_id=gauge_id(name),
                grant=Grant(region=REGION),
                now=self.now,
            )
        )

    def refuse(self, feed: Feed, name: str, moment: datetime, *, attribute: str = LEVEL) -> None:
        """A reading that the feed's contract refused."""
        row = Quarantined(
            number=0,
            feed=feed.key,
            entity_id=gauge_id(name),
            attribute=attribute,
            observed_at=moment,
            received_at=self.now,
            reason="out_of_range",
            detail="900 is above 500",
            payload=b"{}",
            sequence=0,
            state="held",
        )
        self.write(lambda unit: unit.quarantine(feed, [row], now=self.now))

    def forget(self, name: str, moment: datetime) -> int:
        """Remove one reading from the archive, as retention would; returns how many went."""
        (series,) = self.wing.history.series_of(
            REGION, entity_type=GAUGE, attribute=LEVEL, entity_id=gauge_id(name)
        )
        connection = apsw.Connection(str(self.path))
        connection.execute(
            "DELETE FROM hot WHERE series = ? AND observed = ?",
            (series.number, int(moment.timestamp() * 1_000_000)),
        )
        gone = connection.changes()
        connection.close()
        return gone

    # The door, without the network between

    def put_feed(
        self,
        *,
        region: str,
        key: str,
        name: str,
        owner: str,
        steward: str | None,
        kind: str,
        entity_type: str,
        interval_s: int | None,
        open: bool,
        mapping: dict[str, Any],
        contracts: Sequence[AttributeContract],
    ) -> Feed:
        self._answer()
        feed = Feed(
            key=key,
            region=region,
            name=name,
            owner=owner,
            steward=steward,
            kind=kind,
            entity_type=entity_type,
            interval_s=interval_s,
            open=open,
            mapping=mapping,
            contracts=tuple(contracts),
            created_at=self.now,
        )
        self.write(lambda unit: unit.put_feed(feed))
        return feed

    def issue_token(
        self, *, region: str, feed: str | None, label: str, open: bool = False
    ) -> NewToken:
        self._answer()
        token = NewToken(new_key(), new_key(32))
        record = TokenRecord(token.key, region, feed, open, label, self.now, None)
        self.write(lambda unit: unit.add_token(record, token.token))
        return token

    def revoke_token(self, *, region: str, key: str) -> None:
        self._answer()
        self.write(lambda unit: unit.revoke_token(region, key, self.now))

    def tell(
        self, *, region: str, topics: Sequence[str], public: bool = False, sequence: int = 0
    ) -> None:
        self._answer()
        self.told.extend(topics)
        self.told_strangers.extend(topics if public else [])

    def follow(self, *, region: str, name: str, sequence: int | None) -> None:
        self._answer()
        if sequence is None:
            self.write(lambda unit: unit.drop_cursor(region, name))
        else:
            self.write(lambda unit: unit.move_cursor(region, name, sequence, self.now))

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("the broker does not answer")


def every(
    step: timedelta, start: datetime, end: datetime, value: float = 100.0
) -> list[tuple[datetime, float | str]]:
    """Readings of one value at even steps, start included, end not."""
    count = -(-(end - start) // step)
    return [(start + step * place, value) for place in range(count)]
