"""The connectors' reader on SQLite, and what tokens open."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from typing import Any

from simpul.connectors.health import stale_since
from simpul.connectors.model import (
    MQTT,
    Connection,
    Decision,
    Feed,
    FeedHealth,
    Quarantined,
    Sent,
    TokenRecord,
)
from simpul.context.model import Grant
from simpul.kernel.time import to_us
from simpul.storage.sqlite.connection import Readers, Row
from simpul.storage.sqlite.rows import (
    FOREVER,
    connection_from,
    contract_from,
    decision_from,
    feed_from,
    moment,
    quarantined_from,
    sent_from,
    token_from,
)

_HOUR_US = 3_600_000_000


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


class SqliteFeeds:
    """Implements `connectors.store.FeedReader` and `context.store.GrantReader`."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def feed(self, key: str) -> Feed | None:
        row = self._readers.row("feed", {"key": key})
        return None if row is None else self._whole(row)

    def feeds(self, region: str) -> list[Feed]:
        return [self._whole(row) for row in self._readers.rows("feeds", {"region": region})]

    def _whole(self, row: Row) -> Feed:
        agreed = self._readers.rows("contracts", {"region": row[1], "feed": row[0]})
        return feed_from(row, tuple(contract_from(each) for each in agreed))

    def tokens(self, region: str, *, feed: str | None = None) -> list[TokenRecord]:
        rows = self._readers.rows("tokens", {"region": region, "feed": feed})
        return [token_from(row) for row in rows]

    def grant(self, token: str) -> Grant | None:
        row = self._readers.row("grant", {"hash": token_hash(token)})
        if row is None:
            return None
        region, key, feed, entity_type, opens = row
        return Grant(region=region, token=key, feed=feed, type=entity_type, opens=bool(opens))

    def health(self, key: str, *, now: datetime) -> FeedHealth:
        feed = self.feed(key)
        if feed is None:
            return FeedHealth(None, None, 0, 0, None)
        place = {"region": feed.region, "feed": feed.key}
        state = self._readers.row("feed_state", place) or (None, None)
        last_received, last_observed = moment(state[0]), moment(state[1])
        accepted, quarantined = self._today(place, now)
        return FeedHealth(
            last_received_at=last_received,
            last_observed_at=last_observed,
            accepted_today=accepted,
            quarantined_today=quarantined,
            stale_since=stale_since(feed, last_received, now),
            connection=self.connection(MQTT) if feed.topics else None,
        )

    def sent(self, region: str, feed: str, key: str, *, since: datetime) -> Sent | None:
        values = {"region": region, "feed": feed, "key": key, "since": to_us(since)}
        row = self._readers.row("sent", values)
        return None if row is None else sent_from(row)

    def connection(self, name: str) -> Connection | None:
        row = self._readers.row("connection", {"name": name})
        return None if row is None else connection_from(row)

    def _today(self, place: dict[str, str], now: datetime) -> tuple[int, int]:
        start = datetime.combine(now.date(), time.min, tzinfo=now.tzinfo)
        end = datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=now.tzinfo)
        hours = {"start": to_us(start) // _HOUR_US, "end": to_us(end) // _HOUR_US}
        row = self._readers.row("feed_hours", place | hours)
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def quarantined(
        self,
        region: str,
        *,
        feed: str | None = None,
        entity_type: str | None = None,
        attribute: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        as_of: int | None = None,
        limit: int = 100,
    ) -> list[Quarantined]:
        values: dict[str, Any] = {
            "region": region,
            "feed": feed,
            "entity_type": entity_type,
            "attribute": attribute,
            "limit": limit,
        }
        values |= _stretch(start, end, as_of)
        return [quarantined_from(row) for row in self._readers.rows("quarantined", values)]

    def refusal(self, region: str, number: int) -> Quarantined | None:
        row = self._readers.row("refusal", {"region": region, "number": number})
        return None if row is None else quarantined_from(row)

    def decision(self, region: str, number: int) -> Decision | None:
        row = self._readers.row("decision", {"region": region, "number": number})
        return None if row is None else decision_from(row)

    def rejected_counts(
        self,
        region: str,
        *,
        entity_type: str,
        attribute: str,
        start: datetime,
        end: datetime,
        as_of: int | None = None,
    ) -> dict[str, int]:
        values: dict[str, Any] = {
            "region": region,
            "entity_type": entity_type,
            "attribute": attribute,
        }
        values |= _stretch(start, end, as_of)
        rows = self._readers.rows("rejected_counts", values)
        return {str(entity_id): int(number) for entity_id, number in rows}


def _stretch(start: datetime | None, end: datetime | None, as_of: int | None) -> dict[str, int]:
    return {
        "start": -FOREVER if start is None else to_us(start),
        "end": FOREVER if end is None else to_us(end),
        "as_of": FOREVER if as_of is None else as_of,
    }
