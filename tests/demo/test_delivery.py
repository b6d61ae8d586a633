"""Messages reach the broker, however often it has to be asked."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simpul_demo import simulator, story
from simpul_demo.delivery import Courier, Door, bundles
from simpul_demo.senders import Message
from simpul_demo.simulator import Orders
from tests.demo.receiver import receiving

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
FEEDS = [row["key"] for row in story.feeds()["feeds"]]


def message(feed: str, number: int) -> Message:
    return Message(feed, NOW, {"n": number})


def orders(folder: Path, url: str, hours: int = 30) -> Orders:
    doors = {key: Door(f"{url}/intake/{key}", f"token-{key}") for key in FEEDS}
    return Orders(folder / "senders.json", 7, NOW - timedelta(hours=hours), NOW, doors)


def test_messages_of_one_feed_go_together_up_to_a_number() -> None:
    every = [message("a", 1), message("a", 2), message("a", 3), message("b", 4), message("a", 5)]
    groups = [(feed, [each["n"] for each in payloads]) for feed, payloads in bundles(every, 2)]
    assert groups == [("a", [1, 2]), ("a", [3]), ("b", [4]), ("a", [5])]


def test_a_broker_that_is_away_is_asked_again() -> None:
    with receiving(503, 503) as broker:
        courier = Courier({"a": Door(f"{broker.url}/a", "secret")})
        assert courier.deliver("a", {"n": 1})
    assert broker.taken == [("/a", {"n": 1})]
    assert broker.tokens == {"Bearer secret"}


def test_what_is_refused_is_not_sent_again(capsys: pytest.CaptureFixture[str]) -> None:
    with receiving(422) as broker:
        courier = Courier({"a": Door(f"{broker.url}/a", "secret")})
        assert not courier.deliver("a", {"n": 1})
    assert broker.taken == []
    assert "422" in capsys.readouterr().err


def test_orders_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    given = orders(tmp_path, "http://127.0.0.1:1")
    given.write()
    assert Orders.read(given.path) == given
    assert stat.S_IMODE(given.path.stat().st_mode) == 0o600


def test_catching_up_sends_everything_once_and_remembers_it(tmp_path: Path) -> None:
    shares: list[float] = []
    with receiving() as broker:
        given = orders(tmp_path, broker.url)
        sent = simulator.catch_up(given, now=NOW, progress=shares.append)
        first = len(broker.taken)
        assert simulator.catch_up(given, now=NOW, progress=shares.append) == 0
    assert len(broker.taken) == first
    assert shares[-1] == 1.0
    bundled = sum(len(body) if isinstance(body, list) else 1 for _path, body in broker.taken)
    assert bundled == sent
    assert {path.rsplit("/", 1)[1] for path, _body in broker.taken} == set(FEEDS)


def test_what_happened_while_the_senders_were_off_is_sent_afterwards(tmp_path: Path) -> None:
    with receiving() as broker:
        given = orders(tmp_path, broker.url, hours=2)
        simulator.catch_up(given, now=NOW, progress=lambda share: None)
        before = len(broker.taken)
        later = NOW + timedelta(hours=1)
        assert simulator.catch_up(given, now=later, progress=lambda share: None) > 60
    assert len(broker.taken) > before
    assert given.sent_until == later
