"""How a feed is doing: when it counts as silent. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from simpul.connectors.model import Feed

GRACE = 1.5


def stale_since(feed: Feed, last_received_at: datetime | None, now: datetime) -> datetime | None:
    """When the reading was due that has not come, or None while the feed keeps its interval.

    A feed is given half an interval of grace before it counts as silent; one that was never heard
    is measured from the day it was agreed on.
    """
    if feed.interval_s is None:
        return None
    interval = timedelta(seconds=feed.interval_s)
    heard = last_received_at or feed.created_at
    return heard + interval if now > heard + interval * GRACE else None
