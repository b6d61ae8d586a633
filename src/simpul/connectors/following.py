"""The data wing's own follower: counts what each feed brought, and trims events all have seen."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from simpul.context.store import EntityReader, FollowerUnit, Writer
from simpul.kernel.errors import SimpulError
from simpul.kernel.time import Clock

NAME = "feeds"
STEP = 5_000
KEPT_EVENTS = 10_000
_log = logging.getLogger(__name__)


class CountingUnit(FollowerUnit, Protocol):
    """One open transaction, seen from this follower."""

    def count_feeds(self, region: str, *, after: int, until: int) -> tuple[int, int]:
        """Add the events of a stretch to what is known of each feed; how many readings were
        accepted and refused."""


class FeedFollower:
    """Commits its cursor with its counts, so that each event counts once.

    cap: events kept per region even where another follower has not seen them; pause_s: rest
    between two rounds, so that a busy feed does not double the commits; totals: readings accepted
    and refused since the start, by region.
    """

    def __init__(
        self,
        reader: EntityReader,
        writer: Writer[CountingUnit],
        *,
        clock: Clock,
        cap: int,
        keep: int = KEPT_EVENTS,
        pause_s: float = 1.0,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._cap = cap
        self._keep = keep
        self._pause_s = pause_s
        self._wake = asyncio.Event()
        self.totals: dict[str, tuple[int, int]] = {}

    def wake(self, regions: frozenset[str]) -> None:
        """Something was committed."""
        self._wake.set()

    async def run(self) -> None:
        """Follow until cancelled; what was missed while away is caught up first."""
        while True:
            self._wake.clear()
            try:
                for region in self._reader.regions():
                    while await self.catch_up(region):
                        pass
            except SimpulError as error:
                _log.error("the follower of feeds waits: %s", error)
            await asyncio.sleep(self._pause_s)
            await self._wake.wait()

    async def catch_up(self, region: str) -> bool:
        """One step through a region's events; whether there are more."""
        high = self._reader.high_water(region)
        now = self._clock()

        def step(unit: CountingUnit) -> tuple[bool, tuple[int, int]]:
            counted = (0, 0)
            after = unit.cursor(region, NAME)
            until = min(high, after + STEP)
            if until > after:
                counted = unit.count_feeds(region, after=after, until=until)
                unit.move_cursor(region, NAME, until, now)
                unit.trim_events(region, keep=self._keep, cap=self._cap)
            return until < high, counted

        if self._reader.cursor(region, NAME) >= high:
            return False
        more, (accepted, refused) = await self._writer.write(step)
        good, bad = self.totals.get(region, (0, 0))
        self.totals[region] = (good + accepted, bad + refused)
        return more
