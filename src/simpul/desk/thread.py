"""The red thread: what hangs on what, walked both ways.

Rooms `tie` and `untie` links in their own transaction and offer a `KnotSource`; the wiring
registers the sources. `walk` goes from one object up to the clauses and down to the feeds; each
stage costs one indexed query for the links and one per room for the labels, and shows only what
the walker may see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import QuerySet

from simpul.desk.models import Link
from simpul.government.access import Walker
from simpul.kernel.ids import Kind, Urn

STAGES: tuple[Kind, ...] = (
    Kind.CLAUSE,
    Kind.ACTION,
    Kind.INDICATOR,
    Kind.VALUE,
    Kind.RUN,
    Kind.READING,
    Kind.ENTITY,
    Kind.FEED,
)
BESIDE: tuple[Kind, ...] = (Kind.ITEM,)
WIDEST = 200


@dataclass(frozen=True, slots=True)
class Knot:
    """One object on the thread. state: name of a state part, or None."""

    urn: Urn
    label: str
    url: str
    state: str | None = None


class KnotSource(Protocol):
    """What a room offers for its kinds."""

    kinds: frozenset[Kind]

    def knots(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        """The knots among `urns` that the walker may see."""
        ...

    def up(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """One step towards the clause that no stored link tells, e.g. from reading to runs."""
        ...

    def down(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """One step towards the device that no stored link tells, e.g. from run to readings."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the thread. total: how many knots hang here; knots: the first of them;
    present: whether the object one stands at is among them."""

    kind: Kind
    knots: tuple[Knot, ...]
    total: int
    present: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread through one object. stages: in order from clause to feed; beside: evaluation."""

    urn: Urn
    stages: tuple[Stage, ...]
    beside: tuple[Stage, ...]


_sources: dict[Kind, KnotSource] = {}


def register(source: KnotSource) -> None:
    """Called by the wiring, once for each room that has knots."""
    for kind in source.kinds:
        _sources[kind] = source


def tie(upper: Urn, lower: Urn, *, kind: str, now: datetime) -> None:
    """That `lower` carries, measures or proves `upper`; from the clause's side to the device's."""
    Link.objects.get_or_create(
        from_urn=str(upper),
        to_urn=str(lower),
        kind=kind,
        valid_to=None,
        defaults={"valid_from": now},
    )


def untie(upper: Urn, lower: Urn, *, kind: str, now: datetime) -> None:
    """That it does so no longer; the link stays with its end."""
    Link.objects.filter(from_urn=str(upper), to_urn=str(lower), kind=kind, valid_to=None).update(
        valid_to=now
    )


def _current() -> QuerySet[Link]:
    return Link.objects.filter(valid_to=None)


def _texts(urns: Iterable[Urn]) -> list[str]:
    return [str(urn) for urn in urns]


def _by_kind(urns: Iterable[Urn]) -> dict[Kind, list[Urn]]:
    grouped: dict[Kind, list[Urn]] = {}
    for urn in urns:
        grouped.setdefault(urn.kind, []).append(urn)
    return grouped


def steps_up(urns: Collection[Urn], walker: Walker) -> set[Urn]:
    """Everything that one of `urns` hangs on, stored or computed; one step."""
    found = {
        Urn.parse(text)
        for text in _current()
        .filter(to_urn__in=_texts(urns))
        .values_list("from_urn", flat=True)[:WIDEST]
    }
    for kind, group in _by_kind(urns).items():
        if kind in _sources:
            found |= _sources[kind].up(group, walker)
    return found


def steps_down(urns: Collection[Urn], walker: Walker) -> set[Urn]:
    """Everything that hangs on one of `urns`, stored or computed; one step."""
    found = {
        Urn.parse(text)
        for text in _current()
        .filter(from_urn__in=_texts(urns))
        .values_list("to_urn", flat=True)[:WIDEST]
    }
    for kind, group in _by_kind(urns).items():
        if kind in _sources:
            found |= _sources[kind].down(group, walker)
    return found


def visible(urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
    """The knots of those of `urns` that the walker may see."""
    found: dict[Urn, Knot] = {}
    for kind, group in _by_kind(urns).items():
        if kind in _sources:
            found |= _sources[kind].knots(group, walker)
    return found
