"""The self-assessment that is under way: what proves itself, what somebody scored, what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from simpul.evaluation import operations
from simpul.evaluation.models import Evaluation, EvidenceQuery, Instrument, InstrumentItem
from simpul_demo import story
from simpul_demo.seed.offices import Offices


def _open(offices: Offices, described: Mapping[str, Any], instrument: Instrument) -> Evaluation:
    calendar = offices.calendar
    opened = calendar.moment(described["opened"])
    return operations.open_evaluation(
        region=offices.region,
        instrument=instrument,
        year=(calendar.today - timedelta(days=60)).year,
        key=described["key"],
        group=described["group"],
        post=offices.posts[described["post"]],
        self_due=calendar.day(described["due"]),
        by=offices.walker(described["post"], described["opened"]),
        now=opened,
    )


def _look_for(
    offices: Offices, row: Mapping[str, Any], item: InstrumentItem, now: datetime
) -> EvidenceQuery:
    return operations.add_query(
        region=offices.region,
        item=item,
        kind=row["kind"],
        parameters=row["parameters"],
        rule=row["rule"],
        post=offices.posts[row["post"]],
        now=now,
    )


def set_up(offices: Offices) -> Evaluation:
    """Open the year's evaluation, say what proves its items, and begin to score."""
    described, now = story.evaluation(), offices.calendar.moment(story.evaluation()["opened"])
    operations.import_published_results()
    instruments = {row.key: row for row in operations.import_instruments(now=now)}
    instrument = instruments[described["instrument"]]
    items = {item.key: item for item in instrument.items.select_related("instrument")}
    evaluation = _open(offices, described, instrument)
    for row in described["queries"]:
        _look_for(offices, row, items[row["item"]], now)
    operations.refresh_proposals(evaluation=evaluation, now=offices.calendar.now)
    _score(offices, described, evaluation, items)
    return evaluation


def _score(
    offices: Offices,
    described: Mapping[str, Any],
    evaluation: Evaluation,
    items: Mapping[str, InstrumentItem],
) -> None:
    """Score as the secretariat did: some proposals accepted, some items in its own words."""
    team, now = offices.walker(described["post"], -1), offices.calendar.moment(-1, hour=15)
    accepted = {row["item"] for row in described["queries"] if row.get("accept")}
    current = evaluation.proposals.filter(superseded_at=None, query__item__key__in=accepted)
    for proposal in current.select_related("query__item", "evaluation"):
        operations.accept_proposal(proposal=proposal, now=now, by=team)
    for row in described["scores"]:
        operations.score_item(
            evaluation=evaluation,
            item=items[row["item"]],
            value=Decimal(row["value"]),
            reason=row["reason"],
            now=now,
            by=team,
        )
