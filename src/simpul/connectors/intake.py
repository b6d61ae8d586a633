"""From what a feed sent to what is wanted of the context, and what is refused. Pure.

Everything that can be decided without the store is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from simpul.connectors.contracts import check_clock, check_number
from simpul.connectors.mapping import (
    FeedMapping,
    Refused,
    Value,
    read_id,
    read_observed,
    read_place,
    read_value,
)
from simpul.connectors.model import Feed, Quarantined, Reason
from simpul.connectors.paths import Absent, Row, rows_at
from simpul.context.attributes import Instance
from simpul.context.changes import Wanted, touched_keys
from simpul.kernel.errors import BadInput
from simpul.kernel.payload import parse_json
from simpul.kernel.time import format_time

MAX_PAYLOAD = 64 * 1024
HELD = "held"


class Unparsable(BadInput):
    """What was sent cannot be read as this feed's mapping says."""

    problem = "unparsable"


@dataclass(frozen=True, slots=True)
class Taken:
    """One row of a message. wanted: None where the row as a whole was refused; values: how many
    readings it brings."""

    number: int
    entity_id: str | None
    observed_at: datetime | None
    wanted: Wanted | None
    values: int
    refused: list[Quarantined] = field(default_factory=list)
    raw: bytes = b""


def read_message(
    feed: Feed, mapping: FeedMapping, body: bytes, now: datetime, envelope: Any = None
) -> list[Taken]:
    """Every row of a message, in the order of observed time. envelope: what paths with @ look at.

    Raises:
        Unparsable: not JSON, or not built as the mapping says.
    """
    try:
        document = parse_json(body)
        rows = list(rows_at(document, mapping.rows, envelope))
    except BadInput as error:
        raise Unparsable(error.detail) from None
    except Absent as error:
        raise Unparsable(f"{error}") from None
    taken = [_Reading(feed, mapping, now, number, row).read() for number, row in enumerate(rows)]
    if mapping.forecast:
        taken = nearest_is_current(taken, now)
    return sorted(taken, key=lambda each: each.observed_at or now)


def nearest_is_current(taken: list[Taken], now: datetime) -> list[Taken]:
    """Of several forecast moments of one entity the nearest to now is its state, the others are
    history only (history that lies ahead)."""
    nearest: dict[str, Taken] = {}
    for each in taken:
        if each.wanted is not None and each.observed_at is not None:
            best = nearest.get(each.wanted.id)
            if best is None or _distance(each, now) < _distance(best, now):
                nearest[each.wanted.id] = each
    return [_as_forecast(each, nearest) for each in taken]


def _distance(each: Taken, now: datetime) -> float:
    assert each.observed_at is not None
    return abs((each.observed_at - now).total_seconds())


def _as_forecast(each: Taken, nearest: dict[str, Taken]) -> Taken:
    if each.wanted is None:
        return each
    if nearest[each.wanted.id] is each:
        return replace(each, wanted=replace(each.wanted, replaces_newer=True))
    timed = {
        name: instance
        for name, instance in each.wanted.attributes.items()
        if "observedAt" in instance
    }
    wanted = replace(each.wanted, attributes=timed, touched=touched_keys(timed), history_only=True)
    return replace(each, wanted=wanted)


def unparsable(feed: Feed, body: bytes, detail: str, now: datetime) -> Quarantined:
    """A whole message for quarantine."""
    return _refusal(feed, None, None, None, Refused(Reason.UNPARSABLE, detail), body, now)


def foreign(feed: Feed, taken: Taken, detail: str, now: datetime) -> Quarantined:
    """A row that names an entity which is not the feed's to write."""
    error = Refused(Reason.FOREIGN, detail)
    return _refusal(feed, taken.entity_id, None, taken.observed_at, error, taken.raw, now)


def _refusal(
    feed: Feed,
    entity_id: str | None,
    attribute: str | None,
    observed_at: datetime | None,
    error: Refused,
    raw: bytes,
    now: datetime,
) -> Quarantined:
    return Quarantined(
        number=0,
        feed=feed.key,
        entity_id=entity_id,
        attribute=attribute,
        observed_at=observed_at,
        received_at=now,
        reason=error.reason,
        detail=error.detail,
        payload=raw[:MAX_PAYLOAD],
        sequence=0,
        state=HELD,
    )


class _Reading:
    """Reads one row."""

    def __init__(
        self, feed: Feed, mapping: FeedMapping, now: datetime, number: int, row: Row
    ) -> None:
        self.feed = feed
        self.mapping = mapping
        self.now = now
        self.number = number
        self.row = row
        self.raw = orjson.dumps(row.value)
        self.entity_id: str | None = None
        self.observed_at: datetime | None = None
        self.refused: list[Quarantined] = []

    def read(self) -> Taken:
        try:
            self.entity_id = read_id(self.mapping, self.row)
            self.observed_at = read_observed(self.mapping, self.row, self.now)
            forecast = self.mapping.forecast
            check_clock(self.observed_at, now=self.now, forecast=forecast)
        except Refused as error:
            self.refuse(None, error)
            return self.taken(None, 0)
        values = self.values()
        attributes = {value.attribute: self.instance(value) for value in values}
        attributes |= self.place()
        if not attributes:
            return self.taken(None, 0)
        wanted = Wanted(
            id=self.entity_id,
            type=self.mapping.type,
            attributes=attributes,
            touched=touched_keys(attributes),
        )
        return self.taken(wanted, sum(not value.static for value in values))

    def taken(self, wanted: Wanted | None, values: int) -> Taken:
        return Taken(
            number=self.number,
            entity_id=self.entity_id,
            observed_at=self.observed_at,
            wanted=wanted,
            values=values,
            refused=self.refused,
            raw=self.raw,
        )

    def refuse(self, attribute: str | None, error: Refused) -> None:
        place = (self.entity_id, attribute, self.observed_at)
        self.refused.append(_refusal(self.feed, *place, error, self.raw, self.now))

    def values(self) -> list[Value]:
        """The values that keep their contract; the others are refused."""
        found = []
        for attribute in self.mapping.attributes:
            try:
                value = read_value(attribute, self.row)
                if value is not None:
                    found.append(self.agreed(value))
            except Refused as error:
                self.refuse(attribute.name, error)
        return found

    def agreed(self, value: Value) -> Value:
        if value.kind != "number":
            return value
        contract = self.feed.contract(value.attribute)
        number, unit = check_number(value.value, value.unit, contract)
        return replace(value, value=number, unit=unit)

    def instance(self, value: Value) -> Instance:
        holder = (
            ("Relationship", "object") if value.kind == "relationship" else ("Property", "value")
        )
        instance: Instance = {"type": holder[0], holder[1]: value.value}
        if not value.static:
            instance["observedAt"] = self.stamp()
        if value.unit is not None:
            instance["unitCode"] = value.unit
        return instance

    def stamp(self) -> str:
        assert self.observed_at is not None
        return format_time(self.observed_at)

    def place(self) -> dict[str, Any]:
        if self.mapping.place is None:
            return {}
        try:
            geometry = read_place(self.mapping.place, self.row)
        except Refused as error:
            self.refuse("location", error)
            return {}
        if geometry is None:
            return {}
        instance: Instance = {"type": "GeoProperty", "value": geometry}
        if self.mapping.place.moving:
            instance["observedAt"] = self.stamp()
        return {"location": instance}
