"""A river gauge of the demo city, spoken for with the `curl` of the machine."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from simpul_demo import story
from simpul_demo.prepare import ORDERS


@dataclass(frozen=True, slots=True)
class Gauge:
    """device: as it calls itself; url, token: where its feed is and what opens it."""

    device: str
    site: str
    place: tuple[float, float]
    url: str
    token: str

    @classmethod
    def of(cls, folder: Path, device: str) -> Gauge:
        row = next(each for each in story.feeds()["gauges"] if each["device"] == device)
        door = json.loads((folder / ORDERS).read_text())["feeds"][row["feed"]]
        return cls(
            device, row["site"], (row["place"][0], row["place"][1]), door["url"], door["token"]
        )

    def reading(self, level: float, at: datetime | None = None) -> dict[str, object]:
        """What the device would send. level: [cm]."""
        moment = at or datetime.now(UTC)
        return {
            "dev": self.device,
            "site": self.site,
            "ts": round(moment.timestamp()),
            "wl_cm": level,
            "bat": 3.9,
            "lon": self.place[0],
            "lat": self.place[1],
        }

    def post(self, body: object) -> tuple[int, str]:
        """Post with curl; status (0 where nobody answered) and body of the answer."""
        command = [
            "curl",
            "--silent",
            "--show-error",
            "--max-time",
            "15",
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
        return int(status or 0), answer
