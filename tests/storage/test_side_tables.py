"""What is kept beside an entity for queries: as much as it needs, and touched only when needed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories_data import CITY, START, Wing, a_document, measured

UPSERT = "/ngsi-ld/v1/entityOperations/upsert"
GAUGE = "urn:ngsi-ld:Device:1"
POINT = {"type": "Point", "coordinates": [106.1, -2.1]}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[106, -3], [107, -3], [107, -2], [106, -2], [106, -3]]],
}


@pytest.fixture
def token(wing: Wing) -> str:
    return wing.token()


def rows(wing: Wing, text: str) -> list[tuple[Any, ...]]:
    return list(wing.broker.stores.readers.connection().execute(text))


def put(wing: Wing, token: str, **attributes: Any) -> None:
    answer = wing.ask("POST", UPSERT, [a_document(**attributes)], token=token)
    assert answer.status in {201, 204}, answer.body


def bounds(wing: Wing) -> list[tuple[float, ...]]:
    found = rows(wing, "SELECT west, east, south, north FROM entity_place")
    return [tuple(round(each, 3) for each in row) for row in found]


def test_a_place_is_found_by_its_bounds(wing: Wing, token: str) -> None:
    put(wing, token, location=POINT)
    assert bounds(wing) == [(106.1, 106.1, -2.1, -2.1)]
    put(wing, token, location=SQUARE)
    assert bounds(wing) == [(106.0, 107.0, -3.0, -2.0)]
    put(wing, token, level=1)
    assert bounds(wing) == []


def test_a_deleted_entity_leaves_nothing_beside_it(wing: Wing, token: str) -> None:
    put(wing, token, location=POINT, level=1, tags=["a", "b"])
    assert len(rows(wing, "SELECT * FROM entity_attribute")) == 4
    wing.ask("DELETE", f"/ngsi-ld/v1/entities/{GAUGE}", token=token)
    assert rows(wing, "SELECT * FROM entity_attribute") == []
    assert bounds(wing) == []


def test_a_change_elsewhere_leaves_the_spatial_index_alone(wing: Wing, token: str) -> None:
    writes: list[str] = []
    put(wing, token, location=POINT, level=measured(1, START))

    def watch(operation: int, database: str, table: str, row: int) -> None:
        writes.append(table)

    wing.broker.writer._connection.set_update_hook(watch)
    put(wing, token, location=POINT, level=measured(2, START))
    wing.broker.writer._connection.set_update_hook(None)
    assert "entity" in writes
    assert not any(table.startswith("entity_place") for table in writes)


def test_long_lists_and_texts_do_not_flood_the_side_table(wing: Wing, token: str) -> None:
    put(wing, token, curve=list(range(1000)), text="x" * 10_000)
    assert rows(wing, "SELECT name, count(*) FROM entity_attribute GROUP BY name") == [
        ("curve", 64),
        ("text", 1),
    ]
    entities = "/ngsi-ld/v1/entities"
    for q, found in (("curve==63", 1), ("curve==64", 0), ("text", 1)):
        assert len(wing.ask("GET", f"{entities}?q={q}", token=token).json()) == found


def test_numbers_alone_take_no_body_in_history(wing: Wing, token: str) -> None:
    put(wing, token, level=measured(1, START), name="Rangkui")
    put(wing, token, level=measured(2, START) | {"accuracy": {"type": "Property", "value": 1}})
    found = rows(wing, "SELECT number, body IS NULL, received IS NULL FROM hot ORDER BY 1, 2")
    assert found == [(None, 0, 1), (1, 1, 1), (2, 0, 1)]
    assert wing.entities.high_water(CITY) == 2
