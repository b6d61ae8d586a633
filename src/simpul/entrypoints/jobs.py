"""What the worker process does, besides resting: a table of jobs, filled by the wiring.

A job is a plain function of the present. It does a bounded piece of work in transactions of its
own, says how much it handled, and can be called again at once, or after a crash, without harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Job:
    """name: stands in the log; run: takes the present (aware, UTC) and returns how many things it
    handled; pause: how long it rests after it found nothing to do.
    """

    name: str
    run: Callable[[datetime], int]
    pause: timedelta


_jobs: dict[str, Job] = {}


def add(name: str, run: Callable[[datetime], int], *, pause: timedelta) -> None:
    """Let the worker do this; a name said again replaces what it meant."""
    _jobs[name] = Job(name, run, pause)


def known() -> tuple[Job, ...]:
    """Every job, in the order in which they were added."""
    return tuple(_jobs.values())
