"""The demo's content hangs together: nothing names what is not there."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest

from simpul_demo import pictures, story
from simpul_demo.story import Calendar

ACTIONS = story.actions()
SEATS = ("head", "deputy", "clerk")
POSTS = {
    office[seat]["key"]
    for office in story.offices()["organisations"]
    for seat in SEATS
    if seat in office
}
OFFICES = {office["key"]: office for office in story.offices()["organisations"]}
INDICATORS = {row["key"]: row for row in story.indicators()}


def test_there_are_about_thirty_offices_and_some_partners() -> None:
    partners = [office for office in OFFICES.values() if office.get("partner")]
    assert 30 <= len(OFFICES) - len(partners) <= 40
    assert len(partners) >= 3
    assert len(POSTS) >= 2 * (len(OFFICES) - len(partners))


def test_one_post_is_filled_as_plt_and_one_as_plh() -> None:
    assert {row["manner"] for row in story.offices()["acting"]} == {"plt", "plh"}
    assert all({row["post"], row["person_of"]} <= POSTS for row in story.offices()["acting"])


def test_every_account_and_right_is_of_a_post_that_exists() -> None:
    named = {row["post"] for row in story.accounts()}
    for row in story.offices()["grants"]:
        named |= set(row.get("posts", ()))
    assert named <= POSTS


def test_all_sub_dimensions_are_covered_and_each_dimension_has_one_quick_win() -> None:
    subs = {row["sub"] for row in ACTIONS}
    quick_wins = Counter(row["sub"].split(".")[0] for row in ACTIONS if row.get("kind"))
    assert len(subs) == 18
    assert len(quick_wins) == 6
    assert set(quick_wins.values()) == {1}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda row: row["code"])
def test_an_action_names_what_exists(action: dict[str, Any]) -> None:
    row = action
    assert row["post"] in POSTS
    assert {office for offices in row["parties"].values() for office in offices} <= set(OFFICES)
    assert set(row.get("indicators", ())) <= set(INDICATORS)
    scenes = {update["scene"] for update in row.get("updates", ()) if "scene" in update}
    assert scenes <= set(pictures.SCENES)
    days = [update["day"] for update in row.get("updates", ())]
    assert days == sorted(days)
    assert all(row["starts"] <= day < 0 for day in days)
    percents = [update["percent"] for update in row.get("updates", ())]
    assert percents == sorted(percents)


def test_every_clause_is_carried_by_actions_and_every_code_is_used_once() -> None:
    codes = [row["code"] for row in ACTIONS]
    assert len(codes) == len(set(codes))
    for clause in story.programme()["commitment"]["clauses"]:
        assert clause["actions"]
        assert set(clause["actions"]) <= set(codes)


def test_the_commitment_has_parties_in_and_outside_the_government() -> None:
    commitment = story.programme()["commitment"]
    assert set(commitment["parties"]) <= POSTS
    assert set(commitment["signed_by"]) <= set(commitment["parties"])
    assert len(commitment["signed_by"]) >= 3
    kinds = {
        office["kind"]
        for office in OFFICES.values()
        if office["head"]["key"] in commitment["parties"]
    }
    assert {"bumn", "swasta", "dinas", "badan"} <= kinds


def test_indicators_are_owned_and_aim_somewhere() -> None:
    for row in INDICATORS.values():
        assert row["owner"] in OFFICES
        assert row["post"] in POSTS
        assert row.get("source") == "typed" or row["inputs"]
    assert sum(1 for row in INDICATORS.values() if "inputs" in row) >= 3


def test_days_are_counted_from_today_in_the_citys_zone() -> None:
    calendar = Calendar(datetime(2026, 11, 20, 18, tzinfo=UTC))
    assert calendar.today == date(2026, 11, 21)
    assert calendar.day(-1) == date(2026, 11, 20)
    assert calendar.day("2026-01-01") == date(2026, 1, 1)


def test_no_hour_of_the_story_lies_after_now() -> None:
    calendar = Calendar(datetime(2026, 11, 20, 18, tzinfo=UTC))
    assert calendar.moment(0, hour=23) == calendar.now
    assert calendar.moment(-2, hour=9) == datetime(2026, 11, 19, 2, tzinfo=UTC)
