"""Feeds, tokens, quarantine and health, as every store keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from simpul.connectors.following import NAME, CountingUnit
from simpul.connectors.model import Feed, Quarantined, Reason, TokenRecord
from simpul.context.broker import ContextBroker
from simpul.context.follower import read_after
from simpul.context.model import Grant
from tests.contracts.conftest import Backend
from tests.factories_data import CITY, OTHER, START, a_feed, a_grant, an_entity, measured

WIB = timezone(timedelta(hours=7))
BROKER = ContextBroker()


def agree(backend: Backend, **changes: Any) -> Feed:
    feed = a_feed(**changes)
    backend.write(lambda unit: unit.put_feed(feed))
    return feed


def refusal(**changes: Any) -> Quarantined:
    base = Quarantined(
        number=0,
        feed="gauge",
        entity_id="urn:ngsi-ld:WaterLevelObserved:1",
        attribute="waterLevel",
        observed_at=START,
        received_at=START,
        reason=Reason.OUT_OF_RANGE,
        detail="99 is not between 0 and 10",
        payload=b'{"level_cm": 9900}',
        sequence=0,
        state="held",
    )
    return replace(base, **changes)


def refuse(backend: Backend, feed: Feed, *several: Quarantined, now: datetime = START) -> Any:
    return backend.write(lambda unit: unit.quarantine(feed, list(several), now=now))


def counts(backend: Backend, as_of: int | None = None, **stretch: Any) -> dict[str, int]:
    return backend.feeds.rejected_counts(
        CITY,
        entity_type="WaterLevelObserved",
        attribute="waterLevel",
        start=stretch.get("start", START),
        end=stretch.get("end", START + timedelta(days=1)),
        as_of=as_of,
    )


def test_a_feed_is_read_as_it_was_agreed(backend: Backend) -> None:
    feed = agree(backend)
    assert backend.feeds.feed("gauge") == feed
    assert backend.feeds.feeds(CITY) == [feed]
    assert backend.feeds.feeds(OTHER) == []
    assert backend.feeds.feed("other") is None


def test_a_feed_agreed_on_anew_keeps_its_first_day(backend: Backend) -> None:
    agree(backend)
    changed = agree(backend, name="Gauges", contracts=(), created_at=START + timedelta(days=3))
    found = backend.feeds.feed("gauge")
    assert found == replace(changed, created_at=START)


def a_token(key: str, **changes: Any) -> TokenRecord:
    return replace(TokenRecord(key, CITY, None, False, "", START, None), **changes)


def add(backend: Backend, record: TokenRecord) -> None:
    backend.write(lambda unit: unit.add_token(record, f"secret-{record.key}"))


def test_a_token_opens_what_it_was_given_for(backend: Backend) -> None:
    agree(backend, open=True)
    agree(backend, key="closed", open=False)
    for record in (
        a_token("region"),
        a_token("all-open", open=True),
        a_token("feed", feed="gauge"),
        a_token("shut", feed="closed", open=True),
        a_token("lost", feed="gone"),
    ):
        add(backend, record)
    grant = backend.grants.grant
    assert grant("secret-region") == Grant(CITY, "region")
    assert grant("secret-all-open") == Grant(CITY, "all-open", opens=True)
    assert grant("secret-feed") == Grant(CITY, "feed", "gauge", "WaterLevelObserved", True)
    assert grant("secret-shut") == Grant(CITY, "shut", "closed", "WaterLevelObserved", False)
    assert grant("secret-lost") is None
    assert grant("") is None


def test_a_token_ends_when_it_is_revoked(backend: Backend) -> None:
    backend.write(lambda unit: unit.add_token(a_token("k"), "secret"))
    later = START + timedelta(hours=1)
    assert backend.write(lambda unit: unit.revoke_token(CITY, "k", later)) is True
    assert backend.write(lambda unit: unit.revoke_token(CITY, "k", START)) is True
    assert backend.write(lambda unit: unit.revoke_token(OTHER, "k", START)) is False
    assert backend.grants.grant("secret") is None
    (record,) = backend.feeds.tokens(CITY)
    assert record.revoked_at == later
    assert backend.feeds.tokens(CITY, feed="gauge") == []


def test_what_is_refused_is_held_with_an_event(backend: Backend) -> None:
    feed = agree(backend)
    (kept,) = refuse(backend, feed, refusal())
    assert backend.feeds.quarantined(CITY) == [kept]
    (event,) = backend.entities.events(CITY, after=0)
    assert (event.operation, event.sequence, event.attributes, event.open) == (
        "quarantined",
        kept.sequence,
        ("waterLevel",),
        False,
    )


def test_the_same_refusal_again_is_held_once(backend: Backend) -> None:
    feed = agree(backend)
    refuse(backend, feed, refusal())
    assert refuse(backend, feed, refusal(), now=START + timedelta(minutes=1)) == []
    assert backend.entities.high_water(CITY) == 1
    assert len(refuse(backend, feed, refusal(payload=b"other"))) == 1
    assert len(refuse(backend, feed, refusal(observed_at=None))) == 1
    assert len(refuse(backend, feed, refusal(observed_at=None))) == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 3),
        ({"feed": "gauge"}, 3),
        ({"feed": "other"}, 0),
        ({"entity_type": "WaterLevelObserved"}, 3),
        ({"entity_type": "Pump"}, 0),
        ({"attribute": "waterLevel"}, 2),
        ({"attribute": "battery"}, 2),
        ({"start": START + timedelta(hours=1)}, 1),
        ({"end": START + timedelta(hours=1)}, 2),
        ({"as_of": 1}, 1),
        ({"limit": 2}, 2),
    ],
)
def test_quarantine_is_looked_through(backend: Backend, asked: dict[str, Any], found: int) -> None:
    feed = agree(backend)
    refuse(backend, feed, refusal())
    refuse(backend, feed, refusal(attribute="battery"))
    whole = refusal(attribute=None, observed_at=None, received_at=START + timedelta(hours=2))
    refuse(backend, feed, whole)
    held = backend.feeds.quarantined(CITY, **asked)
    assert len(held) == found
    assert [each.number for each in held] == sorted((e.number for e in held), reverse=True)


def test_refused_readings_are_counted_by_entity_as_they_stood(backend: Backend) -> None:
    feed = agree(backend)
    refuse(backend, feed, refusal(), refusal(observed_at=START + timedelta(hours=1)))
    refuse(backend, feed, refusal(entity_id="urn:x:2", attribute=None))
    refuse(backend, feed, refusal(attribute="battery"), refusal(entity_id=None))
    gauge = "urn:ngsi-ld:WaterLevelObserved:1"
    assert counts(backend) == {gauge: 2, "urn:x:2": 1}
    assert counts(backend, as_of=1) == {gauge: 2}
    assert counts(backend, start=START + timedelta(minutes=1)) == {gauge: 1}
    assert counts(backend, end=START) == {}


def follow(backend: Backend, region: str = CITY) -> None:
    high = backend.entities.high_water(region)

    def step(unit: CountingUnit) -> None:
        unit.count_feeds(region, after=unit.cursor(region, NAME), until=high)
        unit.move_cursor(region, NAME, high, START)

    backend.write(step)


def bring(backend: Backend, *moments: datetime, now: datetime = START) -> None:
    grant = a_grant(feed="gauge", type="Device", opens=True)

    def step(unit: Any) -> None:
        for moment in moments:
            entity = an_entity(1, level=measured(moment.minute, moment))
            BROKER.upsert(unit, region=CITY, entity=entity, replace=False, grant=grant, now=now)

    backend.write(step)


def test_health_counts_the_day_of_the_zone_it_is_asked_in(backend: Backend) -> None:
    feed = agree(backend)
    early = START - timedelta(hours=4)  # 06.00 WIB of the same day, 23.00 UTC of the day before
    bring(backend, early, now=early)
    bring(backend, START - timedelta(minutes=1), START)
    refuse(backend, feed, refusal(), refusal(attribute="battery"))
    follow(backend)
    local = backend.feeds.health("gauge", now=START.astimezone(WIB))
    assert (local.accepted_today, local.quarantined_today) == (3, 2)
    assert (local.last_received_at, local.last_observed_at) == (START, START)
    utc = backend.feeds.health("gauge", now=START)
    assert (utc.accepted_today, utc.quarantined_today) == (2, 2)
    before = backend.feeds.health("gauge", now=early)
    assert (before.accepted_today, before.quarantined_today) == (1, 0)


def test_a_feed_is_stale_from_the_reading_that_did_not_come(backend: Backend) -> None:
    feed = agree(backend)
    backend.write(lambda unit: unit.hear(feed, START))

    def stale(minutes: float) -> datetime | None:
        now = START + timedelta(minutes=minutes)
        return backend.feeds.health("gauge", now=now).stale_since

    assert stale(5) is None
    assert stale(7.5) is None
    assert stale(8) == START + timedelta(minutes=5)
    agree(backend, interval_s=None)
    assert stale(9999) is None


def test_a_feed_never_heard_is_stale_since_it_was_due_first(backend: Backend) -> None:
    agree(backend)
    health = backend.feeds.health("gauge", now=START + timedelta(hours=1))
    assert (health.last_received_at, health.accepted_today) == (None, 0)
    assert health.stale_since == START + timedelta(minutes=5)
    assert backend.feeds.health("unknown", now=START).stale_since is None


def test_events_are_read_after_a_cursor(backend: Backend) -> None:
    agree(backend)
    bring(backend, *(START + timedelta(minutes=n) for n in range(5)))
    first = read_after(backend.entities, CITY, 0, limit=3)
    second = read_after(backend.entities, CITY, first.cursor, limit=3)
    last = read_after(backend.entities, CITY, second.cursor)
    assert [e.sequence for e in first.events + second.events] == [1, 2, 3, 4, 5]
    assert (last.events, last.cursor, last.gap) == ([], 5, False)


def test_a_cursor_of_another_epoch_is_brought_back(backend: Backend) -> None:
    agree(backend)
    bring(backend, START)
    batch = read_after(backend.entities, CITY, 99)
    assert (batch.events, batch.cursor, batch.gap) == ([], 1, True)


def trim(backend: Backend, *, keep: int, cap: int) -> int:
    trimmed: int = backend.write(lambda unit: unit.trim_events(CITY, keep=keep, cap=cap))
    return trimmed


def test_events_are_kept_until_the_slowest_follower_has_seen_them(backend: Backend) -> None:
    agree(backend)
    bring(backend, *(START + timedelta(minutes=n) for n in range(10)))
    backend.write(lambda unit: unit.move_cursor(CITY, "office", 4, START))
    backend.write(lambda unit: unit.move_cursor(CITY, "feeds", 9, START))
    assert trim(backend, keep=0, cap=1000) == 4
    assert backend.entities.low_water(CITY) == 4
    assert [e.sequence for e in backend.entities.events(CITY, after=0)] == [5, 6, 7, 8, 9, 10]
    backend.write(lambda unit: unit.drop_cursor(CITY, "office"))
    assert trim(backend, keep=3, cap=1000) == 7
    assert backend.entities.cursor(CITY, "feeds") == 9
    assert backend.entities.cursor(CITY, "office") == 0


def test_a_follower_left_behind_by_the_cap_knows_of_the_gap(backend: Backend) -> None:
    agree(backend)
    bring(backend, *(START + timedelta(minutes=n) for n in range(10)))
    backend.write(lambda unit: unit.move_cursor(CITY, "office", 2, START))
    assert trim(backend, keep=0, cap=5) == 5
    batch = read_after(backend.entities, CITY, 2)
    assert batch.gap
    assert [e.sequence for e in batch.events] == [6, 7, 8, 9, 10]
    assert not read_after(backend.entities, CITY, 5).gap
