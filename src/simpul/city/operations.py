"""What the city hall can do to the data wing, always through its door, always on record.

The door is on the network, so it is never opened inside a transaction: it is asked first, and what
was done is written down when it has answered. Who may do it is asked before; `by` says who did it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from simpul.city.ports import data_wing
from simpul.connectors.model import AttributeContract, Feed, NewToken
from simpul.desk import outbox
from simpul.government import audit
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Organisation, Post, Region
from simpul.kernel.errors import SimpulError
from simpul.kernel.ids import Kind, Urn, new_key

logger = logging.getLogger(__name__)


def create_feed(
    *,
    owner: Organisation,
    name: str,
    kind: str,
    entity_type: str,
    mapping: dict[str, Any],
    now: datetime,
    steward: Post | None = None,
    interval_s: int | None = None,
    contracts: Sequence[AttributeContract] = (),
    open: bool = False,
    key: str = "",
    by: Walker = SYSTEM,
) -> Feed:
    """Set up a feed of an office, or change what was agreed about it.

    kind: application or device; interval_s: seconds in which something is expected; open: what it
    brings may be seen by all; key: its permanent key, random if empty, an existing one is changed.

    Raises:
        simpul.kernel.errors.Unavailable: the broker does not answer.
        simpul.kernel.errors.SimpulError: the mapping or a contract cannot be used, and why.
    """
    feed = data_wing().door.put_feed(
        region=owner.region_id,
        key=key or new_key(),
        name=name,
        owner=str(owner.urn),
        steward=str(steward.urn) if steward else None,
        kind=kind,
        entity_type=entity_type,
        interval_s=interval_s,
        open=open,
        mapping=mapping,
        contracts=contracts,
    )
    urn = Urn(feed.region, Kind.FEED, feed.key)
    with transaction.atomic():
        audit.record(by=by, verb="set_up_feed", subject=urn, now=now, open=open, kind=kind)
        outbox.announce("FeedSetUp", urn, now=now, owner=str(owner.urn))
    return feed


def issue_token(
    *,
    region: Region,
    label: str,
    now: datetime,
    feed: Feed | None = None,
    open: bool = False,
    by: Walker = SYSTEM,
) -> NewToken:
    """A new token for one feed, or for the whole region; it is shown once and kept nowhere.

    label: what it is for; open: entities that it makes are open to strangers.
    """
    token = data_wing().door.issue_token(
        region=region.code, feed=feed.key if feed else None, label=label, open=open
    )
    subject = Urn(region.code, Kind.FEED, feed.key) if feed else region.urn
    audit.record(by=by, verb="issued_token", subject=subject, now=now, token=token.key)
    return token


def revoke_token(*, region: Region, key: str, now: datetime, by: Walker = SYSTEM) -> None:
    """End a token at once.

    Raises:
        simpul.kernel.errors.NotFound: there is none with this key.
    """
    data_wing().door.revoke_token(region=region.code, key=key)
    audit.record(by=by, verb="revoked_token", subject=region.urn, now=now, token=key)


def tell_changed(urns: Iterable[Urn], *, public: bool) -> None:
    """Let open pages fetch anew what these name; call it after the commit. public: strangers' too.

    A broker that cannot be told is no failure: pages poll.
    """
    topics: dict[str, list[str]] = {}
    for urn in urns:
        topics.setdefault(urn.region, []).append(str(urn))
    for region, changed in topics.items():
        try:
            data_wing().door.tell(region=region, topics=changed, public=public)
        except SimpulError as away:
            logger.info("the broker was not told about %s: %s", ", ".join(changed), away)


def note_follower(*, region: str, name: str, sequence: int) -> None:
    """Let the data wing keep the events that a follower has not seen; call it after the commit.

    A broker that cannot be told is no failure: it keeps events for a while anyway, and a follower
    notices a gap.
    """
    try:
        data_wing().door.follow(region=region, name=name, sequence=sequence)
    except SimpulError as away:
        logger.info("the broker was not told how far %s has come: %s", name, away)
