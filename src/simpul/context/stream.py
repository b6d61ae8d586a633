"""The event stream that keeps pages alive: which topics changed, never what they hold.

Each listener reads the events of its regions from a short memory that all share, or from the store
where it came late; announced topics of the office are only passed on to who is there. A line's id
is the listener's position in every region, so that it can resume.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta

import orjson

from simpul.context.store import EntityReader
from simpul.kernel.errors import NotAllowed, TooMany
from simpul.kernel.events import EntityEvent
from simpul.kernel.http import Answer, Request, Routes, Stream
from simpul.kernel.ids import Kind, Urn, is_region_code
from simpul.kernel.tickets import Ticket, check_ticket
from simpul.kernel.time import Clock

HEARTBEAT = timedelta(seconds=15)
PAUSE_S = 0.2
REMEMBERED = 5_000
MOST_LISTENERS = 2_000
MOST_WAITING = 500
PAGE = 500


@dataclass(frozen=True, slots=True)
class Announced:
    """A topic of the office that changed."""

    region: str
    topic: str
    sequence: int
    public: bool


@dataclass(slots=True, eq=False)
class Listener:
    """One open page. scopes: region to whether it sees all; at: its position in each."""

    scopes: dict[str, bool]
    at: dict[str, int]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    told: deque[Announced] = field(default_factory=deque)
    missed: bool = False


class Hub:
    """Knows who listens, and what happened last."""

    def __init__(self, reader: EntityReader) -> None:
        self._reader = reader
        self._listeners: set[Listener] = set()
        self._recent: dict[str, deque[EntityEvent]] = {}
        self.ended = False

    def end(self) -> None:
        """Let every stream come to its end; the pages will ask again when there is a broker."""
        self.ended = True
        for each in self._listeners:
            each.wake.set()

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    def happened(self, regions: frozenset[str]) -> None:
        """Something was committed in these regions."""
        for region in regions:
            watching = [each for each in self._listeners if region in each.scopes]
            if not watching:
                self._recent.pop(region, None)
                continue
            self._remember(region)
            for each in watching:
                each.wake.set()

    def announce(self, region: str, topic: str, sequence: int, *, public: bool) -> None:
        """A topic of the office changed; who is not there does not hear of it."""
        said = Announced(region, topic, sequence, public)
        for each in self._listeners:
            if region in each.scopes and (public or each.scopes[region]):
                each.missed |= len(each.told) >= MOST_WAITING
                if not each.missed:
                    each.told.append(said)
                each.wake.set()

    def join(self, scopes: dict[str, bool], at: dict[str, int]) -> Listener:
        """Begin to listen; without a position, from now on.

        Raises:
            TooMany: as many listen as can.
        """
        if len(self._listeners) >= MOST_LISTENERS:
            raise TooMany("too many pages listen already; ask again later")
        listener = Listener(scopes, {})
        for region in scopes:
            high = self._reader.high_water(region)
            listener.at[region] = min(at.get(region, high), high)
            listener.missed |= at.get(region, 0) > high
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Stop listening."""
        self._listeners.discard(listener)

    def since(self, region: str, position: int) -> tuple[list[EntityEvent], bool]:
        """Events after a position, at most a page of them, and whether some are gone."""
        recent = self._recent.get(region)
        if recent and recent[0].sequence <= position + 1:
            first = max(position + 1 - recent[0].sequence, 0)
            return [recent[n] for n in range(first, min(first + PAGE, len(recent)))], False
        gone = position < self._reader.low_water(region)
        return self._reader.events(region, after=position, limit=PAGE), gone

    def _remember(self, region: str) -> None:
        recent = self._recent.setdefault(region, deque(maxlen=REMEMBERED))
        after = recent[-1].sequence if recent else max(self._reader.high_water(region) - PAGE, 0)
        while True:
            page = self._reader.events(region, after=after, limit=PAGE)
            recent.extend(page)
            if len(page) < PAGE:
                return
            after = page[-1].sequence


class StreamApi:
    """Answers /stream: server-sent events for a page that carries a ticket."""

    def __init__(self, hub: Hub, *, clock: Clock, secret: bytes, origin: str) -> None:
        """origin: whose pages may listen, besides those of the broker's own address."""
        self._hub = hub
        self._clock = clock
        self._secret = secret
        self._origin = origin.rstrip("/")

    def add_to(self, routes: Routes) -> None:
        """Register every address."""
        routes.add("GET", "/stream", self.listen)

    async def listen(self, request: Request) -> Answer:
        """Open a stream: 200 and an endless answer.

        Raises:
            BadTicket, NotAllowed, TooMany
        """
        given = request.parameters(frozenset({"ticket", "last"}))
        ticket = check_ticket(given.get("ticket", ""), now=self._clock(), secret=self._secret)
        position = request.headers.get("last-event-id") or given.get("last", "")
        listener = self._hub.join(read_scopes(ticket), read_position(position))
        headers = [
            ("content-type", "text/event-stream"),
            ("cache-control", "no-store"),
            ("x-accel-buffering", "no"),
            ("access-control-allow-origin", self._origin),
            ("vary", "origin"),
        ]
        return Stream(200, headers, self._chunks(listener))

    async def _chunks(self, listener: Listener) -> AsyncGenerator[bytes, None]:
        try:
            yield b"retry: 3000\n\n"
            while not self._hub.ended:
                sent = await self._news(listener)
                yield sent or b": still here\n\n"
        finally:
            self._hub.leave(listener)

    async def _news(self, listener: Listener) -> bytes:
        """What is new for this listener, waiting for it at most as long as a heartbeat."""
        lines = self._collect(listener)
        if not lines:
            try:
                await asyncio.wait_for(listener.wake.wait(), HEARTBEAT.total_seconds())
            except TimeoutError:
                return b""
            await asyncio.sleep(PAUSE_S)
            lines = self._collect(listener)
        return b"".join(lines)

    def _collect(self, listener: Listener) -> list[bytes]:
        """Lines for what is new; the last one carries the position after all of them."""
        listener.wake.clear()
        lines = self._told(listener)
        news: list[EntityEvent] = []
        for region, sees_all in listener.scopes.items():
            events, gone = self._hub.since(region, listener.at[region])
            if gone:
                lines.append(_line("gap", {"region": region}))
            if len(events) == PAGE:
                listener.wake.set()
            if events:
                listener.at[region] = events[-1].sequence
            changed = {each.entity_id: each for each in events if sees_all or each.open}
            news.extend(each for each in changed.values() if each.entity_id)
        position = _position(listener)
        last = len(news) - 1
        return lines + [_change(each, position if n == last else "") for n, each in enumerate(news)]

    def _told(self, listener: Listener) -> list[bytes]:
        lines = []
        if listener.missed:
            lines.append(_line("gap", {}))
            listener.missed = False
            listener.told.clear()
        while listener.told:
            each = listener.told.popleft()
            lines.append(_line("change", _data(each.region, each.topic, each.sequence)))
        return lines


def read_scopes(ticket: Ticket) -> dict[str, bool]:
    """Regions that a ticket opens, and whether all of each.

    Raises:
        NotAllowed: it opens none.
    """
    scopes: dict[str, bool] = {}
    for scope in ticket.scopes:
        region, _, width = scope.partition(":")
        if is_region_code(region) and width in {"open", "all"}:
            scopes[region] = scopes.get(region, False) or width == "all"
    if not scopes:
        raise NotAllowed("this ticket opens no region")
    return scopes


def read_position(text: str) -> dict[str, int]:
    """The position in an id, as `_position` wrote it; what cannot be read is left out."""
    found = {}
    for part in text.split(","):
        region, _, sequence = part.partition(":")
        if is_region_code(region) and sequence.isascii() and sequence.isdigit():
            found[region] = min(int(sequence[:18]), 2**53)
    return found


def _position(listener: Listener) -> str:
    return ",".join(f"{region}:{sequence}" for region, sequence in listener.at.items())


def _change(event: EntityEvent, position: str) -> bytes:
    topic = str(Urn(event.region, Kind.ENTITY, event.entity_id))
    return _line("change", _data(event.region, topic, event.sequence), position)


def _data(region: str, topic: str, sequence: int) -> dict[str, object]:
    return {"region": region, "topic": topic, "sequence": sequence}


def _line(event: str, data: dict[str, object], line_id: str = "") -> bytes:
    head = f"id: {line_id}\n" if line_id else ""
    return f"{head}event: {event}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"
