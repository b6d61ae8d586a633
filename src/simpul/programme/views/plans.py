"""The plan by dimension, its versions, and the way from a dimension to its actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simpul.desk.models import Category
from simpul.government.access import Right
from simpul.government.requests import RegionVisit
from simpul.kernel.errors import NotFound
from simpul.kernel.ids import Kind
from simpul.programme import operations, permissions, progress, queries
from simpul.programme.filters import Filter, choices
from simpul.programme.models import Action, BudgetLine, Plan, PlanEntry, PlanVersion
from simpul.programme.queries import Standing
from simpul.programme.views.actions import columns_of_actions, rows_of_actions
from simpul.web import notes
from simpul.web.charts import Part
from simpul.web.data import table_response


@dataclass(frozen=True, slots=True)
class Sub:
    """A sub-dimension with its actions."""

    category: Category
    states: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension with its sub-dimensions, and how its actions stand all together. loose: actions
    that stand in the dimension itself."""

    category: Category
    subs: tuple[Sub, ...]
    loose: tuple[Standing, ...]
    tally: progress.Tally
    parts: tuple[Part, ...]


@require_GET
def plans_page(request: RegionVisit, region: str) -> HttpResponse:
    """The plans of the region; where there is only one, that one."""
    plans = list(permissions.visible_plans(request.walker, region))
    if len(plans) == 1:
        return HttpResponseRedirect(plans[0].urn.address)
    return render(request, "programme/plans.html", {"plans": plans})


def _states(request: RegionVisit, plan: Plan) -> list[Standing]:
    rows = queries.open_actions(request.region.code, request.walker).filter(plan=plan)
    return queries.standings(rows, request.region.today(request.now))


@require_GET
def plan_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The vision, and the actions by dimension and sub-dimension."""
    plan = permissions.access_plan(region, key, walker=request.walker)
    states, chosen = _states(request, plan), Filter.of(request.GET)
    found = chosen.apply(states)
    tree = queries.dimensions_of(plan.tree)
    tally = queries.tally_of(found)
    facts = {
        "plan": plan,
        "filter": chosen,
        "choices": choices(chosen, states, tree),
        "dimensions": by_dimension(found, tree, empty_too=not chosen.narrows),
        "unsorted": [state for state in found if not state.action.categories.all()],
        "found": len(found),
        "total": len(states),
        "tally": tally,
        "parts": queries.parts_of(tally),
        "versions": queries.versions_in_force(plan),
        "all_versions": _versions(request, plan),
        "may_edit": _may_plan(request, plan),
        "drafts": _drafts(request, plan),
        "without": _without_quick_win(request, plan),
    }
    return render(request, "programme/plan.html", facts)


def _may_plan(request: RegionVisit, plan: Plan) -> bool:
    return request.walker.may(Right.EDIT, region=plan.region_id, kind=Kind.PLAN, plan=str(plan.urn))


def _versions(request: RegionVisit, plan: Plan) -> list[PlanVersion]:
    rows = plan.versions.select_related("regulation").order_by("-number")
    if request.walker.may(Right.SEE, region=plan.region_id, kind=Kind.PLAN):
        return list(rows)
    return list(rows.exclude(state=PlanVersion.State.DRAFT))


def _drafts(request: RegionVisit, plan: Plan) -> list[Action]:
    """The actions of the plan that only those inside see yet."""
    seen = permissions.visible_actions(request.walker, plan.region_id)
    return list(seen.filter(plan=plan, state=Action.State.DRAFT))


def _without_quick_win(request: RegionVisit, plan: Plan) -> list[Category]:
    return queries.dimensions_without_quick_win(plan) if _may_plan(request, plan) else []


def by_dimension(
    states: Sequence[Standing], tree: Sequence[Category], *, empty_too: bool
) -> list[Dimension]:
    """These actions below the dimensions they stand in; empty_too: show dimensions without any."""
    found = [_dimension(upper, states) for upper in tree]
    return [each for each in found if empty_too or each.tally.total]


def _dimension(upper: Category, states: Sequence[Standing]) -> Dimension:
    mine = [state for state in states if queries.in_category(state.action, upper)]
    tally = queries.tally_of(mine)
    subs = [
        Sub(lower, tuple(state for state in mine if queries.in_category(state.action, lower)))
        for lower in upper.children.all()
    ]
    loose = tuple(
        state
        for state in mine
        if any(category.pk == upper.pk for category in state.action.categories.all())
    )
    return Dimension(upper, tuple(subs), loose, tally, tuple(queries.parts_of(tally)))


@require_GET
def plan_data(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The actions of the plan, filtered as the page is."""
    plan = permissions.access_plan(region, key, walker=request.walker)
    found = Filter.of(request.GET).apply(_states(request, plan))
    return table_response(
        request,
        columns_of_actions(),
        rows_of_actions(found),
        f"rencana-{key}",
        title=plan.title,
        date=request.region.today(request.now),
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry of a version with its frozen lists as the page shows them: targets with their day,
    money with the name of its source."""

    entry: PlanEntry

    @property
    def targets(self) -> list[dict[str, Any]]:
        return [row | {"on": date.fromisoformat(row["on"])} for row in self.entry.targets]

    @property
    def budget(self) -> list[dict[str, Any]]:
        names = dict(BudgetLine.Source.choices)
        return [
            row | {"source": names.get(row["source"], row["source"])} for row in self.entry.budget
        ]


@require_GET
def version_page(request: RegionVisit, region: str, key: str, number: int) -> HttpResponse:
    """What one version of the plan says, as it was published."""
    version = permissions.access_version(region, key, number, walker=request.walker)
    entries = list(version.entries.select_related("action__region", "action__lead"))
    seen = {
        action.pk
        for action in permissions.visible_actions(request.walker, region).filter(
            pk__in=[entry.action_id for entry in entries]
        )
    }
    shown = [Planned(entry) for entry in entries if entry.action_id in seen]
    whole = version.state != PlanVersion.State.DRAFT
    facts = {
        "plan": version.plan,
        "version": version,
        "entries": shown,
        "hidden": len(entries) - len(shown),
        "unchanged": whole
        and operations.plans.fingerprint(version, entries) == version.fingerprint,
        "may_publish": not whole and _may_plan(request, version.plan),
    }
    return render(request, "programme/version.html", facts)


@require_POST
def publish_version(request: RegionVisit, region: str, key: str, number: int) -> HttpResponse:
    """Make a draft version the plan in force."""
    version = permissions.access_version(region, key, number, walker=request.walker, to=Right.EDIT)
    operations.publish_version(version=version, now=request.now, by=request.walker)
    notes.leave(request, _("The version is published and no longer changes."))
    return HttpResponseRedirect(version.plan.urn.address)


@require_GET
def dimension_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The permanent address of a dimension leads to its actions in the latest plan.

    Raises:
        NotFound: no plan of the region is ordered by it.
    """
    trees = Category.objects.filter(key=key).values_list("tree", flat=True)
    plan = permissions.visible_plans(request.walker, region).filter(tree__in=trees).first()
    if plan is None:
        raise NotFound
    return HttpResponseRedirect(f"{plan.urn.address}?dimensi={key}")
