"""JSON from outside: read strictly, with plain words for what is wrong."""

from __future__ import annotations

from typing import Any

import orjson

from simpul.kernel.errors import BadInput

MAX_DEPTH = 64


class BadJSON(BadInput):
    """What was sent is not a JSON document."""

    problem = "bad-json"


def parse_json(body: bytes) -> Any:
    """The document in `body`: RFC 8259, so no NaN and no comments, nested at most 64 deep.

    Raises:
        BadJSON: not JSON, not UTF-8, a number beyond a double's range, or nested too deeply.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadJSON(f"not a JSON document: {error}") from None
    _check_depth(value)
    return value


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise BadJSON(f"nested more than {MAX_DEPTH} levels deep")
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
