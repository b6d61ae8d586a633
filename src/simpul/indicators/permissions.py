"""The doors of this room: one per kind of object, used by pages, data and jobs alike."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from simpul.government.access import Right, Walker
from simpul.indicators.errors import NoSuchIndicator, NoSuchRun, NoSuchValue
from simpul.indicators.models import CalculationRun, Entry, Indicator, Value
from simpul.kernel.ids import Kind


def may(indicator: Indicator, walker: Walker, right: str) -> bool:
    """Whether the walker holds `right` over the indicator; looking at a public one is free."""
    if right == Right.SEE and indicator.is_public:
        return True
    return walker.may(
        right,
        region=indicator.region_id,
        kind=Kind.INDICATOR,
        organisation=indicator.owner_id,
    )


def visible_to(walker: Walker, region: str) -> QuerySet[Indicator]:
    """The indicators of a region that the walker may see, by code."""
    every = Indicator.objects.filter(region=region)
    if walker.may(Right.SEE, region=region, kind=Kind.INDICATOR):
        return every
    owners: set[int] = set()
    for given in walker.given:
        if given.region == region and given.kind in {"*", Kind.INDICATOR}:
            owners |= given.organisations
    return every.filter(Q(is_public=True) | Q(owner_id__in=owners))


def access_indicator(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Indicator:
    """The indicator at this address, for somebody who may do `to` with it.

    Raises:
        NoSuchIndicator: none there, or the walker may not see it.
        NotSignedIn, NotAllowed: it may be seen, but not this.
    """
    found = (
        Indicator.objects.filter(region=region, key=key)
        .select_related("region", "owner", "post__organisation")
        .first()
    )
    if found is None or not may(found, walker, Right.SEE):
        raise NoSuchIndicator
    if to != Right.SEE:
        walker.must(to, region=region, kind=Kind.INDICATOR, organisation=found.owner_id)
    return found


def access_value(region: str, key: str, *, walker: Walker) -> Value:
    """The value at this address.

    Raises:
        NoSuchValue: none there, or its indicator is not for this walker.
    """
    found = (
        Value.objects.filter(indicator__region=region, key=key)
        .select_related("indicator__region", "indicator__owner", "area", "period", "run", "entry")
        .first()
    )
    if found is None or not may(found.indicator, walker, Right.SEE):
        raise NoSuchValue
    return found


def may_see_entry(entry: Entry, walker: Walker) -> bool:
    """Whether a number on its way may be seen: by the office it belongs to, and those above."""
    return walker.may(
        Right.SEE,
        region=entry.indicator.region_id,
        kind=Kind.INDICATOR,
        organisation=entry.indicator.owner_id,
    )


def access_entry(region: str, key: str, *, walker: Walker) -> Entry:
    """A typed-in number on its way, for the office it belongs to.

    Raises:
        NoSuchValue: none there, or not for this walker.
    """
    found = (
        Entry.objects.filter(indicator__region=region, key=key)
        .select_related(
            "indicator__region",
            "indicator__owner",
            "area",
            "period",
            "by__person",
            "post",
            "reviewer",
        )
        .first()
    )
    if found is None or not may_see_entry(found, walker):
        raise NoSuchValue
    return found


def access_run(region: str, key: str, *, walker: Walker) -> CalculationRun:
    """The run at this address.

    Raises:
        NoSuchRun: none there, or its indicator is not for this walker.
    """
    found = (
        CalculationRun.objects.filter(indicator__region=region, key=key)
        .select_related("indicator__region", "indicator__owner", "formula", "area", "period")
        .first()
    )
    if found is None or not may(found.indicator, walker, Right.SEE):
        raise NoSuchRun
    return found
