"""Names and contexts: the core @context is built in, and it is the only one that is resolved.

Any other @context is accepted with a request and not fetched: its terms are kept as the short
names that the sender used, as if the core context's default vocabulary had expanded them. Full
names of that vocabulary and of the core context are shortened, other full names stay as they are.
"""

from __future__ import annotations

import re
from typing import Any

from simpul.context.errors import BadRequestData

CORE_CONTEXT = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"
LINK = f'<{CORE_CONTEXT}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"'
NULL = "urn:ngsi-ld:null"

_DEFAULT_VOCABULARY = "https://uri.etsi.org/ngsi-ld/default-context/"
_CORE_VOCABULARY = "https://uri.etsi.org/ngsi-ld/"
_NAME = re.compile(r"(?:[^\W\d_]\w*:)?[^\W\d_]\w*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def is_uri(text: Any) -> bool:
    """Whether `text` is an absolute URI or IRI."""
    return isinstance(text, str) and len(text) <= 2048 and _URI.fullmatch(text) is not None


def check_uri(value: Any, field: str) -> str:
    """`value` if it is a URI.

    Raises:
        BadRequestData
    """
    if not is_uri(value):
        raise BadRequestData(f"{field} must be a URI, not {shown(value)}", field=field)
    return str(value)


def shorten(name: str) -> str:
    """The short name of a term.

    Raises:
        BadRequestData: neither a name of 4.6.2 nor a URI.
    """
    for vocabulary in (_DEFAULT_VOCABULARY, _CORE_VOCABULARY):
        if name.startswith(vocabulary):
            name = name.removeprefix(vocabulary)
            break
    if len(name) > 256 or not (_NAME.fullmatch(name) or ("://" in name and is_uri(name))):
        raise BadRequestData(f"{shown(name)} is not a name of a type or attribute")
    return name


def shown(value: Any) -> str:
    """`value` for an error message, cut to a length that can be read."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def check_context(context: Any) -> None:
    """Accept an @context: a URI, an object, or a list of these.

    Raises:
        BadRequestData
    """
    several = context if isinstance(context, list) else [context]
    for each in several:
        if not (isinstance(each, dict) or is_uri(each)):
            raise BadRequestData(f"@context holds {shown(each)}", field="@context")
