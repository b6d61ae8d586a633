"""The supervisor, with small programs as its parts."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from simpul.entrypoints import serve
from simpul.entrypoints.serve import Part, Supervisor

SERVER = """
import http.server, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", {port}), http.server.BaseHTTPRequestHandler).serve_forever()
"""
SLEEPER = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("{0} ends"), sys.exit()))
print("{0} begins", flush=True)
time.sleep(60)
"""


def part(name: str, program: str, listens: tuple[str, int] | None = None) -> Part:
    return Part(name, (sys.executable, "-c", program), listens)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Lines:
    """What was said."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str]] = []

    def __call__(self, name: str, text: str) -> None:
        self.all.append((name, text))

    def of(self, name: str) -> list[str]:
        return [text for who, text in self.all if who == name]


def supervise(
    parts: list[Part],
    lines: Lines,
    *,
    until: Callable[[], bool],
    ready: Callable[[], None] = lambda: None,
) -> int:
    """Run the parts until something is true, but never for long; the exit code."""

    async def run() -> int:
        made = Supervisor(parts, environment=os.environ, say=lines, pause=0.05)
        running = asyncio.create_task(made.run(ready=ready))
        async with asyncio.timeout(20):
            while not until() and not running.done():
                await asyncio.sleep(0.02)
            made.stop()
            return await running

    return asyncio.run(run())


def test_lines_come_out_under_the_name_of_their_part() -> None:
    lines = Lines()
    code = supervise(
        [part("a", SLEEPER.format("a")), part("b", SLEEPER.format("b"))],
        lines,
        until=lambda: len(lines.all) >= 2,
    )
    assert code == 0
    assert ("a", "a begins") in lines.all
    assert ("b", "b begins") in lines.all


def test_parts_end_in_the_reverse_order_of_their_start() -> None:
    lines = Lines()
    names = ["broker", "web", "worker"]
    supervise(
        [part(name, SLEEPER.format(name)) for name in names],
        lines,
        until=lambda: len(lines.all) >= 3,
    )
    ends = [text for _, text in lines.all if text.endswith("ends")]
    assert ends == ["worker ends", "web ends", "broker ends"]


def test_what_dies_is_started_again() -> None:
    lines = Lines()
    supervise(
        [part("web", "print('here', flush=True); raise SystemExit(7)")],
        lines,
        until=lambda: len(lines.of("web")) >= 3,
    )
    assert lines.of("simpul")[0] == "web ended (7); starting it again in 0 s"
    assert len(lines.of("web")) >= 3


def test_a_part_that_cannot_start_as_things_are_ends_the_whole() -> None:
    lines = Lines()
    code = supervise(
        [part("web", SLEEPER.format("web")), part("broker", "raise SystemExit(2)")],
        lines,
        until=lambda: False,
    )
    assert code == 1
    assert "broker cannot start; what it said stands above" in lines.of("simpul")


def test_ready_is_said_once_everything_that_listens_answers() -> None:
    lines, ports = Lines(), (free_port(), free_port())
    said: list[bool] = []
    parts = [
        part(f"s{port}", SERVER.format(port=port), listens=("127.0.0.1", port)) for port in ports
    ]
    supervise(parts, lines, until=lambda: bool(said), ready=lambda: said.append(True))
    assert said == [True]
    assert not any(asyncio.run(serve.answers("127.0.0.1", port)) for port in ports)


def test_what_a_part_leaves_behind_is_killed_even_where_it_holds_the_output(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = "import time; time.sleep(60)"
    program = (
        "import pathlib, subprocess, sys\n"
        f"made = subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        f"pathlib.Path({str(note)!r}).write_text(str(made.pid))\n"
        "sys.exit(3)\n"
    )
    lines = Lines()
    supervise([part("broker", program)], lines, until=lambda: bool(lines.of("simpul")))
    assert ended(int(note.read_text()))


def ended(pid: int) -> bool:
    """Whether a process is gone, or at most still to be buried, within a second."""
    for _ in range(50):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_parts_end_when_their_supervisor_is_killed() -> None:
    program = (
        "from simpul.entrypoints import servers; import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
        "servers.end_with_parent()\n"
        "print('here', flush=True)\n"
        "time.sleep(60)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == b"here\n"
    child.stdin.close()
    assert child.wait(10) == 0
    child.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_whole_ends_on_a_signal(number: int, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from simpul.entrypoints import serve\n"
        "from simpul.entrypoints.settings import Settings\n"
        f"part = serve.Part('a', (sys.executable, '-c', {SLEEPER.format('a')!r}))\n"
        "serve.parts_of = lambda settings: (part,)\n"
        f"sys.exit(serve.serve(Settings(data=Path({str(tmp_path)!r}))))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as whole:
        assert whole.stdout is not None
        line = ""
        while line != "a       | a begins\n":
            line = whole.stdout.readline()
            assert line
        whole.send_signal(number)
        assert "a ends" in whole.stdout.read()
    assert whole.returncode == 0
