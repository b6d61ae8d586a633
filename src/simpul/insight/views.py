"""Pages across rooms: the installation, a city, its parts, the search, all regions."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from simpul.evaluation.queries import published_results, result_years
from simpul.government.models import Region
from simpul.government.queries import regions_running
from simpul.government.requests import RegionVisit, Visit
from simpul.insight import maps, overview, regions, searching
from simpul.insight.errors import NoSuchPart
from simpul.programme.models import Action
from simpul.programme.permissions import access_action
from simpul.programme.queries import QuickWin, indicators_of, standing_of
from simpul.web.data import Column, table_response
from simpul.web.registry import registry

PAGE = 100
LONGEST_SEARCH = 80


# --- the installation ---------------------------------------------------------------------------


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The cities that live here; where there is one, its page."""
    visit = cast(Visit, request)
    living = list(regions_running().select_related("parent"))
    if len(living) == 1:
        return HttpResponseRedirect(f"/{living[0].code}/")
    cities = [
        (region, maps.outline(region), overview.tally_parts(region, visit.walker, visit.now))
        for region in living
    ]
    facts = {"cities": cities, "thread": overview.explained_thread()}
    return render(request, "insight/home.html", facts)


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What one is looking at, for a citizen."""
    return render(request, "insight/about.html", {"living": regions_running().first()})


# --- a city -------------------------------------------------------------------------------------


@require_GET
def region_page(request: HttpRequest, region: str) -> HttpResponse:
    """The city that lives here; of any other region what is known about it."""
    visit = cast(RegionVisit, request)
    if not visit.region.runs_here:
        return _elsewhere(visit)
    facts = {
        "facts": overview.overview(visit.region, walker=visit.walker, now=visit.now),
        "map": maps.parts_map(visit.region, walker=visit.walker, now=visit.now),
        "panels": _panels(request, aside=False),
        "side_panels": _panels(request, aside=True),
    }
    return render(request, "insight/city.html", facts)


def _panels(request: HttpRequest, *, aside: bool) -> list[str]:
    shown = (panel.render(request) for panel in registry.panels if panel.aside is aside)
    return [panel for panel in shown if panel]


def _elsewhere(visit: RegionVisit) -> HttpResponse:
    """A region whose programme does not run on this installation; the shell has no doors to it."""
    region, city = visit.region, maps.city_of(visit.region)
    if region.code != city and region.parent_id:
        return HttpResponseRedirect(f"/{city}/wilayah/{region.code}/")
    facts = {
        "region": region,
        "map": maps.parts_map(region, walker=visit.walker, now=visit.now),
        "cohorts": regions.cohort_sources(region),
        "results": [
            (result, regions.instrument_label(result.instrument))
            for result in published_results(region.code)
        ],
        "parts": region.children.order_by("code"),
    }
    cast(Any, visit).region = None
    return render(visit, "insight/region.html", facts)


@require_GET
def region_data(request: HttpRequest, region: str) -> HttpResponse:
    """The actions of every dimension by state."""
    visit = cast(RegionVisit, request)
    rows = overview.dimension_rows(visit.region, walker=visit.walker, now=visit.now)
    columns = [
        Column("dimension", _("Dimension")),
        *(Column(str(name), str(name).replace("_", " ")) for name in overview.ORDER),
        Column("total", _("Actions")),
        Column("percent", _("Mean progress"), "%"),
    ]
    return table_response(
        request,
        columns,
        rows,
        f"simpul-{region}",
        title=visit.region.name,
        date=visit.region.today(visit.now),
        method="/tentang/#angka",
    )


@require_GET
def tile(request: HttpRequest, region: str, key: str) -> HttpResponse:
    """One quick win's tile, as the city's page fetches it anew."""
    visit = cast(RegionVisit, request)
    action: Action = access_action(region, key, walker=visit.walker)
    standing = standing_of(action, visit.region.today(visit.now))
    win = QuickWin(standing, indicators_of(action, visit.walker))
    shown = overview.tile_of(win, now=visit.now)
    return render(request, "insight/parts/tile.html", {"tile": shown, "region": visit.region})


@require_GET
def part(request: HttpRequest, region: str, code: str) -> HttpResponse:
    """A district or village of a city: its map, and what stands in it."""
    visit = cast(RegionVisit, request)
    if code == region:
        return HttpResponseRedirect(f"/{region}/")
    found = Region.objects.filter(code=code, code__startswith=f"{region}.").first()
    if found is None:
        raise NoSuchPart
    facts = {
        "part": found,
        "above": maps.above(found, region),
        "map": maps.parts_map(found, walker=visit.walker, now=visit.now),
        "markers": maps.entity_markers(found, walker=visit.walker, now=visit.now),
        "parts": found.children.order_by("name"),
    }
    return render(request, "insight/part.html", facts)


# --- the search ---------------------------------------------------------------------------------


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What every room finds for a few words, in one region or in all that live here."""
    text = " ".join(request.GET.get("q", "").split())[:LONGEST_SEARCH]
    found = Region.objects.filter(code=request.GET.get("wilayah", ""), runs_here=True).first()
    cast(Any, request).region = found
    groups = searching.search(request, text) if len(text) >= searching.SHORTEST else []
    return render(
        request,
        "insight/search.html",
        {"search_text": text, "groups": groups, "too_short": 0 < len(text) < searching.SHORTEST},
    )


# --- all regions --------------------------------------------------------------------------------


def _asked(request: HttpRequest) -> dict[str, str]:
    given = request.GET
    return {
        "text": given.get("q", "").strip()[:LONGEST_SEARCH],
        "province": given.get("provinsi", ""),
        "cohort": given.get("angkatan", ""),
        "sort": given.get("urut", ""),
    }


@require_GET
def region_list(request: HttpRequest) -> HttpResponse:
    """All regions of Indonesia, what is known of their cohort and their published results."""
    asked = _asked(request)
    page = Paginator(regions.regions(**asked), PAGE).get_page(request.GET.get("hal"))
    years = result_years()
    rows = [
        (row, [row.result(instrument, year) for instrument, year in years])
        for row in regions.rows_of(page.object_list)
    ]
    facts = {
        "page": page,
        "rows": rows,
        "results": [(regions.instrument_label(key), year) for key, year in years],
        "provinces": regions.provinces(),
        "years": regions.cohort_years(),
        "unknown": regions.UNKNOWN,
        "asked": asked,
    }
    return render(request, "insight/regions.html", facts)


@require_GET
def region_list_data(request: HttpRequest) -> HttpResponse:
    """The same list whole, as data."""
    results = result_years()
    columns = [
        Column("code", _("Code")),
        Column("name", _("Region")),
        Column("level", _("Level")),
        Column("province", _("Province")),
        Column("population", _("Population")),
        Column("area", _("Area"), "km²"),
        Column("cohorts", _("Cohorts")),
        *(Column(f"{key}-{year}", regions.instrument_label(key)) for key, year in results),
    ]
    rows = [
        {
            "code": row.region.code,
            "name": row.region.name,
            "level": row.region.level,
            "province": row.province,
            "population": row.region.population,
            "area": row.region.area_km2,
            "cohorts": " ".join(map(str, row.cohorts)) or None,
            **{f"{key}-{year}": row.result(key, year) for key, year in results},
        }
        for row in regions.rows_of(regions.regions(**_asked(request)))
    ]
    return table_response(
        request, columns, rows, "wilayah", title=_("Regions of Indonesia"), method="/tentang/#angka"
    )
