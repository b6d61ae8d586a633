"""Observations as a mid-sized city's stations send them, straight into the table of hot rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import apsw

from simpul.kernel.time import to_us
from simpul.storage.sqlite.connection import open_writer

REGION = "19.71"
ENTITIES = 1_000
ATTRIBUTES = {"a0": ("CEL", 27.0), "a1": ("P1", 75.0), "a2": ("GQ", 30.0), "a3": ("MTR", 2.0)}
DAYS = 30
FIRST_DAY = date(2026, 10, 1)
JITTER_US = 2_000_000

Row = tuple[str, int, int, int, float, None, int, None]


def fill(path: Path, observations: int, *, realistic: bool) -> int:
    """Make the file and write so many observations in the order of their keys; how many."""
    connection = open_writer(path)
    connection.pragma("synchronous", "off")
    reports = observations // (ENTITIES * len(ATTRIBUTES))
    with connection:
        high = ENTITIES * reports * (len(ATTRIBUTES) if realistic else 1)
        connection.execute("INSERT INTO region (code, sequence) VALUES (?, ?)", (REGION, high))
        numbers = _begin(connection)
        for entity in range(ENTITIES):
            rows = _rows(entity, numbers[entity], reports, realistic=realistic)
            connection.executemany("INSERT INTO hot VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.pragma("wal_checkpoint(truncate)")
    connection.close()
    return ENTITIES * reports * len(ATTRIBUTES)


def _begin(connection: apsw.Connection) -> list[list[int]]:
    """The series of every entity."""
    text = (
        "INSERT INTO series (region, entity_id, entity_type, attribute, dataset, feed, unit, area,"
        " open) VALUES (?, ?, 'Device', ?, '', 'stations', ?, ?, 1) RETURNING number"
    )
    return [
        [
            next(
                connection.execute(
                    text, (REGION, f"urn:ngsi-ld:Device:{entity}", name, unit, f"{REGION}.01")
                )
            )[0]
            for name, (unit, _) in ATTRIBUTES.items()
        ]
        for entity in range(ENTITIES)
    ]


def _rows(entity: int, numbers: list[int], reports: int, *, realistic: bool) -> Iterator[Row]:
    """Every observation of one entity, by series and moment."""
    moments = _moments(entity, reports)
    for place, (number, (_, level)) in enumerate(zip(numbers, ATTRIBUTES.values(), strict=True)):
        chance = random.Random(entity * 10 + place)
        if realistic:
            moments = _moments(entity * 10 + place, reports)
        value = level
        for order, moment in enumerate(moments):
            value += chance.gauss(0, level / 100) + (level - value) * 0.05
            sequence = order * ENTITIES + entity + 1
            if realistic:
                sequence = (order * ENTITIES + entity) * len(ATTRIBUTES) + place + 1
            shown = round(value, 3 if realistic else 1)
            yield REGION, number, moment, 0, shown, None, sequence, None


def _moments(seed: int, reports: int) -> list[int]:
    """Evenly over the days, each two seconds early or late."""
    chance = random.Random(seed)
    start = to_us(datetime.combine(FIRST_DAY, datetime.min.time(), UTC)) + JITTER_US
    step = DAYS * 86_400_000_000 // reports
    return sorted(
        start + order * step + chance.randint(-2_000, 2_000) * 1_000 for order in range(reports)
    )
