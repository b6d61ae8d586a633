"""A whole installation, served: three processes that answer, come back and end together."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from simpul.entrypoints import doctor, locks
from simpul.entrypoints.doctor import State
from simpul.entrypoints.settings import Settings, child_environment

pytestmark = pytest.mark.slow
COMMAND = (sys.executable, "-m", "simpul.entrypoints.cli")


def environment(settings: Settings) -> dict[str, str]:
    """What an installed command would see; Django's settings for tests are not for it."""
    given = child_environment(settings)
    given.pop("DJANGO_SETTINGS_MODULE", None)
    return given


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(two.getsockname()[1])


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    web, broker = free_ports()
    given = Settings(
        data=tmp_path_factory.mktemp("served") / "data",
        web_port=web,
        broker_port=broker,
        public_url=f"http://kota.example:{web}",
        allowed_hosts="kota.example",
    )
    subprocess.run([*COMMAND, "migrate"], env=environment(given), check=True)
    return given


class Served:
    """`simpul serve` in a process of its own, and what it wrote so far."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings = settings
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [*COMMAND, "serve"], env=environment(settings), stdout=out, stderr=out
            )
        self.wait_for(lambda: "simpul  | ready: http://kota.example:" in self.log.read_text())

    def wait_for(self, true: Callable[[], bool], *, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)

    def answers(self) -> bool:
        web, broker = self.settings.web_port, self.settings.broker_port
        return doctor.speaks_http(f"http://127.0.0.1:{web}/") and doctor.speaks_http(
            f"http://127.0.0.1:{broker}/"
        )

    def ports_are_free(self) -> bool:
        ports = (self.settings.web_port, self.settings.broker_port)
        return not any(doctor.port_is_taken("127.0.0.1", port) for port in ports)

    def part(self, word: str) -> int | None:
        """The process of a part, found by its command line among our children."""
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().decode().split("\0")
                parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
                if int(parent) == self.process.pid and word in words:
                    return int(folder.name)
        return None


@pytest.fixture
def served(settings: Settings, tmp_path: Path) -> Iterator[Served]:
    running = Served(settings, tmp_path / "log")
    yield running
    if running.process.poll() is None:
        running.process.terminate()
    running.process.wait(30)
    running.wait_for(running.ports_are_free)


def test_pages_broker_and_worker_do_their_work(served: Served) -> None:
    served.wait_for(lambda: locks.is_held(served.settings.data / "worker.lock"))
    findings = list(doctor.examine(served.settings, "en", [doctor.check_processes]))
    assert [finding.what for finding in findings] == [
        "The pages answer.",
        "The broker answers.",
        "The worker runs.",
    ]
    assert {finding.state for finding in findings} == {State.GOOD}


def test_browsers_may_keep_files_for_ever(served: Served) -> None:
    pages = httpx.Client(
        base_url=f"http://127.0.0.1:{served.settings.web_port}", headers={"Host": "kota.example"}
    )
    with pages:
        home = pages.get("/")
        files = re.findall(r'"(/static/[^"#?]+)', home.text)
        assert files
        for file in files:
            answer = pages.get(file, headers={"Accept-Encoding": "gzip"})
            assert answer.status_code == 200, file
            assert "immutable" in answer.headers["cache-control"], file
        assert any(pages.get(file).headers.get("content-encoding") == "gzip" for file in files)


def test_everything_ends_when_asked_to(served: Served) -> None:
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(30) == 0
    assert served.ports_are_free()
    assert not locks.is_held(served.settings.data / "worker.lock")
    assert "Traceback" not in served.log.read_text()


@pytest.mark.parametrize("name", ["broker", "web", "work"])
def test_a_part_that_is_killed_comes_back(served: Served, name: str) -> None:
    before = served.part(name)
    assert before
    os.kill(before, signal.SIGKILL)
    served.wait_for(lambda: "ended (-9); starting it again in 1 s" in served.log.read_text())
    served.wait_for(lambda: served.answers() and served.part(name) not in {None, before})
    assert served.process.poll() is None


def test_nothing_is_left_when_the_supervisor_is_killed(served: Served) -> None:
    served.process.kill()
    served.process.wait(10)
    served.wait_for(served.ports_are_free)
    served.wait_for(lambda: not locks.is_held(served.settings.data / "worker.lock"))
    assert not served.answers()


FEED = """
region: "19.71"
key: gauge
name: River gauge
kind: device
owner: pemerintah
entity_type: FloodMonitoring
interval_s: 300
open: true
contracts:
  currentLevel: {unit: CMT, minimum: 0, maximum: 400}
mapping:
  id: "urn:ngsi-ld:FloodMonitoring:19.71:{dev}"
  observed: {path: ts, format: epoch_s}
  attributes:
    currentLevel: {path: wl, unit: CMT}
"""


def simpul(settings: Settings, *words: str | Path) -> str:
    """What a verb of the command says, which must succeed."""
    done = subprocess.run(
        [*COMMAND, *words],
        env=environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def send(settings: Settings, token: str, body: dict[str, object]) -> int:
    """The status that a sender gets."""
    answer = httpx.post(
        f"http://127.0.0.1:{settings.broker_port}/intake/19.71/gauge",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status_code


def test_a_device_is_connected_from_the_command_line(served: Served, tmp_path: Path) -> None:
    given = served.settings
    simpul(given, "region", "open", "19.71")
    (tmp_path / "gauge.yaml").write_text(FEED)
    assert "belongs to Pemerintah" in simpul(given, "feed", "put", tmp_path / "gauge.yaml")
    told = simpul(given, "feed", "token", "19.71", "gauge", "--label", "Modem 1")
    token, key = told.split()[0], told.split()[-1].rstrip(".")
    body: dict[str, object] = {"dev": "G1", "ts": int(time.time()), "wl": 132.5}
    assert send(given, token, body) == 200
    entity = httpx.get(
        f"http://127.0.0.1:{given.broker_port}/ngsi-ld/v1/entities/"
        "urn:ngsi-ld:FloodMonitoring:19.71:G1",
        headers={"NGSILD-Tenant": "19.71"},
    )
    assert entity.json()["currentLevel"]["value"] == 132.5
    simpul(given, "feed", "revoke", "19.71", key)
    assert send(given, token, body) == 401


def test_a_second_one_does_not_start_beside_it(served: Served) -> None:
    second = subprocess.run(
        [*COMMAND, "serve"],
        env=environment(served.settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 2
    assert "held by another process" in second.stderr
    assert served.answers()
