"""The worker process: does the registered jobs in turn, each at its own pace.

A job that fails is logged and rests, twice as long each time, while the others go on.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

from django.db import close_old_connections

from simpul.entrypoints import jobs, locks
from simpul.entrypoints.jobs import Job
from simpul.entrypoints.settings import Settings
from simpul.kernel.time import Clock, system_clock

logger = logging.getLogger(__name__)

FIRST_BACK_OFF = timedelta(seconds=2)
LONGEST_BACK_OFF = timedelta(minutes=5)


@dataclass(slots=True)
class _Turn:
    """When a job is due again, and how often it has failed in a row."""

    job: Job
    due: datetime
    failures: int = 0


class Worker:
    """Runs jobs until told to stop. clock: says what time it is."""

    def __init__(self, known: Sequence[Job], *, clock: Clock) -> None:
        self._clock = clock
        self._turns = [_Turn(job, clock()) for job in known]

    def round(self) -> int:
        """Give every job that is due one turn; how many things were handled."""
        return sum(self._take(turn) for turn in self._turns if turn.due <= self._clock())

    def _take(self, turn: _Turn) -> int:
        now = self._clock()
        try:
            handled = turn.job.run(now)
        except Exception:
            turn.failures += 1
            turn.due = now + back_off(turn.failures)
            logger.exception("%s failed (%d in a row)", turn.job.name, turn.failures)
            close_old_connections()
            return 0
        if turn.failures:
            logger.warning("%s works again", turn.job.name)
        turn.failures = 0
        turn.due = now if handled else now + turn.job.pause
        return handled

    def run(self, *, stopped: Callable[[float], bool], pause: float) -> None:
        """Take rounds until stopped. stopped: waits so many seconds at most, and tells whether to
        stop; pause: the longest rest between two rounds, in seconds.
        """
        while not stopped(0 if self.round() else pause):
            pass


def back_off(failures: int) -> timedelta:
    """How long a job rests after so many failures in a row: 2, 4, 8 … seconds, then 5 minutes."""
    doubled: int = 2 ** min(failures - 1, 16)
    return min(FIRST_BACK_OFF * doubled, LONGEST_BACK_OFF)


def work(settings: Settings) -> None:
    """Do the jobs until SIGTERM or SIGINT; the job at hand is finished first.

    Raises:
        InUse: a worker runs in this data folder already.
    """
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    with locks.hold(settings.data / "worker.lock"):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        known = jobs.known()
        logger.info("worker: %s", ", ".join(job.name for job in known) or "no jobs")
        Worker(known, clock=system_clock).run(
            stopped=stop.wait, pause=settings.worker_pause_ms / 1000
        )
