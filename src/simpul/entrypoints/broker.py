"""The broker process: the data wing over HTTP, sole writer of `data.db`.

`app` is what granian serves as RSGI: one worker, one event loop. `asgi` is the same behind ASGI.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import ExitStack, aclosing
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import Any

import orjson
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from simpul.connectors.broker import ConnectorBroker
from simpul.connectors.following import FeedFollower
from simpul.connectors.http import IntakeApi, InternalApi
from simpul.connectors.mqtt.intake import MqttIntake
from simpul.connectors.once import Keys
from simpul.connectors.release import QuarantineBroker
from simpul.connectors.screen import ContractScreen
from simpul.context.access import TENANT, Doorkeeper
from simpul.context.broker import ContextBroker
from simpul.context.errors import as_ngsi_problem
from simpul.context.http import ContextApi
from simpul.context.stream import Hub, StreamApi
from simpul.entrypoints import boundaries, locks, logs
from simpul.entrypoints import settings as simpul_settings
from simpul.entrypoints.metrics import CONTENT_TYPE, Metrics
from simpul.entrypoints.settings import Settings
from simpul.history.door import SealingApi
from simpul.history.http import TemporalApi
from simpul.kernel.errors import SimpulError, TooLarge
from simpul.kernel.http import (
    JSON,
    Answer,
    Headers,
    Request,
    Response,
    Routes,
    Stream,
    json_response,
    problem_response,
)
from simpul.kernel.time import Clock, format_time, system_clock
from simpul.storage.segments.files import holds
from simpul.storage.sqlite.store import SqliteReaders, open_group_writer, open_readers
from simpul.storage.sqlite.writer import GroupWriter

LARGEST_BODY = 10 * 1024 * 1024
TOO_LARGE = f"a body holds at most {LARGEST_BODY // 1024 // 1024} MB"
BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
_log = logging.getLogger(__name__)


class Broker:
    """The data wing of one installation, open.

    Raises on opening:
        InUse: another broker works in this data folder.
        Unavailable: the data cannot be opened, or are of a later version.
    """

    def __init__(self, settings: Settings, *, clock: Clock = system_clock) -> None:
        self._held = ExitStack()
        settings.data.mkdir(parents=True, exist_ok=True)
        try:
            self._held.enter_context(locks.hold(settings.data / "broker.lock"))
        except locks.InUse:
            raise locks.InUse(
                f"another broker works in {settings.data.resolve()}; stop it first"
            ) from None
        try:
            self._open(settings, clock)
        except BaseException:
            self._held.close()
            raise

    def _open(self, settings: Settings, clock: Clock) -> None:
        self.metrics = Metrics()
        self.writer: GroupWriter = open_group_writer(
            settings.data_db,
            after_commit=self._committed,
            inline=settings.commit_inline,
            measured=self.metrics.committed,
        )
        self.stores: SqliteReaders = open_readers(settings.data_db)
        self.hub = Hub(self.stores.entities)
        self.follower = FeedFollower(
            self.stores.entities, self.writer, clock=clock, cap=settings.event_cap
        )
        self.connectors = ConnectorBroker(
            self.stores.feeds, self.writer, ContextBroker(boundaries.locate), self._agreed
        )
        self.mqtt = self._mqtt(settings, clock)
        self.metrics.watch(self.stores.entities, self.follower, self.hub, self.mqtt)
        self.routes = self._routes(settings, clock)
        self._following: asyncio.Task[None] | None = None
        self._origin = settings.public_url.rstrip("/")

    def _mqtt(self, settings: Settings, clock: Clock) -> MqttIntake | None:
        options = simpul_settings.mqtt_options(settings)
        if options is None:
            return None
        regions = self.stores.entities.regions
        return MqttIntake(options, self.connectors, regions=regions, clock=clock)

    def _agreed(self) -> None:
        if self.mqtt is not None:
            self.mqtt.refresh()

    def _routes(self, settings: Settings, clock: Clock) -> Routes:
        stores, writer = self.stores, self.writer
        secret = simpul_settings.secret(settings)
        doorkeeper = Doorkeeper(stores.entities, stores.feeds, settings.region)
        connectors, context = self.connectors, self.connectors.context
        quarantine = QuarantineBroker(stores.feeds, writer, context)
        screen = ContractScreen(stores.feeds, writer, clock)
        routes = Routes()
        ContextApi(stores.entities, writer, context, doorkeeper, clock, screen).add_to(routes)
        TemporalApi(
            stores.entities, stores.history, doorkeeper, page=settings.temporal_page
        ).add_to(routes)
        IntakeApi(connectors, doorkeeper, Keys(stores.feeds), clock).add_to(routes)
        InternalApi(connectors, quarantine, writer, self.hub, clock, secret).add_to(routes)
        SealingApi(writer, partial(holds, stores.lake.folder), clock, secret).add_to(routes)
        StreamApi(self.hub, clock=clock, secret=secret, origin=settings.public_url).add_to(routes)
        routes.add("GET", "/health", self.health)
        routes.add("GET", "/ready", self.ready)
        routes.add("GET", "/metrics", self.measures)
        return routes

    def _committed(self, regions: frozenset[str]) -> None:
        self.hub.happened(regions)
        self.follower.wake(regions)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what runs beside the requests."""
        self._following = loop.create_task(self.follower.run())
        if self.mqtt is not None:
            self.mqtt.start(loop)

    async def close(self) -> None:
        """Finish what waits for the disk, and give the data folder back."""
        self.hub.end()
        if self._following is not None:
            self._following.cancel()
        if self.mqtt is not None:
            await self.mqtt.close()
        await self.writer.close()
        self.stores.close()
        self._held.close()

    async def health(self, request: Request) -> Answer:
        """The process answers."""
        return json_response(200, {"status": "ok"})

    async def measures(self, request: Request) -> Answer:
        """What was counted, for Prometheus."""
        return Response(200, [("content-type", CONTENT_TYPE)], self.metrics.as_text())

    async def ready(self, request: Request) -> Answer:
        """It answers, reads and writes: what is asked is written to disk and read back."""
        await self.writer.write(lambda unit: unit.cursor("", ""))
        told: dict[str, Any] = {"status": "ready", "regions": self.stores.entities.regions()}
        if self.mqtt is not None:
            standing = self.mqtt.connection
            told["mqtt"] = {"state": standing.state, "since": format_time(standing.since)}
            told["mqtt"] |= {"detail": standing.detail} if standing.detail else {}
        return json_response(200, told)

    async def receive(self, request: Request, chunks: AsyncIterable[bytes]) -> Answer:
        """The answer to a request whose body is still coming: never more of it than is allowed."""
        try:
            body = await _read_body(request, chunks)
        except TooLarge as error:
            self.metrics.answered(request.path, error.status)
            return self._problem(request, error)
        return await self.handle(replace(request, body=body) if body else request)

    async def handle(self, request: Request) -> Answer:
        """The answer to any request; never raises."""
        try:
            handler, taken = self.routes.find(request.method, request.path)
            answer = await handler(request, *taken)
        except SimpulError as error:
            answer = self._problem(request, error)
        except Exception:
            _log.exception("%s %s failed", request.method, request.path)
            answer = self._problem(request, SimpulError("something went wrong in the broker"))
        self.metrics.answered(request.path, answer.status)
        tenant = request.headers.get(TENANT)
        if tenant is not None:
            answer.headers.append((TENANT, tenant))
        return answer

    def _problem(self, request: Request, error: SimpulError) -> Response:
        if not request.path.startswith("/ngsi-ld/"):
            answer = problem_response(error)
        elif error.status in {411, 415}:
            answer = Response(error.status)
        else:
            body = orjson.dumps(as_ngsi_problem(error), default=str)
            answer = Response(error.status, [("content-type", JSON)], body)
        answer.headers.extend(_more_headers(error))
        if request.path == "/stream":
            answer.headers.append(("access-control-allow-origin", self._origin))
        return answer


async def _read_body(request: Request, chunks: AsyncIterable[bytes]) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:15]) > LARGEST_BODY:
        raise TooLarge(TOO_LARGE)
    parts, size = [], 0
    async for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > LARGEST_BODY:
            raise TooLarge(TOO_LARGE)
    return b"".join(parts)


def _more_headers(error: SimpulError) -> Headers:
    if error.status == 401:
        return [("www-authenticate", 'Bearer realm="simpul"')]
    if error.status == 405:
        return [("allow", ", ".join(error.facts.get("allow", [])))]
    return [("retry-after", "1")] if error.status == 503 else []


def end_streams_on(number: int, loop: asyncio.AbstractEventLoop, hub: Hub) -> None:
    """Let streams end when the process is told to: a server waits for its answers to be done.

    The loop, and with it the server, hears of the signal as well, by the descriptor that asyncio
    set for it; this only takes the place of its empty handler.
    """

    def ending(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(hub.end)

    signal.signal(number, ending)


class RsgiApp:
    """The broker behind granian's RSGI."""

    def __init__(self) -> None:
        self.broker: Broker | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        logs.configure()
        try:
            self.broker = Broker(simpul_settings.read())
        except SimpulError as error:
            print(f"The broker cannot start: {error.detail}", file=sys.stderr, flush=True)
            raise SystemExit(2) from None
        self.broker.start(loop)
        if threading.current_thread() is threading.main_thread():
            end_streams_on(signal.SIGTERM, loop, self.broker.hub)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.broker is not None:
            loop.run_until_complete(self.broker.close())

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        assert self.broker is not None
        headers = dict(scope.headers.items())
        chunks = _nothing() if scope.method in BODILESS else protocol
        answer = await self.broker.receive(
            Request(scope.method, scope.path, scope.query_string, headers), chunks
        )
        try:
            if isinstance(answer, Response):
                protocol.response_bytes(answer.status, answer.headers, answer.body)
            else:
                await _rsgi_stream(answer, protocol)
        except ProtocolClosed:
            return


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def _rsgi_stream(answer: Stream, protocol: Any) -> None:
    """Send chunks until the reader has gone."""
    transport = protocol.response_stream(answer.status, answer.headers)
    async with aclosing(answer.chunks) as chunks:
        async for chunk in chunks:
            await transport.send_bytes(chunk)


app = RsgiApp()


class AsgiApp:
    """The broker behind any ASGI server; opened by the lifespan protocol."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings
        self._broker: Broker | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        self._broker = Broker(self._settings or simpul_settings.read())
        self._broker.start(asyncio.get_running_loop())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._broker.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        assert self._broker is not None
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        request = Request(scope["method"], scope["path"], query, headers)
        answer = await self._broker.receive(request, _asgi_chunks(receive))
        sent = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": sent})
        if isinstance(answer, Response):
            await send({"type": "http.response.body", "body": answer.body})
            return
        async with aclosing(answer.chunks) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _asgi_chunks(receive: Any) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


asgi = AsgiApp()
