from __future__ import annotations

from typing import Any

import pytest

from simpul.connectors.paths import (
    Absent,
    BadPath,
    Row,
    parse_path,
    parse_rows_path,
    rows_at,
)

DOCUMENT = {
    "sent": "now",
    "data": [
        {"lokasi": {"adm4": "1"}, "cuaca": [[{"t": 1}, {"t": 2}], []]},
        {"lokasi": {"adm4": "2"}, "cuaca": [[{"t": 3, "odd name": [{"x.y": 9}]}]]},
    ],
}


def rows(document: Any, path: str) -> list[Row]:
    return list(rows_at(document, parse_rows_path(path)))


def test_nested_lists_are_flattened_and_each_row_knows_what_is_around_it() -> None:
    found = rows(DOCUMENT, "data[].cuaca[][]")
    assert [parse_path("t").of(row) for row in found] == [1, 2, 3]
    assert [parse_path("^.lokasi.adm4").of(row) for row in found] == ["1", "1", "2"]
    assert [parse_path("^^.sent").of(row) for row in found] == ["now"] * 3
    assert parse_path("$.data[1].lokasi.adm4").of(found[0]) == "2"
    assert parse_path('["odd name"][0]["x.y"]').of(found[2]) == 9


@pytest.mark.parametrize(
    ("document", "path", "number"),
    [
        ({"a": 1}, "", 1),
        ([{"a": 1}, {"a": 2}], "", 2),
        ([], "", 0),
        ([{"a": 1}], "[]", 1),
        ({"rows": [1, 2]}, "rows", 2),
        ({"rows": [1, 2]}, "rows[]", 2),
        ({"rows": [1, 2]}, "$.rows[]", 2),
        ({"rows": {"a": 1}}, "rows", 1),
        ({"rows": [[1], [2, 3]]}, "rows[1]", 2),
        ({"rows": []}, "rows[]", 0),
    ],
)
def test_rows_are_found_where_the_path_says(document: Any, path: str, number: int) -> None:
    assert len(rows(document, path)) == number


@pytest.mark.parametrize(
    ("document", "path", "says"),
    [
        ({}, "data[]", "the document has no 'data'"),
        ({"data": 5}, "data[]", "'data' is not a list"),
        ({"data": [{}]}, "data[].cuaca[]", "has no 'cuaca'"),
        ([5], "[].a", "has no 'a'"),
        ({"data": None}, "data[]", "'data' is not a list"),
    ],
)
def test_a_document_built_otherwise_is_absent_and_says_where(
    document: Any, path: str, says: str
) -> None:
    with pytest.raises(Absent, match=says):
        rows(document, path)


@pytest.mark.parametrize("path", ["x", "a.b", "a[5]", "a[0].c", "^.x", "^^^.x", "t.x"])
def test_a_value_that_is_not_there_is_absent(path: str) -> None:
    row = Row({"a": [{"b": 1}], "t": 5}, ({},), {})
    with pytest.raises(Absent):
        parse_path(path).of(row)


@pytest.mark.parametrize("text", ["", ".", "a..b", "a[", "a[]", "a b", "a[x]", "a.^", 'a["x]'])
def test_what_is_not_a_path_is_refused(text: str) -> None:
    with pytest.raises(BadPath):
        parse_path(text)
    with pytest.raises(BadPath):
        parse_rows_path(text if text not in {"", "a[]"} else "a[[]")


def test_the_whole_document_and_the_enclosing_object_are_values_too() -> None:
    row = Row(1, ({"around": 1},), [1])
    assert parse_path("$").of(row) == [1]
    assert parse_path("^").of(row) == {"around": 1}
