"""The running product: `simpul demo` in a folder of its own, real processes, a real browser."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from simpul_demo.cli import MARK
from simpul_demo.prepare import ORDERS
from simpul_demo.story import PASSWORD
from tests.journeys.simulated import Device

READY_WITHIN_S = 240.0
LIVE_INTERVAL_S = 2
Found = TypeVar("Found")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True, slots=True)
class City:
    """The demo city as it runs. url, broker: addresses without a slash at the end."""

    url: str
    broker: str
    folder: Path
    lines: list[str]

    def device(self, name: str) -> Device:
        """A device of the city, as whoever holds its token can speak for it."""
        return Device.of(self.folder, name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(web: int, broker: int) -> dict[str, str]:
    """As a new user has it, but for the ports and a shorter rest between live numbers."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SIMPUL_", "DJANGO_", "PYTEST_"))
    }
    return kept | {
        "SIMPUL_WEB_PORT": str(web),
        "SIMPUL_BROKER_PORT": str(broker),
        "SIMPUL_LIVE_INTERVAL_S": str(LIVE_INTERVAL_S),
        "PYTHONUNBUFFERED": "1",
    }


def _follow(process: subprocess.Popen[str], lines: list[str], ready: queue.Queue[bool]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip())
        if "ready:" in line:
            ready.put(True)
    ready.put(False)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A fresh demo city, served until the last journey is over; or the one that runs already in
    the folder that JOURNEYS_AT names, for whoever writes journeys."""
    running = os.environ.get("JOURNEYS_AT")
    if running:
        yield _running_in(Path(running))
        return
    folder = tmp_path_factory.mktemp("city") / "demo"
    web, broker = _free_port(), _free_port()
    lines: list[str] = []
    ready: queue.Queue[bool] = queue.Queue()
    command = [sys.executable, "-m", "simpul.entrypoints.cli", "demo", "--folder", str(folder)]
    with subprocess.Popen(
        command,
        env=_environment(web, broker),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        reader = threading.Thread(target=_follow, args=(process, lines, ready))
        reader.start()
        try:
            if not _is_ready(ready):
                pytest.fail("the demo did not come up:\n" + "\n".join(lines[-60:]))
            yield City(f"http://localhost:{web}", f"http://127.0.0.1:{broker}", folder, lines)
        finally:
            process.send_signal(signal.SIGINT)
            _wait_or_kill(process)
            reader.join(10)
    shutil.rmtree(folder, ignore_errors=True)


def _running_in(folder: Path) -> City:
    url = json.loads((folder / MARK).read_text())["url"]
    doors = json.loads((folder / ORDERS).read_text())["feeds"].values()
    return City(url, next(iter(doors))["url"].split("/intake/")[0], folder, [])


def _is_ready(ready: queue.Queue[bool]) -> bool:
    try:
        return ready.get(timeout=READY_WITHIN_S)
    except queue.Empty:
        return False


def _wait_or_kill(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


# -- the browser ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser(browser_path: Path | None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser_path, args=list(QUIET))
        yield started
        started.close()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a browser of their own."""

    context: BrowserContext
    page: Page
    city: City

    def go(self, path: str) -> Page:
        """Open a page of the city hall and see that it is no error."""
        answer = self.page.goto(self.city.url + path, wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def sign_in(self, username: str) -> Page:
        page = self.go("/masuk/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.locator("main form button").click()
        page.wait_for_url(lambda url: "/masuk/" not in url)
        return page


class Crowd:
    """Opens browsers for visitors and closes them again."""

    def __init__(self, browser: Browser, city: City) -> None:
        self._browser, self._city = browser, city
        self._contexts: list[BrowserContext] = []

    def __call__(
        self,
        *,
        wide: int = 1440,
        high: int = 900,
        script: bool = True,
        dark: bool = False,
        signed_in_as: str = "",
    ) -> Visitor:
        context = self._browser.new_context(
            viewport={"width": wide, "height": high},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale="id-ID",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        visitor = Visitor(context, context.new_page(), self._city)
        if signed_in_as:
            visitor.sign_in(signed_in_as)
        return visitor

    def leave(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def visitor(browser: Browser, city: City) -> Iterator[Crowd]:
    """Opens a browser: ``visitor(wide=360, signed_in_as="operator.bpbd")``."""
    crowd = Crowd(browser, city)
    yield crowd
    crowd.leave()


@pytest.fixture
def broker(city: City) -> Iterator[httpx.Client]:
    """A stranger who speaks to the broker."""
    with httpx.Client(base_url=city.broker, timeout=15) as client:
        yield client


def until(asked: Callable[[], Found], *, within: float = 30.0, every: float = 0.3) -> Found:
    """What `asked` gives once it is not false; fails when it never is."""
    last = time.monotonic() + within
    while True:
        found = asked()
        if found or time.monotonic() > last:
            assert found, f"{asked} stayed {found!r} for {within} s"
            return found
        time.sleep(every)
