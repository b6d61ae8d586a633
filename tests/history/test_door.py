"""The last steps of sealing through the broker's door, as the worker takes them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simpul.history.door import SealingDoor
from simpul.history.model import Segment
from simpul.kernel.errors import SimpulError
from simpul.storage.segments.sealing import Sealer
from tests.factories_data import CITY, START, Wing, a_document, measured
from tests.sealing import LATER, a_sealer, hot_rows, seal_all

UPSERT = "/ngsi-ld/v1/entityOperations/upsert"
PAST = "/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Device:1?options=sysAttrs"


class Refused(SimpulError):
    """The broker said no."""


@pytest.fixture
def wing(tmp_path: Path) -> Iterator[Wing]:
    opened = Wing(tmp_path)
    yield opened
    opened.close()


def call(wing: Wing, method: str, path: str, body: Any) -> Any:
    answer = wing.knock(method, path, body)
    if answer.status >= 400:
        raise Refused(answer.body.decode())
    return answer.json() if answer.body else None


def sealer_of(wing: Wing) -> Sealer:
    door = SealingDoor(partial(call, wing))
    return a_sealer(wing.broker.stores, door)


def write(wing: Wing, *values: Any) -> str:
    token = wing.token()
    for place, value in enumerate(values):
        document = a_document(level=measured(value, START + timedelta(minutes=place)))
        assert wing.ask("POST", UPSERT, [document], token=token).status in {201, 204}
    return token


def test_the_past_is_served_to_the_byte_as_before_sealing(wing: Wing) -> None:
    token = write(wing, 1, 2.0, 3.5, "high", {"a": [1]})
    before = wing.ask("GET", PAST, token=token)
    assert len(before.json()["level"]) == 5
    assert seal_all(sealer_of(wing), START + LATER) == 5
    assert hot_rows(wing.broker.stores) == 0
    assert wing.ask("GET", PAST, token=token).body == before.body


def test_the_door_opens_to_the_installation_only(wing: Wing) -> None:
    write(wing, 1)
    for method, path in (("PUT", "2026-11-21/0"), ("POST", "2026-11-21")):
        answer = wing.ask(method, f"/internal/segments/{CITY}/{path}", {})
        assert answer.status == 401


class Kept(SealingDoor):
    """A door that keeps what is registered, and lets nothing through."""

    def register(self, segment: Segment) -> None:
        raise Seen(segment)


class Seen(Exception):
    """The segment that would have been registered."""


def written(wing: Wing) -> Segment:
    """A segment that is written and not registered."""
    with pytest.raises(Seen) as caught:
        a_sealer(wing.broker.stores, Kept(lambda *given: None)).seal_due(START + LATER)
    segment = caught.value.args[0]
    assert isinstance(segment, Segment)
    return segment


def test_a_file_that_is_not_what_is_said_is_not_taken(wing: Wing) -> None:
    token = write(wing, 1, 2)
    segment = written(wing)
    door = SealingDoor(partial(call, wing))
    for changes in (
        {"path": "../data.db"},
        {"path": f"{CITY}/nothing.parquet"},
        {"hours": f"{CITY}/nothing.parquet"},
        {"sha256": "0" * 64},
        {"size": 1},
        {"number": 1},
    ):
        with pytest.raises(Refused):
            door.register(replace(segment, **changes))
    assert hot_rows(wing.broker.stores) == 2
    assert len(wing.ask("GET", PAST, token=token).json()["level"]) == 2
    door.register(segment)
    door.register(segment)
    door.clear(CITY, segment.day)
    assert hot_rows(wing.broker.stores) == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("2026-11-21/0", {}),
        ("2026-11-21/0", {"region": CITY}),
        ("yesterday", {"after": 0}),
        ("2026-11-21", {"after": "x"}),
    ],
)
def test_what_is_no_call_is_refused(wing: Wing, path: str, body: Any) -> None:
    write(wing, 1)
    method = "POST" if body.get("after") is not None else "PUT"
    assert wing.knock(method, f"/internal/segments/{CITY}/{path}", body).status == 400


def test_a_slice_holds_commits_up_for_less_than_20_ms(wing: Wing) -> None:
    write(wing, *range(30))
    connection = wing.broker.writer._connection
    series = next(connection.execute("SELECT number FROM series"))[0]
    connection.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)"
        " INSERT INTO hot SELECT ?, ?, ? + i * 1000000, 0, i, NULL, 1, NULL FROM n",
        (CITY, series, 1_795_219_200_500_000),
    )
    segment = written(wing)
    door = SealingDoor(partial(call, wing))
    door.register(segment)
    slices: list[float] = []

    def timed(unit: Any) -> Any:
        begins = time.perf_counter()
        left = unit.clear_segments(CITY, segment.day, after=0, seconds=0.001)
        slices.append(time.perf_counter() - begins)
        return left

    while wing.loop.run_until_complete(wing.broker.writer.write(timed)) is not None:
        pass
    assert hot_rows(wing.broker.stores) == 0
    assert len(slices) > 3
    assert sorted(slices)[len(slices) // 2] < 0.02
