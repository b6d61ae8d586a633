"""The two servers of an installation, each in a process of its own."""

from __future__ import annotations

import os
import signal
import threading

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from simpul.entrypoints import locks
from simpul.entrypoints.settings import Settings


def run_web(settings: Settings) -> None:
    """Serve the pages until told to stop: Django under WSGI, on a fixed number of threads.

    Raises:
        InUse: the pages of this data folder are served already.
    """
    server = Server(
        "simpul.entrypoints.web:app",
        address=settings.web_host,
        port=settings.web_port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.web_threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=settings.access_log,
        workers_kill_timeout=10,
    )
    with locks.hold(settings.data / "web.lock"):
        server.serve()


def run_broker(settings: Settings) -> None:
    """Serve the data wing until told to stop: one worker, for it alone writes `data.db`."""
    Server(
        "simpul.entrypoints.broker:app",
        address=settings.broker_host,
        port=settings.broker_port,
        interface=Interfaces.RSGI,
        workers=1,
        http=HTTPModes.auto,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=10,
    ).serve()


def end_with_parent() -> None:
    """Stop this process, as if asked to, when whoever started it is gone.

    The parent holds the other end of our standard input and never writes to it.
    """

    def watch() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
