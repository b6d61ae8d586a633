"""What the data wing knows, as values for pages; everything is asked through the ports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from simpul.city.attributes import (
    Attribute,
    attributes_of,
    label_of,
    location_of,
    short_id,
    urn_of,
)
from simpul.city.permissions import owner_of
from simpul.city.ports import DataWing
from simpul.city.words import unit_label
from simpul.connectors.model import Feed, FeedHealth
from simpul.context.model import StoredEntity
from simpul.government.models import Organisation
from simpul.history.model import Reading, Series
from simpul.kernel.geometry import centre, parse_geometry
from simpul.kernel.ids import Kind, Urn

HOURS = 24
POINTS = 144
PAGE = 50
STALE_AFTER_INTERVALS = 2


@dataclass(frozen=True, slots=True)
class Course:
    """One series over the last hours. points: moment and mean of ten minutes at most 144 of them;
    longest_gap: two points further apart are not joined."""

    series: Series
    points: tuple[tuple[datetime, float], ...]
    readings: int
    longest_gap: timedelta | None
    unit: str


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """An attribute as an entity's page shows it.

    state: measured, stale, out_of_contract, or empty for what is said but not measured (a name);
    since: where that matters; reading: the one that stands, where the attribute has a history.
    """

    attribute: Attribute
    state: str
    since: datetime | None
    reading: Reading | None
    series: Series | None
    interval_s: int | None


@dataclass(frozen=True, slots=True)
class EntityPage:
    """Everything an entity's page shows."""

    entity: StoredEntity
    urn: Urn
    label: str
    rows: tuple[AttributeRow, ...]
    courses: tuple[Course, ...]
    place: tuple[float, float] | None
    feeds: tuple[Feed, ...]
    owner: Organisation | None


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed in a list. state: measured (it keeps its interval), stale or missing (silent)."""

    feed: Feed
    urn: Urn
    health: FeedHealth
    owner: Organisation | None

    @property
    def state(self) -> str:
        if self.health.last_observed_at is None:
            return "missing"
        return "stale" if self.health.stale_since else "measured"


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity in a list."""

    urn: Urn
    id: str
    type: str
    label: str
    area: str | None
    modified_at: datetime
    open: bool


def entity_row(entity: StoredEntity) -> EntityRow:
    """An entity as a list shows it."""
    return EntityRow(
        urn=urn_of(entity.region, entity.id),
        id=entity.id,
        type=entity.type,
        label=label_of(entity.id, entity.body),
        area=entity.area,
        modified_at=entity.modified_at,
        open=entity.open,
    )


def entity_labels(wing: DataWing, region: str, ids: Collection[str]) -> dict[str, str]:
    """What entities are called; one that is gone goes by the end of its URI."""
    found: dict[str, str] = {}
    for entity_id in ids:
        entity = wing.entities.entity(region, entity_id)
        found[entity_id] = label_of(entity.id, entity.body) if entity else short_id(entity_id)
    return found


def entity_page(wing: DataWing, entity: StoredEntity, *, now: datetime) -> EntityPage:
    """Everything known about an entity now."""
    series = wing.history.series_of_entity(entity.region, entity.id)
    feeds = _feeds_behind(wing, entity, series)
    by_key = {feed.key: feed for feed in feeds}
    rows = tuple(
        _attribute_row(wing, entity, attribute, series, by_key, now)
        for attribute in attributes_of(entity.body)
    )
    owners = [owner for owner in map(owner_of, feeds) if owner is not None]
    return EntityPage(
        entity=entity,
        urn=urn_of(entity.region, entity.id),
        label=label_of(entity.id, entity.body),
        rows=rows,
        courses=tuple(_courses(wing, series, by_key, now)),
        place=place_of(entity),
        feeds=feeds,
        owner=owners[0] if owners else None,
    )


def _feeds_behind(
    wing: DataWing, entity: StoredEntity, series: Sequence[Series]
) -> tuple[Feed, ...]:
    keys = dict.fromkeys([*(row.feed for row in series), entity.feed])
    found = (wing.feeds.feed(key) for key in keys if key is not None)
    return tuple(feed for feed in found if feed is not None)


def interval_of(feed: Feed | None, attribute: str) -> int | None:
    """How often a feed promised to bring an attribute [s]."""
    if feed is None:
        return None
    contract = feed.contract(attribute)
    if contract is not None and contract.interval_s is not None:
        return contract.interval_s
    return feed.interval_s


def _attribute_row(
    wing: DataWing,
    entity: StoredEntity,
    attribute: Attribute,
    series: Sequence[Series],
    feeds: dict[str, Feed],
    now: datetime,
) -> AttributeRow:
    own = next(
        (
            row
            for row in series
            if row.attribute == attribute.name and row.dataset == attribute.dataset
        ),
        None,
    )
    latest = _standing(wing, own, attribute) if own else None
    feed = feeds.get(own.feed) if own and own.feed else None
    interval = interval_of(feed, attribute.name)
    state, since = _state(wing, entity, attribute, latest, feed, interval, now)
    return AttributeRow(attribute, state, since, latest, own, interval)


def _standing(wing: DataWing, series: Series, attribute: Attribute) -> Reading | None:
    """The reading that stands in the entity; a forecast's series goes on beyond it."""
    if attribute.observed_at is None:
        return wing.history.latest(series.number)
    known = wing.history.revisions(series.number, attribute.observed_at)
    return known[-1] if known else None


def _state(
    wing: DataWing,
    entity: StoredEntity,
    attribute: Attribute,
    latest: Reading | None,
    feed: Feed | None,
    interval_s: int | None,
    now: datetime,
) -> tuple[str, datetime | None]:
    if latest is None or attribute.observed_at is None:
        return "", None
    if feed is not None:
        refused = refused_since(wing, entity, attribute.name, feed, latest.observed_at)
        if refused is not None:
            return "out_of_contract", refused
    if interval_s is not None:
        allowed = timedelta(seconds=STALE_AFTER_INTERVALS * interval_s)
        if now - latest.observed_at > allowed:
            return "stale", latest.observed_at
    return "measured", None


def entity_state(wing: DataWing, entity: StoredEntity, *, now: datetime) -> str:
    """The state of an entity as a whole: stale when every measured attribute is, out_of_contract
    when one is; empty where nothing is measured."""
    series = wing.history.series_of_entity(entity.region, entity.id)
    feeds = {feed.key: feed for feed in _feeds_behind(wing, entity, series)}
    return state_of_rows(
        [
            _attribute_row(wing, entity, attribute, series, feeds, now)
            for attribute in attributes_of(entity.body)
        ]
    )


def state_of_rows(rows: Sequence[AttributeRow]) -> str:
    """The state of an entity from those of its attributes; see `entity_state`."""
    states = {row.state for row in rows}
    return next(
        (state for state in ("out_of_contract", "measured", "stale") if state in states), ""
    )


def refused_since(
    wing: DataWing, entity: StoredEntity, attribute: str, feed: Feed, moment: datetime
) -> datetime | None:
    """When the first reading was refused after the last accepted one; None where none was."""
    held = wing.feeds.quarantined(
        entity.region, feed=feed.key, attribute=attribute, start=moment, limit=PAGE
    )
    moments = [row.observed_at or row.received_at for row in held if row.entity_id == entity.id]
    return min((each for each in moments if each > moment), default=None)


def _courses(
    wing: DataWing, series: Sequence[Series], feeds: dict[str, Feed], now: datetime
) -> list[Course]:
    found = (_course(wing, row, feeds, now) for row in series)
    return [course for course in found if course is not None]


def _course(wing: DataWing, series: Series, feeds: dict[str, Feed], now: datetime) -> Course | None:
    start = now - timedelta(hours=HOURS)
    readings = [
        (reading.observed_at, reading.number)
        for reading in wing.history.readings([series.number], start, now)
        if reading.number is not None
    ]
    if not readings:
        return None
    interval = interval_of(feeds.get(series.feed) if series.feed else None, series.attribute)
    return Course(
        series=series,
        points=thinned(readings, start, now),
        readings=len(readings),
        longest_gap=_longest_gap(interval),
        unit=unit_label(series.unit),
    )


def _longest_gap(interval_s: int | None) -> timedelta | None:
    slot = timedelta(hours=HOURS) / POINTS
    if interval_s is None:
        return None
    return max(timedelta(seconds=STALE_AFTER_INTERVALS * interval_s), 1.5 * slot)


def thinned(
    readings: Sequence[tuple[datetime, float]], start: datetime, end: datetime
) -> tuple[tuple[datetime, float], ...]:
    """At most 144 points: the mean of what falls into one slot, at its last moment."""
    if len(readings) <= POINTS:
        return tuple(readings)
    slot = (end - start) / POINTS
    grouped: dict[int, list[tuple[datetime, float]]] = {}
    for moment, number in readings:
        grouped.setdefault((moment - start) // slot, []).append((moment, number))
    return tuple(
        (group[-1][0], sum(number for _at, number in group) / len(group))
        for group in grouped.values()
    )


def place_of(entity: StoredEntity) -> tuple[float, float] | None:
    """Longitude and latitude of an entity."""
    geometry = location_of(entity.body)
    return centre(parse_geometry(geometry)) if geometry is not None else None


def feed_rows(wing: DataWing, region: str, *, closed_too: bool, now: datetime) -> list[FeedRow]:
    """A region's feeds with their health, by name."""
    return [
        feed_row(wing, feed, now=now)
        for feed in wing.feeds.feeds(region)
        if feed.open or closed_too
    ]


def feed_row(wing: DataWing, feed: Feed, *, now: datetime) -> FeedRow:
    """One feed with its health."""
    return FeedRow(
        feed=feed,
        urn=Urn(feed.region, Kind.FEED, feed.key),
        health=wing.feeds.health(feed.key, now=now),
        owner=owner_of(feed),
    )


def entities_of_feed(wing: DataWing, feed: Feed, *, closed_too: bool) -> list[EntityRow]:
    """The entities that a feed made, at most 500 looked at."""
    rows = wing.entities.entities(
        feed.region, type=feed.entity_type, open_only=not closed_too, limit=500
    )
    return [entity_row(row) for row in rows if row.feed == feed.key]
