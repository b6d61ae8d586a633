"""The list of actions, the page of one, and the forms by which its office keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from simpul.desk import thread
from simpul.government.access import Right, Walker
from simpul.government.requests import RegionVisit
from simpul.kernel.errors import SimpulError
from simpul.kernel.ids import Kind
from simpul.programme import operations, permissions, queries, stories, words
from simpul.programme.errors import ChangedMeanwhile
from simpul.programme.filters import Filter, choices
from simpul.programme.forms import ActionForm, StatusForm, sent
from simpul.programme.models import Action
from simpul.programme.queries import Standing
from simpul.programme.status import expected_percent
from simpul.web import notes
from simpul.web.data import Column, table_response

PAGE = 50


# -- the list ------------------------------------------------------------------------------


def _states(request: RegionVisit) -> list[Standing]:
    rows = queries.open_actions(request.region.code, request.walker)
    return queries.standings(rows, request.region.today(request.now))


@require_GET
def actions_page(request: RegionVisit, region: str) -> HttpResponse:
    """Every action of the region as a table; filter and order stand in the address."""
    states, chosen = _states(request), Filter.of(request.GET)
    found = chosen.apply(states)
    tree = _tree(states)
    facts = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("hal")),
        "filter": chosen,
        "choices": choices(chosen, states, queries.dimensions_of(tree)),
        "total": len(states),
        "tally": queries.tally_of(found),
        "parts": queries.parts_of(queries.tally_of(found)),
        "plans": plans_one_may_write(request),
    }
    return render(request, "programme/actions.html", facts)


def _tree(states: list[Standing]) -> str:
    return states[0].action.plan.tree if states else "gmsc-2017"


def plans_one_may_write(request: RegionVisit) -> list[Any]:
    """The plans to which the visitor may add actions."""
    may = request.walker.may(Right.EDIT, region=request.region.code, kind=Kind.ACTION)
    if not may:
        return []
    return list(permissions.visible_plans(request.walker, request.region.code))


@require_GET
def actions_data(request: RegionVisit, region: str) -> HttpResponse:
    """The same table, filtered and sorted the same way."""
    found = Filter.of(request.GET).apply(_states(request))
    return table_response(
        request,
        columns_of_actions(),
        rows_of_actions(found),
        f"aksi-{region}",
        title=_("Actions"),
        date=request.region.today(request.now),
    )


def columns_of_actions() -> list[Column]:
    return [
        Column("code", _("Code")),
        Column("title", _("Action")),
        Column("kind", _("Kind")),
        Column("dimension", _("Dimension")),
        Column("office", _("Office")),
        Column("post", _("Responsible post")),
        Column("starts", _("First day")),
        Column("due", _("Last day")),
        Column("status", _("Status")),
        Column("reason", _("Why")),
        Column("percent", _("Done"), "%"),
        Column("percent_on", _("On")),
        Column("address", _("Address")),
    ]


def rows_of_actions(states: Iterable[Standing]) -> list[dict[str, Any]]:
    """The table's rows; percent is the last accepted one."""
    return [
        {
            "code": state.action.code,
            "title": state.action.title,
            "kind": state.action.kind,
            "dimension": ", ".join(row.key for row in state.action.categories.all()),
            "office": state.action.lead.name,
            "post": state.action.post.title,
            "starts": state.action.starts,
            "due": state.action.due,
            "status": state.name,
            "reason": state.status.sentence,
            "percent": state.percent,
            "percent_on": state.percent_on,
            "address": state.urn.address,
        }
        for state in states
    ]


# -- one action ----------------------------------------------------------------------------


@require_GET
def action_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """What it is, who answers for it, until when, how far it is, and how one knows."""
    action = permissions.access_action(region, key, walker=request.walker)
    today = request.region.today(request.now)
    steps = stories.steps_of(action, today)
    facts = {
        "action": action,
        "standing": queries.standing_of(action, today),
        "expected": None if steps else expected_percent(action.starts, action.due, today),
        "thread": thread.walk(action.urn, request.walker),
        "categories": action.categories.select_related("parent"),
        "parties": stories.parties_of(action),
        "holder": stories.holder_on(action, today),
        "story": stories.told_of(action, request.walker),
        "steps": steps,
        "measured": stories.measured_of(action, request.walker, request.now),
        "money": stories.money_of(action),
        "entry": queries.entries_in_force(action.plan).get(action.pk),
        "may": doors(action, request.walker),
    }
    return render(request, "programme/action.html", facts)


def doors(action: Action, walker: Walker) -> dict[str, bool]:
    """What the visitor may do here, for the buttons of the page."""
    going = action.state == Action.State.PUBLISHED
    return {
        "report": going and permissions.may(action, walker, Right.REPORT),
        "edit": permissions.may(action, walker, Right.EDIT),
        "review": permissions.may(action, walker, Right.REVIEW),
        "inside": permissions.is_inside(action, walker),
    }


@require_GET
def action_data(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The numbers of the page: accepted percentages, milestones and money, one row each."""
    action = permissions.access_action(region, key, walker=request.walker)
    columns = [
        Column("what", _("What")),
        Column("name", _("Name")),
        Column("date", _("Date")),
        Column("value", _("Value")),
        Column("unit", _("Unit")),
        Column("state", _("State")),
        Column("address", _("Address")),
    ]
    rows = [*_updates(action, request), *_milestones(action, request), *_money(action)]
    return table_response(
        request, columns, rows, f"aksi-{key}", title=action.title, date=request.now
    )


def _updates(action: Action, request: RegionVisit) -> list[dict[str, Any]]:
    return [
        {
            "what": "update",
            "name": told.update.text,
            "date": told.update.observed_on,
            "value": told.update.percent,
            "unit": "%",
            "state": told.update.state,
            "address": told.update.urn.address,
        }
        for told in stories.told_of(action, request.walker)
    ]


def _milestones(action: Action, request: RegionVisit) -> list[dict[str, Any]]:
    return [
        {
            "what": "milestone",
            "name": step.milestone.title,
            "date": step.milestone.done_on or step.milestone.due,
            "state": step.state,
            "address": step.milestone.urn.address,
        }
        for step in stories.steps_of(action, request.region.today(request.now))
    ]


def _money(action: Action) -> list[dict[str, Any]]:
    return [
        {
            "what": f"budget_{what}",
            "name": line.source,
            "date": line.year,
            "value": value,
            "unit": "IDR",
            "state": line.code,
        }
        for line in action.budget_lines.all()
        for what, value in (("planned", line.planned), ("spent", line.spent))
        if value is not None
    ]


# -- keeping it ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def edit_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The sheet of an action; who was quicker is told before anything is written over."""
    action = permissions.access_action(region, key, walker=request.walker, to=Right.EDIT)
    form = ActionForm(
        request.POST.copy() if request.method == "POST" else None,
        plan=action.plan,
        now=request.now,
        initial=ActionForm.initial_of(action),
    )
    theirs: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            _save(action, form, request)
        except ChangedMeanwhile as error:
            words.blame(form, error)
            theirs = form.set_beside(Action.objects.get(pk=action.pk))
        except SimpulError as error:
            words.blame(form, error)
        else:
            notes.leave(request, _("The action has been saved."))
            return HttpResponseRedirect(action.urn.address)
    facts = {"action": action, "form": form, "theirs": theirs, "address": action.urn.address}
    return render(request, "programme/action_form.html", facts, status=_status(form))


def _save(action: Action, form: ActionForm, request: RegionVisit) -> None:
    operations.edit_action(
        action=action,
        sheet=form.sheet(before=action),
        revision=form.cleaned_data["revision"],
        now=request.now,
        by=request.walker,
    )


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


@require_http_methods(["GET", "POST"])
def new_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """A new action of a plan; a draft until it is published."""
    plan = permissions.access_plan(region, key, walker=request.walker)
    request.walker.must(Right.EDIT, region=region, kind=Kind.ACTION, plan=str(plan.urn))
    initial = {"starts": plan.starts, "due": plan.ends, "revision": 1, "rhythm": "quarter"}
    form = ActionForm(sent(request), plan=plan, now=request.now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            action = operations.add_action(
                plan=plan, sheet=form.sheet(), now=request.now, by=request.walker
            )
        except SimpulError as error:
            words.blame(form, error)
        else:
            notes.leave(request, _("The action has been saved as a draft."))
            return HttpResponseRedirect(action.urn.address)
    facts = {"plan": plan, "form": form, "address": plan.urn.address}
    return render(request, "programme/action_form.html", facts, status=_status(form))


@require_http_methods(["GET", "POST"])
def status_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Say otherwise than the computed status, or let the facts speak again."""
    action = permissions.access_action(region, key, walker=request.walker, to=Right.EDIT)
    standing = queries.standing_of(action, request.region.today(request.now))
    current = standing.name if standing.status.is_set else ""
    form = StatusForm(sent(request), initial={"status": current})
    if request.method == "POST" and form.is_valid():
        operations.set_status(
            action=action,
            status=form.cleaned_data["status"],
            reason=form.cleaned_data["reason"],
            now=request.now,
            by=request.walker,
        )
        notes.leave(request, _("The status has been saved with its reason."))
        return HttpResponseRedirect(action.urn.address)
    facts = {
        "action": action,
        "form": form,
        "standing": standing,
        "overrides": action.overrides.select_related("post__organisation").order_by("-id"),
    }
    return render(request, "programme/status_form.html", facts, status=_status(form))


@require_http_methods(["POST"])
def publish(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Show a draft to everybody who may look."""
    action = permissions.access_action(region, key, walker=request.walker, to=Right.EDIT)
    operations.publish_action(action=action, now=request.now, by=request.walker)
    notes.leave(request, _("The action has been published."))
    return HttpResponseRedirect(action.urn.address)
