"""The evaluations of a region, and one self-assessment with its score and its items."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from simpul.evaluation import operations, pages, queries
from simpul.evaluation.instrument import as_decimal
from simpul.evaluation.models import Evaluation, Stage
from simpul.evaluation.permissions import (
    access_evaluation,
    may_edit,
    may_score_rows,
    visible_evaluations,
)
from simpul.evaluation.views.visits import visit
from simpul.government.access import Right
from simpul.web import notes
from simpul.web.data import Column, table_response


@require_GET
def listing(request: HttpRequest, region: str) -> HttpResponse:
    """What was published about the region, and the evaluations that the visitor may see."""
    asked = visit(request)
    rows = visible_evaluations(asked.walker, region) if asked.walker.signed_in else []
    facts = {
        "evaluations": [(row, queries.score_of(row, row.stage)) for row in rows],
        "results": _results(region),
        "instruments": queries.published_instruments(),
    }
    return render(request, "evaluation/listing.html", facts)


def _results(region: str) -> list[tuple[Any, Any]]:
    """Each published result of a region with its instrument."""
    instruments = {row.key: row for row in queries.published_instruments()}
    found = queries.published_results(region)
    return [(row, instruments[row.instrument]) for row in found if row.instrument in instruments]


@require_GET
def listing_data(request: HttpRequest, region: str) -> HttpResponse:
    """The published results of the region, as printed."""
    rows = [
        {
            "year": row.year,
            "instrument": row.instrument,
            "index": row.index,
            "improvement": row.improvement,
            "predicate": row.predicate or None,
            "source": row.source,
        }
        for row, _instrument in _results(region)
    ]
    columns = [
        Column("year", _("Year")),
        Column("instrument", _("Instrument")),
        Column("index", _("Index"), pages.UNIT),
        Column("improvement", _("Improvement"), pages.UNIT),
        Column("predicate", _("Predicate")),
        Column("source", _("Source")),
    ]
    name = f"hasil-evaluasi-{region}"
    method = f"/{region}/evaluasi/hasil/"
    return table_response(request, columns, rows, name, method=method)


def _stage(request: HttpRequest, evaluation: Evaluation) -> str:
    """The stage that the address asks for, else the one at work."""
    asked = request.GET.get("tahap", "")
    return asked if asked in queries.marked_stages(evaluation) else evaluation.stage


@require_GET
def evaluation(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """The score so far, by component and dimension, what is missing, and every item."""
    asked = visit(request)
    row = access_evaluation(region, key, walker=asked.walker)
    stage = _stage(request, row)
    given = queries.given_scores(row, stage)
    score = queries.score_of(row, stage, given)
    every = queries.standings(row, stage, given)
    wanted = pages.ItemFilter.read(request.GET)
    kept = [standing for standing in every if wanted.keeps(standing)]
    spec = row.instrument.spec
    facts = {
        "evaluation": row,
        "spec": spec,
        "most": as_decimal(spec.scale.maximum),
        "counts_as": as_decimal(spec.missing),
        "instrument_address": row.instrument.urn(region).address,
        "group": queries.group_of(row),
        "stage": stage,
        "stages": [(name, Stage(name).label) for name in queries.marked_stages(row)],
        "score": score,
        "all_branches": pages.branches(score, every),
        "branches": pages.branches(score, kept),
        "opened": request.GET.get("buka", ""),
        "dimensions": [(pages.Mark(one.key, one.name), one) for one in score.dimensions],
        "wanted": wanted,
        "states": pages.STATES.items(),
        "kept": kept,
        "every": every,
        "owed": [(duty, pages.item_address(duty.subject)) for duty in queries.owed(row)],
        "waiting": sum(1 for standing in every if standing.state == "submitted"),
        "may_edit": may_edit(row, asked.walker),
        "scorable": may_score_rows(row, stage, asked.walker),
    }
    return render(request, "evaluation/evaluation.html", facts)


@require_GET
def evaluation_data(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """Every item of the evaluation with its value and its best proposal."""
    asked = visit(request)
    row = access_evaluation(region, key, walker=asked.walker)
    stage = _stage(request, row)
    wanted = pages.ItemFilter.read(request.GET)
    standings = [found for found in queries.standings(row, stage) if wanted.keeps(found)]
    rows = [
        {
            "number": found.item.number,
            "code": found.item.code,
            "key": found.item.key,
            "component": found.item.component,
            "smart_dimension": found.item.smart_dimension or None,
            "question": found.item.question,
            "value": found.value,
            "proposed": found.best.level if found.best else None,
            "reason": found.given.last.reason if found.given else None,
            "scored_at": found.given.last.at if found.given else None,
        }
        for found in standings
    ]
    columns = [
        Column("number", _("Number")),
        Column("code", _("Code")),
        Column("key", _("Key")),
        Column("component", _("Component")),
        Column("smart_dimension", _("Smart dimension")),
        Column("question", _("Question")),
        Column("value", _("Value"), pages.UNIT),
        Column("proposed", _("Proposed level"), pages.UNIT),
        Column("reason", _("Reason")),
        Column("scored_at", _("Scored at")),
    ]
    name = f"{row.instrument.key}-{region}-{row.year}-{stage}"
    method = row.instrument.urn(region).address
    return table_response(request, columns, rows, name, title=str(row), method=method)


@require_POST
def refresh(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """Let every query look again, and say what changed."""
    asked = visit(request)
    row = access_evaluation(region, key, walker=asked.walker, to=Right.EDIT)
    done = operations.refresh_proposals(evaluation=row, now=asked.now)
    told = ngettext(
        "%(count)s query has looked again: %(changed)s found something else, %(owed)s lack proof.",
        "%(count)s queries have looked again: %(changed)s found something else, "
        "%(owed)s lack proof.",
        done.queries,
    )
    facts = {"count": done.queries, "changed": done.changed, "owed": done.owed}
    notes.leave(request, told % facts)
    return HttpResponseRedirect(row.urn.address)
