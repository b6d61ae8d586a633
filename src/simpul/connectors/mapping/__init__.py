"""From a sender's JSON to entities: the mapping of a feed, read once and applied to rows. Pure.

`spec` is the language as JSON, `parts` what it is when it has been read, `read` goes from one to
the other and says what is wrong, `apply` uses it on a row. The language is described in
docs/reference/mapping.md.
"""

from simpul.connectors.mapping.apply import (
    read_id,
    read_observed,
    read_place,
    read_value,
)
from simpul.connectors.mapping.parts import FeedMapping, Refused, Value
from simpul.connectors.mapping.read import BadMapping, read_mapping

__all__ = [
    "BadMapping",
    "FeedMapping",
    "Refused",
    "Value",
    "read_id",
    "read_mapping",
    "read_observed",
    "read_place",
    "read_value",
]
