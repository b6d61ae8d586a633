"""Language, theme, keyboard, and a browser without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Crowd

pytestmark = pytest.mark.journey

ACTION = "/19.71/aksi/ss-qw/"


def ground(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return colour


def brightness(page: Page) -> float:
    numbers = ground(page).removeprefix("rgb(").rstrip(")").split(",")
    return sum(float(number) for number in numbers) / 3


def test_pages_are_indonesian_first_and_english_on_request(visitor: Crowd) -> None:
    page = visitor().go(ACTION)
    expect(page.locator("html")).to_have_attribute("lang", "id")
    title = page.locator("h1").inner_text()
    page.locator(".looks--bar [data-language] button[value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith(ACTION)
    assert page.locator("h1").inner_text() == title, "what people entered keeps its language"
    expect(page.locator(".topbar")).to_contain_text("Sign in")
    page.goto(page.url.replace(ACTION, "/19.71/"))
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("script", [True, False])
def test_the_theme_can_be_chosen_and_stays(visitor: Crowd, script: bool) -> None:
    page = visitor(script=script).go(ACTION)
    page.locator(".looks--bar [data-themes] button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    if script:
        assert brightness(page) < 90


def test_without_a_choice_the_device_decides(visitor: Crowd) -> None:
    assert brightness(visitor(dark=True).go(ACTION)) < 90
    assert brightness(visitor().go(ACTION)) > 200


def test_a_slash_goes_to_the_search_which_finds(visitor: Crowd) -> None:
    page = visitor().go("/19.71/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("peringatan dini banjir")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cari/**")
    page.locator(f"main a[href$='{ACTION}']").first.click()
    page.wait_for_url(f"**{ACTION}")


def test_the_keyboard_alone_reaches_the_content(visitor: Crowd) -> None:
    page = visitor().go(ACTION)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_everything_reads_without_script(visitor: Crowd) -> None:
    stranger = visitor(script=False)
    for path, words in (
        ("/19.71/", "Peringatan dini banjir"),
        (ACTION, "Tiga pos duga air"),
        ("/19.71/indikator/muka-air-rangkui/", "cm"),
        ("/19.71/komitmen/komitmen-2026/", "Iskandar Mahfud"),
    ):
        expect(stranger.go(path).locator("main")).to_contain_text(words)


def test_a_wrong_password_is_told_at_its_field_and_the_name_stays(visitor: Crowd) -> None:
    page = visitor(script=False).go("/masuk/")
    page.fill("input[name=username]", "operator.bpbd")
    page.fill("input[name=password]", "bukan kata sandinya")
    page.locator("main form button").click()
    expect(page.locator("input[name=username]")).to_have_value("operator.bpbd")
    expect(page.locator("main")).to_contain_text("Nama pengguna")
    assert "/masuk/" in page.url
