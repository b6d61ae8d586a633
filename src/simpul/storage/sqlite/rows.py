"""Rows of the file as the values of the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from simpul.connectors.model import (
    AttributeContract,
    Connection,
    Decision,
    Feed,
    Quarantined,
    Sent,
    TokenRecord,
)
from simpul.context.model import StoredEntity
from simpul.history.model import Reading, Series
from simpul.kernel.events import EntityEvent
from simpul.kernel.ids import ReadingAddress
from simpul.kernel.time import from_us

Row = Sequence[Any]
FOREVER = 2**62


def moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_us(microseconds)


def entity_from(row: Row) -> StoredEntity:
    region, entity_id, kind, body, is_open, area, created, modified, times, feed = row
    return StoredEntity(
        region=region,
        id=entity_id,
        type=kind,
        body=body,
        open=bool(is_open),
        area=area,
        created_at=from_us(created),
        modified_at=from_us(modified),
        times=times,
        feed=feed,
    )


def event_from(row: Row) -> EntityEvent:
    region, sequence, entity_id, kind, operation, names, occurred, source, is_open, area, old = row
    return EntityEvent(
        region=region,
        sequence=sequence,
        entity_id=entity_id,
        entity_type=kind,
        operation=operation,
        attributes=tuple(orjson.loads(names)),
        occurred_at=from_us(occurred),
        source=source,
        open=bool(is_open),
        area=area,
        previous=old,
    )


def series_from(row: Row) -> Series:
    number, region, entity_id, kind, attribute, dataset, feed, unit, area, is_open = row
    return Series(
        number=number,
        region=region,
        entity_id=entity_id,
        entity_type=kind,
        attribute=attribute,
        dataset=dataset or None,
        feed=feed or None,
        unit=unit,
        area=area,
        open=bool(is_open),
    )


def reading_from(series: int, row: Row) -> Reading:
    observed, ordinal, number, body, sequence, received = row
    return Reading(
        series=series,
        observed_at=from_us(observed),
        ordinal=ordinal,
        number=number,
        body=body,
        sequence=sequence,
        received_at=from_us(observed if received is None else received),
    )


def contract_from(row: Row) -> AttributeContract:
    return AttributeContract(*row)


def feed_from(row: Row, contracts: tuple[AttributeContract, ...]) -> Feed:
    key, region, name, owner, steward, kind, entity_type, interval, is_open = row[:9]
    mapping, created, topics = row[9:]
    return Feed(
        key=key,
        region=region,
        name=name,
        owner=owner,
        steward=steward,
        kind=kind,
        entity_type=entity_type,
        interval_s=interval,
        open=bool(is_open),
        mapping=orjson.loads(mapping),
        contracts=contracts,
        created_at=from_us(created),
        topics=tuple(orjson.loads(topics)),
    )


def connection_from(row: Row) -> Connection:
    name, state, since, detail = row
    return Connection(name=name, state=state, since=from_us(since), detail=detail)


def decision_from(row: Row) -> Decision:
    number, state, reason, person, at, sequence, readings = row
    addresses = tuple(ReadingAddress.parse(each) for each in orjson.loads(readings))
    return Decision(number, state, reason, person, from_us(at), sequence, addresses)


def sent_from(row: Row) -> Sent:
    region, feed, key, digest, status, body, at = row
    return Sent(region, feed, key, digest, status, body, from_us(at))


def token_from(row: Row) -> TokenRecord:
    key, region, feed, is_open, label, created, revoked = row
    return TokenRecord(
        key=key,
        region=region,
        feed=feed,
        open=bool(is_open),
        label=label,
        created_at=from_us(created),
        revoked_at=moment(revoked),
    )


def quarantined_from(row: Row) -> Quarantined:
    number, feed, entity_id, attribute, observed, received, reason, detail, raw, seq, state = row
    return Quarantined(
        number=number,
        feed=feed,
        entity_id=entity_id,
        attribute=attribute,
        observed_at=moment(observed),
        received_at=from_us(received),
        reason=reason,
        detail=detail,
        payload=raw,
        sequence=seq,
        state=state,
    )
