"""The page that shows every part, in a real browser: nothing unreadable, unreachable or unnamed;
the content security policy is kept; theme, keys and live parts do what they promise."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.web.browser import browser_page, complaints, violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768, 360])
def test_axe_finds_nothing(
    live_server: LiveServer, browser_path: Path | None, theme: str, width: int
) -> None:
    with browser_page(
        browser_path, live_server.url, width=width, theme=theme, bypass_csp=True
    ) as page:
        page.goto("/desain/")
        assert violations(page) == []


@pytest.mark.parametrize("width", [1440, 768, 360])
def test_no_page_is_wider_than_its_window(
    live_server: LiveServer, browser_path: Path | None, width: int
) -> None:
    with browser_page(browser_path, live_server.url, width=width) as page:
        for address in ("/desain/", "/tentang/", "/wilayah/", "/cari/?q=air", "/nothing/"):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_policy_is_kept_and_the_font_is_ours(
    live_server: LiveServer, browser_path: Path | None
) -> None:
    with browser_page(browser_path, live_server.url) as page:
        heard = complaints(page)
        page.goto("/desain/")
        page.evaluate("document.fonts.ready")
        assert heard == []
        assert page.evaluate("document.fonts.check('16px \"Plus Jakarta Sans\"')")
        assert page.evaluate("typeof window.htmx") == "object"


def test_the_theme_changes_at_once_and_is_kept(
    live_server: LiveServer, browser_path: Path | None
) -> None:
    with browser_page(browser_path, live_server.url) as page:
        page.goto("/desain/")
        page.get_by_role("button", name="Gelap").first.click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_switches_work_without_script(
    live_server: LiveServer, browser_path: Path | None
) -> None:
    with browser_page(browser_path, live_server.url, java_script_enabled=False) as page:
        page.goto("/desain/")
        page.get_by_role("button", name="EN – English").first.click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.get_by_role("button", name="Dark").first.click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.url.endswith("/desain/")


def test_a_slash_goes_to_the_search(live_server: LiveServer, browser_path: Path | None) -> None:
    with browser_page(browser_path, live_server.url) as page:
        page.goto("/desain/")
        page.locator("h1").click()
        page.keyboard.press("/")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type("a/b")
        expect(page.locator("#search")).to_have_value("a/b")


def test_the_error_summary_is_where_a_reader_begins(
    live_server: LiveServer, browser_path: Path | None
) -> None:
    with browser_page(browser_path, live_server.url) as page:
        page.goto("/desain/")
        expect(page.locator(".summary")).to_be_focused()
        page.locator(".summary a").first.click()
        expect(page.locator("#wrong_percent")).to_be_focused()


def test_the_sheet_opens_on_a_phone_without_script(
    live_server: LiveServer, browser_path: Path | None
) -> None:
    with browser_page(browser_path, live_server.url, width=360, java_script_enabled=False) as page:
        page.goto("/tentang/")
        page.locator(".dock").get_by_role("button").click()
        expect(page.locator("#sheet")).to_be_visible()
        page.locator("#sheet").get_by_role("link").last.click()
        expect(page.locator("h1")).to_be_visible()


def test_a_live_part_is_fetched_anew_and_glows_where_it_changed(
    live_server: LiveServer, browser_path: Path | None
) -> None:
    with browser_page(browser_path, live_server.url) as page:
        page.goto("/desain/")
        part = page.locator("[data-live]").first
        _say_otherwise(page)
        page.evaluate("document.querySelector('[data-live]').dataset.mine = 'old'")
        with page.expect_request("**/desain/"):
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(part).to_have_class("live live--changed")
        expect(part).to_contain_text("77,7")
        expect(part).not_to_have_attribute("data-mine", "old")


def test_a_live_part_waits_while_somebody_stands_in_it(
    live_server: LiveServer, browser_path: Path | None
) -> None:
    with browser_page(browser_path, live_server.url) as page:
        page.goto("/desain/")
        part = page.locator("[data-live]").first
        _say_otherwise(page)
        part.get_by_role("link").focus()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_timeout(600)
        expect(part).to_contain_text("91,7")
        page.locator("#search").focus()
        expect(part).to_contain_text("77,7")


def test_a_long_form_keeps_its_words_until_it_is_sent(
    live_server: LiveServer, browser_path: Path | None
) -> None:
    with browser_page(browser_path, live_server.url) as page:
        page.goto("/desain/")
        words = page.locator("#good_words")
        words.fill("Delapan alat ukur berdiri.")
        page.reload()
        expect(words).to_have_value("Delapan alat ukur berdiri.")
        page.route("**/desain/", lambda route: route.fulfill(status=204))
        page.evaluate("document.getElementById('form').requestSubmit()")
        page.wait_for_timeout(300)
        page.unroute("**/desain/")
        page.reload()
        expect(words).to_have_value("")


def _say_otherwise(page: Page) -> None:
    """From now on the server gives another number."""
    page.route(
        "**/desain/",
        lambda route: route.fulfill(body=route.fetch().text().replace("91,7", "77,7")),
    )
