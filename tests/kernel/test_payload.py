from __future__ import annotations

import pytest

from simpul.kernel.payload import MAX_DEPTH, BadJSON, parse_json


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"NaN",
        b"[Infinity]",
        b"[1e999]",
        b'["\xff"]',
        b'"\\ud800"',
        b"[1] x",
        nested(MAX_DEPTH + 1),
        nested(200_000),
    ],
)
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadJSON):
        parse_json(body)


def test_json_is_read_down_to_the_depth_allowed() -> None:
    assert parse_json(b'{"a": [1, 2.5, "\xc3\xa9", null, true]}') == {
        "a": [1, 2.5, "é", None, True]
    }
    value, depth = parse_json(nested(MAX_DEPTH)), 1
    while value:
        (value,), depth = value, depth + 1
    assert depth == MAX_DEPTH
