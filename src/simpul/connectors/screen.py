"""What a feed's token writes straight in NGSI-LD is held to the feed's contract as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from simpul.connectors.broker import compiled
from simpul.connectors.contracts import check_clock, check_number
from simpul.connectors.errors import OutOfContract
from simpul.connectors.intake import HELD, MAX_PAYLOAD
from simpul.connectors.mapping import Refused
from simpul.connectors.model import Feed, Quarantined, Reason
from simpul.connectors.store import FeedReader, IntakeUnit
from simpul.context.attributes import Attributes, Instance, each_instance
from simpul.context.model import Grant
from simpul.context.store import Writer
from simpul.context.terms import NULL
from simpul.kernel.errors import SimpulError
from simpul.kernel.time import Clock, parse_time


@dataclass(frozen=True, slots=True)
class ContractScreen:
    """Implements `context.http.Screen`: an entity with one bad value is refused as a whole, and
    every bad value of it is held. Numbers are put into the agreed unit."""

    feeds: FeedReader
    writer: Writer[IntakeUnit]
    clock: Clock

    async def __call__(
        self, grant: Grant, writes: list[tuple[str, str, Attributes]]
    ) -> dict[int, SimpulError]:
        feed = self.feeds.feed(grant.feed) if grant.feed else None
        if feed is None:
            return {}
        now = self.clock()
        held = {
            number: refused
            for number, (entity_id, kind, attributes) in enumerate(writes)
            if kind == feed.entity_type and (refused := _refused(feed, entity_id, attributes, now))
        }
        if held:
            await self.writer.write(lambda unit: _hold(unit, feed, held, now))
        return {number: _error(refused) for number, refused in held.items()}


def _hold(unit: IntakeUnit, feed: Feed, held: dict[int, list[Quarantined]], now: datetime) -> None:
    for refused in held.values():
        unit.quarantine(feed, refused, now=now)


def _error(refused: list[Quarantined]) -> OutOfContract:
    errors: dict[str, list[str]] = {}
    for each in refused:
        errors.setdefault(each.attribute or "", []).append(f"{each.reason}: {each.detail}")
    first = refused[0]
    return OutOfContract(f"{first.attribute}: {first.detail}", errors=errors)


def _refused(
    feed: Feed, entity_id: str, attributes: Attributes, now: datetime
) -> list[Quarantined]:
    forecast = bool(feed.mapping) and compiled(feed).forecast
    refused = []
    present = {name: each for name, each in attributes.items() if each != NULL}
    for name, _, instance in each_instance(present):
        observed = instance.get("observedAt")
        moment = None if observed is None or observed == NULL else parse_time(observed)
        try:
            if moment is not None:
                check_clock(moment, now=now, forecast=forecast)
            _check_value(feed, name, instance)
        except Refused as error:
            refused.append(_quarantined(feed, entity_id, name, moment, instance, error, now))
    return refused


def _check_value(feed: Feed, name: str, instance: Instance) -> None:
    contract = feed.contract(name)
    value: Any = instance.get("value")
    if contract is None or value is None or value == NULL:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        if contract.unit or contract.minimum is not None or contract.maximum is not None:
            raise Refused(Reason.WRONG_TYPE, f"{str(value)[:60]!r} is not a number")
        return
    number, unit = check_number(value, instance.get("unitCode"), contract)
    instance["value"] = number
    if unit is not None:
        instance["unitCode"] = unit


def _quarantined(
    feed: Feed,
    entity_id: str,
    name: str,
    observed_at: datetime | None,
    instance: Instance,
    error: Refused,
    now: datetime,
) -> Quarantined:
    return Quarantined(
        number=0,
        feed=feed.key,
        entity_id=entity_id,
        attribute=name,
        observed_at=observed_at,
        received_at=now,
        reason=error.reason,
        detail=error.detail,
        payload=orjson.dumps({name: instance})[:MAX_PAYLOAD],
        sequence=0,
        state=HELD,
    )
