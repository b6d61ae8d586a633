"""What is decided about readings in quarantine: let them count after all, or leave them out.

Both are said once, with a reason and a name, and stand from their event's sequence on: a run as of
an earlier one still sees the reading as held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from simpul.connectors.broker import compiled
from simpul.connectors.contracts import check_number
from simpul.connectors.errors import UnknownFeed
from simpul.connectors.mapping import FeedMapping, Refused, Value, read_value
from simpul.connectors.model import AttributeContract, Decision, Feed, Quarantined
from simpul.connectors.paths import Row
from simpul.connectors.store import FeedReader, IntakeUnit
from simpul.context.attributes import Attributes, Instance
from simpul.context.broker import ContextBroker
from simpul.context.changes import Wanted, touched_keys
from simpul.context.model import Grant
from simpul.context.store import Writer
from simpul.kernel.errors import Conflict, NotFound, Unprocessable
from simpul.kernel.time import format_time

RELEASED, DISCARDED = "released", "discarded"


class NotHeld(NotFound):
    """There is no such reading in quarantine."""

    problem = "not-held"


class AlreadyDecided(Conflict):
    """It was decided about this reading before."""

    problem = "already-decided"


class CannotRelease(Unprocessable):
    """What was sent does not hold a value that could count."""

    problem = "cannot-release"


@dataclass(frozen=True, slots=True)
class QuarantineBroker:
    """Decides about what is held."""

    feeds: FeedReader
    writer: Writer[IntakeUnit]
    context: ContextBroker

    async def release(
        self, *, region: str, number: int, reason: str, by: str, now: datetime
    ) -> Decision:
        """Write the reading as it was sent, by the one write path, though it breaks the contract.

        It is read by the feed's mapping of today; only range and clock are waived. The decision
        holds the address of each reading that came of it.

        Raises:
            NotHeld, AlreadyDecided, NotAllowed
            CannotRelease: no entity, no moment, or no value can be read of it.
        """
        held = self._held(region, number)
        feed = self._feed(region, held)
        wanted = readmitted(feed, held)
        grant = Grant(region, None, feed.key, feed.entity_type, feed.open)

        def work(unit: IntakeUnit) -> Decision:
            self.context.absorb(unit, region=region, wanted=wanted, grant=grant, now=now)
            decided = Decision(number, RELEASED, reason, by, now, 0, ())
            return unit.decide(feed, held, decided)

        return await self.writer.write(work)

    async def discard(
        self, *, region: str, number: int, reason: str, by: str, now: datetime
    ) -> Decision:
        """Leave the reading out for good; it goes on counting as refused.

        Raises:
            NotHeld, AlreadyDecided
        """
        held = self._held(region, number)
        feed = self._feed(region, held)
        decided = Decision(number, DISCARDED, reason, by, now, 0, ())
        return await self.writer.write(lambda unit: unit.decide(feed, held, decided))

    def _held(self, region: str, number: int) -> Quarantined:
        held = self.feeds.refusal(region, number)
        if held is None:
            raise NotHeld
        if self.feeds.decision(region, number) is not None:
            raise AlreadyDecided
        return held

    def _feed(self, region: str, held: Quarantined) -> Feed:
        feed = self.feeds.feed(held.feed)
        if feed is None or feed.region != region:
            raise UnknownFeed
        return feed


def readmitted(feed: Feed, held: Quarantined) -> Wanted:
    """What a held reading would have been, had range and clock been no matter.

    Raises:
        CannotRelease
    """
    if held.entity_id is None or held.observed_at is None:
        raise CannotRelease("it does not say of what or when it is")
    try:
        row = orjson.loads(held.payload)
    except orjson.JSONDecodeError:
        raise CannotRelease("what was sent is not kept whole") from None
    try:
        attributes = _instances(feed, held, row)
    except Refused as error:
        raise CannotRelease(f"{error}") from None
    if not attributes:
        raise CannotRelease
    touched = touched_keys(attributes)
    return Wanted(held.entity_id, feed.entity_type, attributes, touched)


def _instances(feed: Feed, held: Quarantined, row: Any) -> Attributes:
    if held.attribute is not None and _is_instance(row, held.attribute):
        return {held.attribute: row[held.attribute]}
    if not feed.mapping:
        raise CannotRelease("the feed has no mapping any more")
    assert held.observed_at is not None
    stamp = format_time(held.observed_at)
    values = _values(feed, compiled(feed), held.attribute, row)
    return {value.attribute: _instance(value, stamp) for value in values}


def _is_instance(row: Any, attribute: str) -> bool:
    """Whether this is what an NGSI-LD sender wrote, and not a row of his own making."""
    instance = row.get(attribute) if isinstance(row, dict) and len(row) == 1 else None
    return isinstance(instance, dict) and "type" in instance and "observedAt" in instance


def _values(feed: Feed, mapping: FeedMapping, attribute: str | None, row: Any) -> list[Value]:
    found = []
    for each in mapping.attributes:
        if attribute in {None, each.name}:
            value = read_value(each, Row(row, (), row))
            if value is not None:
                found.append(_in_agreed_unit(value, feed.contract(value.attribute)))
    return found


def _in_agreed_unit(value: Value, contract: AttributeContract | None) -> Value:
    if value.kind != "number" or contract is None:
        return value
    boundless = replace(contract, minimum=None, maximum=None)
    number, unit = check_number(value.value, value.unit, boundless)
    return replace(value, value=number, unit=unit)


def _instance(value: Value, stamp: str) -> Instance:
    holder = ("Relationship", "object") if value.kind == "relationship" else ("Property", "value")
    instance: Instance = {"type": holder[0], holder[1]: value.value}
    if not value.static:
        instance["observedAt"] = stamp
    return instance | ({"unitCode": value.unit} if value.unit is not None else {})
