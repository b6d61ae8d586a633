"""`python -m simpul_demo.simulator FILE`: the devices and applications of the demo city.

A program of its own that knows of Simpul only what every sender is told: an address and a token
for each feed, which stand in FILE. It first sends what has happened since it last ran, then goes
on at the pace of the clock, and remembers in a file beside FILE how far it has come.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from simpul_demo import story
from simpul_demo.delivery import Courier, Door, bundles
from simpul_demo.senders import AirStation, Forecaster, Gauge, Message, Pump, Sender, Village

STEP = timedelta(hours=24)
REST_S = 2.0
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Orders:
    """What FILE says. seed: of the weather; since: from when on the city has devices; renewed: from
    when on some of them send more often."""

    path: Path
    seed: int
    since: datetime
    renewed: datetime
    doors: dict[str, Door]

    @classmethod
    def read(cls, path: Path) -> Orders:
        data = json.loads(path.read_text())
        doors = {key: Door(**door) for key, door in data["feeds"].items()}
        since, renewed = (datetime.fromisoformat(data[name]) for name in ("since", "renewed"))
        return cls(path, data["seed"], since, renewed, doors)

    def write(self) -> None:
        """Keep the orders where only their owner can read them."""
        feeds = {key: {"url": door.url, "token": door.token} for key, door in self.doors.items()}
        times = {"since": self.since.isoformat(), "renewed": self.renewed.isoformat()}
        data = {"seed": self.seed, **times, "feeds": feeds}
        self.path.touch(mode=0o600)
        self.path.write_text(json.dumps(data, indent=2))

    @property
    def _diary(self) -> Path:
        return self.path.with_suffix(".sent")

    @property
    def sent_until(self) -> datetime:
        """Up to when everything has been sent."""
        if not self._diary.exists():
            return self.since
        return datetime.fromisoformat(self._diary.read_text().strip())

    def remember(self, moment: datetime) -> None:
        """Note how far it has come; a crash before only means that some is sent twice."""
        fresh = self._diary.with_suffix(".new")
        fresh.write_text(moment.isoformat())
        fresh.replace(self._diary)


def senders(described: Mapping[str, Any], seed: int, renewed: datetime) -> list[Sender]:
    """The city's devices and applications, as `content/feeds.yaml` describes them."""
    gauges = [
        Gauge(
            device=row["device"],
            site=row["site"],
            feed=row["feed"],
            place=(row["place"][0], row["place"][1]),
            base=row["base"],
            tide=row["tide"],
            runoff=row["runoff"],
            seed=seed,
            interval=timedelta(seconds=row["interval_s"]),
            renewed=renewed,
        )
        for row in described["gauges"]
    ]
    pumps = [
        Pump(row["device"], row["feed"], (row["place"][0], row["place"][1]), seed)
        for row in described["pumps"]
    ]
    villages = tuple(
        Village(row["code"], row["name"], row["district"], (row["place"][0], row["place"][1]))
        for row in described["forecast"]["villages"]
    )
    return [
        *gauges,
        *pumps,
        AirStation(described["air"]["feed"], seed),
        Forecaster(described["forecast"]["feed"], seed, villages),
    ]


def _crew(orders: Orders) -> list[Sender]:
    return senders(story.feeds(), orders.seed, orders.renewed)


def _leaving(every: Sequence[Sender], after: datetime, until: datetime) -> list[Message]:
    """What leaves in a span, feed by feed in the order of leaving."""
    found = [message for sender in every for message in sender.messages(after, until)]
    return sorted(found, key=lambda message: (message.feed, message.sent_at))


def send_span(every: Sequence[Sender], orders: Orders, courier: Courier, until: datetime) -> int:
    """Send what leaves up to a moment and remember it; how many messages that were."""
    messages = _leaving(every, orders.sent_until, until)
    described = story.feeds()["bundle"]
    for feed, group in bundles(messages, most=500):
        if described.get(feed):
            courier.deliver(feed, group)
        else:
            for payload in group:
                courier.deliver(feed, payload)
    orders.remember(until)
    return len(messages)


def catch_up(orders: Orders, *, now: datetime, progress: Progress) -> int:
    """Send everything from where it stopped until now; how many messages that were.

    progress: told the share that is done, from 0 to 1.
    """
    every, courier = _crew(orders), Courier(orders.doors)
    start, sent = orders.sent_until, 0
    while orders.sent_until < now:
        sent += send_span(every, orders, courier, min(orders.sent_until + STEP, now))
        progress((orders.sent_until - start) / (now - start))
    return sent


def run(orders: Orders) -> None:
    """Catch up, then keep pace with the clock until stopped."""
    catch_up(orders, now=datetime.now(UTC), progress=lambda share: None)
    every, courier = _crew(orders), Courier(orders.doors)
    while True:
        time.sleep(REST_S)
        send_span(every, orders, courier, datetime.now(UTC))


def _end_with_input() -> None:
    """Whoever started this process holds its input open and never writes to it."""
    while os.read(0, 1):
        pass
    os._exit(0)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Sends the readings of a demonstration city.")
    parser.add_argument("file", type=Path, help="addresses and tokens of the feeds")
    parser.add_argument("--watched", action="store_true", help="end when the input ends")
    given = parser.parse_args(arguments)
    if given.watched:
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        run(Orders.read(given.file))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
