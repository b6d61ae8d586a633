"""One item of an evaluation: its value, what proves it, and the form that scores it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from simpul.desk import thread
from simpul.evaluation import operations, pages, queries
from simpul.evaluation.errors import ProposalOutdated
from simpul.evaluation.forms import ScoreForm
from simpul.evaluation.instrument import as_decimal
from simpul.evaluation.models import Evaluation, InstrumentItem, Stage
from simpul.evaluation.permissions import access_item, may_score, must_score
from simpul.evaluation.views.visits import visit
from simpul.government.access import Walker
from simpul.kernel.errors import SimpulError
from simpul.web import notes
from simpul.web.data import Column, table_response
from simpul.web.problems import said


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """The page of one item; a POST scores it, by accepting a proposal or in words of one's own."""
    asked = visit(request)
    evaluation, row = access_item(region, key, walker=asked.walker)
    form = _form(evaluation, row)
    if request.method == "POST":
        must_score(evaluation, row, evaluation.stage, asked.walker)
        if "proposal" in request.POST:
            return _accept(request, evaluation, row)
        form = _form(evaluation, row, request.POST)
        if _scored(request, evaluation, row, form):
            return _onwards(request, evaluation, row)
    status = 422 if form.is_bound else 200
    facts = _facts(evaluation, row, asked.walker) | {"form": form}
    return render(request, "evaluation/item.html", facts, status=status)


def _form(evaluation: Evaluation, row: InstrumentItem, data: Any = None) -> ScoreForm:
    spec = evaluation.instrument.spec
    asked = next(item for item in spec.items() if item.key == row.key)
    return ScoreForm(data, instrument=spec, item=asked, stage=evaluation.stage)


def _scored(
    request: HttpRequest, evaluation: Evaluation, row: InstrumentItem, form: ScoreForm
) -> bool:
    """Score the item as the form says; where that is not possible the form says why."""
    asked = visit(request)
    if not form.is_valid():
        return False
    try:
        operations.score_item(
            evaluation=evaluation,
            item=row,
            value=form.cleaned_data["value"],
            reason=form.cleaned_data["reason"],
            stage=evaluation.stage,
            by=asked.walker,
            now=asked.now,
        )
    except SimpulError as error:
        form.add_error(error.field if error.field in form.fields else None, said(error))
        return False
    return True


def _accept(request: HttpRequest, evaluation: Evaluation, row: InstrumentItem) -> HttpResponse:
    asked = visit(request)
    number = request.POST["proposal"]
    found = evaluation.proposals.filter(query__item=row).select_related("query__item", "evaluation")
    proposal = found.filter(pk=int(number)).first() if number.isdecimal() else None
    if proposal is None:
        raise ProposalOutdated(_("There is no such proposal for this item."))
    operations.accept_proposal(proposal=proposal, now=asked.now, by=asked.walker)
    return _onwards(request, evaluation, row)


def _onwards(request: HttpRequest, evaluation: Evaluation, row: InstrumentItem) -> HttpResponse:
    """Say what was kept, and go back to where the form stood."""
    standing = queries.standing_of(evaluation, row.number, evaluation.stage)
    here = standing.urn.address
    following = _following(evaluation, row.number)
    notes.leave(
        request,
        _("Saved: item %(number)s stands at %(value)s.")
        % {"number": row.number, "value": pages.written(standing.value)},
        next_label=_("Next item without a value") if following else "",
        next_address=following,
    )
    wanted = request.POST.get("next", here)
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return HttpResponseRedirect(wanted if safe else here)


def _following(evaluation: Evaluation, number: int) -> str:
    """Address of the next item without a value, the first ones after the last; or empty."""
    open_ones = [
        row for row in queries.standings(evaluation, evaluation.stage) if row.given is None
    ]
    after = [row for row in open_ones if row.item.number > number] or open_ones
    return after[0].urn.address if after else ""


def _facts(evaluation: Evaluation, row: InstrumentItem, walker: Walker) -> dict[str, Any]:
    spec, group = evaluation.instrument.spec, queries.group_of(evaluation)
    score = queries.score_of(evaluation, evaluation.stage)
    numbers = [item.number for item in spec.items(group)]
    place = numbers.index(row.number)
    standing = queries.standing_of(evaluation, row.number, Stage.SELF)
    assessed = None
    if evaluation.stage != Stage.SELF:
        assessed = queries.standing_of(evaluation, row.number, evaluation.stage)
    return {
        "evaluation": evaluation,
        "spec": spec,
        "standing": standing,
        "assessed": assessed,
        "item": standing.item,
        "mark": pages.mark_of(spec, standing.item),
        "most": as_decimal(spec.scale.maximum),
        "counts_as": as_decimal(spec.missing),
        "instrument_address": evaluation.instrument.urn(evaluation.region_id).address,
        "share": pages.share_of(spec, score, row.key),
        "count": len(numbers),
        "before": evaluation.item_urn(numbers[place - 1]) if place else None,
        "after": evaluation.item_urn(numbers[place + 1]) if place + 1 < len(numbers) else None,
        "history": queries.score_history(evaluation, row.key),
        "may_score": evaluation.closed_at is None
        and may_score(evaluation, row, evaluation.stage, walker),
        "thread": thread.walk(standing.urn, walker),
    }


@require_GET
def item_data(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """Every score that the item was ever given, newest first."""
    evaluation, row = access_item(region, key, walker=visit(request).walker)
    rows = [
        {
            "scored_at": score.at,
            "stage": score.stage,
            "value": score.shown,
            "reason": score.reason,
            "post": score.post.title if score.post else None,
            "accepted_proposal": score.proposal_id is not None,
            "proof": " ".join(entry["urn"] for entry in score.proof),
        }
        for score in queries.score_history(evaluation, row.key)
    ]
    columns = [
        Column("scored_at", _("Scored at")),
        Column("stage", _("Stage")),
        Column("value", _("Value"), pages.UNIT),
        Column("reason", _("Reason")),
        Column("post", _("Post")),
        Column("accepted_proposal", _("By accepting a proposal")),
        Column("proof", _("Proof")),
    ]
    method = evaluation.instrument.urn(region).address
    return table_response(request, columns, rows, f"butir-{key}", title=str(row), method=method)
