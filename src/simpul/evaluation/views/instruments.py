"""Instruments as everybody may read them: weights, rounding, source and items."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from simpul.evaluation import pages, queries
from simpul.evaluation.instrument import as_decimal
from simpul.evaluation.models import Instrument
from simpul.evaluation.permissions import access_instrument
from simpul.web.data import Column, table_response


@require_GET
def listing(request: HttpRequest, region: str) -> HttpResponse:
    """Every instrument in its newest version."""
    return render(
        request, "evaluation/instruments.html", {"instruments": queries.published_instruments()}
    )


def _asked(request: HttpRequest, key: str) -> Instrument:
    """The version that the address asks for, else the newest."""
    version = request.GET.get("versi", "")
    return access_instrument(key, version=int(version) if version.isdecimal() else None)


@require_GET
def instrument(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """One instrument: who owns it, how it counts, what it asks."""
    row = _asked(request, key)
    spec = row.spec
    versions = Instrument.objects.filter(key=key, published_at__isnull=False)
    facts = {
        "row": row,
        "spec": spec,
        "least": as_decimal(spec.scale.minimum),
        "most": as_decimal(spec.scale.maximum),
        "counts_as": as_decimal(spec.missing),
        "weighted": spec.components[0].weighted,
        "weight_rows": pages.weight_rows(spec),
        "bands": pages.bands(spec),
        "components": pages.questionnaire(spec),
        "versions": versions.order_by("-version"),
    }
    return render(request, "evaluation/instrument.html", facts)


@require_GET
def instrument_data(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """The items of an instrument."""
    row = _asked(request, key)
    rows = [
        {
            "number": item.number,
            "code": item.code,
            "key": item.key,
            "component": item.component,
            "question_id": item.question.id,
            "question_en": item.question.en,
            "smart_dimension": item.smart_dimension or None,
            "sub_dimension": item.sub_dimension or None,
            "weight": pages.decimal_or_none(item.weight),
        }
        for item in row.spec.items()
    ]
    columns = [
        Column("number", _("Number")),
        Column("code", _("Code")),
        Column("key", _("Key")),
        Column("component", _("Component")),
        Column("question_id", _("Question in Indonesian")),
        Column("question_en", _("Question in English")),
        Column("smart_dimension", _("Smart dimension")),
        Column("sub_dimension", _("Sub-dimension")),
        Column("weight", _("Weight"), "%"),
    ]
    name = f"{row.key}-v{row.version}"
    method = row.urn(region).address
    return table_response(request, columns, rows, name, title=str(row), method=method)


@require_GET
def instrument_body(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """The whole instrument as it was imported, to take elsewhere."""
    row = _asked(request, key)
    response = JsonResponse(row.body, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["ETag"] = f'"{row.content_hash}"'
    return response
