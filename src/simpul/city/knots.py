"""The city's knots on the thread: readings, entities and feeds."""

from __future__ import annotations

from collections.abc import Callable, Collection

from simpul.city.attributes import attributes_of, label_of, urn_of
from simpul.city.permissions import access_entity, access_feed, access_reading, sees_all
from simpul.city.ports import DataWing, data_wing
from simpul.city.queries import entities_of_feed, entity_state, feed_row
from simpul.city.words import unit_label
from simpul.desk.thread import Knot
from simpul.government.access import Walker
from simpul.history.model import Reading, Series
from simpul.kernel.errors import BadInput, NotFound, Unavailable
from simpul.kernel.ids import Kind, ReadingAddress, Urn
from simpul.kernel.time import Clock, system_clock
from simpul.web import writing

MOST = 50  # readings of one entity's series, entities of one feed


Step = Callable[[DataWing, Urn, Walker], set[Urn]]


class CityKnots:
    """Readings hang on runs and stand in entities; entities come from feeds.

    clock: tells which readings are late by now.
    """

    kinds = frozenset({Kind.READING, Kind.ENTITY, Kind.FEED})

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock

    def knots(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        """The knots among `urns` that the walker may see, the newest readings first; none while
        the data wing is away."""
        try:
            wing = data_wing()
            ordered = sorted(urns, key=_newest_first)
            found = ((urn, self._knot(wing, urn, walker)) for urn in ordered)
            return {urn: knot for urn, knot in found if knot is not None}
        except Unavailable:
            return {}

    def up(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """Feed → its entities → their newest readings; other rooms tell who used a reading."""
        return _steps(urns, walker, _above)

    def down(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """Reading → its entity → the feeds behind it."""
        return _steps(urns, walker, _below)

    def _knot(self, wing: DataWing, urn: Urn, walker: Walker) -> Knot | None:
        try:
            if urn.kind is Kind.READING:
                return _reading_knot(urn, *access_reading(wing, urn.region, urn.key, walker=walker))
            if urn.kind is Kind.ENTITY:
                entity = access_entity(wing, urn.region, urn.key, walker=walker)
                state = entity_state(wing, entity, now=self._clock())
                return Knot(urn, label_of(entity.id, entity.body), urn.address, state or None)
            feed = access_feed(wing, urn.region, urn.key, walker=walker)
            row = feed_row(wing, feed, now=self._clock())
            return Knot(urn, feed.name, urn.address, row.state)
        except NotFound:
            return None


def _newest_first(urn: Urn) -> int:
    """Readings by their moment, backwards; other kinds stay as they come."""
    if urn.kind is not Kind.READING:
        return 0
    try:
        return -ReadingAddress.parse(urn.key).observed_us
    except BadInput:
        return 0


def _reading_knot(urn: Urn, reading: Reading, series: Series) -> Knot:
    return Knot(urn, reading_label(reading, series), urn.address, "measured")


def reading_label(reading: Reading, series: Series) -> str:
    """A reading in few words: its number with the unit, or its attribute, and when."""
    if reading.number is None:
        what = series.attribute
    else:
        what = f"{writing.number(reading.number)} {unit_label(series.unit)}".strip()
    return f"{what}, {writing.moment(reading.observed_at)}"


def _steps(urns: Collection[Urn], walker: Walker, step: Step) -> set[Urn]:
    try:
        wing = data_wing()
        return {found for urn in urns for found in step(wing, urn, walker)}
    except Unavailable:
        return set()


def _above(wing: DataWing, urn: Urn, walker: Walker) -> set[Urn]:
    if urn.kind is Kind.READING:
        return set()
    if urn.kind is Kind.ENTITY:
        return _newest_readings(wing, urn)
    try:
        feed = access_feed(wing, urn.region, urn.key, walker=walker)
    except NotFound:
        return set()
    rows = entities_of_feed(wing, feed, closed_too=sees_all(walker, urn.region))
    return {row.urn for row in rows[:MOST]}


def _newest_readings(wing: DataWing, urn: Urn) -> set[Urn]:
    """The newest reading of everything that is measured at an entity; what is merely said of it,
    like its name, has a history too, but proves no number."""
    entity = wing.entities.entity(urn.region, urn.key)
    if entity is None:
        return set()
    measured = {row.name for row in attributes_of(entity.body) if row.observed_at is not None}
    series = wing.history.series_of_entity(urn.region, urn.key)
    newest = (wing.history.latest(row.number) for row in series[:MOST] if row.attribute in measured)
    return {reading.address.urn(urn.region) for reading in newest if reading is not None}


def _below(wing: DataWing, urn: Urn, walker: Walker) -> set[Urn]:
    if urn.kind is Kind.READING:
        try:
            _reading, row = access_reading(wing, urn.region, urn.key, walker=walker)
        except NotFound:
            return set()
        return {urn_of(row.region, row.entity_id)}
    if urn.kind is Kind.FEED:
        return set()
    keys = {row.feed for row in wing.history.series_of_entity(urn.region, urn.key)}
    entity = wing.entities.entity(urn.region, urn.key)
    keys |= {entity.feed} if entity else set()
    return {Urn(urn.region, Kind.FEED, key) for key in keys if key}
