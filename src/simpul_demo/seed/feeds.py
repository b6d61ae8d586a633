"""Feeds of the city's devices and applications, and the tokens that were given to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from simpul.city import operations
from simpul.connectors.model import AttributeContract, Feed
from simpul.government.models import Organisation, Post
from simpul_demo import story


def _contracts(row: Mapping[str, Any]) -> list[AttributeContract]:
    return [
        AttributeContract(
            attribute=name,
            unit=agreed.get("unit"),
            minimum=agreed.get("minimum"),
            maximum=agreed.get("maximum"),
            interval_s=agreed.get("interval_s"),
        )
        for name, agreed in row["contracts"].items()
    ]


def _agree(row: Mapping[str, Any], now: datetime) -> Feed:
    owner = Organisation.objects.get(region=story.REGION, key=row["owner"])
    steward = Post.objects.get(organisation=owner, key=row["steward"])
    return operations.create_feed(
        owner=owner,
        steward=steward,
        key=row["key"],
        name=row["name"],
        kind=row["kind"],
        entity_type=row["entity_type"],
        interval_s=row["interval_s"],
        mapping=row["mapping"],
        contracts=_contracts(row),
        open=row["open"],
        now=now,
    )


def set_up(now: datetime) -> dict[str, str]:
    """Agree on every feed with its owner; a fresh token for each, by the feed's key."""
    tokens = {}
    for row in story.feeds()["feeds"]:
        feed = _agree(row, now)
        owner = Organisation.objects.get(region=story.REGION, key=row["owner"])
        issued = operations.issue_token(
            region=owner.region, feed=feed, label=row["sender"], open=row["open"], now=now
        )
        tokens[feed.key] = issued.token
    return tokens
