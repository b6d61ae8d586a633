"""An item of the evaluation finds its proof; what is missing is somebody's duty."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Crowd

pytestmark = pytest.mark.journey

EVALUATION = "/19.71/evaluasi/evaluasi-smart-city/"


def item(number: int) -> str:
    return f"/19.71/penilaian/evaluasi-smart-city.{number}/"


def things_in(page: Page) -> list[str]:
    """The addresses of everything that waits in an inbox."""
    rows = page.locator(".inbox__row")
    found = []
    for number in range(rows.count()):
        rows.nth(number).click()
        expect(rows.nth(number)).to_have_attribute("aria-current", "true")
        found.append(page.locator("#inbox-thing").get_attribute("data-open") or "")
    return found


def test_the_adopted_regulation_proves_the_first_item(visitor: Crowd) -> None:
    page = visitor(signed_in_as="diskominfo").go(item(1))
    expect(page.locator(".figure__value").first).to_contain_text("4")
    page.locator("main a[href='/19.71/dokumen/perwal-masterplan/']").first.click()
    expect(page.locator("h1")).to_contain_text("Rencana Induk Kota Cerdas")


def test_the_councils_meetings_prove_the_second_item(visitor: Crowd) -> None:
    page = visitor(signed_in_as="diskominfo").go(item(2))
    expect(page.locator("main")).to_contain_text("Dewan")
    page.locator("main a[href^='/19.71/rapat/dewan-']").first.click()
    expect(page.locator("h1")).to_contain_text("Sidang")


def test_running_actions_prove_the_item_of_a_dimension(visitor: Crowd) -> None:
    page = visitor(signed_in_as="diskominfo").go(item(33))
    expect(page.locator("main a[href='/19.71/aksi/ss-qw/']").first).to_be_visible()


def test_published_values_prove_the_item_on_disasters(visitor: Crowd) -> None:
    page = visitor(signed_in_as="diskominfo").go(item(36))
    page.locator("main a[href^='/19.71/nilai/']").first.click()
    expect(page.locator("main")).to_contain_text("Sungai Rangkui")


def test_the_score_is_drilled_down_to_an_item(visitor: Crowd) -> None:
    page = visitor(signed_in_as="diskominfo").go(EVALUATION)
    expect(page.locator("main")).to_contain_text("Baseline")
    link = page.locator(f"a[href='{item(1)}']")
    while not link.first.is_visible():
        page.locator("details:not([open])", has=link).first.locator("> summary").click()
    link.first.click()
    expect(page.locator("h1")).to_contain_text("payung hukum")


def test_what_is_missing_waits_in_the_inbox_of_the_office_that_owes_it(visitor: Crowd) -> None:
    bappeda = visitor(signed_in_as="bappeda")
    inbox = bappeda.go("/kotak-masuk/")
    assert item(4) in things_in(inbox)
