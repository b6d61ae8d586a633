"""Sets the whole demo city up: databases, offices, programme, feeds, readings, numbers.

The city hall is filled in this process. The data wing is filled by the broker, which runs for as
long as it takes: feeds and tokens come through its internal door, readings from the simulated
senders over HTTP, as they always will.
"""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connections

from simpul.entrypoints import installation, serve
from simpul.entrypoints.settings import Settings, child_environment
from simpul.kernel.errors import Conflict, Unavailable
from simpul.kernel.time import system_clock
from simpul_demo import simulator, story
from simpul_demo.delivery import Door
from simpul_demo.progress import Bar
from simpul_demo.simulator import Orders

ORDERS = "senders.json"
INTAKE = "/intake/{region}/{feed}"
SEED = 1971
RENEWED_BEFORE = timedelta(days=2)
START_WITHIN_S = 30.0


class PortTaken(Conflict):
    """Another program took the broker's port meanwhile; run the command again."""

    problem = "port-taken"


class BrokerSilent(Unavailable):
    """The broker did not start; what it said stands above."""

    problem = "broker-silent"


@contextmanager
def running_broker(settings: Settings) -> Iterator[None]:
    """The broker as a process of its own, for as long as the block runs.

    Raises:
        PortTaken: somebody else listens where it should; what is sent would go astray.
        BrokerSilent: it does not start.
    """
    if asyncio.run(serve.answers(settings.broker_host, settings.broker_port)):
        raise PortTaken
    part = serve.parts_of(settings)[0]
    with subprocess.Popen(
        part.command,
        stdin=subprocess.PIPE,
        env=child_environment(settings),
        start_new_session=True,
    ) as process:
        try:
            _wait_until_it_answers(process, settings)
            yield
        finally:
            process.terminate()


def _wait_until_it_answers(process: subprocess.Popen[bytes], settings: Settings) -> None:
    last = time.monotonic() + START_WITHIN_S
    while not asyncio.run(serve.answers(settings.broker_host, settings.broker_port)):
        if process.poll() is not None or time.monotonic() > last:
            raise BrokerSilent
        time.sleep(0.1)


def whole_city(settings: Settings, *, now: datetime, bar: Bar) -> None:
    """Fill an empty folder.

    Raises:
        PortTaken, BrokerSilent: see `running_broker`.
    """
    bar.stage("basis data / databases", 6)
    installation.load_django()
    installation.migrate(settings, say=lambda line: None)
    from simpul_demo.seed import city  # tables can be named only now

    city.fill_office(settings.public_url, now=now, bar=bar)
    bar.stage("perangkat mengirim bacaan / devices send readings", 30)
    since = city.first_reading(now)
    with running_broker(settings):
        tokens = city.agree_on_feeds(since)
        orders = _orders(settings, since, tokens)
        simulator.catch_up(orders, now=system_clock(), progress=bar.within)
        bar.stage("angka dihitung / numbers are computed", 16)
        city.compute(now=system_clock(), progress=bar.within)
    connections.close_all()


def _door(settings: Settings, feed: str, token: str) -> Door:
    """Where a feed is, and what opens it."""
    path = INTAKE.format(region=story.REGION, feed=feed)
    return Door(settings.broker_address + path, token)


def _orders(settings: Settings, since: datetime, tokens: dict[str, str]) -> Orders:
    """What the senders are told."""
    doors = {key: _door(settings, key, token) for key, token in tokens.items()}
    renewed = system_clock() - RENEWED_BEFORE
    orders = Orders(settings.data / ORDERS, SEED, since, renewed, doors)
    orders.write()
    return orders


def again(settings: Settings) -> None:
    """Bring what was set up earlier to this version, and tell the senders where the broker is."""
    installation.load_django()
    installation.migrate(settings, say=lambda line: None)
    connections.close_all()
    orders = Orders.read(settings.data / ORDERS)
    doors = {key: _door(settings, key, door.token) for key, door in orders.doors.items()}
    replace(orders, doors=doors).write()
