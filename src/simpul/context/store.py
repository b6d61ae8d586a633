"""The port of the context: how entities and events are read and written.

A reader serves any number of threads; every call sees one consistent, committed snapshot. A unit
is one open transaction and belongs to one thread. All moments are aware and UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from simpul.context.model import Change, Grant, Selection, StoredEntity
from simpul.kernel.events import EntityEvent

Result = TypeVar("Result")
UnitT = TypeVar("UnitT", covariant=True)


class EntityReader(Protocol):
    """Reads what is committed.

    Raises:
        simpul.kernel.errors.Unavailable: the store cannot be reached or was never made.
    """

    def regions(self) -> list[str]:
        """Codes of the regions that hold data, in order."""

    def entity(self, region: str, entity_id: str) -> StoredEntity | None:
        """The entity with this URI, open or not."""

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
        """Entities in the order in which they were created.

        area: code prefix, so that a city's code also finds its districts; q: NGSI-LD query;
        after: id of the last entity of the page before.

        Raises:
            simpul.kernel.errors.BadInput: q is not in the query language.
        """

    def find(
        self, region: str, selection: Selection, *, offset: int = 0, limit: int = 100
    ) -> list[StoredEntity]:
        """The selected entities in the order in which they were created.

        Raises:
            simpul.context.errors.TooComplexQuery: it took longer than a few seconds.
        """

    def count(self, region: str, selection: Selection) -> int:
        """How many entities are selected.

        Raises:
            simpul.context.errors.TooComplexQuery: it took longer than a few seconds.
        """

    def is_quick(self, selection: Selection) -> bool:
        """Whether the store answers the selection from its indexes alone."""

    def attribute_names(self, region: str, *, open_only: bool = False) -> dict[str, list[str]]:
        """Entity types with the names of the attributes that their entities have, by name."""

    def types(self, region: str, *, open_only: bool = False) -> dict[str, int]:
        """Entity types with the number of their entities, by name."""

    def events(self, region: str, *, after: int, limit: int = 1000) -> list[EntityEvent]:
        """Events with a sequence above `after`, ascending, without a gap from the first on."""

    def high_water(self, region: str) -> int:
        """Sequence of the region's last committed event; 0 where nothing ever happened."""

    def cursor(self, region: str, name: str) -> int:
        """How far the follower of this name has come; 0 where it is not known."""

    def followers(self, region: str) -> dict[str, int]:
        """How far each follower has come, by name."""

    def low_water(self, region: str) -> int:
        """Sequence up to which events have been trimmed; reading after less has a gap."""


class EntityUnit(Protocol):
    """One open transaction, seen from the context."""

    def entity(self, region: str, entity_id: str) -> StoredEntity | None:
        """The entity as this transaction sees it."""

    def apply(self, change: Change) -> int | None:
        """Store state, observations and event of one change together.

        An observation whose series already has this value at this moment adds nothing; another
        value at the same moment gets the next ordinal. Gives the event's sequence, or None where
        nothing was new, in which case no event was written either.
        """


class FollowerUnit(Protocol):
    """One open transaction, seen from those who follow events."""

    def cursor(self, region: str, name: str) -> int:
        """How far this follower has come; 0 where it is new."""

    def move_cursor(self, region: str, name: str, sequence: int, now: datetime) -> None:
        """Note how far a follower has come: events up to there may be trimmed."""

    def drop_cursor(self, region: str, name: str) -> None:
        """Forget a follower."""

    def trim_events(self, region: str, *, keep: int, cap: int) -> int:
        """Drop events that every follower has seen, except the last `keep`.

        Of more than `cap` events the oldest go even where a follower has not seen them; whoever
        reads after the sequence given back (`EntityReader.low_water`) knows of the gap.
        """


class Writer(Protocol[UnitT]):
    """The one write path of a process: many requests, few commits."""

    async def write(self, work: Callable[[UnitT], Result]) -> Result:
        """Run `work` in a savepoint of the next group and return when it is on disk.

        What `work` raises is raised here and undoes this work only.

        Raises:
            simpul.kernel.errors.Unavailable: the group's commit failed; nothing was written.
        """


class GrantReader(Protocol):
    """Knows what a token opens."""

    def grant(self, token: str) -> Grant | None:
        """What this token (as the caller sent it) opens; None if unknown or revoked."""
