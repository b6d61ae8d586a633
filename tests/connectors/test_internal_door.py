"""The internal door: what the city hall changes, and that nobody else can."""

from __future__ import annotations

from typing import Any

import pytest

from simpul.connectors.door import feed_from_json
from simpul.connectors.http import feed_as_json
from simpul.kernel.seals import HEADER
from tests.factories_data import CITY, GAUGE_MAPPING, OTHER, START, Wing, a_feed

FEED: dict[str, Any] = {
    "region": CITY,
    "name": "River gauges",
    "owner": f"urn:simpul:{CITY}:organisation:pupr",
    "kind": "device",
    "entity_type": "WaterLevelObserved",
    "mapping": GAUGE_MAPPING,
}


def test_a_feed_is_agreed_on_and_changed(wing: Wing) -> None:
    made = wing.knock("PUT", "/internal/feeds/gauge", FEED)
    assert made.status == 200
    assert feed_from_json(made.json()) == wing.feeds.feed("gauge")
    wing.clock.pass_time(hours=1)
    changed = wing.knock("PUT", "/internal/feeds/gauge", FEED | {"name": "Gauges", "open": True})
    found = wing.feeds.feed("gauge")
    assert found is not None
    assert (found.name, found.open, found.created_at) == ("Gauges", True, START)
    assert feed_from_json(changed.json()) == found


def test_a_feed_goes_through_the_door_whole() -> None:
    assert feed_from_json(feed_as_json(a_feed())) == a_feed()


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"region": "x"}, 400, None),
        ({"kind": "person"}, 400, "kind"),
        ({"name": 5}, 400, "name"),
        ({"speed": 1}, 400, "body"),
        ({"name": " "}, 422, "name"),
        ({"entity_type": ""}, 422, "entity_type"),
        ({"interval_s": 0}, 422, "interval_s"),
        ({"contracts": [{"attribute": "a", "unit": "XYZ"}]}, 422, "contracts[0]"),
        ({"contracts": [{"attribute": "a", "minimum": 2, "maximum": 1}]}, 422, "contracts[0]"),
        ({"contracts": [{"attribute": "a", "interval_s": 0}]}, 422, "contracts[0]"),
        ({"contracts": [{}]}, 400, "contracts[0]"),
        ({"mapping": {"id": "urn:x:{a}"}}, 422, "mapping"),
        ({"mapping": GAUGE_MAPPING | {"rows": "["}}, 422, "rows"),
    ],
)
def test_a_feed_that_cannot_be_agreed_on_says_why(
    wing: Wing, changes: dict[str, Any], status: int, field: str | None
) -> None:
    answer = wing.knock("PUT", "/internal/feeds/gauge", FEED | changes)
    assert answer.status == status, answer.body
    if field is not None:
        assert field in answer.json()["errors"]
    assert wing.feeds.feed("gauge") is None


def test_a_feeds_key_belongs_to_one_region(wing: Wing) -> None:
    wing.knock("PUT", "/internal/feeds/gauge", FEED)
    answer = wing.knock("PUT", "/internal/feeds/gauge", FEED | {"region": OTHER})
    assert answer.status == 409
    assert wing.knock("PUT", "/internal/feeds/a b", FEED).status == 422


def test_a_token_is_given_once_and_ended(wing: Wing) -> None:
    wing.knock("PUT", "/internal/feeds/gauge", FEED)
    body = {"region": CITY, "feed": "gauge", "label": "Rangkui"}
    given = wing.knock("POST", "/internal/tokens", body)
    assert given.status == 201
    (record,) = wing.feeds.tokens(CITY, feed="gauge")
    assert (record.key, record.label) == (given.json()["key"], "Rangkui")
    assert wing.knock("DELETE", f"/internal/tokens/{CITY}/{record.key}").status == 204
    assert wing.feeds.grant(given.json()["token"]) is None


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/internal/tokens", {"region": CITY, "feed": "none"}, 404),
        ("POST", "/internal/tokens", {"region": "x"}, 400),
        ("POST", "/internal/tokens", {}, 400),
        ("DELETE", f"/internal/tokens/{CITY}/none", None, 404),
        ("POST", "/internal/topics", {"region": CITY, "topics": "x"}, 400),
        ("PUT", "/internal/followers/office", {"sequence": 5}, 400),
    ],
)
def test_what_cannot_be_done_is_said(
    wing: Wing, method: str, path: str, body: Any, status: int
) -> None:
    assert wing.knock(method, path, body).status == status


def test_a_follower_outside_says_how_far_it_has_come(wing: Wing) -> None:
    path = "/internal/followers/office"
    assert wing.knock("PUT", path, {"region": CITY, "sequence": 5}).status == 204
    assert wing.entities.cursor(CITY, "office") == 5
    assert wing.knock("PUT", path, {"region": CITY, "sequence": None}).status == 204
    assert wing.entities.cursor(CITY, "office") == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/internal/feeds/gauge"),
        ("POST", "/internal/tokens"),
        ("DELETE", f"/internal/tokens/{CITY}/x"),
        ("POST", "/internal/topics"),
        ("PUT", "/internal/followers/office"),
        ("GET", "/internal/health"),
    ],
)
@pytest.mark.parametrize("seal", [None, "", "1.abc", "x"])
def test_the_door_stays_shut_without_the_seal(
    wing: Wing, method: str, path: str, seal: str | None
) -> None:
    headers = {} if seal is None else {HEADER: seal}
    body = FEED if method != "GET" else None
    for token in (None, wing.token()):
        answer = wing.ask(method, path, body, token=token, headers=headers)
        assert (answer.status, answer.json()["type"]) == (401, "urn:simpul:problem:bad-seal")
    assert wing.feeds.feed("gauge") is None
