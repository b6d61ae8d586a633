"""The broker behind an ASGI server, and what runs beside its requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from simpul.connectors.following import FeedFollower
from simpul.entrypoints.boundaries import locate
from simpul.entrypoints.broker import AsgiApp
from simpul.entrypoints.data_wing import open_ports
from simpul.entrypoints.settings import Settings
from simpul.kernel.errors import Unavailable
from tests.factories_data import CITY, START, Wing, a_document


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the broker as an ASGI server would run it."""
    app = AsgiApp(Settings(data=folder))
    told: asyncio.Queue[Any] = asyncio.Queue()
    said: asyncio.Queue[Any] = asyncio.Queue()
    life = asyncio.create_task(app({"type": "lifespan"}, told.get, said.put))
    await told.put({"type": "lifespan.startup"})
    assert (await said.get())["type"] == "lifespan.startup.complete"
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://broker") as client:
        yield client
    await told.put({"type": "lifespan.shutdown"})
    assert (await said.get())["type"] == "lifespan.shutdown.complete"
    await life


def test_the_broker_answers_behind_asgi(tmp_path: Path) -> None:
    async def speak() -> None:
        async with served(tmp_path) as client:
            assert (await client.get("/ready")).json() == {"status": "ready", "regions": []}
            refused = await client.post("/ngsi-ld/v1/entities/", json=a_document())
            assert refused.status_code == 401
            chunks = [b"x" * (6 * 1024 * 1024)] * 2

            async def body() -> AsyncIterator[bytes]:
                for chunk in chunks:
                    yield chunk

            large = await client.post("/intake/19.71/gauge", content=body())
            assert large.status_code == 413

    asyncio.run(speak())


def test_the_broker_gives_the_folder_back_behind_asgi(tmp_path: Path) -> None:
    async def twice() -> None:
        for _ in range(2):
            async with served(tmp_path) as client:
                assert (await client.get("/health")).status_code == 200

    asyncio.run(twice())
    assert open_ports(Settings(data=tmp_path)).entities.regions() == []


def test_what_fails_in_the_broker_is_a_problem_and_not_told(
    wing: Wing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*anything: Any) -> None:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(wing.broker.stores.entities, "regions", fail)
    for target in ("/ready", "/ngsi-ld/v1/types"):
        answer = wing.ask("GET", target)
        assert answer.status == 500
        assert b"secret" not in answer.body
    assert answer.json()["type"] == "https://uri.etsi.org/ngsi-ld/errors/InternalError"
    assert "the secret reason" in caplog.text


def test_a_commit_that_fails_is_503_and_can_be_tried_again(wing: Wing) -> None:
    token = wing.token()
    wing.broker.writer._connection.set_commit_hook(lambda: True)
    answer = wing.ask("POST", "/ngsi-ld/v1/entities", a_document(), token=token)
    assert (answer.status, answer.header("retry-after")) == (503, "1")
    batch = wing.ask("POST", "/ngsi-ld/v1/entityOperations/upsert", [a_document()], token=token)
    assert batch.status == 503
    wing.broker.writer._connection.set_commit_hook(None)
    assert wing.ask("POST", "/ngsi-ld/v1/entities", a_document(), token=token).status == 201


def test_the_follower_runs_beside_and_waits_out_a_failure(
    wing: Wing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = wing.agree()
    entities = wing.broker.stores.entities
    follower = FeedFollower(entities, wing.broker.writer, clock=wing.clock, cap=100, pause_s=0.01)
    regions = entities.regions

    def away() -> list[str]:
        raise Unavailable("away for now")

    async def follow() -> None:
        monkeypatch.setattr(entities, "regions", away)
        running = asyncio.create_task(follower.run())
        await asyncio.sleep(0.05)
        monkeypatch.setattr(entities, "regions", regions)
        follower.wake(frozenset({CITY}))
        while entities.cursor(CITY, "feeds") < 1:
            await asyncio.sleep(0.01)
        running.cancel()

    wing.send(token, {"serial": "g1", "at": "2026-11-21T03:00:00Z", "level_cm": 150})
    wing.loop.run_until_complete(asyncio.wait_for(follow(), 10))
    assert wing.feeds.health("gauge", now=START).accepted_today == 1
    assert "away for now" in caplog.text


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        (106.10242, -2.13291, "19.71.04.1001"),
        (106.8267, -6.1764, "31.71"),
        (0.0, 0.0, None),
    ],
)
def test_a_place_lies_in_the_smallest_area_that_is_known(
    longitude: float, latitude: float, code: str | None
) -> None:
    assert locate(longitude, latitude) == code
