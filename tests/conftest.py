"""What every test can rely on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from scripts import messages

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_configure(config: pytest.Config) -> None:
    """Pages are tested in both languages, so translations are compiled first; once, not by each
    of several workers.

    Django's live server leaves the connections of its threads to the garbage collector; Python
    3.13 says so, at any time and in whatever test then runs.
    """
    unclosed = "ignore:unclosed database in <sqlite3.Connection:ResourceWarning"
    config.addinivalue_line("filterwarnings", unclosed)
    if not hasattr(config, "workerinput"):
        messages.compile_all()


@pytest.fixture(autouse=True)
def indonesian_first() -> Iterator[None]:
    """A test begins in the product's first language and leaves no other behind."""
    with translation.override("id"):
        yield


@pytest.fixture(scope="session")
def browser_path() -> Path | None:
    """The machine's Chromium; None lets Playwright take the one that it fetched itself."""
    found = (shutil.which(name) for name in BROWSERS)
    return next((Path(path) for path in found if path), None)
