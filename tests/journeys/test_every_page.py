"""Every kind of page, as it is served: readable for all, on every screen, on a slow line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import City, Crowd, Visitor
from tests.journeys.pages import EVERY, PUBLIC, Kind

pytestmark = pytest.mark.journey

AXE = Path(__file__).parents[2] / ".tools" / "browser" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIRST_VISIT = 150_000
NAMES = [kind.name for kind in EVERY]


@pytest.fixture(scope="module")
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


class Guides:
    """One browser for each role, so that nobody signs in anew for every page."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._known: dict[tuple[str, int, bool], Visitor] = {}

    def __call__(self, kind: Kind, *, wide: int = 1440, dark: bool = False) -> Page:
        key = (kind.role, wide, dark)
        if key not in self._known:
            self._known[key] = self._crowd(wide=wide, dark=dark, signed_in_as=kind.role)
        return self._known[key].go(kind.path)


@pytest.fixture(scope="module")
def guide(browser: Any, city: City) -> Iterator[Guides]:
    crowd = Crowd(browser, city)
    yield Guides(crowd)
    crowd.leave()


def faults(page: Page, axe: str) -> list[str]:
    """What axe-core finds wrong, one line for each rule with the first place."""
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
        ".then(result => result.violations)",
        RULES,
    )
    return [
        f"{each['id']}: {each['help']} – {each['nodes'][0]['html'][:200]}"
        f" ({len(each['nodes'])} places) {each['nodes'][0].get('failureSummary', '')[:300]}"
        for each in found
    ]


@pytest.mark.parametrize("kind", EVERY, ids=NAMES)
def test_page_is_accessible_on_a_desk(kind: Kind, guide: Guides, axe: str) -> None:
    assert faults(guide(kind), axe) == []


@pytest.mark.parametrize("kind", EVERY, ids=NAMES)
def test_page_is_accessible_on_a_phone_in_the_dark(kind: Kind, guide: Guides, axe: str) -> None:
    assert faults(guide(kind, wide=360, dark=True), axe) == []


@pytest.mark.parametrize("wide", [360, 768])
@pytest.mark.parametrize("kind", EVERY, ids=NAMES)
def test_page_fits_a_phone_and_a_tablet(kind: Kind, wide: int, guide: Guides) -> None:
    page = guide(kind, wide=wide)
    widest: dict[str, Any] = page.evaluate(
        """() => {
          const room = document.documentElement.clientWidth;
          const over = [...document.querySelectorAll('body *')].filter(e => {
            const box = e.getBoundingClientRect();
            return box.width && box.right > room + 1 && !e.closest('[class*=scroll]');
          });
          return {scroll: document.documentElement.scrollWidth - room,
                  first: over.slice(0, 3).map(e => e.outerHTML.slice(0, 160))};
        }"""
    )
    assert widest["scroll"] <= 1, json.dumps(widest, indent=1)


@pytest.mark.parametrize("kind", PUBLIC, ids=[kind.name for kind in PUBLIC])
def test_first_visit_is_light(kind: Kind, visitor: Crowd) -> None:
    stranger = visitor(wide=360)
    session = stranger.context.new_cdp_session(stranger.page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    stranger.go(kind.path).wait_for_load_state("load")
    assert sum(sizes) <= FIRST_VISIT


@pytest.mark.parametrize("kind", EVERY, ids=NAMES)
def test_page_reports_no_error_to_the_console(kind: Kind, visitor: Crowd) -> None:
    somebody = visitor(signed_in_as=kind.role)
    said: list[str] = []
    somebody.page.on("console", lambda line: said.append(f"{line.type}: {line.text}"))
    somebody.page.on("pageerror", lambda error: said.append(str(error)))
    somebody.go(kind.path).wait_for_load_state("load")
    assert [line for line in said if not line.startswith(("log:", "info:", "debug:"))] == []
