"""The demo city's story as it is written down in `content`, with its days made real.

Days in the story are counted from the day on which the demo is set up: -33 is 33 days ago. Only
here are the YAML files read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from simpul_demo.world import ZONE

CONTENT = Path(__file__).with_name("content")
REGION = "19.71"
PASSWORD = "selamat-datang-di-simpul"
"""Of every account: this is a demonstration on one's own machine."""
Rows = list[dict[str, Any]]


@cache
def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((CONTENT / name).read_text(encoding="utf-8"))
    return data


def offices() -> Mapping[str, Any]:
    """Offices, posts, people, rights and accounts."""
    return _read("organisations.yaml")


def programme() -> Mapping[str, Any]:
    """Plan, documents, bodies, meetings and commitment."""
    return _read("programme.yaml")


def actions() -> Rows:
    """All actions, in the order of the plan."""
    files = sorted(path.name for path in CONTENT.glob("actions-*.yaml"))
    return [row for name in files for row in _read(name)["actions"]]


def indicators() -> Rows:
    """All indicators with their targets and typed-in numbers."""
    rows: Rows = _read("indicators.yaml")["indicators"]
    return rows


def feeds() -> Mapping[str, Any]:
    """Feeds with their mappings, and the devices that use them."""
    return _read("feeds.yaml")


def evaluation() -> Mapping[str, Any]:
    """The self-assessment that is under way."""
    return _read("evaluation.yaml")


def accounts() -> Rows:
    """Who can sign in, and as what."""
    rows: Rows = offices()["accounts"]
    return rows


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns the story's days into dates. now: when the demo is set up."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def day(self, when: int | str) -> date:
        """A day of the story: counted from today, or written out."""
        if isinstance(when, str):
            return date.fromisoformat(when)
        return self.today + timedelta(days=when)

    def moment(self, when: int | str, hour: int = 10, minute: int = 0) -> datetime:
        """An hour of a day of the story, in the city's time; never later than now."""
        local = datetime.combine(self.day(when), time(hour, minute), tzinfo=ZONE)
        return min(local.astimezone(UTC), self.now)
