"""A message that its sender named counts once, whatever is sent again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from simpul.kernel.http import Request
from tests.factories_data import CITY, GAUGE_MAPPING, Answer, Wing

TIMELESS = {name: part for name, part in GAUGE_MAPPING.items() if name != "observed"}
MESSAGE = {"serial": "g1", "level_cm": 150}


def send(wing: Wing, token: str, body: Any, key: str = "k1", feed: str = "gauge") -> Answer:
    headers = {"idempotency-key": key}
    return wing.ask("POST", f"/intake/{CITY}/{feed}", body, token=token, headers=headers)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (MESSAGE, 200),
        ([MESSAGE, {"serial": "g2", "level_cm": 5000}], 202),
        (b"not json", 400),
        ([{"serial": f"g{number}", "level_cm": 1} for number in range(250)], 200),
    ],
)
def test_the_same_message_gets_the_same_answer_and_is_not_written(
    wing: Wing, body: Any, status: int
) -> None:
    token = wing.agree(mapping=TIMELESS)
    first = send(wing, token, body)
    high = wing.entities.high_water(CITY)
    wing.clock.pass_time(hours=23)
    second = send(wing, token, body)
    assert (first.status, second.status, second.body) == (status, status, first.body)
    assert first.header("content-type") == second.header("content-type")
    assert (first.header("idempotency-replayed"), second.header("idempotency-replayed")) == (
        None,
        "true",
    )
    assert wing.entities.high_water(CITY) == high


def test_another_message_under_the_same_key_is_refused(wing: Wing) -> None:
    token = wing.agree(mapping=TIMELESS)
    send(wing, token, MESSAGE)
    answer = send(wing, token, MESSAGE | {"level_cm": 151})
    assert (answer.status, answer.json()["type"]) == (
        422,
        "urn:simpul:problem:idempotency-key-reused",
    )


def test_a_key_is_forgotten_after_a_day_and_counts_per_feed(wing: Wing) -> None:
    token = wing.agree(mapping=TIMELESS)
    other = wing.agree(mapping=TIMELESS, key="other")
    send(wing, token, MESSAGE)
    assert send(wing, other, MESSAGE, feed="other").header("idempotency-replayed") is None
    wing.clock.pass_time(hours=24)
    again = send(wing, token, MESSAGE | {"level_cm": 160})
    assert (again.status, again.header("idempotency-replayed")) == (200, None)


def test_a_key_in_use_has_to_wait(wing: Wing) -> None:
    token = wing.agree(mapping=TIMELESS)
    headers = {"idempotency-key": "k1", "authorization": f"Bearer {token}"}
    body = b'{"serial": "g1", "level_cm": 150}'
    request = Request("POST", f"/intake/{CITY}/gauge", "", headers, body)

    async def both() -> list[int]:
        answers = await asyncio.gather(*(wing.broker.handle(request) for _ in range(2)))
        return [each.status for each in answers]

    assert wing.loop.run_until_complete(both()) == [200, 409]
    assert send(wing, token, body).status == 200


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 129])
def test_a_key_that_cannot_be_one_is_refused(wing: Wing, key: str) -> None:
    token = wing.agree(mapping=TIMELESS)
    answer = send(wing, token, MESSAGE, key=key)
    assert (answer.status, answer.json()["type"]) == (400, "urn:simpul:problem:bad-idempotency-key")


def test_what_was_not_written_is_not_remembered(wing: Wing) -> None:
    token = wing.agree(mapping={}, key="ngsi")
    assert send(wing, token, MESSAGE, feed="ngsi").json()["type"] == "urn:simpul:problem:no-mapping"
    assert send(wing, token, {}, feed="ngsi").json()["type"] == "urn:simpul:problem:no-mapping"
