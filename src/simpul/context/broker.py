"""The use cases of the context: each works on one open transaction and writes one change.

Rights are asked here: who may write what. Reading is filtered at the edge by `Grant.sees`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simpul.context.attributes import Attributes, NewEntity, instances, join_instances
from simpul.context.changes import (
    Locate,
    Wanted,
    plan_change,
    plan_removal,
    read_body,
    touched_keys,
)
from simpul.context.errors import AlreadyExists, OperationNotSupported, ResourceNotFound
from simpul.context.merge import merge_attributes
from simpul.context.model import Change, Grant, StoredEntity
from simpul.context.store import EntityUnit
from simpul.context.terms import NULL
from simpul.kernel.errors import NotAllowed, NotSignedIn


def no_area(longitude: float, latitude: float) -> str | None:
    """For an installation without boundaries: nothing is anywhere."""
    return None


@dataclass(frozen=True, slots=True)
class ContextBroker:
    """Writes entities. locate: finds the area code of a longitude and latitude."""

    locate: Locate = no_area

    def create(
        self, unit: EntityUnit, *, region: str, entity: NewEntity, grant: Grant, now: datetime
    ) -> None:
        """Create an entity (5.6.1).

        Raises:
            AlreadyExists, NotSignedIn, NotAllowed
        """
        check_writer(grant, region, entity.type)
        if unit.entity(region, entity.id) is not None:
            raise AlreadyExists(f"{entity.id} exists already")
        unit.apply(self._plan(region, None, _whole(entity), grant, now))

    def merge(
        self,
        unit: EntityUnit,
        *,
        region: str,
        entity_id: str,
        fragment: Attributes,
        type: str | None = None,
        scope: Any = None,
        grant: Grant,
        now: datetime,
    ) -> None:
        """Merge a fragment into an entity (5.6.17).

        Raises:
            ResourceNotFound, BadRequestData, OperationNotSupported, NotSignedIn, NotAllowed
        """
        former = self._known(unit, region, entity_id, grant)
        _check_owner(grant, former)
        if type not in {None, former.type}:
            raise OperationNotSupported("a type cannot be added to an entity", field="type")
        attributes, standing_scope = read_body(former)
        merged = merge_attributes(attributes, fragment)
        kept_scope = standing_scope if scope is None else scope
        wanted = Wanted(
            id=entity_id,
            type=former.type,
            attributes=merged,
            touched=touched_keys({k: v for k, v in fragment.items() if v != NULL}),
            scope=None if kept_scope == NULL else kept_scope,
        )
        unit.apply(self._plan(region, former, wanted, grant, now))

    def delete(
        self, unit: EntityUnit, *, region: str, entity_id: str, grant: Grant, now: datetime
    ) -> None:
        """Delete an entity (5.6.6); its history stays.

        Raises:
            ResourceNotFound, NotSignedIn; NotAllowed: also for a feed that did not make it.
        """
        former = self._known(unit, region, entity_id, grant)
        check_writer(grant, region, former.type)
        if grant.feed is not None and grant.feed != former.feed:
            raise NotAllowed("this entity was made by somebody else")
        unit.apply(plan_removal(former=former, grant=grant, now=now))

    def upsert(
        self,
        unit: EntityUnit,
        *,
        region: str,
        entity: NewEntity,
        replace: bool,
        grant: Grant,
        now: datetime,
    ) -> bool:
        """Create the entity, or replace or update it (5.6.8); whether it was created.

        Raises:
            NotSignedIn, NotAllowed, OperationNotSupported
        """
        check_writer(grant, region, entity.type)
        former = unit.entity(region, entity.id)
        wanted = _whole(entity)
        if former is not None:
            _check_owner(grant, former)
            if former.type != entity.type:
                raise OperationNotSupported(f"{entity.id} is a {former.type}", field="type")
            if not replace:
                wanted = _added(former, entity)
        unit.apply(self._plan(region, former, wanted, grant, now))
        return former is None

    def absorb(
        self, unit: EntityUnit, *, region: str, wanted: Wanted, grant: Grant, now: datetime
    ) -> int | None:
        """Take in what a feed observed: the instances it brought replace those that stand.

        Gives the event's sequence, or None where all of it was known.

        Raises:
            NotAllowed: the entity is of another type, or open while the feed is closed.
        """
        former = unit.entity(region, wanted.id)
        if former is not None:
            _check_owner(grant, former)
            wanted = _over(former, wanted)
        return unit.apply(self._plan(region, former, wanted, grant, now))

    def _known(self, unit: EntityUnit, region: str, entity_id: str, grant: Grant) -> StoredEntity:
        """The entity, if the caller may know of it: whoever may write here may know what is."""
        former = unit.entity(region, entity_id)
        if former is None or not (former.open or grant.region == region):
            check_writer(grant, region, None)
            raise ResourceNotFound(f"there is no entity {entity_id}")
        return former

    def _plan(
        self,
        region: str,
        former: StoredEntity | None,
        wanted: Wanted,
        grant: Grant,
        now: datetime,
    ) -> Change:
        return plan_change(
            region=region,
            former=former,
            wanted=wanted,
            grant=grant,
            now=now,
            locate=self.locate,
        )


def check_writer(grant: Grant, region: str, entity_type: str | None) -> None:
    """Accept a caller who may write entities of this type in this region.

    Raises:
        NotSignedIn: no token. NotAllowed: a token of another region or for another type.
    """
    if grant.region is None:
        raise NotSignedIn("writing needs a token: Authorization: Bearer …")
    if grant.region != region:
        raise NotAllowed(f"this token is for region {grant.region}, not for {region}")
    if grant.type is not None and entity_type not in {None, grant.type}:
        raise NotAllowed(f"this token writes {grant.type} only, not {entity_type}")


def _check_owner(grant: Grant, former: StoredEntity) -> None:
    """Accept a caller who may change this entity.

    What is open is seen by all, so a feed that is closed cannot add to it.

    Raises:
        NotSignedIn, NotAllowed
    """
    check_writer(grant, former.region, former.type)
    if grant.feed is not None and former.open and not grant.opens:
        raise NotAllowed(f"{former.id} is open; a closed feed cannot write to it")


def _whole(entity: NewEntity) -> Wanted:
    return Wanted(
        id=entity.id,
        type=entity.type,
        attributes=entity.attributes,
        touched=touched_keys(entity.attributes),
        scope=entity.scope,
    )


def _added(former: StoredEntity, entity: NewEntity) -> Wanted:
    """The former attributes with the entity's put over them, whole (5.6.2)."""
    attributes, scope = read_body(former)
    return Wanted(
        id=entity.id,
        type=entity.type,
        attributes=_overlay(attributes, entity.attributes),
        touched=touched_keys(entity.attributes),
        scope=scope if entity.scope is None else entity.scope,
    )


def _over(former: StoredEntity, wanted: Wanted) -> Wanted:
    attributes, scope = read_body(former)
    merged = _overlay(attributes, wanted.attributes)
    return dataclasses.replace(wanted, attributes=merged, scope=scope)


def _overlay(former: Attributes, new: Attributes) -> Attributes:
    """Instances of `new` in place of those of `former` with the same name and datasetId."""
    merged = dict(former)
    for name, attribute in new.items():
        several = {each.get("datasetId", ""): each for each in instances(former.get(name, []))}
        several |= {each.get("datasetId", ""): each for each in instances(attribute)}
        merged[name] = join_instances(list(several.values()))
    return merged
