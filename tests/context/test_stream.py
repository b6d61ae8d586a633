"""The event stream: topics of what changed, for those who may know, from where they left off."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from simpul.context import stream as streams
from simpul.entrypoints.settings import secret
from simpul.kernel.http import Request, Response, Stream
from simpul.kernel.tickets import make_ticket
from tests.factories_data import CITY, OTHER, Wing, a_document

ENTITIES = "/ngsi-ld/v1/entities"
ACTION = f"urn:simpul:{CITY}:action:abc"


def topic(number: int, region: str = CITY) -> str:
    return f"urn:simpul:{region}:entity:{quote(f'urn:ngsi-ld:Device:{number}', safe='')}"


@dataclass
class Page:
    """An open page that listens."""

    wing: Wing
    stream: Stream

    def hear(self) -> list[dict[str, Any]]:
        """The next events; an empty list for a heartbeat."""
        chunk = self.wing.loop.run_until_complete(anext(self.stream.chunks))
        return [_event(block) for block in chunk.decode().split("\n\n") if "event:" in block]

    def topics(self) -> list[str]:
        return [each["data"].get("topic", each["event"]) for each in self.hear()]

    def close(self) -> None:
        self.wing.loop.run_until_complete(self.stream.chunks.aclose())


def _event(block: str) -> dict[str, Any]:
    fields = dict(re.findall(r"^(\w+): (.*)$", block, re.MULTILINE))
    return fields | {"data": orjson.loads(fields["data"])}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PAUSE_S", 0)
    monkeypatch.setattr(streams, "HEARTBEAT", timedelta(seconds=0.05))


def ticket(wing: Wing, *scopes: str) -> str:
    return make_ticket(
        person=None,
        scopes=scopes,
        now=wing.clock(),
        life=timedelta(minutes=5),
        secret=secret(wing.settings),
    )


def open_page(wing: Wing, *scopes: str, last: str = "") -> Page:
    headers = {"last-event-id": last} if last else {}
    given = ticket(wing, *(scopes or (f"{CITY}:all",)))
    answer = wing.answer(Request("GET", "/stream", f"ticket={given}", headers))
    assert isinstance(answer, Stream)
    page = Page(wing, answer)
    assert page.hear() == []
    return page


def write(wing: Wing, token: str, *numbers: int, **attributes: Any) -> None:
    for number in numbers:
        document = a_document(number, **attributes)
        answer = wing.ask("POST", "/ngsi-ld/v1/entityOperations/upsert", [document], token=token)
        assert answer.status in {201, 204}


def test_a_page_hears_of_each_changed_entity(wing: Wing) -> None:
    token = wing.token()
    page = open_page(wing)
    write(wing, token, 1, 2)
    events = page.hear()
    assert [each["event"] for each in events] == ["change", "change"]
    assert [each["data"] for each in events] == [
        {"region": CITY, "topic": topic(1), "sequence": 1},
        {"region": CITY, "topic": topic(2), "sequence": 2},
    ]
    assert [each.get("id") for each in events] == [None, f"{CITY}:2"]
    page.close()


def test_many_changes_of_one_entity_are_one_line(wing: Wing) -> None:
    token = wing.token()
    page = open_page(wing)
    for value in range(5):
        write(wing, token, 1, level=value)
    (event,) = page.hear()
    assert event["data"]["sequence"] == 5
    page.close()


def test_nothing_new_is_a_heartbeat(wing: Wing) -> None:
    wing.token()
    page = open_page(wing)
    assert page.hear() == []
    page.close()


def test_a_stranger_hears_of_open_entities_and_public_topics_only(wing: Wing) -> None:
    closed, opens = wing.token(), wing.token(open=True)
    page = open_page(wing, f"{CITY}:open")
    write(wing, closed, 1)
    write(wing, opens, 2)
    tell(wing, ACTION)
    tell(wing, "urn:simpul:19.71:value:1", public=True)
    assert page.topics() == ["urn:simpul:19.71:value:1", topic(2)]
    assert page.hear() == []
    page.close()


def tell(wing: Wing, *topics: str, public: bool = False, region: str = CITY) -> None:
    body = {"region": region, "topics": list(topics), "sequence": 7, "public": public}
    assert wing.knock("POST", "/internal/topics", body).status == 204


def test_whoever_may_see_all_hears_of_announced_topics(wing: Wing) -> None:
    wing.token()
    page = open_page(wing)
    tell(wing, ACTION)
    (event,) = page.hear()
    assert event["data"] == {"region": CITY, "topic": ACTION, "sequence": 7}
    assert "id" not in event
    page.close()


def test_other_regions_are_not_heard(wing: Wing) -> None:
    here, there = wing.token(), wing.token(region=OTHER)
    page = open_page(wing)
    write(wing, there, 1)
    tell(wing, ACTION, region=OTHER)
    write(wing, here, 1)
    assert page.topics() == [topic(1)]
    page.close()


def test_a_page_resumes_where_it_left_off(wing: Wing) -> None:
    token = wing.token()
    page = open_page(wing)
    write(wing, token, 1)
    last = page.hear()[-1]["id"]
    page.close()
    write(wing, token, 2, 3)
    again = open_page(wing, last=last)
    assert again.topics() == [topic(2), topic(3)]
    again.close()


def test_a_page_of_two_regions_resumes_in_both(wing: Wing) -> None:
    here, there = wing.token(), wing.token(region=OTHER)
    scopes = (f"{CITY}:all", f"{OTHER}:all")
    page = open_page(wing, *scopes)
    write(wing, here, 1)
    write(wing, there, 1)
    last = page.hear()[-1]["id"]
    page.close()
    write(wing, here, 2)
    write(wing, there, 2)
    again = open_page(wing, *scopes, last=last)
    assert sorted(again.topics()) == sorted([topic(2), topic(2, OTHER)])
    again.close()


def test_a_long_absence_is_caught_up_page_by_page(wing: Wing) -> None:
    token = wing.token()
    batch = [a_document(number) for number in range(1200)]
    wing.ask("POST", "/ngsi-ld/v1/entityOperations/upsert", batch, token=token)
    page = open_page(wing, last=f"{CITY}:0")
    heard: list[str] = []
    while len(heard) < 1200:
        heard += page.topics()
    assert len(set(heard)) == 1200
    page.close()


def test_a_gap_is_said_where_events_are_gone(wing: Wing) -> None:
    token = wing.token()
    write(wing, token, 1, 2, 3)
    write_unit = wing.broker.writer.write
    wing.loop.run_until_complete(write_unit(lambda unit: unit.trim_events(CITY, keep=1, cap=9)))
    page = open_page(wing, last=f"{CITY}:0")
    events = page.hear()
    assert events[0]["event"] == "gap"
    assert [each["data"]["sequence"] for each in events[1:]] == [3]
    page.close()


def test_a_position_of_another_epoch_is_a_gap(wing: Wing) -> None:
    token = wing.token()
    write(wing, token, 1)
    page = open_page(wing, last=f"{CITY}:99")
    assert page.topics() == ["gap"]
    write(wing, token, 2)
    assert page.topics() == [topic(2)]
    page.close()


@pytest.mark.parametrize("last", ["x", "19.71", "19.71:x", ":5", "99:1", ",,,"])
def test_a_position_that_cannot_be_read_begins_now(wing: Wing, last: str) -> None:
    token = wing.token()
    write(wing, token, 1)
    page = open_page(wing, last=last)
    write(wing, token, 2)
    assert page.topics() == [topic(2)]
    page.close()


def test_topics_too_many_to_wait_for_are_a_gap(wing: Wing) -> None:
    wing.token()
    page = open_page(wing)
    tell(wing, *(f"urn:simpul:19.71:action:{n}" for n in range(streams.MOST_WAITING + 1)))
    assert page.topics() == ["gap"]
    tell(wing, ACTION)
    assert page.topics() == [ACTION]
    page.close()


def test_a_page_that_leaves_is_forgotten(wing: Wing) -> None:
    wing.token()
    page = open_page(wing)
    assert wing.knock("GET", "/internal/health").json()["streams"] == 1
    page.close()
    assert wing.knock("GET", "/internal/health").json()["streams"] == 0


def test_streams_end_when_the_broker_does(wing: Wing) -> None:
    wing.token()
    page = open_page(wing)
    wing.broker.hub.end()
    with pytest.raises(StopAsyncIteration):
        page.hear()


def test_no_more_pages_listen_than_can(wing: Wing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_LISTENERS", 1)
    wing.token()
    page = open_page(wing)
    given = ticket(wing, f"{CITY}:all")
    answer = wing.answer(Request("GET", "/stream", f"ticket={given}"))
    assert isinstance(answer, Response)
    assert answer.status == 429
    page.close()


def test_the_pages_origin_may_listen(wing: Wing) -> None:
    given = ticket(wing, f"{CITY}:open")
    answer = wing.answer(Request("GET", "/stream", f"ticket={given}"))
    headers = dict(answer.headers)
    assert headers["content-type"] == "text/event-stream"
    assert headers["access-control-allow-origin"] == "http://localhost:8000"


@pytest.mark.parametrize("query", ["", "ticket=", "ticket=a.b", "ticket=x&other=1"])
def test_without_a_ticket_nobody_listens(wing: Wing, query: str) -> None:
    answer = wing.ask("GET", f"/stream?{query}")
    assert answer.status in {400, 401}
    assert answer.header("access-control-allow-origin") == "http://localhost:8000"


@pytest.mark.parametrize("scopes", [(), ("19.71",), ("x:all",), ("19.71:some",)])
def test_a_ticket_that_opens_nothing_is_refused(wing: Wing, scopes: tuple[str, ...]) -> None:
    assert wing.ask("GET", f"/stream?ticket={ticket(wing, *scopes)}").status == 403


def test_an_old_ticket_is_refused(wing: Wing) -> None:
    given = ticket(wing, f"{CITY}:all")
    wing.clock.pass_time(minutes=5)
    assert wing.ask("GET", f"/stream?ticket={given}").status == 401


def test_a_page_waits_until_something_happens(wing: Wing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", timedelta(seconds=30))
    token = wing.token()
    page = open_page(wing)

    async def hear_and_write() -> bytes:
        waiting = asyncio.ensure_future(anext(page.stream.chunks))
        await asyncio.sleep(0)
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        body = orjson.dumps(a_document())
        headers["content-length"] = str(len(body))
        await wing.broker.handle(Request("POST", ENTITIES, "", headers, body))
        return await asyncio.wait_for(waiting, 5)

    assert topic(1).encode() in wing.loop.run_until_complete(hear_and_write())
    page.close()
