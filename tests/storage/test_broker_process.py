"""The broker as it runs: granian, a port of its own, killed without warning."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import apsw
import httpx
import orjson
import pytest

from simpul.connectors.door import BrokerAway, BrokerDoor
from simpul.connectors.model import AttributeContract
from simpul.entrypoints.settings import Settings, secret
from simpul.kernel.errors import NotFound, NotSignedIn, Unprocessable
from simpul.kernel.tickets import make_ticket
from simpul.kernel.time import format_time, system_clock
from simpul.storage.sqlite.store import open_readers
from tests.factories_data import CITY, GAUGE_MAPPING, a_document

ENTITIES = "/ngsi-ld/v1/entities"
LEVEL = AttributeContract("waterLevel", "MTR", 0, 10, 300)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Process:
    """A broker process on a data folder."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder, broker_port=free_port())
        self.url = self.settings.broker_address
        self.inner: subprocess.Popen[bytes] | None = None
        self.door = BrokerDoor(self.url, secret(self.settings))

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--workers", "1"]
        command += ["--host", "127.0.0.1", "--port", str(self.settings.broker_port)]
        self.inner = subprocess.Popen(
            [*command, "--log-level", "error", "simpul.entrypoints.broker:app"],
            env=os.environ | {"SIMPUL_DATA": str(self.settings.data)},
            start_new_session=True,
        )
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/ready", trust_env=False).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the broker did not start")

    def kill(self, number: int = signal.SIGKILL) -> None:
        if self.inner is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.inner.pid, number)
            self.inner.wait(20)

    def close(self) -> None:
        self.door.close()
        self.kill()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A broker that several tests speak to; each with a feed of its own."""
    started = Process(tmp_path_factory.mktemp("broker"))
    started.start()
    yield started
    started.close()


@pytest.fixture
def doomed(tmp_path: Path) -> Iterator[Process]:
    """A broker that its test may end."""
    made = Process(tmp_path)
    yield made
    made.close()


@pytest.fixture
def client(process: Process) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=process.url, trust_env=False, timeout=20) as opened:
        yield opened


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def agree(door: BrokerDoor, **changes: Any) -> str:
    """Agree on a feed of river gauges; gives its token."""
    asked: dict[str, Any] = {
        "region": CITY,
        "key": "gauge",
        "name": "River gauges",
        "owner": f"urn:simpul:{CITY}:organisation:pupr",
        "steward": None,
        "kind": "device",
        "entity_type": "WaterLevelObserved",
        "interval_s": 300,
        "open": True,
        "mapping": GAUGE_MAPPING,
        "contracts": [LEVEL],
    }
    feed = door.put_feed(**(asked | changes))
    return door.issue_token(region=CITY, feed=feed.key, label="test").token


def test_a_reading_goes_in_at_one_door_and_comes_out_at_all(
    process: Process, client: httpx.Client
) -> None:
    token = agree(process.door)
    at = format_time(system_clock().replace(microsecond=0))
    reading = {"serial": "g1", "at": at, "level_cm": 150}
    sent = client.post(f"/intake/{CITY}/gauge", json=reading, headers=bearer(token))
    assert sent.json() == {"rows": 1, "accepted": 1, "refused": 0, "errors": []}
    entity = client.get(f"{ENTITIES}/urn:ngsi-ld:WaterLevelObserved:g1?options=keyValues")
    assert entity.json()["waterLevel"] == 1.5
    past = client.get("/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:WaterLevelObserved:g1")
    assert past.json()["waterLevel"][0]["observedAt"] == at
    listed = client.get(ENTITIES, params={"type": "WaterLevelObserved", "q": "waterLevel>1"})
    assert len(listed.json()) == 1
    assert "json-ld#context" in listed.headers["link"]


def test_the_follower_keeps_the_feeds_health(process: Process, client: httpx.Client) -> None:
    token = agree(process.door, key="counted")
    reading = {"serial": "c1", "at": format_time(system_clock()), "level_cm": 150}
    client.post(f"/intake/{CITY}/counted", json=reading, headers=bearer(token))
    stores = open_readers(process.settings.data_db)
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        health = stores.feeds.health("counted", now=system_clock())
        if health.accepted_today == 1:
            break
        time.sleep(0.1)
    assert (health.accepted_today, health.stale_since) == (1, None)
    stores.close()


def test_the_door_says_what_is_wrong(process: Process) -> None:
    process.door.check()
    with pytest.raises(Unprocessable) as raised:
        agree(process.door, mapping={"id": "urn:x:{a}", "attributes": {}})
    assert raised.value.errors == {"attributes": ["at least one attribute is needed"]}
    with pytest.raises(NotFound):
        process.door.issue_token(region=CITY, feed="none", label="")
    with pytest.raises(NotFound):
        process.door.revoke_token(region=CITY, key="none")
    stranger = BrokerDoor(process.url, b"another secret of an installation")
    with pytest.raises(NotSignedIn):
        stranger.check()
    stranger.close()
    nobody = BrokerDoor(f"http://127.0.0.1:{free_port()}", b"whatever it may be")
    with pytest.raises(BrokerAway):
        nobody.check()
    nobody.close()


def test_a_body_beyond_ten_megabytes_is_refused(process: Process, client: httpx.Client) -> None:
    token = agree(process.door)
    big = b'[{"serial": "' + b"x" * (10 * 1024 * 1024) + b'"}]'
    for target in (f"/intake/{CITY}/gauge", ENTITIES):
        answer = client.post(target, content=big, headers=bearer(token))
        assert answer.status_code == 413
    chunks = iter([big[: 6 * 1024 * 1024], big[6 * 1024 * 1024 :]])
    streamed = client.post(f"/intake/{CITY}/gauge", content=chunks, headers=bearer(token))
    assert streamed.status_code == 413
    assert client.get("/health").json() == {"status": "ok"}


def test_an_id_in_a_url_may_be_escaped(process: Process, client: httpx.Client) -> None:
    token = process.door.issue_token(region=CITY, feed=None, label="", open=True).token
    entity_id = "https://example.org/devices/1?x=é"
    document = a_document() | {"id": entity_id}
    created = client.post(ENTITIES, json=document, headers=bearer(token))
    assert created.status_code == 201
    assert client.get(created.headers["location"]).json()["id"] == entity_id


def a_ticket(process: Process) -> str:
    return make_ticket(
        person=None,
        scopes=[f"{CITY}:open"],
        now=system_clock(),
        life=timedelta(minutes=5),
        secret=secret(process.settings),
    )


def test_a_page_hears_of_a_change_over_the_wire(process: Process, client: httpx.Client) -> None:
    token = agree(process.door)
    heard: list[str] = []
    with client.stream("GET", "/stream", params={"ticket": a_ticket(process)}) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        lines = stream.iter_lines()
        assert next(lines).startswith("retry")
        reading = {"serial": "g1", "at": format_time(system_clock()), "level_cm": 150}
        httpx.post(
            f"{process.url}/intake/{CITY}/gauge",
            json=reading,
            headers=bearer(token),
            trust_env=False,
        )
        process.door.tell(region=CITY, topics=["urn:simpul:19.71:value:1"], public=True)
        while len(heard) < 2:
            line = next(lines)
            if line.startswith("data: "):
                heard.append(orjson.loads(line[6:])["topic"])
    assert sorted(heard) == [
        "urn:simpul:19.71:entity:urn%3Angsi-ld%3AWaterLevelObserved%3Ag1",
        "urn:simpul:19.71:value:1",
    ]


def test_a_second_broker_does_not_start_in_the_same_folder(process: Process) -> None:
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--port", str(free_port())]
    second = subprocess.run(
        [*command, "simpul.entrypoints.broker:app"],
        env=os.environ | {"SIMPUL_DATA": str(process.settings.data)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode != 0
    assert "The broker cannot start: another broker works in" in second.stderr
    process.door.check()


def test_the_broker_ends_in_good_order_though_pages_listen(doomed: Process) -> None:
    doomed.start()
    token = agree(doomed.door)
    reading = {"serial": "g1", "at": format_time(system_clock()), "level_cm": 150}
    with httpx.Client(base_url=doomed.url, trust_env=False) as client:
        client.post(f"/intake/{CITY}/gauge", json=reading, headers=bearer(token))
        with client.stream("GET", "/stream", params={"ticket": a_ticket(doomed)}) as stream:
            assert next(stream.iter_lines()).startswith("retry")
            began = time.monotonic()
            doomed.kill(signal.SIGTERM)
    assert doomed.inner is not None
    assert (doomed.inner.returncode, time.monotonic() - began < 10) == (0, True)
    assert list(kept(doomed.settings.data_db)) == ["g1"]


class Senders:
    """Many senders at once; what was acknowledged to them is remembered."""

    def __init__(self, url: str, token: str) -> None:
        self.acknowledged: dict[str, int] = {}
        self._url = url
        self._headers = bearer(token)
        self._lock = threading.Lock()

    def wait_for(self, number: int) -> None:
        """Until so many readings were acknowledged."""
        ends = time.monotonic() + 60
        while sum(self.acknowledged.values()) < number:
            assert time.monotonic() < ends, "nothing is acknowledged"
            time.sleep(0.02)

    def send_until_cut_off(self, name: str) -> None:
        with httpx.Client(base_url=self._url, trust_env=False, timeout=5) as client:
            for number in range(100_000):
                at = format_time(system_clock())
                reading = {"serial": name, "at": at, "level_cm": number % 900}
                try:
                    answer = client.post(
                        f"/intake/{CITY}/gauge", json=reading, headers=self._headers
                    )
                except httpx.HTTPError:
                    return
                if answer.status_code == 200:
                    with self._lock:
                        self.acknowledged[name] = self.acknowledged.get(name, 0) + 1


def kept(path: Path) -> dict[str, int]:
    """Readings on disk by the serial of their gauge, and a check that the file is whole."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    assert next(iter(connection.execute("PRAGMA integrity_check")))[0] == "ok"
    rows = connection.execute(
        "SELECT s.entity_id, count(*) FROM hot AS h JOIN series AS s ON s.number = h.series"
        " WHERE s.attribute = 'waterLevel' GROUP BY 1"
    )
    found = {str(entity).rpartition(":")[2]: int(number) for entity, number in rows}
    (last,) = next(iter(connection.execute("SELECT sequence FROM region")))
    (events,) = next(iter(connection.execute("SELECT count(*) FROM event")))
    (readings,) = next(iter(connection.execute("SELECT count(DISTINCT sequence) FROM hot")))
    assert last == events == readings == sum(found.values())
    connection.close()
    return found


def test_nothing_that_was_acknowledged_is_lost_when_the_broker_is_killed(doomed: Process) -> None:
    total: dict[str, int] = {}
    for round_number in range(3):
        doomed.start()
        senders = Senders(doomed.url, agree(doomed.door))
        names = [f"r{round_number}-{n}" for n in range(8)]
        with ThreadPoolExecutor(len(names)) as pool:
            for name in names:
                pool.submit(senders.send_until_cut_off, name)
            senders.wait_for(100)
            time.sleep(random.uniform(0, 0.5))
            doomed.kill()
        total |= senders.acknowledged
        found = kept(doomed.settings.data_db)
        for name, number in total.items():
            assert number <= found[name] <= number + 1
    assert sum(total.values()) >= 300
