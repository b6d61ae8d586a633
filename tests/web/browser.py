"""A real browser on the test server, and axe-core's eyes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.house import ROOT

AXE = ROOT / ".tools" / "browser" / "axe.min.js"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def browser_page(
    path: Path | None, base: str, *, width: int = 1440, theme: str = "light", **choices: Any
) -> Iterator[Page]:
    """A page of a fresh browser. base: address of the server; choices: of the browser's context,
    e.g. ``bypass_csp``."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(path) if path else None, args=list(QUIET)
        )
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=base, **choices
        )
        context.add_cookies([{"name": "tampilan", "value": theme, "url": base}])
        yield context.new_page()
        browser.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line for each rule that is broken."""
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules})",
        RULES,
    )
    return [
        f"{broken['id']}: {broken['help']}: "
        + json.dumps([node["html"][:120] for node in broken["nodes"][:3]])
        for broken in found["violations"]
    ]


def complaints(page: Page) -> list[str]:
    """A list that fills with what the page's console complains of."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard
