"""Computes an indicator from the readings of the data wing. Reads only; keeps nothing.

The same call with the same `as_of` gives the same members, the same digest and the same number,
unless readings have been removed from the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simpul.city.ports import DataWing
from simpul.connectors.model import Feed
from simpul.context.model import StoredEntity
from simpul.history.model import Series
from simpul.indicators.formula import Expression, Outcome, Reason
from simpul.indicators.inputs import KINDS, Member, Sample, Span, Spec, Subject, measure
from simpul.kernel.errors import BadInput
from simpul.kernel.time import format_time, from_us, to_us
from simpul.kernel.units import UnitMismatch, UnknownUnit, convert

AT_ONCE = 50  # entities whose readings are held in memory together
PAGE = 500
STALE_AFTER_INTERVALS = 2


@dataclass(frozen=True, slots=True)
class Task:
    """What a run shall look at.

    area: code, None for the whole region; zone: in which days and expected intervals begin; start
    included, end excluded; as_of: sequence up to which readings count.
    """

    region: str
    area: str | None
    zone: ZoneInfo
    start: datetime
    end: datetime
    as_of: int


@dataclass(frozen=True, slots=True)
class Computation:
    """What came of it. aggregates: per input its number, counts and window, as JSON values;
    newest_at: observed time of the newest reading used; stale_after_s: after how many seconds of
    silence the number is out of date, None where no interval was agreed.
    """

    outcome: Outcome
    members: tuple[Member, ...]
    aggregates: dict[str, dict[str, Any]]
    newest_at: datetime | None
    stale_after_s: int | None


def compute(
    wing: DataWing,
    expression: Expression,
    specs: Sequence[Spec],
    task: Task,
    *,
    frozen: Sequence[Member] | None = None,
) -> Computation:
    """Compute an expression from its inputs.

    frozen: members of an earlier run; the same entities, series and intervals are looked at again,
    whatever the city looks like by now.

    Raises:
        simpul.kernel.errors.Unavailable: the data wing does not answer.
    """
    members: list[Member] = []
    aggregates: dict[str, dict[str, Any]] = {}
    refused: Outcome | None = None
    for spec in specs:
        span = span_of(spec, task)
        try:
            found = list(_members(wing, spec, task, span, frozen))
        except _Refused as none:
            found, refused = [], refused or none.outcome
        members += found
        aggregates[spec.name] = _aggregate(spec, found, span)
    numbers = {name: aggregate["number"] for name, aggregate in aggregates.items()}
    return Computation(
        outcome=refused or expression.evaluate(numbers),
        members=tuple(members),
        aggregates=aggregates,
        newest_at=_newest(members),
        stale_after_s=_stale_after(members),
    )


class _Refused(Exception):
    """An input that cannot be read as it was asked for."""

    def __init__(self, reason: Reason, spec: Spec) -> None:
        super().__init__(reason)
        self.outcome = Outcome(None, reason, {"input": spec.name})


def span_of(spec: Spec, task: Task) -> Span:
    """The window of one input: the run's, or so many seconds up to its end."""
    start = task.start if spec.window_s is None else task.end - timedelta(seconds=spec.window_s)
    day = start.astimezone(task.zone).date()
    midnight = datetime.combine(day, time.min, tzinfo=task.zone)
    return Span(to_us(start), to_us(task.end), to_us(midnight))


def _members(
    wing: DataWing, spec: Spec, task: Task, span: Span, frozen: Sequence[Member] | None
) -> Iterator[Member]:
    rejected = _rejected(wing, spec, task, span)
    if frozen is None:
        subjects, living = _subjects(wing, spec, task, rejected)
    else:
        subjects = [
            Subject(each.entity, each.series, each.interval_s, rejected.get(each.entity, 0))
            for each in frozen
            if each.input == spec.name
        ]
        living = {subject.entity for subject in subjects}
    for place in range(0, len(subjects), AT_ONCE):
        some = subjects[place : place + AT_ONCE]
        samples = _samples(wing, spec, task, span, some)
        for subject in some:
            member = measure(spec, subject, samples.get(subject.entity, []), span)
            if member.used or subject.entity in living:
                yield member


def _rejected(wing: DataWing, spec: Spec, task: Task, span: Span) -> dict[str, int]:
    return wing.feeds.rejected_counts(
        task.region,
        entity_type=spec.entity_type,
        attribute=spec.attribute,
        start=from_us(span.start_us),
        end=from_us(span.end_us),
        as_of=task.as_of,
    )


def _subjects(
    wing: DataWing, spec: Spec, task: Task, rejected: Mapping[str, int]
) -> tuple[list[Subject], set[str]]:
    """Every entity the input looks at, by URI, and which of them exist now.

    One that was deleted still counts for what it measured, but is not expected to measure.
    """
    area = spec.area or task.area
    try:
        known = _entities(wing, spec, task.region, area)
        rows = wing.history.series_of(
            task.region,
            entity_type=spec.entity_type,
            attribute=spec.attribute,
            area=area,
            q=spec.filter or None,
        )
    except BadInput:
        raise _Refused(Reason.BAD_FILTER, spec) from None
    series: dict[str, list[Series]] = {entity: [] for entity in known}
    for row in rows:
        series.setdefault(row.entity_id, []).append(row)
    feeds = {feed.key: feed for feed in wing.feeds.feeds(task.region)}
    subjects = [
        Subject(
            entity=entity,
            series=tuple(row.number for row in own),
            interval_s=_interval(spec, own, known.get(entity), feeds),
            rejected=rejected.get(entity, 0),
        )
        for entity, own in sorted(series.items())
    ]
    return subjects, set(known)


def _entities(wing: DataWing, spec: Spec, region: str, area: str | None) -> dict[str, StoredEntity]:
    found: dict[str, StoredEntity] = {}
    after: str | None = None
    while True:
        page = wing.entities.entities(
            region,
            type=spec.entity_type,
            area=area,
            q=spec.filter or None,
            after=after,
            limit=PAGE,
        )
        found |= {entity.id: entity for entity in page}
        if len(page) < PAGE:
            return found
        after = page[-1].id


def _interval(
    spec: Spec, series: Sequence[Series], entity: StoredEntity | None, feeds: Mapping[str, Feed]
) -> int | None:
    """What the input says, else the shortest interval agreed for one of the entity's feeds."""
    if spec.interval_s is not None:
        return spec.interval_s
    keys = {row.feed for row in series} or {entity.feed if entity else None}
    agreed = [
        agreed_interval(feeds[key], spec.attribute)
        for key in keys
        if key is not None and key in feeds
    ]
    return min((each for each in agreed if each is not None), default=None)


def agreed_interval(feed: Feed, attribute: str) -> int | None:
    """How often a feed promised to bring an attribute [s]."""
    contract = feed.contract(attribute)
    if contract is not None and contract.interval_s is not None:
        return contract.interval_s
    return feed.interval_s


def _samples(
    wing: DataWing, spec: Spec, task: Task, span: Span, subjects: Sequence[Subject]
) -> dict[str, list[Sample]]:
    """The readings of some entities in the input's unit, by entity."""
    owners = {number: each.entity for each in subjects for number in each.series}
    units = {number: row.unit for number, row in wing.history.series(list(owners)).items()}
    found: dict[str, list[Sample]] = {}
    if not owners:
        return found
    readings = wing.history.readings(
        list(owners), from_us(span.start_us), from_us(span.end_us), as_of=task.as_of
    )
    for reading in readings:
        number = _in_unit(spec, reading.number, units.get(reading.series))
        sample = Sample(to_us(reading.observed_at), reading.ordinal, number)
        found.setdefault(owners[reading.series], []).append(sample)
    return found


def _in_unit(spec: Spec, number: float | None, unit: str | None) -> float | None:
    if number is None or not spec.unit_code or unit is None:
        return None if number is None else float(number)
    try:
        return float(convert(number, unit, spec.unit_code))
    except (UnitMismatch, UnknownUnit):
        raise _Refused(Reason.UNIT_MISMATCH, spec) from None


def _aggregate(spec: Spec, members: Sequence[Member], span: Span) -> dict[str, Any]:
    missing = [member.missing for member in members if member.missing is not None]
    states = [member.state for member in members]
    return {
        "number": KINDS[spec.kind].together(spec, members),
        "entities": len(members),
        "used": sum(member.used for member in members),
        "rejected": sum(member.rejected for member in members),
        "missing": sum(missing) if missing else None,
        "partial": states.count("partial"),
        "silent": states.count("missing"),
        "start": format_time(from_us(span.start_us)),
        "end": format_time(from_us(span.end_us)),
        "spec": asdict(spec),
    }


def _newest(members: Sequence[Member]) -> datetime | None:
    newest = max((each.newest_us for each in members if each.newest_us is not None), default=None)
    return None if newest is None else from_us(newest)


def _stale_after(members: Sequence[Member]) -> int | None:
    """Twice the longest interval agreed among the entities that brought something."""
    agreed = [each.interval_s for each in members if each.used and each.interval_s is not None]
    return STALE_AFTER_INTERVALS * max(agreed) if agreed else None


@dataclass(frozen=True, slots=True)
class Change:
    """That an entity's readings of one day are not what they were. day: from the window's first
    local day; then, now: how many were used. Equal counts mean that a reading's value changed."""

    input: str
    entity: str
    day: int
    then: int
    now: int

    @property
    def removed(self) -> int:
        """How many readings fewer there are now; 0 where there are not fewer."""
        return max(0, self.then - self.now)

    def day_from(self, first: date) -> date:
        """The local day, where `first` is that of the window's start."""
        return first + timedelta(days=self.day)


def changes(then: Sequence[Member], now: Sequence[Member]) -> list[Change]:
    """Where two computations over the same entities used different readings, day by day.

    Members are matched by input and entity; a day is counted from 0 at the window's start.
    """
    current = {(each.input, each.entity): each for each in now}
    found: list[Change] = []
    for member in then:
        again = current.get((member.input, member.entity))
        days = {} if again is None else dict(again.days)
        for day in sorted({*member.days, *days}, key=int):
            before, after = member.days.get(day, (0, "")), days.get(day, (0, ""))
            if before != after:
                found.append(Change(member.input, member.entity, int(day), before[0], after[0]))
    return found
