"""Intake by MQTT with a real Mosquitto: nothing acknowledged is lost, and twice does no harm.

Tests that start one are slow, for it is installed by `make test` only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simpul.connectors.mqtt.client import Message
from simpul.connectors.mqtt.intake import MqttIntake
from simpul.kernel.time import format_time
from tests.connectors.mosquitto import PASSWORD, Mosquitto, free_port
from tests.factories_data import CITY, GAUGE_MAPPING, START, Wing

TOPICS = [f"{CITY}/gauge/+/level"]
BY_TOPIC = GAUGE_MAPPING | {"id": "urn:ngsi-ld:WaterLevelObserved:{@.levels[2]}"}


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path / "mosquitto")
    made.start()
    yield made
    made.stop()


class Listening:
    """A data wing that listens to a broker."""

    def __init__(self, folder: Path, port: int, **settings: Any) -> None:
        password = folder / "mqtt-password"
        password.write_text(f"{PASSWORD}\n")
        known: dict[str, Any] = {"mqtt_host": "127.0.0.1", "mqtt_port": port, "mqtt_user": "simpul"}
        known |= {"mqtt_password_file": str(password)}
        self.wing = Wing(folder / "data", **(known | settings))
        assert self.wing.broker.mqtt is not None
        self.mqtt: MqttIntake = self.wing.broker.mqtt

    def start(self) -> None:
        self.wing.broker.start(self.wing.loop)

    def wait(self, done: Callable[[], bool], seconds: float = 15) -> None:
        """Let the wing live until something is so."""
        ends = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < ends, (self.mqtt.connection, self.mqtt.counts)
            self.wing.loop.run_until_complete(asyncio.sleep(0.01))

    def until_connected(self) -> None:
        self.wait(lambda: self.mqtt.connection.state == "connected")

    def until_kept(self, number: int) -> None:
        self.wait(lambda: self.kept() >= number, seconds=60)

    def levels(self) -> dict[str, list[float | None]]:
        """What is kept, by gauge."""
        history = self.wing.history
        found = history.series_of(CITY, entity_type="WaterLevelObserved", attribute="waterLevel")
        start, end = START - timedelta(days=1), START + timedelta(days=1)
        return {
            each.entity_id.rpartition(":")[2]: [
                reading.number for reading in history.readings([each.number], start, end)
            ]
            for each in found
        }

    def kept(self) -> int:
        return sum(len(each) for each in self.levels().values())


@pytest.fixture
def listening(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Listening]:
    made = Listening(tmp_path, mosquitto.port)
    made.wing.agree(mapping=BY_TOPIC, topics=TOPICS)
    made.start()
    yield made
    made.wing.close()


def a_reading(number: int = 0, level_cm: float = 150) -> dict[str, Any]:
    at = START - timedelta(seconds=number)
    return {"at": format_time(at), "level_cm": level_cm}


def on(gauge: str, *readings: Any) -> list[tuple[str, Any]]:
    return [(f"{CITY}/gauge/{gauge}/level", each) for each in readings]


@pytest.mark.slow
def test_a_message_becomes_a_reading_named_by_its_topic(
    mosquitto: Mosquitto, listening: Listening
) -> None:
    listening.until_connected()
    mosquitto.publish(on("g1", a_reading()) + on("g2", a_reading(1, 200)))
    listening.wait(lambda: listening.kept() == 2)
    assert listening.levels() == {"g1": [1.5], "g2": [2.0]}


@pytest.mark.slow
@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_what_comes_while_nobody_listens_is_kept_by_the_broker(
    tmp_path: Path, mosquitto: Mosquitto, version: str
) -> None:
    listening = Listening(tmp_path, mosquitto.port, mqtt_version=version)
    listening.wing.agree(mapping=BY_TOPIC, topics=TOPICS)
    listening.start()
    listening.until_connected()
    listening.wing.close()
    mosquitto.publish(on("g1", *[a_reading(number, number % 900) for number in range(1500)]))
    again = Listening(tmp_path, mosquitto.port, mqtt_version=version)
    again.start()
    again.wait(lambda: again.mqtt.counts.kept == 1500)
    assert again.kept() == 1500
    again.wing.close()


@pytest.mark.slow
def test_what_cannot_be_read_is_held_and_does_not_come_again(
    mosquitto: Mosquitto, listening: Listening
) -> None:
    listening.until_connected()
    mosquitto.publish(on("g1", b"not json", b"\xff\xfe", a_reading(), {"at": "never"}))
    listening.wait(lambda: listening.mqtt.counts.kept == 4)
    held = listening.wing.feeds.quarantined(CITY, feed="gauge")
    assert sorted(each.reason for each in held) == ["no_time", "unparsable", "unparsable"]
    assert listening.kept() == 1
    mosquitto.stop()
    mosquitto.start()
    listening.wait(lambda: listening.mqtt.connection.state == "lost")
    listening.until_connected()
    mosquitto.publish(on("g1", a_reading(1)))
    listening.wait(lambda: listening.kept() == 2)
    assert len(listening.wing.feeds.quarantined(CITY, feed="gauge")) == 3


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_broker_comes_and_goes(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    listening = Listening(tmp_path, mosquitto.port)
    listening.wing.agree(mapping=BY_TOPIC, topics=TOPICS)
    listening.start()
    for number in range(4):
        listening.until_connected()
        part = [a_reading(number * 500 + each, each) for each in range(500)]
        mosquitto.publish(on("g1", *part))
        listening.until_kept(number * 500 + 100)
        if number % 2:
            listening.wing.close()
        mosquitto.stop()
        mosquitto.start()
        if number % 2:
            listening = Listening(tmp_path, mosquitto.port)
            listening.start()
    listening.until_kept(2000)
    assert listening.kept() == 2000
    listening.wing.close()


@pytest.mark.slow
def test_topics_can_be_changed_while_it_runs(mosquitto: Mosquitto, listening: Listening) -> None:
    listening.until_connected()
    listening.wing.agree(mapping=BY_TOPIC, topics=[f"{CITY}/other/+/level"])
    listening.wing.loop.run_until_complete(asyncio.sleep(0.2))
    mosquitto.publish([*on("g1", a_reading()), (f"{CITY}/other/g3/level", a_reading(2))])
    listening.wait(lambda: listening.kept() == 1)
    assert listening.levels() == {"g3": [1.5]}


@pytest.mark.slow
def test_the_state_of_the_connection_can_be_seen(
    mosquitto: Mosquitto, listening: Listening
) -> None:
    listening.until_connected()
    told = listening.wing.ask("GET", "/ready").json()
    assert told["mqtt"] == {"state": "connected", "since": format_time(START)}
    later = listening.wing.clock.pass_time(minutes=1)
    mosquitto.stop()
    listening.wait(lambda: listening.mqtt.connection.state == "lost")
    told = listening.wing.ask("GET", "/ready").json()
    assert (told["status"], told["mqtt"]["state"]) == ("ready", "lost")
    health = listening.wing.feeds.health("gauge", now=later)
    assert health.connection is not None
    assert (health.connection.state, health.connection.since) == ("lost", later)


@pytest.mark.slow
def test_a_wrong_password_is_said(tmp_path: Path, mosquitto: Mosquitto) -> None:
    listening = Listening(tmp_path, mosquitto.port, mqtt_user="stranger")
    listening.start()
    listening.wait(lambda: listening.mqtt.connection.detail != "")
    assert "refuses: Not authorized" in listening.mqtt.connection.detail
    listening.wing.close()


def test_a_broker_that_is_not_there_holds_nothing_up(tmp_path: Path) -> None:
    listening = Listening(tmp_path, free_port())
    listening.start()
    listening.wait(lambda: listening.mqtt.connection.state == "lost")
    assert listening.wing.ask("GET", "/ready").status == 200
    began = time.monotonic()
    listening.wing.close()
    assert time.monotonic() - began < 5


def a_message(payload: bytes, **changes: Any) -> Message:
    known: dict[str, Any] = {"topic": TOPICS[0].replace("+", "g1"), "payload": payload, "number": 7}
    return Message(**(known | {"quality": 1, "again": False, "session": 1} | changes))


def test_a_message_sent_again_is_not_a_second_reading(tmp_path: Path) -> None:
    """Readings that do not say their time cannot be told apart by it."""
    listening = Listening(tmp_path, free_port())
    timeless = {name: part for name, part in BY_TOPIC.items() if name != "observed"}
    listening.wing.agree(mapping=timeless, topics=TOPICS)
    listening.start()
    take = listening.mqtt._keep_all
    run = listening.wing.loop.run_until_complete
    for again in (False, True):
        listening.mqtt._room.acquire()
        run(take([a_message(b'{"level_cm": 150}', again=again)]))
        listening.wing.clock.pass_time(minutes=1)
    assert (listening.kept(), listening.mqtt.counts.again) == (1, 1)
    listening.wing.close()


@pytest.mark.parametrize(
    ("topics", "field"),
    [
        ([""], "topics[0]"),
        (["a/b", "a/#/b"], "topics[1]"),
        (["#"], "topics[0]"),
        (["+/a"], "topics[0]"),
        (["$share/x/a"], "topics[0]"),
        (["a/b+"], "topics[0]"),
        (["21.72/gauge"], "topics[0]"),
        (["a" * 600], "topics[0]"),
    ],
)
def test_topics_that_cannot_be_followed_are_refused(
    wing: Wing, topics: list[str], field: str
) -> None:
    with pytest.raises(AssertionError, match="bad-topics") as raised:
        wing.agree(topics=topics)
    assert field in str(raised.value)


def test_topics_stay_where_an_agreement_does_not_speak_of_them(wing: Wing) -> None:
    wing.agree(topics=TOPICS)
    wing.agree(name="Gauges")
    feed = wing.feeds.feed("gauge")
    assert feed is not None
    assert (feed.name, feed.topics) == ("Gauges", tuple(TOPICS))
    with pytest.raises(AssertionError, match="is needed to read"):
        wing.agree(mapping={})


def test_a_message_may_be_nothing_but_a_number(tmp_path: Path) -> None:
    listening = Listening(tmp_path, free_port())
    bare = {"id": BY_TOPIC["id"], "attributes": {"waterLevel": {"path": "$", "unit": "CMT"}}}
    listening.wing.agree(mapping=bare, topics=TOPICS)
    listening.start()
    listening.mqtt._room.acquire()
    listening.wing.loop.run_until_complete(listening.mqtt._keep_all([a_message(b"150")]))
    assert listening.levels() == {"g1": [1.5]}
    listening.wing.close()


def test_over_http_there_is_no_topic_to_look_at(wing: Wing) -> None:
    token = wing.agree(mapping=BY_TOPIC)
    answer = wing.send(token, a_reading())
    assert answer.status == 202
    assert answer.json()["errors"][0]["reason"] == "no_id"
