"""The search over everything: asks every source, and is itself the source for what has no room of
its own to answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from simpul.city.attributes import label_of, short_id, urn_of
from simpul.city.ports import data_wing
from simpul.government.models import Organisation, Region
from simpul.government.requests import Visit
from simpul.indicators.permissions import visible_to
from simpul.insight import regions
from simpul.kernel.errors import Unavailable
from simpul.programme.permissions import visible_actions, visible_commitments
from simpul.web.registry import Hit, Text, registry

EACH = 8
SHORTEST = 2
LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one source."""

    label: Text
    hits: Sequence[Hit]


def search(request: HttpRequest, text: str) -> list[Group]:
    """What every source finds, in the order that the sources were given."""
    found = [
        Group(label, source(request, text, limit=EACH))
        for _order, label, source in registry.searches
    ]
    return [group for group in found if group.hits]


def _codes(request: HttpRequest) -> list[str]:
    """The region of the search, or all that live here."""
    region = getattr(request, "region", None)
    if region is not None:
        return [region.code]
    rows = Region.objects.filter(runs_here=True).values_list("code", flat=True)
    return list(rows)


def actions(request: HttpRequest, text: str, *, limit: int) -> list[Hit]:
    """Actions and quick wins by title or code."""
    walker = cast(Visit, request).walker
    hits: list[Hit] = []
    for code in _codes(request):
        rows = visible_actions(walker, code).filter(Q(title__icontains=text) | Q(code__iexact=text))
        hits += [
            Hit(
                row.title,
                row.urn.address,
                row.get_kind_display(),
                f"{row.code} · {row.lead}",
                region=row.region.name,
            )
            for row in rows.select_related("lead", "region")[:limit]
        ]
    return hits[:limit]


def indicators(request: HttpRequest, text: str, *, limit: int) -> list[Hit]:
    """Indicators by title, code or definition."""
    walker = cast(Visit, request).walker
    asked = Q(title__icontains=text) | Q(code__iexact=text) | Q(definition__icontains=text)
    hits: list[Hit] = []
    for code in _codes(request):
        rows = visible_to(walker, code).filter(asked).select_related("owner", "region")[:limit]
        hits += [
            Hit(
                row.title,
                row.urn.address,
                _("Indicator"),
                f"{row.code} · {row.owner}",
                region=row.region.name,
            )
            for row in rows
        ]
    return hits[:limit]


def commitments(request: HttpRequest, text: str, *, limit: int) -> list[Hit]:
    """Commitments by title, number or the words of a clause."""
    walker = cast(Visit, request).walker
    asked = Q(title__icontains=text) | Q(number__icontains=text) | Q(clauses__text__icontains=text)
    hits: list[Hit] = []
    for code in _codes(request):
        rows = visible_commitments(walker, code).filter(asked).select_related("region").distinct()
        hits += [
            Hit(row.title, row.urn.address, _("Commitment"), row.number, str(row.state))
            for row in rows[:limit]
        ]
    return hits[:limit]


def offices(request: HttpRequest, text: str, *, limit: int) -> list[Hit]:
    """Offices by name."""
    rows = Organisation.objects.filter(
        Q(name__icontains=text) | Q(short_name__icontains=text),
        region__in=_codes(request),
        valid_to=None,
    ).select_related("region")[:limit]
    return [
        Hit(
            row.name,
            row.urn.address,
            row.get_kind_display(),
            row.short_name,
            region=str(row.region),
        )
        for row in rows
    ]


def things(request: HttpRequest, text: str, *, limit: int) -> list[Hit]:
    """Entities by name or the end of their URI; the first of a region's that fit."""
    walker = cast(Visit, request).walker
    hits: list[Hit] = []
    try:
        wing = data_wing()
        for code in _codes(request):
            rows = wing.entities.entities(
                code, open_only=not walker.belongs_to(code), limit=LOOKED_AT
            )
            hits += [
                Hit(label, urn_of(code, row.id).address, row.type, short_id(row.id))
                for row in rows
                if text.lower() in (label := label_of(row.id, row.body)).lower()
                or text.lower() in row.id.lower()
            ]
    except Unavailable:
        return []
    return hits[:limit]


def places(request: HttpRequest, text: str, *, limit: int) -> list[Hit]:
    """Regions of Indonesia by name or code."""
    return [
        Hit(row.name, f"/{row.code}/", row.get_level_display(), row.code)
        for row in regions.regions(text=text)[:limit]
    ]


SOURCES = (
    (10, _("Actions"), actions),
    (20, _("Indicators"), indicators),
    (30, _("Commitments"), commitments),
    (40, _("Offices"), offices),
    (60, _("Things in the city"), things),
    (70, _("Regions"), places),
)
