"""`simpul serve`: starts and watches the processes of a small installation.

Broker, web and worker run as processes of their own. Their lines come out under their names; what
dies is started again, after a pause that doubles; they end in the reverse order of their start, and
also when this process is killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from simpul.entrypoints import locks
from simpul.entrypoints.settings import Settings, child_environment

CANNOT_START = 2
STOP_AFTER_S = 15.0
STEADY_AFTER_S = 60.0
LONGEST_PAUSE_S = 30.0

Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One process. name: stands before its lines; listens: where it answers HTTP, if it does."""

    name: str
    command: tuple[str, ...]
    listens: tuple[str, int] | None = None


def parts_of(settings: Settings) -> tuple[Part, ...]:
    """The processes of an installation, in the order in which they start."""
    simpul = (sys.executable, "-m", "simpul.entrypoints.cli")
    return (
        Part(
            "broker",
            (*simpul, "serve", "broker", "--watched"),
            (settings.broker_host, settings.broker_port),
        ),
        Part("web", (*simpul, "serve", "web", "--watched"), (settings.web_host, settings.web_port)),
        Part("worker", (*simpul, "work", "--watched")),
    )


def say_line(name: str, text: str) -> None:
    print(f"{name:<8}| {text}", flush=True)


async def answers(host: str, port: int) -> bool:
    """Whether something speaks HTTP there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(
                b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            start = await reader.read(5)
            writer.close()
    except (OSError, TimeoutError):
        return False
    return start == b"HTTP/"


@dataclass(frozen=True, slots=True)
class _Life:
    """A running part. ended: done when its process has ended."""

    process: subprocess.Popen[bytes]
    ended: asyncio.Task[int]


class Supervisor:
    """Keeps parts running until stopped. pause: the first pause after a death, in seconds."""

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        environment: Mapping[str, str],
        say: Say = say_line,
        pause: float = 1.0,
    ) -> None:
        self._parts = parts
        self._environment = dict(environment)
        self._say = say
        self._pause = pause
        self._stopping = asyncio.Event()
        self._running: dict[str, _Life] = {}
        self._failed = False

    def stop(self) -> None:
        """Ask everything to end; `run` returns when it has."""
        self._stopping.set()

    async def run(self, *, ready: Callable[[], None]) -> int:
        """Run until stopped. ready: called once, when every part that listens answers.

        Returns 0, or 1 where a part said that it cannot start as things are.
        """
        keepers = [asyncio.create_task(self._keep(part)) for part in self._parts]
        herald = asyncio.create_task(self._announce(ready))
        await self._stopping.wait()
        herald.cancel()
        for part in reversed(self._parts):
            await self._end(part.name)
        await asyncio.gather(*keepers)
        with suppress(asyncio.CancelledError):
            await herald
        return 1 if self._failed else 0

    async def _announce(self, ready: Callable[[], None]) -> None:
        for part in self._parts:
            while part.listens and not await answers(*part.listens):
                await asyncio.sleep(0.1)
        ready()

    async def _keep(self, part: Part) -> None:
        """Start the part, and start it again whenever it ends by itself."""
        pause = self._pause
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._live(part)
            if self._stopping.is_set():
                return
            if code == CANNOT_START:
                self._say("simpul", f"{part.name} cannot start; what it said stands above")
                self._failed = True
                return self.stop()
            if time.monotonic() - began > STEADY_AFTER_S:
                pause = self._pause
            self._say("simpul", f"{part.name} ended ({code}); starting it again in {pause:.0f} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _live(self, part: Part) -> int:
        """One life of a part: start it, pass on its lines, wait for its end.

        Its end is its own process's, even where children of it still hold its output open.
        """
        process = subprocess.Popen(
            part.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
        )
        ended = asyncio.create_task(asyncio.to_thread(process.wait))
        self._running[part.name] = _Life(process, ended)
        pump = asyncio.create_task(self._pump(part.name, process))
        if self._stopping.is_set():
            process.terminate()
        code = await ended
        _kill_group(process.pid)
        await pump
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        del self._running[part.name]
        return code

    async def _pump(self, name: str, process: subprocess.Popen[bytes]) -> None:
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), process.stdout
        )
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                continue
            if not line:
                return
            self._say(name, line.decode("utf-8", "replace").rstrip())

    async def _end(self, name: str) -> None:
        """Ask a part to end; after a while, make it."""
        life = self._running.get(name)
        if life is None:
            return
        life.process.terminate()
        await asyncio.wait({life.ended}, timeout=STOP_AFTER_S)
        if not life.ended.done():
            self._say("simpul", f"{name} did not end in {STOP_AFTER_S:.0f} s and was killed")
            _kill_group(life.process.pid)


def _kill_group(leader: int) -> None:
    """Kill what a part that ended may have left behind."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


async def _supervise(parts: Sequence[Part], settings: Settings) -> int:
    supervisor = Supervisor(parts, environment=child_environment(settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stop)
    return await supervisor.run(ready=lambda: say_line("simpul", f"ready: {settings.public_url}"))


def serve(settings: Settings, *, besides: Sequence[Part] = ()) -> int:
    """Run an installation until SIGTERM or SIGINT; the exit code.

    besides: further processes that start after the others.

    Raises:
        InUse: another `simpul serve` runs in this data folder.
    """
    with locks.hold(settings.data / "serve.lock"):
        say_line("simpul", f"starting in {settings.data.resolve()}")
        return asyncio.run(_supervise((*parts_of(settings), *besides), settings))
