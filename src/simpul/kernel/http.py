"""Requests and answers of the data wing as plain values, and the table that joins them.

Holds no business logic and no server: adapters in ``entrypoints`` turn a server's idea of a
request into a `Request` and send the `Response` or `Stream` that comes back.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from simpul.kernel.errors import BadInput, NotFound, SimpulError

Headers = list[tuple[str, str]]
JSON = "application/json"
PROBLEM = "application/problem+json"


class MethodNotAllowed(SimpulError):
    """This address does not take this method."""

    status = 405
    problem = "method-not-allowed"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks.

    path: decoded, beginning with a slash; query: still encoded, without the question mark;
    headers: names in lower case.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def parameters(self, allowed: frozenset[str]) -> dict[str, str]:
        """The query's parameters.

        Raises:
            BadInput: a parameter that is not among `allowed`, or one given twice.
        """
        if not self.query:
            return {}
        given: dict[str, str] = {}
        for name, value in parse_qsl(self.query, keep_blank_values=True):
            if name not in allowed:
                raise BadInput(f"the parameter {name!r} is not known here", field=name)
            if name in given:
                raise BadInput(f"the parameter {name!r} is given twice", field=name)
            given[name] = value
        return given


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. body: sent as it is; no content length is needed."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that goes on until the reader leaves."""

    status: int
    headers: Headers
    chunks: AsyncGenerator[bytes, None]


Answer = Response | Stream
Handler = Callable[..., Coroutine[Any, Any, Answer]]


def json_response(status: int, value: Any, headers: Headers | None = None) -> Response:
    """`value` as JSON."""
    return Response(status, [("content-type", JSON), *(headers or [])], orjson.dumps(value))


def problem_response(error: SimpulError) -> Response:
    """The error as RFC 9457 problem details."""
    body = orjson.dumps(error.as_problem(), default=str)
    return Response(error.status, [("content-type", PROBLEM)], body)


class Routes:
    """Finds the handler of a path.

    A pattern's segment in braces takes one segment; a last segment in braces with a star, like
    ``{id*}``, takes all that is left, slashes included. A trailing slash makes no difference.
    """

    def __init__(self) -> None:
        self._exact: dict[str, dict[str, Handler]] = {}
        self._patterns: list[tuple[list[str], dict[str, Handler]]] = []

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        """Let `handler(request, *taken)` answer `method` at `pattern`."""
        if "{" not in pattern:
            self._exact.setdefault(pattern, {})[method] = handler
            return
        parts = pattern.split("/")
        for known, handlers in self._patterns:
            if known == parts:
                handlers[method] = handler
                return
        self._patterns.append((parts, {method: handler}))

    def find(self, method: str, path: str) -> tuple[Handler, list[str]]:
        """The handler and what its braces took.

        Raises:
            NotFound: no such path. MethodNotAllowed: the path takes others, named in ``allow``.
        """
        handlers, taken = self._at(path)
        handler = handlers.get(method)
        if handler is None:
            raise MethodNotAllowed(f"{method} is not possible here", allow=sorted(handlers))
        return handler, taken

    def _at(self, path: str) -> tuple[dict[str, Handler], list[str]]:
        bare = path[:-1] if path.endswith("/") and len(path) > 1 else path
        exact = self._exact.get(bare)
        if exact is not None:
            return exact, []
        segments = bare.split("/")
        for parts, handlers in self._patterns:
            taken = _match(parts, segments)
            if taken is not None:
                return handlers, taken
        raise NotFound(f"there is nothing at {path}")


def _match(parts: list[str], segments: list[str]) -> list[str] | None:
    greedy = parts[-1].endswith("*}")
    if len(segments) < len(parts) or (len(segments) > len(parts) and not greedy):
        return None
    taken = []
    for number, part in enumerate(parts):
        if part.endswith("*}"):
            taken.append("/".join(segments[number:]))
        elif part.startswith("{"):
            taken.append(segments[number])
        elif part != segments[number]:
            return None
    return None if "" in taken else taken
