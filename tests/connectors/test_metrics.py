"""What the broker shows to Prometheus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from simpul.entrypoints.metrics import class_of
from tests.connectors.mosquitto import free_port
from tests.factories_data import CITY, Wing

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "broker.md"


def measures(wing: Wing) -> dict[tuple[str, Any], float]:
    answer = wing.ask("GET", "/metrics")
    assert answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def value(found: dict[tuple[str, Any], float], name: str, **labels: str) -> float:
    return found[(name, frozenset(labels.items()))]


def test_requests_commits_and_readings_are_counted(wing: Wing) -> None:
    token = wing.agree()
    before = measures(wing)
    rows = [{"serial": "g1", "at": "2026-11-21T03:00:00Z", "level_cm": n} for n in (150, 5000)]
    wing.send(token, rows)
    wing.send("wrong", rows)
    wing.follow()
    wing.knock("PUT", "/internal/followers/office", {"region": CITY, "sequence": 0})
    found = measures(wing)
    assert value(found, "simpul_requests_total", part="intake", status="202") == 1
    assert value(found, "simpul_requests_total", part="intake", status="401") == 1
    assert value(found, "simpul_events_total", region=CITY) == wing.entities.high_water(CITY)
    assert value(found, "simpul_readings_total", region=CITY) == 1
    assert value(found, "simpul_quarantined_total", region=CITY) == 1
    assert value(found, "simpul_follower_lag", region=CITY, follower="feeds") == 0
    assert value(found, "simpul_follower_lag", region=CITY, follower="office") == 2
    grown = value(found, "simpul_commit_seconds_count") - value(
        before, "simpul_commit_seconds_count"
    )
    assert grown == 3
    assert value(found, "simpul_commit_writes_sum") >= value(found, "simpul_commit_writes_count")
    assert value(found, "simpul_commits_failed_total") == 0


def test_every_measure_stands_on_the_page_of_the_broker(tmp_path: Path) -> None:
    wing = Wing(tmp_path, mqtt_host="127.0.0.1", mqtt_port=free_port())
    wing.agree()
    families = text_string_to_metric_families(wing.ask("GET", "/metrics").body.decode())
    page = DOCS.read_text()
    names = {family.name for family in families if not family.name.endswith("_created")}
    assert len(names) >= 12
    assert [name for name in sorted(names) if f"`{name}" not in page] == []
    wing.close()


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/ngsi-ld/v1/entities/x", "context"),
        ("/ngsi-ld/v1/temporal/entities", "temporal"),
        ("/intake/19.71/gauge", "intake"),
        ("/internal/health", "internal"),
        ("/stream", "stream"),
        ("/ready", "own"),
        ("/etc/passwd", "other"),
    ],
)
def test_paths_fall_into_few_parts(path: str, part: str) -> None:
    assert class_of(path) == part
