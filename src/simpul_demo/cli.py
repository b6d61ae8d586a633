"""`simpul demo`: sets the demo city up in a folder of its own, and serves it.

The first run takes a minute or two; later ones go on with what is there.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from simpul.entrypoints import locks, serve
from simpul.entrypoints import settings as simpul_settings
from simpul.entrypoints.settings import Settings
from simpul.kernel.errors import Conflict
from simpul_demo import prepare, story
from simpul_demo.progress import Bar

MARK = "demo.json"
LOCK = "demo.lock"


class NotADemo(Conflict):
    """This folder holds something else than a demonstration; choose another one."""

    problem = "not-a-demo"


class AlreadyRunning(Conflict):
    """The demonstration runs already in this folder; stop it first, or name another folder."""

    problem = "already-running"


def _free(host: str, port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _next_free(host: str, port: int) -> int:
    """The port, or the first one after it on which nobody listens."""
    return next((each for each in range(port, port + 100) if _free(host, each)), port)


def choose_settings(folder: Path, port: int | None) -> Settings:
    """The settings of the demo: what the environment says, in a folder of its own, on free ports.

    port: for the pages; without one, that of the environment or the next free one.
    """
    given, usual = simpul_settings.read(), Settings()
    web = port or _next_free(given.web_host, given.web_port)
    broker = _next_free(given.broker_host, given.broker_port)
    chosen: dict[str, object] = {
        "data": folder.resolve(),
        "web_port": web,
        "broker_port": broker,
        "region": story.REGION,
    }
    if given.public_url == usual.public_url:
        chosen["public_url"] = f"http://localhost:{web}"
    if given.stream_url == usual.stream_url:
        chosen["stream_url"] = f"http://localhost:{broker}"
    return simpul_settings.choose(**chosen)


def _is_set_up(folder: Path) -> bool:
    mark = folder / MARK
    return mark.exists() and bool(json.loads(mark.read_text()).get("set_up"))


def _refuse_if_running(folder: Path) -> None:
    if any(locks.is_held(folder / name) for name in ("serve.lock", LOCK)):
        raise AlreadyRunning


def _clear(folder: Path) -> None:
    """Forget an earlier demo, or one that was not finished.

    Raises:
        NotADemo: there is something in the folder, and it is no demo.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / MARK).exists():
        raise NotADemo(f"{folder} holds something else than a demonstration; choose another one.")
    shutil.rmtree(folder)


def _mark(settings: Settings, *, set_up: bool) -> None:
    facts = {"set_up": set_up, "url": settings.public_url}
    (settings.data / MARK).write_text(json.dumps(facts))


def _set_up(settings: Settings, now: datetime) -> None:
    """Fill the folder; it counts as set up only once everything is there."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locks.hold(settings.data / LOCK), Bar(sys.stderr) as bar:
        _mark(settings, set_up=False)
        prepare.whole_city(settings, now=now, bar=bar)


def greeting(settings: Settings) -> str:
    """Where to look and how to sign in, in both languages."""
    city = f"{settings.public_url}/{story.REGION}/"
    rows = [f"    {row['username']:<18} {row['says']}" for row in story.accounts()]
    return "\n".join(
        [
            "",
            f"  Kota peragaan / the demonstration city:  {city}",
            f"  Masuk / sign in:                         {settings.public_url}/masuk/",
            f"  Kata sandi semua akun / the password of every account:  {story.PASSWORD}",
            "",
            *rows,
            "",
            "  Semua data rekaan. / All data are invented.   Berhenti / stop: Ctrl-C",
            "",
        ]
    )


def _simulator(settings: Settings) -> serve.Part:
    orders = settings.data / prepare.ORDERS
    return serve.Part(
        "senders", (sys.executable, "-m", "simpul_demo.simulator", "--watched", str(orders))
    )


def run(given: argparse.Namespace) -> int:
    """Do what the command line says; the exit code.

    given: folder, fresh, port and no_simulator.

    Raises:
        AlreadyRunning, NotADemo
    """
    folder = Path(given.folder).resolve()
    _refuse_if_running(folder)
    settings = choose_settings(folder, given.port)
    if given.fresh or not _is_set_up(folder):
        _clear(folder)
        _set_up(settings, datetime.now(UTC))
    else:
        prepare.again(settings)
    _mark(settings, set_up=True)
    besides = [] if given.no_simulator else [_simulator(settings)]
    print(greeting(settings), flush=True)
    return serve.serve(settings, besides=besides)
