"""What comes by MQTT, taken in beside the requests: read, written, and only then acknowledged.

The network thread hands messages to the event loop. All that came while a commit was on its way is
the next batch, and shares its commits. Acknowledgements go out in the order of arrival.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from simpul.connectors.broker import ConnectorBroker
from simpul.connectors.intake import Unparsable, unparsable
from simpul.connectors.model import MQTT, Connection, Feed
from simpul.connectors.mqtt.client import CONNECTING, Message, MqttClient
from simpul.connectors.mqtt.config import MqttOptions
from simpul.connectors.mqtt.topics import envelope, feeds_on
from simpul.kernel.errors import SimpulError, Unavailable
from simpul.kernel.time import Clock

BATCH = 500
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
REMEMBERED = 10_000
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """What became of messages since the start. kept: written, quarantined ones included; again:
    sent twice and known; stray: on a topic of no feed."""

    kept: int = 0
    again: int = 0
    stray: int = 0


class MqttIntake:
    """Takes in what one MQTT broker sends. regions: gives those that have feeds."""

    def __init__(
        self,
        options: MqttOptions,
        broker: ConnectorBroker,
        *,
        regions: Callable[[], list[str]],
        clock: Clock,
    ) -> None:
        self.counts = Counts()
        self._broker = broker
        self._regions = regions
        self._clock = clock
        self._feeds: list[Feed] = []
        self._waiting: deque[Message] = deque()
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._room = threading.BoundedSemaphore(options.in_flight)
        self._ending = threading.Event()
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._noting = asyncio.Lock()
        self.connection = Connection(MQTT, CONNECTING, clock())
        self._client = MqttClient(options, heard=self._heard, changed=self._changed)

    @property
    def waiting(self) -> int:
        """How many messages wait to be written."""
        return len(self._waiting)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Connect, and take in what comes."""
        self._loop = loop
        self.refresh()
        self._tasks.add(loop.create_task(self._run()))
        self._client.start()

    def refresh(self) -> None:
        """Read anew which feeds come by MQTT."""
        every = [feed for region in self._regions() for feed in self._broker.feeds.feeds(region)]
        self._feeds = [feed for feed in every if feed.topics]
        self._client.follow(pattern for feed in self._feeds for pattern in feed.topics)

    async def close(self) -> None:
        """Leave the broker; what was not acknowledged comes again at the next start."""
        self._ending.set()
        await asyncio.to_thread(self._client.stop)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # In the network thread

    def _heard(self, message: Message) -> None:
        assert self._loop is not None
        while not self._room.acquire(timeout=0.5):
            if self._ending.is_set():
                return
        if not self._ending.is_set():
            self._loop.call_soon_threadsafe(self._arrive, message)

    def _changed(self, state: str, detail: str) -> None:
        if self._loop is not None and not self._ending.is_set():
            self._loop.call_soon_threadsafe(self._note, state, detail)

    # On the loop

    def _arrive(self, message: Message) -> None:
        self._waiting.append(message)
        self._woken.set()

    def _note(self, state: str, detail: str) -> None:
        known = self.connection
        if (known.state, known.detail) == (state, detail):
            return
        since = known.since if known.state == state else self._clock()
        self.connection = Connection(MQTT, state, since, detail)
        _log.log(logging.WARNING if detail else logging.INFO, "mqtt: %s %s", state, detail)
        task = asyncio.ensure_future(self._write_state())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write_state(self) -> None:
        """Keep the latest state for other processes; a later one is never overwritten."""
        async with self._noting:
            connection = self.connection
            try:
                await self._broker.writer.write(lambda unit: unit.note_connection(connection))
            except Unavailable as error:
                _log.error("mqtt: the state was not kept: %s", error)

    async def _run(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                size = min(BATCH, len(self._waiting))
                await self._keep_all([self._waiting.popleft() for _ in range(size)])

    async def _keep_all(self, batch: list[Message]) -> None:
        """Write a batch, however long it takes; then acknowledge it in its order."""
        left, pause = batch, SHORTEST_PAUSE_S
        while left:
            kept = await asyncio.gather(*(self._keep(message) for message in left))
            left = [message for message, done in zip(left, kept, strict=True) if not done]
            if left:
                _log.warning("mqtt: %d messages could not be written yet", len(left))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
        for message in batch:
            self._client.acknowledge(message)
            self._room.release()

    async def _keep(self, message: Message) -> bool:
        """Whether the message is on disk, or need not be."""
        mark = _mark(message)
        if message.again and mark in self._known:
            self.counts.again += 1
            return True
        feeds = feeds_on(message.topic, self._feeds) if message.topic is not None else []
        if not feeds:
            self.counts.stray += 1
            return True
        done = [await self._receive(feed, message) for feed in feeds]
        if not all(done):
            return False
        self.counts.kept += 1
        self._remember(mark)
        return True

    async def _receive(self, feed: Feed, message: Message) -> bool:
        assert message.topic is not None
        around = envelope(message.topic)
        try:
            await self._broker.receive(feed, message.payload, self._clock(), around)
        except Unparsable:
            return True
        except Unavailable:
            return False
        except Exception as error:
            _log.exception("mqtt: a message on %s failed", message.topic)
            return await self._hold(feed, message, error)
        return True

    async def _hold(self, feed: Feed, message: Message, error: Exception) -> bool:
        """Quarantine a message that brings down its reader, so that those behind it get through."""
        detail = error.detail if isinstance(error, SimpulError) else "it could not be worked on"
        now = self._clock()
        held = [unparsable(feed, message.payload, detail, now)]
        try:
            await self._broker.writer.write(lambda unit: unit.quarantine(feed, held, now=now))
        except Unavailable:
            return False
        return True

    def _remember(self, mark: bytes) -> None:
        """Know a message that is sent again because its acknowledgement was lost: where its
        readings do not say their time, it could not be told from a new one."""
        self._known[mark] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _mark(message: Message) -> bytes:
    digest = hashlib.sha256(f"{message.number}\0{message.topic}\0".encode())
    digest.update(message.payload)
    return digest.digest()
