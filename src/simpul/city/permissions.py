"""The doors of this room: a stranger sees what is open, who belongs to the region sees all of it,
and what a feed refused is for the office that owns the feed.
"""

from __future__ import annotations

from simpul.city.errors import NoSuchEntity, NoSuchFeed, NoSuchReading
from simpul.city.ports import DataWing
from simpul.connectors.model import Feed
from simpul.context.model import StoredEntity
from simpul.government.access import Right, Walker
from simpul.government.models import Organisation
from simpul.history.model import Reading, Series
from simpul.kernel.errors import BadInput
from simpul.kernel.ids import Kind, ReadingAddress, Urn


def sees_all(walker: Walker, region: str) -> bool:
    """Whether closed entities, readings and feeds of the region are visible too."""
    return walker.belongs_to(region)


def access_entity(wing: DataWing, region: str, entity_id: str, *, walker: Walker) -> StoredEntity:
    """The entity with this URI.

    Raises:
        NoSuchEntity: none there, or it is not open and the walker does not belong to the region.
    """
    found = wing.entities.entity(region, entity_id)
    if found is None or not (found.open or sees_all(walker, region)):
        raise NoSuchEntity
    return found


def access_reading(
    wing: DataWing, region: str, key: str, *, walker: Walker
) -> tuple[Reading, Series]:
    """The reading at this address, with its series.

    Raises:
        NoSuchReading: none there, or it is not open and the walker does not belong to the region.
    """
    try:
        address = ReadingAddress.parse(key)
    except BadInput:
        raise NoSuchReading from None
    series = wing.history.series([address.series]).get(address.series)
    if series is None or series.region != region:
        raise NoSuchReading
    if not (series.open or sees_all(walker, region)):
        raise NoSuchReading
    reading = wing.history.reading(address)
    if reading is None:
        raise NoSuchReading
    return reading, series


def access_feed(wing: DataWing, region: str, key: str, *, walker: Walker) -> Feed:
    """The feed at this address.

    Raises:
        NoSuchFeed: none there, or it is not open and the walker does not belong to the region.
    """
    found = wing.feeds.feed(key)
    if found is None or found.region != region or not (found.open or sees_all(walker, region)):
        raise NoSuchFeed
    return found


def owner_of(feed: Feed) -> Organisation | None:
    """The organisation that owns a feed, as long as it is known here."""
    try:
        urn = Urn.parse(feed.owner)
    except BadInput:
        return None
    return Organisation.objects.filter(region=urn.region, key=urn.key).first()


def may_see_refused(feed: Feed, walker: Walker) -> bool:
    """Whether what the feed refused may be read: by the office that owns it, and those above."""
    owner = owner_of(feed)
    if owner is None:
        return walker.may(Right.SEE, region=feed.region, kind=Kind.FEED)
    return walker.may(Right.SEE, region=feed.region, kind=Kind.FEED, organisation=owner.pk)
