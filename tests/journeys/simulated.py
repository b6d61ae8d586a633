"""A device of the demo city, spoken for with the `curl` of the machine."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simpul_demo import story
from simpul_demo.prepare import ORDERS

CURL = ("curl", "--silent", "--show-error", "--max-time", "15")


@dataclass(frozen=True, slots=True)
class Device:
    """row: as `content/feeds.yaml` has it; url, token: where its feed is and what opens it."""

    row: dict[str, Any]
    url: str
    token: str

    @classmethod
    def of(cls, folder: Path, name: str) -> Device:
        """The device with this name, as whoever holds its token can speak for it."""
        described = story.feeds()
        rows = [*described["gauges"], *described["pumps"]]
        row = next(each for each in rows if each["device"] == name)
        door = json.loads((folder / ORDERS).read_text())["feeds"][row["feed"]]
        return cls(row, door["url"], door["token"])

    def says(self, at: datetime | None = None, **measured: object) -> dict[str, object]:
        """What the device would send. measured: ``wl_cm`` of a gauge; ``kw``, ``on`` of a pump."""
        moment = at or datetime.now(UTC)
        return {
            "dev": self.row["device"],
            "site": self.row.get("site", ""),
            "ts": round(moment.timestamp()),
            "lon": self.row["place"][0],
            "lat": self.row["place"][1],
            **measured,
        }

    def post(self, body: object) -> tuple[int, dict[str, Any]]:
        """Post with curl; status (0 where nobody answered) and answer."""
        command = [
            *CURL,
            "--header",
            f"Authorization: Bearer {self.token}",
            "--header",
            "Content-Type: application/json",
            "--data-binary",
            json.dumps(body),
            "--write-out",
            "\n%{http_code}",
            self.url,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        answer, _, status = done.stdout.rpartition("\n")
        return int(status or 0), json.loads(answer) if answer.strip() else {}
