"""What this room hands to the shell: its doors, its part of the city page, its search."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import pgettext_lazy

from simpul.evaluation import queries
from simpul.evaluation.models import InstrumentItem
from simpul.web.registry import Hit

LATEST = 3
"""How many published results the city page shows."""


def _address(tail: str, request: HttpRequest) -> str | None:
    region = getattr(request, "region", None)
    return f"/{region.code}/{tail}" if region else None


def evaluations_door(request: HttpRequest) -> str | None:
    return _address("evaluasi/", request)


def results_door(request: HttpRequest) -> str | None:
    return _address("evaluasi/hasil/", request)


def instruments_door(request: HttpRequest) -> str | None:
    return _address("instrumen/", request)


def results_panel(request: HttpRequest) -> str | None:
    """The latest published results of the region; nothing where none was published."""
    region = getattr(request, "region", None)
    found = queries.published_results(region.code)[:LATEST] if region else []
    if not found:
        return None
    instruments = {row.key: row for row in queries.published_instruments()}
    rows = [(row, instruments.get(row.instrument)) for row in found]
    return render_to_string("evaluation/parts/panel.html", {"rows": rows, "region": region})


def search_items(request: HttpRequest, text: str, *, limit: int) -> Sequence[Hit]:
    """Questions of published instruments that hold the text, newest instrument first."""
    region = getattr(request, "region", None)
    words = text.strip()
    if region is None or not words:
        return []
    field = "question_en" if getattr(request, "LANGUAGE_CODE", "id") == "en" else "question_id"
    found = InstrumentItem.objects.filter(
        instrument__published_at__isnull=False, **{f"{field}__icontains": words}
    )
    rows = found.select_related("instrument").order_by("-instrument__year", "number")[:limit]
    return [
        Hit(
            label=row.question,
            address=f"{row.instrument.urn(region.code).address}#butir-{row.number}",
            kind=pgettext_lazy("search", "Evaluation item"),
            detail=str(row.instrument.spec.name),
        )
        for row in rows
    ]
