"""The facts of a city's page: whether it keeps its word."""

from __future__ import annotations

import pytest

from simpul.city import ports
from simpul.government.models import Boundary
from simpul.insight import maps, overview
from simpul.insight.overview import Overview
from simpul.kernel.ids import Kind
from simpul.programme.models import StatusOverride
from simpul.programme.status import Name
from tests import factories as city
from tests.city.world import NOW as MEASURED
from tests.city.world import World
from tests.factories import NOW
from tests.insight.factories import SQUARE, Town
from tests.programme import factories as programme

pytestmark = pytest.mark.django_db


def seen(town: Town, walker: object = None) -> Overview:
    who = city.walker() if walker is None else walker
    return overview.overview(town.region, walker=who, now=NOW)  # type: ignore[arg-type]


def knots(facts: Overview) -> dict[str, str]:
    """Stage to the number that stands on it."""
    return {str(stage.kind): stage.knots[0].label for stage in facts.thread.stages if stage.knots}


def test_a_stranger_counts_what_a_stranger_sees(town: Town) -> None:
    facts = seen(town)
    assert (facts.tally.total, facts.kept, facts.late) == (2, 1, 1)
    assert [part.state for part in facts.parts] == [Name.RUNNING, Name.LATE]


def test_an_insider_counts_what_is_inside_too(town: Town) -> None:
    team = city.walker(city.smart_city_team(town.region))
    assert seen(town, team).tally.total == 3


def test_what_was_stopped_is_neither_kept_nor_late(town: Town) -> None:
    somebody = city.clerk(town.late.lead)
    StatusOverride.objects.create(
        action=town.late, status=Name.STOPPED, reason="Dibatalkan.", by=somebody, at=NOW
    )
    facts = seen(town)
    assert (facts.tally.total, facts.kept, facts.late) == (2, 1, 0)


def test_every_dimension_is_there_with_its_own_actions(town: Town) -> None:
    rows = seen(town).dimensions
    assert [row.standing.tally.total for row in rows] == [1, 1]
    assert [[part.state for part in row.parts] for row in rows] == [["running"], ["late"]]


def test_what_moved_this_month_is_said(town: Town) -> None:
    programme.accepted(town.quick_win, percent=40, days_ago=1)
    first = seen(town).dimensions[0].standing.sentence
    assert "Alat ukur muka air" in first
    assert "40" in first


def test_a_quick_win_shows_its_first_indicator(town: Town) -> None:
    (tile,) = seen(town).tiles
    assert tile.live is not None
    assert (tile.live.title, tile.live.state, tile.is_stale) == ("Muka air sungai", "missing", True)
    assert tile.topics == str(town.indicator.urn)


def test_a_quick_win_without_an_indicator_shows_its_progress() -> None:
    programme.dimensions()
    action = programme.action(kind="quick_win", title="Tanpa angka")
    (tile,) = overview.tiles(action.region, walker=city.walker(), now=NOW)
    assert tile.live is None
    assert tile.topics == str(action.urn)
    assert tile.line == []


def test_what_is_past_its_day_and_what_comes_stand_side_by_side(town: Town) -> None:
    for place in range(6):
        programme.milestone(town.quick_win, days=-20 + place)
        programme.milestone(town.quick_win, days=5 + place)
    facts = seen(town)
    past = [item for item in facts.due if item.overdue]
    coming = [item for item in facts.due if not item.overdue]
    assert (len(past), len(coming), facts.more_overdue) == (4, 4, 3)
    assert past == sorted(past, key=lambda item: item.due, reverse=True)
    assert coming == sorted(coming, key=lambda item: item.due)


def test_the_citys_thread_counts_what_hangs_on_it(town: Town) -> None:
    assert knots(seen(town)) == {"action": "2", "indicator": "1"}
    stages = [stage.kind for stage in seen(town).thread.stages]
    assert (stages[0], stages[-1]) == (Kind.CLAUSE, Kind.FEED)


def test_the_citys_thread_reaches_down_to_the_feeds(town: Town, world: World) -> None:
    feed = world.feed()
    world.measure("hulu", [(MEASURED, 42.0)], feed=feed)
    assert knots(seen(town))["entity"] == "1"
    assert knots(seen(town))["feed"] == "1"


def test_what_is_closed_is_counted_for_insiders_alone(town: Town, world: World) -> None:
    world.measure("hulu", [(MEASURED, 42.0)], feed=world.feed(open=False), open=False)
    assert "feed" not in knots(seen(town))
    team = city.walker(city.smart_city_team(town.region))
    assert knots(seen(town, team))["feed"] == "1"


def test_the_page_stands_when_the_data_wing_does_not_answer(town: Town) -> None:
    before = ports.data_wing()
    ports.configure(None)
    try:
        facts = seen(town)
        drawn = maps.parts_map(town.region, walker=city.walker(), now=NOW)
    finally:
        ports.configure(before)
    assert facts.tally.total == 2
    assert drawn is not None


def test_the_map_shows_districts_and_what_stands_in_them(town: Town, world: World) -> None:
    world.measure("hulu", [(MEASURED, 42.0)], feed=world.feed())
    drawn = str(maps.parts_map(town.region, walker=city.walker(), now=NOW))
    assert f"/19.71/wilayah/{town.district.code}/" in drawn
    assert "Pos hulu: terukur" in drawn


def test_what_is_closed_is_not_on_a_strangers_map(town: Town, world: World) -> None:
    world.measure("hulu", [(MEASURED, 42.0)], feed=world.feed(open=False), open=False)
    assert maps.entity_markers(town.region, walker=city.walker(), now=NOW) == []
    team = city.walker(city.smart_city_team(town.region))
    assert len(maps.entity_markers(town.region, walker=team, now=NOW)) == 1


def test_a_region_without_parts_shows_its_own_outline(town: Town) -> None:
    alone = city.region("64.09")
    assert maps.parts_map(alone, walker=city.walker(), now=NOW) is None
    assert maps.outline(alone) is None
    Boundary.objects.create(region=alone, geometry=SQUARE)
    drawn = str(maps.parts_map(alone, walker=city.walker(), now=NOW))
    assert alone.name in drawn
    assert "<a " not in drawn
    assert maps.outline(alone) is not None
