"""Values and calculation runs: what proves a number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from simpul.city.ports import data_wing
from simpul.city.queries import entity_labels
from simpul.desk import reviews, thread
from simpul.desk.queries import evidence_of
from simpul.government.access import Right
from simpul.government.requests import RegionVisit
from simpul.indicators import periods, runs, sheets, tracing
from simpul.indicators.errors import NoSuchRun, NoSuchValue
from simpul.indicators.forms import ReviewForm
from simpul.indicators.models import CalculationRun, Entry, Value
from simpul.indicators.permissions import (
    access_entry,
    access_run,
    access_value,
    may,
    may_see_entry,
)
from simpul.indicators.queries import state_of
from simpul.kernel.time import format_time, local_day, system_clock
from simpul.web import writing
from simpul.web.data import Column, table_response

READINGS_SHOWN = 100


@require_GET
def value(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """One value and its proof; a typed-in number that is no value yet, for its office."""
    try:
        found = access_value(region, key, walker=request.walker)
    except NoSuchValue:
        return entry_page(request, access_entry(region, key, walker=request.walker))
    state, since = state_of(found, now=request.now)
    facts = {
        "value": found,
        "indicator": found.indicator,
        "period": periods.label(found.period, writing.language()),
        "state": "superseded" if found.state == Value.State.SUPERSEDED else state,
        "since": since,
        "period_last": found.period.ends - timedelta(days=1),
        "made": sheets.made_by(found.run) if found.run else None,
        "entry": found.entry,
        "steps": _steps(request, found.entry),
        "evidence": evidence_of([found.urn], request.walker)[found.urn] if found.entry else [],
        "others": _others(found),
        "thread": thread.walk(found.urn, request.walker),
    }
    return render(request, "indicators/value.html", facts)


def _steps(request: RegionVisit, entry: Entry | None) -> list[Any]:
    """The review of a typed-in number; people's names are for the office."""
    if entry is None:
        return []
    inside = may_see_entry(entry, request.walker)
    return [(step, inside) for step in reviews.reviews_of(entry.urn)]


def _others(found: Value) -> list[Value]:
    """Every value the period ever had, newest first, when there are several."""
    rows = Value.objects.filter(
        indicator=found.indicator, area=found.area, period=found.period
    ).exclude(state=Value.State.PROVISIONAL)
    several = list(rows.select_related("indicator").order_by("-made_at"))
    return several if len(several) > 1 else []


def entry_page(request: RegionVisit, entry: Entry, form: ReviewForm | None = None) -> HttpResponse:
    """A number on its way to a value, with the form for whoever checks it."""
    walker = request.walker
    may_review = (
        entry.state == Entry.State.SUBMITTED
        and may(entry.indicator, walker, Right.REVIEW)
        and (walker.account is None or walker.account.pk != entry.by_id)
    )
    facts = {
        "entry": entry,
        "indicator": entry.indicator,
        "period": periods.label(entry.period, writing.language()),
        "steps": _steps(request, entry),
        "evidence": evidence_of([entry.urn], walker)[entry.urn],
        "form": form or ReviewForm(),
        "may_review": may_review,
        "is_own": walker.account is not None and walker.account.pk == entry.by_id,
        "thread": thread.walk(entry.urn, walker),
    }
    return render(request, "indicators/entry.html", facts, status=422 if form else 200)


@require_GET
def value_data(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """One value as data."""
    found = access_value(region, key, walker=request.walker)
    columns = [
        Column("indicator", "indicator"),
        Column("area", "area"),
        Column("period_starts", "period from"),
        Column("period_ends", "period until (excluded)"),
        Column("number", "number", found.indicator.unit or None),
        Column("state", "state"),
        Column("quality", "quality"),
        Column("made_at", "made"),
        Column("run", "calculation run"),
    ]
    row = {
        "indicator": found.indicator.urn.address,
        "area": found.area_id,
        "period_starts": found.period.starts,
        "period_ends": found.period.ends,
        "number": sheets.number_for_data(found.number, found.indicator),
        "state": found.state,
        "quality": found.quality,
        "made_at": found.made_at,
        "run": found.run.urn.address if found.run else None,
    }
    return table_response(
        request,
        columns,
        [row],
        f"nilai-{key}",
        title=found.indicator.title,
        date=found.made_at,
        method=found.urn.address,
    )


@require_GET
def run(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Everything that was frozen with a calculation; ``?anggota=`` shows one entity's readings."""
    found = access_run(region, key, walker=request.walker)
    facts = _run_facts(request, found)
    return render(request, "indicators/run.html", facts | _drilled(request, found))


def _run_facts(request: RegionVisit, found: CalculationRun) -> dict[str, Any]:
    members = sheets.member_rows(found)
    return {
        "run": found,
        "indicator": found.indicator,
        "period": periods.label(found.period, writing.language()),
        "made": sheets.made_by(found),
        "members": members,
        "members_total": len(found.member_rows),
        "value": Value.objects.filter(run=found).first(),
        "thread": thread.walk(found.urn, request.walker),
    }


def _drilled(request: RegionVisit, found: CalculationRun) -> dict[str, Any]:
    """The readings of the one member that the address names, newest first."""
    entity, name = request.GET.get("anggota", ""), request.GET.get("masukan", "")
    if not entity:
        return {}
    members = [each for each in runs.members_of(found) if each.entity == entity]
    member = next((each for each in members if each.input == name or not name), None)
    if member is None:
        raise NoSuchRun
    wing = data_wing()
    readings = tracing.member_readings(wing, found, member, most=READINGS_SHOWN)
    label = entity_labels(wing, found.indicator.region_id, [entity])[entity]
    return {
        "drilled": member,
        "drilled_label": label,
        "drilled_rows": sheets.reading_rows(found, [(member, each) for each in readings]),
    }


@require_GET
def repeat(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The run made again from the same readings, beside what it was. Keeps nothing."""
    found = access_run(region, key, walker=request.walker)
    comparison = runs.repeat(data_wing(), found, clock=system_clock)
    start, _end = local_day(
        found.window_start.astimezone(request.region.zone).date(), request.region.zone
    )
    facts = {
        "comparison": comparison,
        "changes": [
            (change, change.day_from(start.astimezone(request.region.zone).date()))
            for change in comparison.changes[: sheets.MEMBERS_SHOWN]
        ],
    }
    return render(request, "indicators/run.html", _run_facts(request, found) | facts)


@require_GET
def run_data(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The members of a run with their counts."""
    found = access_run(region, key, walker=request.walker)
    columns = [
        Column("input", "input"),
        Column("entity", "entity"),
        Column("number", "number"),
        Column("used", "readings used"),
        Column("rejected", "readings rejected"),
        Column("expected", "intervals expected"),
        Column("missing", "intervals missing"),
        Column("state", "state"),
        Column("newest_at", "newest reading"),
    ]
    table = [
        {
            "input": row.member.input,
            "entity": row.member.entity,
            "number": row.member.number,
            "used": row.member.used,
            "rejected": row.member.rejected,
            "expected": row.member.expected,
            "missing": row.member.missing,
            "state": row.member.state,
            "newest_at": row.newest_at,
        }
        for row in sheets.member_rows(found, most=None)
    ]
    return table_response(
        request,
        columns,
        table,
        f"proses-{key}",
        title=f"{found.indicator.title}, {format_time(found.finished_at)}",
        date=found.finished_at,
        method=found.urn.address,
    )
