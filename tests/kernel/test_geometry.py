from __future__ import annotations

from typing import Any

import pytest
from shapely.geometry import box

from simpul.kernel.errors import BadInput
from simpul.kernel.geometry import Area, AreaIndex, centre, parse_geometry, point_of


def test_a_point_lies_in_the_smallest_area_that_holds_it() -> None:
    index = AreaIndex([Area("19.71", box(0, 0, 10, 10)), Area("19.71.01", box(0, 0, 5, 5))])
    assert index.code_at(1, 1) == "19.71.01"
    assert index.code_at(8, 8) == "19.71"
    assert index.code_at(20, 20) is None


def test_a_self_intersecting_polygon_is_accepted() -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    longitude, latitude = centre(parse_geometry(bow))
    assert 0 <= longitude <= 2
    assert 0 <= latitude <= 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "Point", "coordinates": [106.1, -2]}, (106.1, -2.0)),
        ({"type": "Point", "coordinates": [106.1, -2, 14]}, (106.1, -2.0)),
        ({"type": "Point", "coordinates": [181, 0]}, None),
        ({"type": "Point", "coordinates": [0]}, None),
        ({"type": "Point", "coordinates": ["0", 0]}, None),
        ({"type": "Point", "coordinates": [True, 0]}, None),
        ({"type": "Point"}, None),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, None),
    ],
)
def test_a_point_is_told_at_once(value: dict[str, Any], expected: Any) -> None:
    assert point_of(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"type": "Point", "coordinates": [181, 0]},
        {"type": "Point", "coordinates": [0, -91]},
        {"type": "Point", "coordinates": []},
        {"type": "Circle", "coordinates": [0, 0]},
        {},
    ],
)
def test_what_is_not_on_earth_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        parse_geometry(value)
