"""Following events: read after a cursor, act, and keep the cursor where the effect is kept.

A follower works at least once: it commits its cursor together with what it did, in the store of
what it did, and after a crash reads again from there. `gap` says that events are gone which it
has not seen; it must then look at the current state instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from simpul.context.store import EntityReader
from simpul.kernel.events import EntityEvent


@dataclass(frozen=True, slots=True)
class Batch:
    """What happened since. cursor: what to remember once the events have been acted upon."""

    events: list[EntityEvent]
    cursor: int
    gap: bool


def read_after(reader: EntityReader, region: str, cursor: int, *, limit: int = 1000) -> Batch:
    """The next events of a region after `cursor` (0 for the beginning).

    A cursor ahead of the region's last event belongs to another epoch (a restored backup): it is
    brought back and counts as a gap.
    """
    high = reader.high_water(region)
    if cursor > high:
        return Batch([], high, gap=True)
    low = reader.low_water(region)
    start = max(cursor, low)
    events = reader.events(region, after=start, limit=limit)
    return Batch(events, events[-1].sequence if events else start, gap=cursor < low)
