"""The plan with its actions, what was reported on them, and who checked it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from simpul.desk.models import Category, Document
from simpul.government.models import Organisation
from simpul.indicators.models import Indicator
from simpul.programme.models import Action, Plan
from simpul.programme.operations import actions, plans
from simpul.programme.operations.actions import Sheet
from simpul_demo import story
from simpul_demo.seed.offices import Offices

TREE = "gmsc-2017"
WRITTEN = -310
PLAIN = ("code", "title", "summary", "description", "strand", "kind", "horizon")


class Programme:
    """The plan and its actions, by code."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.actions: dict[str, Action] = {}


def _parties(offices: Offices, row: Mapping[str, Any]) -> list[tuple[Organisation, str]]:
    return [
        (offices.organisations[key], role) for role, keys in row["parties"].items() for key in keys
    ]


def _sheet(offices: Offices, row: Mapping[str, Any]) -> Sheet:
    return Sheet(
        post=offices.posts[row["post"]],
        starts=offices.calendar.day(row["starts"]),
        due=offices.calendar.day(row["due"]),
        categories=[Category.objects.get(tree=TREE, key=row["sub"])],
        parties=_parties(offices, row),
        **{name: row[name] for name in PLAIN if name in row},
    )


def _add(offices: Offices, programme: Programme, row: Mapping[str, Any]) -> Action:
    now = offices.calendar.moment(WRITTEN)
    action = actions.add_action(
        plan=programme.plan,
        sheet=_sheet(offices, row),
        key=row["code"].lower(),
        now=now,
    )
    for step in row["milestones"]:
        actions.add_milestone(
            action=action, title=step["title"], due=offices.calendar.day(step["due"]), now=now
        )
    for line in row["budget"]:
        actions.set_budget(
            action=action,
            year=line["year"],
            source=line["source"],
            planned=line["planned"],
            now=now,
        )
    return action


def plan(offices: Offices, regulation: Document, indicators: Mapping[str, Indicator]) -> Programme:
    """Write the plan, and publish it with the regulation that adopts it. What the indicators aim
    at freezes with it."""
    described, calendar = story.programme()["plan"], offices.calendar
    written = calendar.moment(WRITTEN)
    made = plans.create_plan(
        region=offices.region,
        key=described["key"],
        title=described["title"],
        vision=story.programme()["vision"],
        starts=calendar.day(described["starts"]),
        ends=calendar.day(described["ends"]),
        tree=TREE,
        now=written,
    )
    programme = Programme(made)
    version = plans.draft_version(
        plan=made, title=described["version"], regulation=regulation, now=written
    )
    for row in story.actions():
        action = _add(offices, programme, row)
        programme.actions[action.code] = action
        plans.put_entry(version=version, action=action, now=written)
    _measure(programme, indicators, written)
    mayor = offices.walker("wali-kota", described["published"])
    plans.publish_version(version=version, now=calendar.moment(described["published"]), by=mayor)
    return programme


def _measure(programme: Programme, indicators: Mapping[str, Indicator], now: datetime) -> None:
    """Tie indicators to the actions that they tell of."""
    for row in story.actions():
        for key in row.get("indicators", ()):
            actions.measure(
                action=programme.actions[row["code"]], indicator=indicators[key], now=now
            )
