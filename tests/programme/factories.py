"""The least of a programme that is valid, made through the same operations as the product."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simpul.desk.models import Category
from simpul.government.models import Account, Organisation, Post, Region
from simpul.indicators.models import Indicator
from simpul.programme import operations
from simpul.programme.models import Action, Commitment, Milestone, Plan, PlanVersion, Update
from simpul.programme.operations import Seat, Sheet
from tests import factories as city
from tests.factories import NOW, TODAY

_count = itertools.count(1)


def plan(in_region: Region | None = None, **said: Any) -> Plan:
    facts: dict[str, Any] = {
        "title": "Rencana Induk Kota Cerdas",
        "starts": date(2026, 1, 1),
        "ends": date(2030, 12, 31),
    }
    return operations.create_plan(region=in_region or city.region(), now=NOW, **(facts | said))


def dimensions(tree: str = "gmsc-2017") -> list[Category]:
    """Two dimensions with two sub-dimensions each; the same rows each time."""
    if not Category.objects.filter(tree=tree).exists():
        for place, name in enumerate(("environment", "living"), 1):
            upper = Category.objects.create(
                tree=tree,
                key=f"smart_{name}",
                order=place,
                name_id=f"Smart {name} (id)",
                name_en=f"Smart {name}",
                official_name=f"Smart {name.title()}",
                mark=str(place),
            )
            for below in ("one", "two"):
                Category.objects.create(
                    tree=tree,
                    key=f"smart_{name}.{below}",
                    parent=upper,
                    order=place * 10,
                    name_id=f"{name} {below} (id)",
                    name_en=f"{name} {below}",
                )
    return list(Category.objects.filter(tree=tree).exclude(parent=None).order_by("order", "key"))


def sheet(post: Post | None = None, **said: Any) -> Sheet:
    """An action that began forty days ago and has sixty to go."""
    facts: dict[str, Any] = {
        "title": f"Aksi {next(_count)}",
        "post": post or city.post(is_head=False),
        "starts": TODAY - timedelta(days=40),
        "due": TODAY + timedelta(days=60),
    }
    return Sheet(**(facts | said))


def draft(post: Post | None = None, *, of: Plan | None = None, **said: Any) -> Action:
    """An action that is not published yet."""
    return operations.add_action(plan=of or plan(), sheet=sheet(post, **said), now=NOW)


def action(
    post: Post | None = None,
    *,
    of: Plan | None = None,
    published_days_ago: int = 40,
    **said: Any,
) -> Action:
    """A published action."""
    made = draft(post, of=of, **said)
    when = NOW - timedelta(days=published_days_ago)
    return operations.publish_action(action=made, now=when)


def led_by(office: Organisation, **said: Any) -> Action:
    """A published action of an office, without anybody in its post."""
    return action(city.post(office), **said)


def milestone(of: Action, *, days: int = 10, done_days_ago: int | None = None) -> Milestone:
    """A step that is due in so many days from today."""
    done_on = None if done_days_ago is None else TODAY - timedelta(days=done_days_ago)
    return operations.add_milestone(
        action=of,
        title=f"Tahapan {next(_count)}",
        due=TODAY + timedelta(days=days),
        done_on=done_on,
        now=NOW,
    )


def report(
    on: Action,
    by: Account | None = None,
    *,
    percent: int | str = 40,
    days_ago: int = 0,
    **said: Any,
) -> Update:
    """An update that waits to be checked; by a clerk of the lead office where nobody is named."""
    facts: dict[str, Any] = {"text": "Tiang terpasang di tepi sungai.", "now": NOW}
    return operations.report_progress(
        action=on,
        percent=Decimal(percent),
        observed_on=TODAY - timedelta(days=days_ago),
        by=city.walker(by or city.clerk(on.lead)),
        **(facts | said),
    )


def accepted(on: Action, by: Account | None = None, **said: Any) -> Update:
    """An update that somebody else accepted."""
    checker = city.official(on.lead, rights=[city.Right.REVIEW])
    return operations.review_update(
        update=report(on, by, **said), accepted=True, by=city.walker(checker), now=NOW
    )


def published(of: Plan, actions: Collection[Action], **said: Any) -> PlanVersion:
    """A published version of a plan with these actions."""
    version = operations.draft_version(plan=of, title="Edisi", now=NOW, **said)
    for each in actions:
        operations.put_entry(version=version, action=each, now=NOW)
    return operations.publish_version(version=version, now=NOW)


def indicator(in_region: Region | None = None, **said: Any) -> Indicator:
    place = in_region or city.region()
    facts: dict[str, Any] = {
        "region": place,
        "code": f"IND-{next(_count)}",
        "title": "Tinggi muka air sungai",
        "owner": said.pop("owner", None) or city.government(place),
        "created_at": NOW,
    }
    return Indicator.objects.create(**(facts | said))


def commitment(parties: Sequence[Post | Seat] = (), **said: Any) -> Commitment:
    """A draft with one clause; a head of office is the party where none is named."""
    facts: dict[str, Any] = {
        "region": city.region(),
        "title": "Komitmen Bersama Kota Cerdas",
        "place": "Pangkalpinang",
        "dated": TODAY,
        "preamble": "Kami yang bertanda tangan di bawah ini berjanji:",
        "clauses": ["Menjaga warga dari banjir."],
    }
    seats = list(parties) or [city.post(is_head=True)]
    return operations.draft_commitment(parties=seats, now=NOW, **(facts | said))
