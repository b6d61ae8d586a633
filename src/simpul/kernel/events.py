"""Facts that cross between rooms: frozen, with ids and aware times, never with objects.

A fact of the data wing is an `EntityEvent` with the region's sequence. A fact of the city hall is
an `OfficeEvent`, written to the outbox in the transaction that made it true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class EntityEvent:
    """One change of the city's state.

    sequence: gap-free and commit-ordered per region; operation: created, updated, deleted,
    recorded (a late reading or a forecast went into history, the state stands), quarantined (a
    reading was refused) or settled (such a one was released or discarded); attributes: names
    (as stored) of what changed; source: key of the feed that did it; open: whether a stranger
    may know of it; previous: JSON object of the former values, None where there were none.
    """

    region: str
    sequence: int
    entity_id: str
    entity_type: str
    operation: str
    attributes: tuple[str, ...]
    occurred_at: datetime
    source: str | None = None
    open: bool = False
    area: str | None = None
    previous: bytes | None = None


@dataclass(frozen=True, slots=True)
class OfficeEvent:
    """Something that became true in the city hall. name: past tense, e.g. ``ActionReported``."""

    region: str
    name: str
    subject: str
    occurred_at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
