"""What a write does to an entity, worked out before anything is stored. Pure.

An instance that is older than the one it would replace (both with observedAt) is late: it goes
into history and leaves the current state alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from simpul.context.attributes import (
    Attributes,
    Instance,
    each_instance,
    join_instances,
)
from simpul.context.model import Change, Grant, Observation, StoredEntity
from simpul.kernel.geometry import centre, parse_geometry, point_of
from simpul.kernel.time import parse_time, to_us

Locate = Callable[[float, float], str | None]
Key = tuple[str, str]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a writer wants of one entity.

    attributes: the state it would leave behind; touched: name and datasetId of every instance it
    brought itself; replaces_newer: its state stands even where it is older (forecasts);
    history_only: nothing of it becomes state.
    """

    id: str
    type: str
    attributes: Attributes
    touched: frozenset[Key]
    scope: Any = None
    replaces_newer: bool = False
    history_only: bool = False


def read_body(entity: StoredEntity | None) -> tuple[Attributes, Any]:
    """The attributes and the scope in a stored body."""
    if entity is None:
        return {}, None
    document: Attributes = orjson.loads(entity.body)
    del document["id"], document["type"]
    scope = document.pop("scope", None)
    return document, scope


def touched_keys(attributes: Attributes) -> frozenset[Key]:
    """Name and datasetId of every instance."""
    return frozenset((name, dataset) for name, dataset, _ in each_instance(attributes))


def plan_change(
    *,
    region: str,
    former: StoredEntity | None,
    wanted: Wanted,
    grant: Grant,
    now: datetime,
    locate: Locate,
) -> Change:
    """The change that turns `former` into what is `wanted`, with what was observed."""
    before, scope = read_body(former)
    after = before if wanted.history_only else _settle(before, wanted)
    observations = _observations(before, wanted, now)
    changed = _changed(before, after)
    as_it_was = former is not None and not changed and wanted.scope == scope
    if as_it_was or wanted.history_only:
        stored = None
    else:
        stored = _stored(region, former, wanted, before, after, grant, now)
    return _with_place(
        Change(
            region=region,
            entity_id=wanted.id,
            entity_type=former.type if former else wanted.type,
            operation=_operation(former, stored),
            attributes=changed if stored else _names(observations),
            after=stored,
            open=former.open if former else grant.opens,
            area=former.area if former else None,
            now=now,
            source=grant.source,
            feed=grant.feed,
            observations=observations,
            previous={name: before[name] for name in changed if name in before},
        ),
        before,
        after,
        locate,
    )


def plan_removal(*, former: StoredEntity, grant: Grant, now: datetime) -> Change:
    """The change that takes an entity away."""
    before, _ = read_body(former)
    return Change(
        region=former.region,
        entity_id=former.id,
        entity_type=former.type,
        operation="deleted",
        attributes=tuple(before),
        after=None,
        open=former.open,
        area=former.area,
        now=now,
        source=grant.source,
        feed=grant.feed,
        previous=before,
        geometry_changed="location" in before,
    )


def _operation(former: StoredEntity | None, stored: StoredEntity | None) -> str:
    if stored is None:
        return "recorded"
    return "created" if former is None else "updated"


def _names(observations: tuple[Observation, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.attribute for each in observations))


def _by_key(attributes: Attributes) -> dict[Key, Instance]:
    return {(name, dataset): each for name, dataset, each in each_instance(attributes)}


def _settle(before: Attributes, wanted: Wanted) -> Attributes:
    """The state to keep: what is wanted, except where what stands is newer."""
    former = _by_key(before)
    settled: dict[str, list[Instance]] = {}
    for name, dataset, instance in each_instance(wanted.attributes):
        stands = former.get((name, dataset))
        late = stands is not None and not wanted.replaces_newer and _is_late(instance, stands)
        settled.setdefault(name, []).append(stands if late and stands else instance)
    return {name: join_instances(several) for name, several in settled.items()}


def _is_late(instance: Instance, stands: Instance) -> bool:
    one, other = instance.get("observedAt"), stands.get("observedAt")
    if one is None or other is None or one == other:
        return False
    return parse_time(one) < parse_time(other)


def _changed(before: Attributes, after: Attributes) -> tuple[str, ...]:
    new = [name for name, each in after.items() if before.get(name) != each]
    return (*new, *(name for name in before if name not in after))


def _observations(before: Attributes, wanted: Wanted, now: datetime) -> tuple[Observation, ...]:
    """What the writer brought: with observedAt always, without it only what is different."""
    former = _by_key(before)
    found = []
    for name, dataset, instance in each_instance(wanted.attributes):
        key = (name, dataset)
        if key not in wanted.touched:
            continue
        observed = instance.get("observedAt")
        if observed is None and former.get(key) == instance:
            continue
        moment = parse_time(observed) if observed is not None else now
        found.append(_observation(name, dataset, moment, instance))
    return tuple(found)


def _observation(name: str, dataset: str, moment: datetime, instance: Instance) -> Observation:
    value = instance.get("value")
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    return Observation(
        attribute=name,
        dataset=dataset or None,
        observed_at=moment,
        number=number,
        instance=instance,
        unit=instance.get("unitCode"),
    )


def _stored(
    region: str,
    former: StoredEntity | None,
    wanted: Wanted,
    before: Attributes,
    after: Attributes,
    grant: Grant,
    now: datetime,
) -> StoredEntity:
    head: dict[str, Any] = {"id": wanted.id, "type": former.type if former else wanted.type}
    if wanted.scope is not None:
        head["scope"] = wanted.scope
    return StoredEntity(
        region=region,
        id=wanted.id,
        type=head["type"],
        body=orjson.dumps(head | after),
        open=former.open if former else grant.opens,
        area=former.area if former else None,
        created_at=former.created_at if former else now,
        modified_at=now,
        times=_times(former, before, after, now),
        feed=former.feed if former else grant.feed,
    )


def _times(
    former: StoredEntity | None, before: Attributes, after: Attributes, now: datetime
) -> bytes:
    known = orjson.loads(former.times) if former else {}
    stood = _by_key(before)
    stamp = to_us(now)
    times: dict[str, dict[str, list[int]]] = {}
    for name, dataset, instance in each_instance(after):
        created, modified = known.get(name, {}).get(dataset, (stamp, stamp))
        if stood.get((name, dataset)) != instance:
            modified = stamp
        times.setdefault(name, {})[dataset] = [created, modified]
    return orjson.dumps(times)


def _with_place(change: Change, before: Attributes, after: Attributes, locate: Locate) -> Change:
    """The change with area and bounds, looked up only where the location is another one."""
    if change.after is None or before.get("location") == after.get("location"):
        return change
    place = _by_key(after).get(("location", ""))
    if place is None or place["type"] != "GeoProperty":
        area, bounds = None, None
    else:
        centred, bounds = _extent(place["value"])
        area = locate(*centred)
    after_entity = replace(change.after, area=area)
    return replace(change, after=after_entity, area=area, bounds=bounds, geometry_changed=True)


def _extent(value: dict[str, Any]) -> tuple[tuple[float, float], Bounds]:
    """A point inside a geometry, and its bounds."""
    point = point_of(value)
    if point is not None:
        return point, (*point, *point)
    geometry = parse_geometry(value)
    west, south, east, north = geometry.bounds
    return centre(geometry), (west, south, east, north)
