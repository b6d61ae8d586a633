"""What offices reported over the months: milestones, progress with pictures, numbers, checks.

Told in the order in which it happened, so that whoever checks sees what there was to check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from simpul.desk import evidence
from simpul.government.models import Post
from simpul.programme.models import Action
from simpul.programme.operations import actions, updates
from simpul_demo import pictures, story
from simpul_demo.pictures import Shot
from simpul_demo.seed.actions import Programme
from simpul_demo.seed.offices import Offices

CITY = (106.1130, -2.1290)


def _clerk(offices: Offices, action: Action) -> str:
    """The post that reports for the office that leads."""
    clerk = Post.objects.get(organisation=action.lead, is_clerk=True)
    return clerk.key


def _pictured(offices: Offices, action: Action, row: Mapping[str, Any]) -> Shot:
    longitude, latitude = row.get("place", CITY)
    return Shot(
        scene=row["scene"],
        title=action.title,
        office=action.lead.name,
        taken_at=offices.calendar.moment(row["day"], hour=9, minute=40),
        place=(longitude, latitude),
    )


def _report(offices: Offices, action: Action, row: Mapping[str, Any]) -> None:
    now = offices.calendar.moment(row["day"], hour=14)
    clerk = offices.walker(_clerk(offices, action), row["day"])
    update = updates.report_progress(
        action=action,
        percent=Decimal(row["percent"]),
        observed_on=offices.calendar.day(row["day"]),
        text=row["text"],
        key=f"{action.key}-{row['percent']}",
        by=clerk,
        now=now,
    )
    if "scene" in row:
        evidence.add_picture(
            pictures.take(_pictured(offices, action, row)),
            subject=update.urn,
            region=offices.region,
            title=f"Foto lapangan: {action.title}",
            name=f"IMG_{now:%Y%m%d_%H%M%S}.jpg",
            by=clerk,
            now=now,
        )
    if not row.get("waits"):
        updates.review_update(
            update=update,
            accepted="returned" not in row,
            note=row.get("returned", ""),
            by=offices.walker(action.post.key, row["day"] + 1),
            now=now + timedelta(hours=19),
        )


def _finish(offices: Offices, action: Action, title: str, done: int) -> None:
    actions.complete_milestone(
        milestone=action.milestones.get(title=title),
        done_on=offices.calendar.day(done),
        by=offices.walker(_clerk(offices, action), done),
        now=offices.calendar.moment(done, hour=16),
    )


def _spend(offices: Offices, action: Action, row: Mapping[str, Any]) -> None:
    for line in row["budget"]:
        if "spent" in line:
            actions.set_budget(
                action=action,
                year=line["year"],
                source=line["source"],
                planned=line["planned"],
                spent=line["spent"],
                now=offices.calendar.moment(-9),
            )


def _happenings(row: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Milestones and updates of an action with their day."""
    for step in row["milestones"]:
        if "done" in step:
            yield step["done"], step
    for update in row.get("updates", ()):
        yield update["day"], update


def set_up(offices: Offices, programme: Programme) -> None:
    """Let every office report what it reported."""
    for row in story.actions():
        action = Action.objects.select_related("region", "lead", "post", "reviewer").get(
            pk=programme.actions[row["code"]].pk
        )
        for day, happened in sorted(_happenings(row), key=lambda pair: pair[0]):
            if "percent" in happened:
                _report(offices, action, happened)
            else:
                _finish(offices, action, happened["title"], day)
        _spend(offices, action, row)
