"""Published results: one list at a time, computed next to published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from simpul.evaluation import pages, queries
from simpul.evaluation.errors import NoSuchInstrument
from simpul.evaluation.instrument import Instrument
from simpul.evaluation.models import PublishedResult
from simpul.evaluation.published import in_words
from simpul.web.data import Column, table_response

Chosen = tuple[str, int, Instrument]


def _chosen(wanted: pages.ResultFilter) -> tuple[Chosen, list[tuple[str, str, bool]]]:
    """The list that is asked for, else the newest; and all lists as address, label, chosen."""
    instruments = {row.key: row.spec for row in queries.published_instruments()}
    lists = [pair for pair in queries.result_years() if pair[0] in instruments]
    if not lists:
        raise NoSuchInstrument(_("No results have been taken in on this installation yet."))
    named = {f"{key}.{year}": (key, year) for key, year in lists}
    name = wanted.list if wanted.list in named else next(iter(named))
    key, year = named[name]
    tabs = [
        (f"?daftar={other}", _label(instruments[pair[0]], pair[1]), other == name)
        for other, pair in named.items()
    ]
    return (key, year, instruments[key]), tabs


def _label(spec: Instrument, year: int) -> str:
    """The instrument's name, with the year of the results where it is another one."""
    return str(spec.name) if spec.year == year else f"{spec.name} · {year}"


def _rows(chosen: Chosen) -> list[queries.ResultRow]:
    key, year, spec = chosen
    book = queries.result_book(spec, year)
    found = PublishedResult.objects.filter(instrument=key, year=year).select_related("region")
    return [book.row(result) for result in found]


@require_GET
def results(request: HttpRequest, region: str) -> HttpResponse:
    """A table of all regions of one list, sorted and filtered by the address."""
    wanted = pages.ResultFilter.read(request.GET)
    chosen, tabs = _chosen(wanted)
    every = _rows(chosen)
    kept = pages.sorted_rows(filter(wanted.keeps, every), chosen[2], wanted.sort)
    ranks = pages.ranks(every)
    first = (wanted.page - 1) * pages.PAGE
    part = kept[first : first + pages.PAGE]
    facts = {
        "spec": chosen[2],
        "year": chosen[1],
        "wanted": wanted,
        "tabs": tabs,
        "headings": pages.headings(chosen[2], wanted),
        "lines": [pages.line(row, chosen[2], ranks) for row in part],
        "total": len(kept),
        "agreement": pages.agreement(every),
        "sources": sorted({str(in_words(row.result.source)) for row in every}),
        "choices": _choices(every, chosen[2]),
        "everything": f"?daftar={chosen[0]}.{chosen[1]}",
        "listed": f"{chosen[0]}.{chosen[1]}",
        "method": f"/{region}/instrumen/{chosen[0]}/",
        "data_address": request.get_full_path(),
        "before": wanted.address(halaman=wanted.page - 1) if first else "",
        "after": wanted.address(halaman=wanted.page + 1) if first + pages.PAGE < len(kept) else "",
    }
    return render(request, "evaluation/results.html", facts)


def _choices(rows: list[queries.ResultRow], spec: Instrument) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: the groups and kinds of this list, as value and label."""
    groups = {group.key: str(group.name) for group in spec.groups}
    under = {row.result.listed_under for row in rows}
    kinds = {row.result.kind for row in rows}
    return {
        "groups": sorted((name, groups.get(name, name)) for name in under),
        "kinds": sorted((kind, str(pages.KINDS.get(kind, kind))) for kind in kinds),
    }


@require_GET
def results_data(request: HttpRequest, region: str) -> HttpResponse:
    """The same table, whole."""
    wanted = pages.ResultFilter.read(request.GET)
    chosen, _tabs = _chosen(wanted)
    key, year, spec = chosen
    kept = pages.sorted_rows(filter(wanted.keeps, _rows(chosen)), spec, wanted.sort)
    name = f"{key}-{year}"
    method = f"/{region}/instrumen/{key}/"
    title = _label(spec, year)
    rows = [_record(row) for row in kept]
    return table_response(request, _columns(spec), rows, name, title=title, method=method)


def _record(row: queries.ResultRow) -> dict[str, Any]:
    result = row.result
    return {
        "region_code": result.region_id,
        "name": result.name_published,
        "kind": result.kind,
        "group": result.listed_under,
        "took_part": result.took_part,
        **{f"component_{key}": value for key, value in row.components},
        "index_published": result.index if result.took_part else None,
        "index_computed": row.computed,
        "improvement_published": result.improvement,
        "improvement_computed": row.computed_improvement,
        "predicate": result.predicate or None,
        "source": result.source,
        "note": result.note or None,
    }


def _columns(spec: Instrument) -> list[Column]:
    points = pages.UNIT
    return [
        Column("region_code", _("Region code")),
        Column("name", _("Name as published")),
        Column("kind", _("Kind")),
        Column("group", _("Group")),
        Column("took_part", _("Took part")),
        *(Column(f"component_{part.key}", str(part.name), points) for part in spec.components),
        Column("index_published", _("Index, published"), points),
        Column("index_computed", _("Index, computed"), points),
        Column("improvement_published", _("Improvement, published"), points),
        Column("improvement_computed", _("Improvement, computed"), points),
        Column("predicate", _("Predicate")),
        Column("source", _("Source")),
        Column("note", _("Note")),
    ]
