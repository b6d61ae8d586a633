"""The use cases of the connectors: agreeing on feeds, giving tokens, taking messages in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from simpul.connectors.errors import FeedElsewhere, NoMapping, UnknownFeed, UnknownToken
from simpul.connectors.intake import Taken, Unparsable, foreign, read_message, unparsable
from simpul.connectors.mapping import FeedMapping, read_mapping
from simpul.connectors.model import AttributeContract, Feed, NewToken, Quarantined, TokenRecord
from simpul.connectors.mqtt.topics import check_topics
from simpul.connectors.once import Keep
from simpul.connectors.store import FeedReader, IntakeUnit
from simpul.context.broker import ContextBroker
from simpul.context.model import Grant
from simpul.context.store import Writer
from simpul.kernel.errors import NotAllowed
from simpul.kernel.ids import new_key

SLICE = 100
LARGE = 256 * 1024
MOST_ERRORS = 100

# A row's number, how many readings were accepted, and what was refused.
RowDone = tuple[int, int, list[Quarantined]]


@dataclass(slots=True)
class Report:
    """What became of a message. rows: found in it; accepted, refused: readings."""

    rows: int = 0
    accepted: int = 0
    refused: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "refused": self.refused,
            "errors": self.errors,
        }

    def as_answer(self) -> tuple[int, bytes]:
        """Status and body of the answer over HTTP."""
        return 202 if self.refused else 200, orjson.dumps(self.as_json())

    def add(self, done: list[RowDone]) -> None:
        """Add what became of some rows."""
        for number, accepted, refused in done:
            self.accepted += accepted
            self.note(number, refused)

    def note(self, number: int, refused: list[Quarantined]) -> None:
        self.refused += len(refused)
        for each in refused[: MOST_ERRORS - len(self.errors)]:
            told = {"row": number, "reason": each.reason, "detail": each.detail}
            told |= {"entity": each.entity_id} if each.entity_id else {}
            told |= {"attribute": each.attribute} if each.attribute else {}
            self.errors.append(told)


@dataclass(frozen=True, slots=True)
class ConnectorBroker:
    """Writes feeds, tokens and what feeds send. agreed: called when a feed was changed."""

    feeds: FeedReader
    writer: Writer[IntakeUnit]
    context: ContextBroker
    agreed: Callable[[], None] = lambda: None

    async def put_feed(self, feed: Feed) -> Feed:
        """Create the feed, or replace what was agreed about it; its first day stays.

        Raises:
            BadMapping, BadTopics: with messages by field. FeedElsewhere: the key is another
            region's.
        """
        check_topics(feed)
        if feed.mapping:
            read_mapping(feed.mapping, entity_type=feed.entity_type, contracts=feed.contracts)
        known = self.feeds.feed(feed.key)
        if known is not None and known.region != feed.region:
            raise FeedElsewhere
        await self.writer.write(lambda unit: unit.put_feed(feed))
        self.agreed()
        kept = self.feeds.feed(feed.key)
        assert kept is not None
        return kept

    async def issue_token(
        self, *, region: str, feed: str | None, open: bool, label: str, now: datetime
    ) -> NewToken:
        """A new token for one feed or for a whole region; only its hash is kept.

        Raises:
            UnknownFeed
        """
        if feed is not None:
            self.feed_of(region, feed)
        fresh = NewToken(key=new_key(), token=f"simpul_{secrets.token_urlsafe(32)}")
        record = TokenRecord(fresh.key, region, feed, open, label, now, None)
        await self.writer.write(lambda unit: unit.add_token(record, fresh.token))
        return fresh

    async def revoke_token(self, *, region: str, key: str, now: datetime) -> None:
        """End a token at once.

        Raises:
            UnknownToken
        """
        if not await self.writer.write(lambda unit: unit.revoke_token(region, key, now)):
            raise UnknownToken(f"region {region} has no token {key}")

    def feed_of(self, region: str, key: str) -> Feed:
        """The region's feed with this key.

        Raises:
            UnknownFeed
        """
        feed = self.feeds.feed(key)
        if feed is None or feed.region != region:
            raise UnknownFeed(f"region {region} has no feed {key}")
        return feed

    async def receive(
        self,
        feed: Feed,
        body: bytes,
        now: datetime,
        envelope: Any = None,
        keep: Keep | None = None,
    ) -> Report:
        """Take a message in: what keeps the contract goes to the context, the rest is held.

        envelope: what is known of the message that is not in it (see `mqtt.topics.envelope`);
        keep: keeps the answer with what was written.

        Raises:
            NoMapping: the feed speaks NGSI-LD. Unparsable: nothing of it can be read; it is held.
        """
        if not feed.mapping:
            raise NoMapping
        mapping = compiled(feed)
        try:
            if len(body) > LARGE:
                taken = await asyncio.to_thread(read_message, feed, mapping, body, now, envelope)
            else:
                taken = read_message(feed, mapping, body, now, envelope)
        except Unparsable as error:
            await self._refuse(feed, body, error, now, keep)
            raise
        return await self._write(feed, taken, now, keep)

    async def _refuse(
        self, feed: Feed, body: bytes, error: Unparsable, now: datetime, keep: Keep | None
    ) -> None:
        held = unparsable(feed, body, error.detail, now)

        def work(unit: IntakeUnit) -> None:
            unit.hear(feed, now)
            unit.quarantine(feed, [held], now=now)
            if keep is not None:
                keep(unit, error.status, orjson.dumps(error.as_problem()))

        await self.writer.write(work)

    async def _write(
        self, feed: Feed, taken: list[Taken], now: datetime, keep: Keep | None
    ) -> Report:
        """Write all rows. The answer is kept in the transaction of a message of one part, and after
        the last part of a longer one."""
        report = Report(rows=len(taken))
        grant = Grant(feed.region, None, feed.key, feed.entity_type, feed.open)

        def work_on(part: list[Taken]) -> Callable[[IntakeUnit], list[RowDone]]:
            return lambda unit: self._take(unit, feed, part, grant, now)

        def work_and_keep(unit: IntakeUnit) -> None:
            report.add(self._take(unit, feed, taken, grant, now))
            if keep is not None:
                keep(unit, *report.as_answer())

        if len(taken) <= SLICE:
            await self.writer.write(work_and_keep)
            return report
        writes = [self.writer.write(work_on(part)) for part in _slices(taken)]
        for done in await asyncio.gather(*writes):
            report.add(done)
        if keep is not None:
            await self.writer.write(lambda unit: keep(unit, *report.as_answer()))
        return report

    def _take(
        self, unit: IntakeUnit, feed: Feed, part: list[Taken], grant: Grant, now: datetime
    ) -> list[RowDone]:
        unit.hear(feed, now)
        return [self._take_row(unit, feed, each, grant, now) for each in part]

    def _take_row(
        self, unit: IntakeUnit, feed: Feed, taken: Taken, grant: Grant, now: datetime
    ) -> RowDone:
        refused, accepted = list(taken.refused), 0
        if taken.wanted is not None:
            try:
                self.context.absorb(
                    unit, region=feed.region, wanted=taken.wanted, grant=grant, now=now
                )
                accepted = taken.values
            except NotAllowed as error:
                refused.append(foreign(feed, taken, error.detail, now))
        if refused:
            unit.quarantine(feed, refused, now=now)
        return taken.number, accepted, refused


def _slices(taken: list[Taken]) -> Iterator[list[Taken]]:
    """Rows in groups that are written together."""
    for start in range(0, len(taken), SLICE):
        yield taken[start : start + SLICE]


def compiled(feed: Feed) -> FeedMapping:
    """The feed's mapping, read once for as long as it stays the same."""
    agreed = orjson.dumps([(each.attribute, each.unit) for each in feed.contracts])
    return _compiled(orjson.dumps(feed.mapping), feed.entity_type, agreed)


@lru_cache(maxsize=256)
def _compiled(mapping: bytes, entity_type: str, agreed: bytes) -> FeedMapping:
    contracts = [AttributeContract(name, unit) for name, unit in orjson.loads(agreed)]
    return read_mapping(orjson.loads(mapping), entity_type=entity_type, contracts=contracts)
