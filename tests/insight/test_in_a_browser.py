"""The pages across rooms in a real browser: axe-core finds nothing, nothing runs out of the window,
the content security policy is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests import factories as city
from tests.insight.factories import district, town
from tests.web.browser import browser_page, complaints, violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses() -> list[str]:
    """One of every kind of page."""
    made = town()
    district(made.district, "Bintang", "19.71.01.1001")
    city.region("64.09")
    city.region("12.01", runs_here=False)
    return [
        "/",
        "/19.71/",
        "/64.09/",
        "/12.01/",
        f"/19.71/wilayah/{made.district.code}/",
        "/wilayah/",
        "/cari/?q=air&wilayah=19.71",
        "/cari/?q=zzzz",
        "/tentang/",
    ]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (360, "light")])
def test_axe_finds_nothing(
    live_server: LiveServer,
    browser_path: Path | None,
    addresses: list[str],
    width: int,
    theme: str,
) -> None:
    found = {}
    with browser_page(
        browser_path, live_server.url, width=width, theme=theme, bypass_csp=True
    ) as page:
        for address in addresses:
            page.goto(address)
            found[address] = violations(page)
    assert {address: broken for address, broken in found.items() if broken} == {}


@pytest.mark.parametrize("width", [1440, 1024, 768, 360])
def test_no_page_is_wider_than_its_window_or_breaks_the_policy(
    live_server: LiveServer, browser_path: Path | None, addresses: list[str], width: int
) -> None:
    with browser_page(browser_path, live_server.url, width=width) as page:
        heard = complaints(page)
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert [said for said in heard if "Content Security Policy" in said] == []
