"""A reading is posted with curl; the number moves; the thread is walked down to it and back up."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import City, Crowd, Visitor

pytestmark = pytest.mark.journey

CLAUSE = "/19.71/butir/butir-1/"
ACTION = "/19.71/aksi/ss-qw/"
INDICATOR = "/19.71/indikator/muka-air-rangkui/"
ODD_LEVELS = iter((313.7, 327.9, 341.3, 356.1, 362.9, 377.3))
"""Levels that the simulated river never has; each test takes its own."""


def shown(level: float) -> str:
    return f"{level:.1f}".replace(".", ",")


def headline(page: Page) -> str:
    return page.locator(".figure__value").first.inner_text()


@pytest.fixture
def level() -> float:
    return next(ODD_LEVELS)


def follow(page: Page, selector: str) -> None:
    """Click a link of the page, and be where it leads."""
    link = page.locator(selector).first
    target = link.get_attribute("href") or ""
    link.click()
    page.wait_for_url(f"**{target}")


def post(city: City, level: float) -> None:
    gauge = city.device("RG-01")
    status, answer = gauge.post(gauge.says(wl_cm=level, bat=3.9))
    assert (status, answer["refused"]) == (200, 0), answer


def down_to_the_run(stranger: Visitor) -> Page:
    """From the signed clause to the run behind the live number, link by link."""
    page = stranger.go(CLAUSE)
    expect(page.locator("main")).to_contain_text("tinggi muka air Sungai Rangkui")
    follow(page, f"main a[href='{ACTION}']")
    follow(page, f"main a[href='{INDICATOR}']")
    follow(page, ".figure__told a[href^='/19.71/nilai/']")
    follow(page, "main a[href^='/19.71/proses/']")
    return page


def test_the_live_number_moves_without_reloading(visitor: Crowd, city: City, level: float) -> None:
    page = visitor().go(INDICATOR)
    page.evaluate("window.untouched = true")
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    before = headline(page)
    post(city, level)
    expect(page.locator(".figure__value").first).not_to_have_text(before, timeout=20_000)
    expect(page.locator("main")).to_contain_text(shown(level), timeout=20_000)
    assert page.evaluate("window.untouched"), "the page was not loaded anew"


def test_what_changes_while_a_slow_line_fetches_is_fetched_too(
    visitor: Crowd, city: City, level: float
) -> None:
    page = visitor().go(INDICATOR)
    expect(page.locator("html")).to_have_attribute("data-stream", "open")

    def slowly(route: Route) -> None:
        answer = route.fetch()
        page.wait_for_timeout(4_000)
        route.fulfill(response=answer)

    page.route(f"**{INDICATOR}", slowly)
    with page.expect_request(f"**{INDICATOR}"):
        post(city, 150.0)
    page.wait_for_timeout(1_500)
    post(city, level)
    expect(page.locator("main")).to_contain_text(shown(level), timeout=60_000)
    page.unroute_all(behavior="wait")


def test_the_live_number_of_the_quick_win_moves_on_the_city_page(
    visitor: Crowd, city: City, level: float
) -> None:
    page = visitor().go("/19.71/")
    page.evaluate("window.untouched = true")
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    with page.expect_response(lambda answer: answer.ok and "19.71" in answer.url, timeout=30_000):
        post(city, level)
    assert page.evaluate("window.untouched")


def test_the_walk_from_the_clause_ends_at_that_very_reading_and_leads_back(
    visitor: Crowd, city: City, level: float
) -> None:
    stranger = visitor()
    page = stranger.go(INDICATOR)
    post(city, level)
    expect(page.locator("main")).to_contain_text(shown(level), timeout=20_000)
    page = down_to_the_run(stranger)
    follow(page, f"tr:has-text('{shown(level)}') a[href^='/19.71/bacaan/']")
    expect(page.locator(".figure__value")).to_contain_text(shown(level))
    expect(page.locator("h1")).to_contain_text("Pintu Air")
    back = page.locator(f".thread a[href='{CLAUSE}']")
    expect(back).to_be_visible()
    back.click()
    page.wait_for_url(f"**{CLAUSE}")


def test_the_way_down_goes_on_to_the_device_and_its_feed(visitor: Crowd) -> None:
    page = down_to_the_run(visitor())
    follow(page, "tr a[href^='/19.71/bacaan/']")
    follow(page, "main a[href^='/19.71/entitas/urn:ngsi-ld:FloodMonitoring']")
    expect(page.locator("h1")).to_contain_text("Pos duga air Sungai Rangkui")
    follow(page, "main a[href^='/19.71/aliran/duga-air']")
    expect(page.locator("main")).to_contain_text("BPBD")


def test_the_thread_is_an_ordered_list_with_one_present_knot(visitor: Crowd) -> None:
    page = visitor().go(INDICATOR)
    strands = page.locator("nav.thread > ol > li")
    assert strands.count() >= 8
    expect(page.locator("nav.thread li[aria-current]")).to_have_count(1)
    stages = [
        re.sub(r"\s+", " ", text) for text in page.locator(".strand__stage").all_inner_texts()
    ]
    assert stages.index("Butir") < stages.index("Aksi") < stages.index("Indikator")


def test_the_same_number_stands_in_page_and_data(visitor: Crowd, city: City) -> None:
    stranger = visitor()
    stranger.go(INDICATOR)
    answer = stranger.context.request.get(f"{city.url}{INDICATOR}data.json")
    assert answer.ok
    body = answer.json()
    assert "cm" in answer.text()
    assert body


def test_a_run_made_again_gives_the_same_number(visitor: Crowd, city: City) -> None:
    page = down_to_the_run(visitor())
    page.goto(f"{city.url}/19.71/indikator/keterisian-muka-air/")
    follow(page, ".table a[href^='/19.71/nilai/']")
    follow(page, "main a[href^='/19.71/proses/']")
    page.goto(page.url + "ulang/")
    expect(page.locator("#ulang .note--done")).to_be_visible()


def test_an_impossible_level_is_held_and_told(city: City) -> None:
    gauge = city.device("RG-01")
    status, answer = gauge.post(gauge.says(wl_cm=9999, bat=3.9))
    assert status == 202
    assert answer["errors"][0]["reason"] == "out_of_range"
    assert answer["errors"][0]["attribute"] == "currentLevel"
