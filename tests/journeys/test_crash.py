"""The broker is killed while readings come in: what it acknowledged is there, pages recover."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import City, Crowd, until
from tests.journeys.simulated import Device

pytestmark = pytest.mark.journey

GAUGE = "urn:ngsi-ld:FloodMonitoring:19.71:RG-03"
INDICATOR = "/19.71/indikator/muka-air-rangkui/"
POSTS = 60
KILL_AFTER = 15


def broker_of(folder: Path) -> int | None:
    """Process of the broker that works in a folder: the leader of its group."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        here = f"SIMPUL_DATA={folder}".encode() in environment.split(b"\0")
        if here and b"serve" in command and b"broker" in command:
            return os.getpgid(int(entry.name))
    return None


def pour(gauge: Device, start: datetime, acknowledged: list[int], killer: threading.Event) -> None:
    """Post one reading after the other, a second of observed time apart."""
    for number in range(POSTS):
        status, _answer = gauge.post(
            gauge.says(start + timedelta(seconds=number), wl_cm=200 + number, bat=3.9)
        )
        if status == 200:
            acknowledged.append(number)
        if number == KILL_AFTER:
            killer.set()
        if status == 0:
            time.sleep(0.2)


def kept_between(city: City, start: datetime, end: datetime) -> set[float]:
    """The levels in the archive, asked for in stretches that fit into one page each."""
    found: set[float] = set()
    while start < end:
        behind = min(start + timedelta(seconds=20), end)
        answer = httpx.get(
            f"{city.broker}/ngsi-ld/v1/temporal/entities/{GAUGE}",
            params={
                "timerel": "between",
                "timeAt": f"{start:%Y-%m-%dT%H:%M:%SZ}",
                "endTimeAt": f"{behind:%Y-%m-%dT%H:%M:%SZ}",
                "attrs": "currentLevel",
                "format": "temporalValues",
            },
            headers={"NGSILD-Tenant": "19.71"},
        )
        if answer.status_code == 200:
            found |= {float(value) for value, _at in answer.json()["currentLevel"]["values"]}
        start = behind
    return found


def answers(city: City) -> bool:
    try:
        return httpx.get(f"{city.broker}/health", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def test_what_was_acknowledged_outlives_a_killed_broker_and_pages_recover(
    visitor: Crowd, city: City
) -> None:
    page = visitor().go(INDICATOR)
    page.evaluate("window.untouched = true")
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    leader = broker_of(city.folder)
    assert leader is not None
    gauge = city.device("RG-03")
    start = (datetime.now(UTC) - timedelta(minutes=3)).replace(second=1, microsecond=0)
    acknowledged: list[int] = []
    halfway = threading.Event()
    poster = threading.Thread(target=pour, args=(gauge, start, acknowledged, halfway))
    poster.start()
    assert halfway.wait(60)
    os.killpg(leader, signal.SIGKILL)
    poster.join(180)

    until(lambda: answers(city), within=60)
    assert broker_of(city.folder) != leader
    assert len(acknowledged) > KILL_AFTER
    kept = kept_between(city, start, start + timedelta(seconds=POSTS))
    assert {200.0 + number for number in acknowledged} <= kept

    expect(page.locator("html")).to_have_attribute("data-stream", "open", timeout=40_000)
    before = page.locator(".figure__value").first.inner_text()
    assert gauge.post(gauge.says(wl_cm=391.4, bat=3.9))[0] == 200
    expect(page.locator(".figure__value").first).not_to_have_text(before, timeout=40_000)
    assert page.evaluate("window.untouched")
