"""What this room hands to the shell and to rooms below it: its door in the side rail, who owns a
number's evidence, and how its objects look beside the inbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from simpul.desk.queries import evidence_of
from simpul.government.access import Right, Walker
from simpul.indicators import periods, sheets
from simpul.indicators.forms import ReviewForm
from simpul.indicators.models import Entry as Number
from simpul.indicators.models import Indicator, Value
from simpul.indicators.permissions import access_entry, access_indicator, may
from simpul.kernel.errors import SimpulError
from simpul.kernel.ids import SEGMENTS, Kind, Urn
from simpul.web import writing
from simpul.web.registry import Entry, Job

OWNED = (Kind.INDICATOR, Kind.VALUE)
SHOWN = (Kind.INDICATOR, Kind.VALUE)


def _list(request: HttpRequest) -> str | None:
    region = getattr(request, "region", None)
    return f"/{region.code}/{SEGMENTS[Kind.INDICATOR]}/" if region is not None else None


ENTRIES = (Entry(Job.DATA, _("Indicators"), _list, order=10),)


def owner_of(urn: Urn) -> int | None:
    """The organisation whose indicator, value or number handed in this is."""
    if urn.kind is Kind.INDICATOR:
        found = Indicator.objects.filter(region=urn.region, key=urn.key).values_list("owner")
    else:
        found = _numbers(Value, urn) or _numbers(Number, urn)
    return found[0][0] if found else None


def _numbers(table: type[Value] | type[Number], urn: Urn) -> Any:
    rows = table._default_manager.filter(indicator__region=urn.region, key=urn.key)
    return rows.values_list("indicator__owner")


def show(request: HttpRequest, urn: Urn) -> str | None:
    """How an object of this room looks beside the inbox: what it is, and the next step."""
    try:
        facts = _facts(request, urn)
    except SimpulError:
        return None
    return render_to_string("indicators/parts/inbox.html", facts | {"urn": urn}, request)


def _facts(request: Any, urn: Urn) -> dict[str, Any]:
    walker: Walker = request.walker
    if urn.kind is Kind.INDICATOR:
        found = access_indicator(urn.region, urn.key, walker=walker)
        return {
            "indicator": found,
            "last": next(iter(sheets.value_rows(found)), None),
            "may_report": not found.is_computed and may(found, walker, Right.REPORT),
        }
    entry = access_entry(urn.region, urn.key, walker=walker)
    own = walker.account is not None and walker.account.pk == entry.by_id
    return {
        "entry": entry,
        "indicator": entry.indicator,
        "period": periods.label(entry.period, writing.language()),
        "evidence": evidence_of([urn], walker)[urn],
        "form": ReviewForm(),
        "may_review": not own
        and entry.state == Number.State.SUBMITTED
        and may(entry.indicator, walker, Right.REVIEW),
    }
