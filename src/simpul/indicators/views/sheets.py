"""The list of indicators, and the page of each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from simpul.desk import thread
from simpul.desk.models import Obligation
from simpul.government.access import Right
from simpul.government.models import Region
from simpul.government.requests import RegionVisit
from simpul.indicators import closing, periods, sheets
from simpul.indicators.models import Entry, Indicator
from simpul.indicators.permissions import access_indicator, may, may_see_entry
from simpul.indicators.queries import current_value, formula_in_force, live_number
from simpul.kernel.errors import NotFound
from simpul.web import charts, writing
from simpul.web.data import Column, table_response


@require_GET
def indicators(request: RegionVisit, region: str) -> HttpResponse:
    """Every indicator that may be seen, with its number now."""
    rows = sheets.list_rows(request.walker, region, request.now)
    return render(request, "indicators/list.html", {"rows": rows})


@require_GET
def indicators_data(request: RegionVisit, region: str) -> HttpResponse:
    """The list as data."""
    columns = [
        Column("code", "code"),
        Column("title", "title"),
        Column("number", "number"),
        Column("unit", "unit"),
        Column("state", "state"),
        Column("at", "as at"),
        Column("target", "target"),
        Column("target_on", "target for"),
        Column("target_met", "target met"),
        Column("owner", "owner"),
        Column("address", "address"),
    ]
    table = [
        {
            "code": row.indicator.code,
            "title": row.indicator.title,
            "owner": row.indicator.owner.name,
            "address": row.indicator.urn.address,
            **sheets.facts_for_data(row.live),
        }
        for row in sheets.list_rows(request.walker, region, request.now)
    ]
    return table_response(request, columns, table, f"indikator-{region}", date=request.now)


@require_GET
def indicator(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The number, its course against the target path, and how it came to be."""
    found = access_indicator(region, key, walker=request.walker)
    area = _area(request, found)
    value = current_value(found, area)
    run = value.run if value else None
    facts = {
        "indicator": found,
        "area": area,
        "areas": list(found.areas.all()),
        "live": live_number(found, now=request.now, area=area, with_line=False),
        "value": value,
        "period": periods.label(value.period, writing.language()) if value else "",
        "chart": _chart(found, area, found.region.today(request.now)),
        "rows": sheets.value_rows(found, area),
        "path": sheets.path(found, area.code),
        "made": sheets.made_by(run) if run else None,
        "formula": formula_in_force(found),
        "formulas": sheets.formula_rows(found),
        "thread": thread.walk(found.urn, request.walker),
    }
    return render(request, "indicators/indicator.html", facts | _office(request, found))


def _area(request: HttpRequest, found: Indicator) -> Region:
    """The area that the address asks for, the region itself without it."""
    code = request.GET.get("wilayah", "")
    if not code:
        return found.region
    area = found.areas.filter(code=code).first()
    if area is None:
        raise NotFound
    return area


def _chart(found: Indicator, area: Region, today: date) -> Any:
    actual, path = sheets.course(found, area.code, today)
    return charts.track(actual, path, title=found.title, unit=found.unit, decimals=found.decimals)


def _office(request: RegionVisit, found: Indicator) -> dict[str, Any]:
    """What only the office sees: numbers that wait, and whether it may hand one in."""
    waiting = found.entries.exclude(state=Entry.State.APPROVED).select_related("indicator")
    visible = [entry for entry in waiting if may_see_entry(entry, request.walker)]
    may_report = not found.is_computed and may(found, request.walker, Right.REPORT)
    return {
        "waiting": [
            (entry, periods.label(entry.period, writing.language())) for entry in visible[:12]
        ],
        "may_report": may_report,
        "owed": _owed(found) if may_report else None,
    }


def _owed(found: Indicator) -> Obligation | None:
    return Obligation.objects.filter(
        subject=str(found.urn), reason=closing.VALUE_DUE, settled_at=None
    ).first()


@require_GET
def indicator_data(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The published values of an indicator beside their targets, and the live one."""
    found = access_indicator(region, key, walker=request.walker)
    area = _area(request, found)
    columns = [
        Column("period_starts", "period from"),
        Column("period_ends", "period until (excluded)"),
        Column("number", "number", found.unit or None),
        Column("state", "state"),
        Column("quality", "quality"),
        Column("target", "target", found.unit or None),
        Column("target_met", "target met"),
        Column("value", "value"),
    ]
    table = [_data_row(row) for row in sheets.value_rows(found, area)]
    live = current_value(found, area)
    if live is not None and live.state == live.State.PROVISIONAL:
        table.insert(
            0,
            {
                "period_starts": live.period.starts,
                "period_ends": live.period.ends,
                "number": sheets.number_for_data(live.number, found),
                "state": live.state,
                "quality": live.quality,
                "value": live.urn.address,
            },
        )
    return table_response(
        request,
        columns,
        table,
        f"indikator-{found.code}",
        title=found.title,
        date=request.now,
        method=f"{found.urn.address}#cara",
    )


def _data_row(row: sheets.ValueRow) -> dict[str, Any]:
    value = row.value
    return {
        "period_starts": value.period.starts,
        "period_ends": value.period.ends,
        "number": sheets.number_for_data(value.number, value.indicator),
        "state": value.state,
        "quality": value.quality,
        "target": row.goal.number if row.goal else None,
        "target_met": row.met,
        "value": value.urn.address,
    }
