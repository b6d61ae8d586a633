"""Pages of the city: what exists now, single readings, and the feeds they come by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from simpul.city import queries, words
from simpul.city.attributes import label_of, short_id, urn_of
from simpul.city.knots import reading_label
from simpul.city.permissions import (
    access_entity,
    access_feed,
    access_reading,
    may_see_refused,
    owner_of,
    sees_all,
)
from simpul.city.ports import data_wing
from simpul.connectors.model import Feed, Quarantined, Reason
from simpul.desk import thread
from simpul.government.models import Boundary, Region
from simpul.government.requests import RegionVisit
from simpul.history.model import Reading, Series
from simpul.kernel.ids import Kind, Urn
from simpul.web import charts, writing
from simpul.web.data import Column, table_response

REFUSED_SHOWN = 50
SENT_SHOWN = 120


def _visit(request: HttpRequest) -> RegionVisit:
    return cast(RegionVisit, request)


# --- the city at a glance --------------------------------------------------------------------


@require_GET
def overview(request: HttpRequest, region: str) -> HttpResponse:
    """What there is by type, and the feeds; with ``?jenis=``, the entities of one type."""
    visit, wing = _visit(request), data_wing()
    insider = sees_all(visit.walker, region)
    types = wing.entities.types(region, open_only=not insider)
    chosen = request.GET.get("jenis", "")
    facts = {
        "types": [(name, words.type_label(name), count) for name, count in types.items()],
        "feeds": queries.feed_rows(
            wing, region, closed_too=insider, now=visit.now.astimezone(visit.region.zone)
        ),
        "chosen": chosen,
        "chosen_label": words.type_label(chosen),
    }
    if chosen:
        facts |= _entities(visit, chosen, insider)
    return render(request, "city/overview.html", facts)


def _entities(visit: RegionVisit, chosen: str, insider: bool) -> dict[str, Any]:
    rows = data_wing().entities.entities(
        visit.region.code,
        type=chosen,
        open_only=not insider,
        after=visit.GET.get("setelah") or None,
        limit=queries.PAGE + 1,
    )
    shown = rows[: queries.PAGE]
    return {
        "entities": [queries.entity_row(row) for row in shown],
        "next_after": shown[-1].id if len(rows) > queries.PAGE else "",
    }


@require_GET
def overview_data(request: HttpRequest, region: str) -> HttpResponse:
    """The feeds with their health."""
    visit = _visit(request)
    rows = queries.feed_rows(
        data_wing(),
        region,
        closed_too=sees_all(visit.walker, region),
        now=visit.now.astimezone(visit.region.zone),
    )
    columns = [
        Column("feed", "feed"),
        Column("name", "name"),
        Column("owner", "owner"),
        Column("kind", "kind"),
        Column("state", "state"),
        Column("interval_s", "expected interval", "s"),
        Column("last_observed_at", "newest observation"),
        Column("accepted_today", "accepted today"),
        Column("refused_today", "refused today"),
        Column("address", "address"),
    ]
    table = [
        {
            "feed": row.feed.key,
            "name": row.feed.name,
            "owner": row.owner,
            "kind": row.feed.kind,
            "state": row.state,
            "interval_s": row.feed.interval_s,
            "last_observed_at": row.health.last_observed_at,
            "accepted_today": row.health.accepted_today,
            "refused_today": row.health.quarantined_today,
            "address": row.urn.address,
        }
        for row in rows
    ]
    return table_response(request, columns, table, f"aliran-{region}", date=visit.now)


# --- an entity -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The course of one series as the page shows it."""

    label: str
    chart: Any
    readings: int
    address: str


@require_GET
def entity(request: HttpRequest, region: str, entity_id: str) -> HttpResponse:
    """One thing of the city as it is now."""
    visit, wing = _visit(request), data_wing()
    found = access_entity(wing, region, entity_id, walker=visit.walker)
    page = queries.entity_page(wing, found, now=visit.now)
    facts = {
        "page": page,
        "state": queries.state_of_rows(page.rows),
        "measured": [row for row in page.rows if row.state],
        "others": [row for row in page.rows if not row.state],
        "courses": [_draw(course, page) for course in page.courses],
        "map": _map(visit.region, page),
        "area": _area(found.area),
        "type_label": words.type_label(found.type),
        "type_address": f"/{region}/kota/?jenis={quote(found.type)}",
        "thread": thread.walk(page.urn, visit.walker),
    }
    return render(request, "city/entity.html", facts)


def _area(code: str | None) -> Region | None:
    """The smallest known region that a code lies in."""
    parts = (code or "").split(".")
    codes = [".".join(parts[: count + 1]) for count in range(len(parts))]
    return Region.objects.filter(code__in=codes).order_by("-code").first()


def _draw(course: queries.Course, page: queries.EntityPage) -> _Drawn:
    label = words.attribute_label(course.series.attribute)
    points = [charts.Point(moment, number) for moment, number in course.points]
    title = f"{label}, {page.label}"
    chart = charts.track(
        points, title=title, unit=course.unit, longest_gap=course.longest_gap, height=160
    )
    return _Drawn(label, chart, course.readings, page.urn.address)


def _map(region: Region, page: queries.EntityPage) -> Any:
    """Where it stands, on the outline of the city and of its districts where they are known."""
    if page.place is None:
        return None
    outlines = Boundary.objects.filter(region__parent=region).select_related("region")
    found = list(outlines) or list(Boundary.objects.filter(region=region).select_related("region"))
    areas = [charts.MapArea(str(each.region), each.geometry) for each in found]
    state = queries.state_of_rows(page.rows) or "unknown"
    marker = charts.Marker(page.label, page.place[0], page.place[1], state)
    return charts.city_map(areas, [marker], title=page.label)


@require_GET
def entity_data(request: HttpRequest, region: str, entity_id: str) -> HttpResponse:
    """The entity's attributes with unit, time and state."""
    visit, wing = _visit(request), data_wing()
    found = access_entity(wing, region, entity_id, walker=visit.walker)
    page = queries.entity_page(wing, found, now=visit.now)
    columns = [
        Column("attribute", "attribute"),
        Column("dataset", "dataset"),
        Column("value", "value"),
        Column("unit_code", "unit (UN/CEFACT)"),
        Column("observed_at", "observed"),
        Column("state", "state"),
        Column("reading", "reading"),
    ]
    table = [
        {
            "attribute": row.attribute.name,
            "dataset": row.attribute.dataset,
            "value": row.attribute.text if row.attribute.number is None else row.attribute.number,
            "unit_code": row.attribute.unit_code or None,
            "observed_at": row.attribute.observed_at,
            "state": row.state or None,
            "reading": _address(region, row.reading) if row.reading else None,
        }
        for row in page.rows
    ]
    name = f"entitas-{short_id(found.id)}".replace(":", "-").replace("/", "-")
    return table_response(
        request, columns, table, name, title=page.label, date=visit.now, method=page.urn.address
    )


def _address(region: str, reading: Reading) -> str:
    return reading.address.urn(region).address


# --- a reading -------------------------------------------------------------------------------


@require_GET
def reading(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """One reading: what was measured, when, by whom it came, and what was made of it."""
    visit, wing = _visit(request), data_wing()
    found, series = access_reading(wing, region, key, walker=visit.walker)
    urn = found.address.urn(region)
    revisions = wing.history.revisions(series.number, found.observed_at)
    used_by = thread.steps_up([urn], visit.walker)
    stood = wing.entities.entity(region, series.entity_id)
    facts = {
        "reading": found,
        "series": series,
        "label": reading_label(found, series),
        "attribute": words.attribute_label(series.attribute),
        "unit": words.unit_label(series.unit),
        "text": _said(found),
        "revisions": [(each, _address(region, each)) for each in revisions],
        "in_force": all(each.ordinal <= found.ordinal for each in revisions),
        "late_s": int((found.received_at - found.observed_at).total_seconds()),
        "entity_urn": urn_of(region, series.entity_id),
        "entity_label": label_of(stood.id, stood.body) if stood else short_id(series.entity_id),
        "feed": wing.feeds.feed(series.feed) if series.feed else None,
        "used_by": list(thread.visible(used_by, visit.walker).values()),
        "thread": thread.walk(urn, visit.walker),
    }
    return render(request, "city/reading.html", facts)


def _said(found: Reading) -> str:
    """What was sent where it is more than a number, as indented JSON."""
    if found.body is None:
        return ""
    return json.dumps(json.loads(found.body), ensure_ascii=False, indent=2)


@require_GET
def reading_data(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """Every value the series ever had at this moment."""
    visit, wing = _visit(request), data_wing()
    found, series = access_reading(wing, region, key, walker=visit.walker)
    columns = [
        Column("reading", "reading"),
        Column("entity", "entity"),
        Column("attribute", "attribute"),
        Column("number", "number", series.unit),
        Column("observed_at", "observed"),
        Column("received_at", "received"),
        Column("sequence", "recorded as number"),
        Column("feed", "feed"),
    ]
    table = [_reading_row(each, series) for each in _revisions(found, series)]
    return table_response(
        request,
        columns,
        table,
        f"bacaan-{found.address}",
        title=reading_label(found, series),
        date=found.observed_at,
        method=_address(region, found),
    )


def _revisions(found: Reading, series: Series) -> list[Reading]:
    return data_wing().history.revisions(series.number, found.observed_at)


def _reading_row(found: Reading, series: Series) -> dict[str, Any]:
    return {
        "reading": _address(series.region, found),
        "entity": series.entity_id,
        "attribute": series.attribute,
        "number": found.number,
        "observed_at": found.observed_at,
        "received_at": found.received_at,
        "sequence": found.sequence,
        "feed": series.feed,
    }


# --- a feed ----------------------------------------------------------------------------------


@require_GET
def feed(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """What was agreed about a feed, how it keeps it, and, for its owner, what it refused."""
    visit, wing = _visit(request), data_wing()
    found = access_feed(wing, region, key, walker=visit.walker)
    insider = sees_all(visit.walker, region)
    inside = may_see_refused(found, visit.walker)
    refused = wing.feeds.quarantined(region, feed=key, limit=REFUSED_SHOWN) if inside else []
    urn = Urn(region, Kind.FEED, key)
    facts = {
        "feed": found,
        "row": queries.feed_row(wing, found, now=visit.now.astimezone(visit.region.zone)),
        "owner": owner_of(found),
        "kind": words.kind_label(found.kind),
        "type_label": words.type_label(found.entity_type),
        "interval": words.interval_label(found.interval_s),
        "contracts": _contracts(found),
        "entities": queries.entities_of_feed(wing, found, closed_too=insider),
        "mapping": json.dumps(found.mapping, ensure_ascii=False, indent=2) if insider else "",
        "inside": inside,
        "refused": [_refused(found, each) for each in refused],
        "thread": thread.walk(urn, visit.walker),
    }
    return render(request, "city/feed.html", facts)


def _refused(found: Feed, row: Quarantined) -> dict[str, Any]:
    """A refused reading for the table; agreed: the range it lies outside of."""
    contract = found.contract(row.attribute) if row.attribute else None
    outside = contract is not None and row.reason == Reason.OUT_OF_RANGE
    return {
        "at": row.observed_at or row.received_at,
        "entity_id": row.entity_id,
        "attribute": words.attribute_label(row.attribute) if row.attribute else "",
        "reason": words.reason_label(row.reason),
        "agreed": _range(contract.minimum, contract.maximum) if contract and outside else "",
        "detail": row.detail,
        "sent": row.payload.decode(errors="replace")[:SENT_SHOWN],
    }


def _contracts(found: Feed) -> list[dict[str, Any]]:
    return [
        {
            "label": words.attribute_label(each.attribute),
            "name": each.attribute,
            "unit": words.unit_label(each.unit),
            "range": _range(each.minimum, each.maximum),
            "interval": words.interval_label(each.interval_s or found.interval_s),
        }
        for each in found.contracts
    ]


def _range(minimum: float | None, maximum: float | None) -> str:
    if minimum is None and maximum is None:
        return ""
    if maximum is None:
        return f"≥ {writing.number(minimum)}"
    if minimum is None:
        return f"≤ {writing.number(maximum)}"
    return f"{writing.number(minimum)} … {writing.number(maximum)}"


@require_GET
def feed_data(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """The feed's contract, one row for each attribute."""
    visit, wing = _visit(request), data_wing()
    found = access_feed(wing, region, key, walker=visit.walker)
    columns = [
        Column("attribute", "attribute"),
        Column("unit_code", "unit (UN/CEFACT)"),
        Column("minimum", "smallest allowed"),
        Column("maximum", "largest allowed"),
        Column("interval_s", "expected interval", "s"),
    ]
    table = [
        {
            "attribute": each.attribute,
            "unit_code": each.unit,
            "minimum": each.minimum,
            "maximum": each.maximum,
            "interval_s": each.interval_s or found.interval_s,
        }
        for each in found.contracts
    ]
    urn = Urn(region, Kind.FEED, key)
    return table_response(
        request,
        columns,
        table,
        f"aliran-{key}",
        title=found.name,
        date=visit.now,
        method=urn.address,
    )
