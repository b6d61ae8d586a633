"""The clerk's form for a number, and the answer of whoever checks it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from simpul.city.operations import tell_changed
from simpul.desk import evidence
from simpul.desk.errors import NoteMissing
from simpul.government.access import Right
from simpul.government.requests import RegionVisit
from simpul.indicators import entries, sheets
from simpul.indicators.entries import Proof
from simpul.indicators.errors import NotTypedIn
from simpul.indicators.forms import NumberForm, ReviewForm
from simpul.indicators.models import Indicator
from simpul.indicators.permissions import access_entry, access_indicator
from simpul.indicators.views.proofs import entry_page
from simpul.kernel.errors import SimpulError
from simpul.web import notes
from simpul.web.problems import said


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The form for a typed-in number; what was typed stays when something is wrong."""
    indicator = access_indicator(region, key, walker=request.walker, to=Right.REPORT)
    if indicator.is_computed:
        raise NotTypedIn
    choices = sheets.open_periods(indicator, request.now)
    given: dict[str, Any] = {"indicator": indicator, "periods": choices}
    if request.method != "POST":
        form = NumberForm(**given, initial={"period": request.GET.get("periode", "")})
        return _form_page(request, indicator, form, 200)
    form = NumberForm(request.POST, request.FILES, **given)
    if not form.is_valid():
        return _form_page(request, indicator, form, 422)
    return _submitted(request, indicator, form)


def _form_page(
    request: RegionVisit, indicator: Indicator, form: NumberForm, status: int
) -> HttpResponse:
    last = next(iter(sheets.value_rows(indicator)), None)
    facts = {
        "indicator": indicator,
        "form": form,
        "last": last,
        "nothing_open": not form.fields["period"].choices,  # type: ignore[attr-defined]
    }
    return render(request, "indicators/hand_in.html", facts, status=status)


def _submitted(request: RegionVisit, indicator: Indicator, form: NumberForm) -> HttpResponse:
    given = form.cleaned_data
    try:
        entry = entries.submit_number(
            indicator=indicator,
            day=given["period"],
            number=given["number"],
            note=given["note"],
            proofs=_proofs(request, indicator, given),
            now=request.now,
            by=request.walker,
        )
    except SimpulError as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field or "file", said(refused))
        return _form_page(request, indicator, form, refused.status)
    notes.leave(
        request,
        _("The number is handed in. It counts once somebody else has checked it."),
        next_label=_("See what was handed in"),
        next_address=entry.urn.address,
    )
    return HttpResponseRedirect(indicator.urn.address)


def _proofs(request: RegionVisit, indicator: Indicator, given: dict[str, Any]) -> list[Proof]:
    """What was sent, taken in before the transaction begins."""
    found = []
    file = given.get("file")
    if file is not None:
        received = evidence.receive_file(
            file.read(), name=file.name, region=indicator.region, now=request.now
        )
        found.append(Proof(received, is_public=given["is_public"]))
    if given.get("url"):
        received = evidence.receive_link(given["url"])
        found.append(Proof(received, is_public=given["is_public"]))
    return found


@require_POST
def review(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Approve a number that was handed in, or return it with a note."""
    entry = access_entry(region, key, walker=request.walker)
    access_indicator(region, entry.indicator.key, walker=request.walker, to=Right.REVIEW)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return entry_page(request, entry, form)
    note = form.cleaned_data["note"]
    if "approve" in request.POST:
        value = entries.approve_number(entry=entry, note=note, now=request.now, by=request.walker)
        tell_changed([entry.indicator.urn], public=entry.indicator.is_public)
        notes.leave(request, _("The number is approved and published."))
        return HttpResponseRedirect(value.urn.address)
    try:
        entries.return_number(entry=entry, note=note, now=request.now, by=request.walker)
    except NoteMissing as missing:
        form.add_error("note", said(missing))
        return entry_page(request, entry, form)
    notes.leave(request, _("The number is returned; the office owes another one."))
    return HttpResponseRedirect(entry.urn.address)
