"""The port of the connectors: how feeds, their health and their quarantine are read and written.

A reader serves any number of threads; every call sees one consistent, committed snapshot.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from simpul.connectors.model import (
    Connection,
    Decision,
    Feed,
    FeedHealth,
    Quarantined,
    Sent,
    TokenRecord,
)
from simpul.context.store import EntityUnit


class FeedReader(Protocol):
    """Reads what is committed.

    Raises:
        simpul.kernel.errors.Unavailable: the store cannot be reached or was never made.
    """

    def feed(self, key: str) -> Feed | None:
        """The feed with this key."""

    def feeds(self, region: str) -> list[Feed]:
        """A region's feeds by name."""

    def tokens(self, region: str, *, feed: str | None = None) -> list[TokenRecord]:
        """Tokens of a region or of one of its feeds, oldest first, revoked ones included."""

    def health(self, key: str, *, now: datetime) -> FeedHealth:
        """How the feed is doing; the day of `now` is taken in the zone of `now`."""

    def sent(self, region: str, feed: str, key: str, *, since: datetime) -> Sent | None:
        """What a feed's sender was told since then about the message he named so."""

    def connection(self, name: str) -> Connection | None:
        """How the broker's connection of this name stands; None where there never was one."""

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
        """What was refused, newest first.

        start (included) and end (excluded) look at the observed time, and at the time of receipt
        where none could be read; attribute also finds rows that were refused as a whole. The state
        is that of `as_of`.
        """

    def refusal(self, region: str, number: int) -> Quarantined | None:
        """The refused reading of this number."""

    def decision(self, region: str, number: int) -> Decision | None:
        """What was decided about a refused reading; None while it is held."""

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
        """Entity id to the number of its readings of `attribute` that were refused, without those
        released up to `as_of`."""


class IntakeUnit(EntityUnit, Protocol):
    """One open transaction, seen from the connectors."""

    def put_feed(self, feed: Feed) -> None:
        """Create the feed or replace it; its entities and series become as open as it is."""

    def add_token(self, record: TokenRecord, token: str) -> None:
        """Keep a token's hash."""

    def revoke_token(self, region: str, key: str, now: datetime) -> bool:
        """End a token; False when there is none."""

    def quarantine(
        self, feed: Feed, refused: list[Quarantined], *, now: datetime
    ) -> list[Quarantined]:
        """Keep refused readings of one row with one event, and give them with their numbers.

        What was refused before (same moment, reason and payload) is not kept again.
        """

    def decide(self, feed: Feed, held: Quarantined, decided: Decision) -> Decision:
        """Keep a decision with an event, and give it with the event's sequence and, where released,
        the addresses of the readings that stand now.

        Raises:
            simpul.kernel.errors.Conflict: it was decided before.
        """

    def keep_sent(self, sent: Sent, *, forget_before: datetime) -> None:
        """Keep an answer in place of an older one of the same key; drop those of before."""

    def note_connection(self, connection: Connection) -> None:
        """Note how a connection to somebody else stands."""

    def hear(self, feed: Feed, now: datetime) -> None:
        """Note that the feed was heard, also where it brought nothing new."""
