"""What the city is now, as values: entities as they are stored, what changed, what was observed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simpul.context.query import Query


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """An NGSI-LD entity as it stands.

    body: normalized NGSI-LD JSON, exactly the bytes that are served (no @context, no system
    times); open: whether a stranger may see it; area: code of the smallest known area that holds
    its location; times: JSON of the system times of its attributes, ``{"name": {"dataset or empty
    text": [created, modified]}}`` in microseconds; feed: key of the feed that made it, if any.
    """

    region: str
    id: str
    type: str
    body: bytes
    open: bool
    area: str | None
    created_at: datetime
    modified_at: datetime
    times: bytes = b"{}"
    feed: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a caller may do in a region.

    region: None for a stranger; token: key of the token; feed: a token's only feed, or None for
    the whole region; type: the only entity type that the feed's token may write; opens: what it
    makes is open to strangers.
    """

    region: str | None = None
    token: str | None = None
    feed: str | None = None
    type: str | None = None
    opens: bool = False

    @property
    def source(self) -> str | None:
        """What events name as their source: the feed, or the token where there is none."""
        return self.feed or self.token

    def sees_all(self, region: str) -> bool:
        """Whether everything in `region` is visible: with a token for all of it."""
        return self.region == region and self.feed is None

    def sees(self, region: str, *, open: bool, feed: str | None) -> bool:
        """Whether something in `region` is visible that is open or not, and of this feed."""
        own = self.region == region and feed is not None and feed == self.feed
        return open or own or self.sees_all(region)


STRANGER = Grant()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entities of a region are wanted; every condition that is given must hold.

    types, ids: one of these; attributes: at least one of these is there; area: code prefix;
    open_only: what is closed is left out, except where `feed` made it.
    """

    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    area: str | None = None
    query: Query | None = None
    open_only: bool = False
    feed: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One attribute instance as it was measured, on its way into history.

    dataset: its datasetId; observed_at: aware; number: its value where that is a number (never
    NaN or infinite); instance: the whole normalized attribute instance; unit: its unitCode.
    """

    attribute: str
    dataset: str | None
    observed_at: datetime
    number: float | int | None
    instance: dict[str, Any]
    unit: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What one write does to one entity: new state, event and observations together.

    operation: created, updated, deleted or recorded (history only, the state stands);
    after: the entity to store, None when it is deleted or stands as it was; attributes: names of
    what changed or was observed; previous: former normalized values of what changed; feed: where
    the observations come from; bounds: west, south, east, north of its location.
    """

    region: str
    entity_id: str
    entity_type: str
    operation: str
    attributes: tuple[str, ...]
    after: StoredEntity | None
    open: bool
    area: str | None
    now: datetime
    source: str | None
    feed: str | None = None
    observations: tuple[Observation, ...] = ()
    previous: dict[str, Any] = field(default_factory=dict)
    bounds: tuple[float, float, float, float] | None = None
    geometry_changed: bool = False
