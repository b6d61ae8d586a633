"""Media types and @context of requests and answers (6.3.4 to 6.3.6)."""

from __future__ import annotations

from typing import Any

from simpul.context.errors import BadRequestData, InvalidRequest, NotAcceptable
from simpul.context.terms import CONTEXT_RELATION, CORE_CONTEXT, LINK, check_context
from simpul.kernel.errors import BadInput, SimpulError, Unsupported
from simpul.kernel.http import JSON, Headers, Request, Response
from simpul.kernel.payload import parse_json

LD_JSON = "application/ld+json"
MERGE_PATCH = "application/merge-patch+json"
SERVED = (JSON, LD_JSON)
_CONTEXT_MEMBER = b'{"@context":"' + CORE_CONTEXT.encode() + b'",'


class LengthRequired(SimpulError):
    """Say how long the body is: Content-Length."""

    status = 411
    problem = "length-required"


def accepted(request: Request) -> str:
    """The media type to answer with.

    Raises:
        NotAcceptable: neither application/json nor application/ld+json is accepted.
    """
    header = request.headers.get("accept")
    if header is None or header in {"*/*", JSON}:
        return JSON
    best, chosen = 0.0, ""
    for kind in SERVED:
        weight = _weight(header, kind)
        if weight > best:
            best, chosen = weight, kind
    if not chosen:
        raise NotAcceptable("what can be served stands in 'available'", available=list(SERVED))
    return chosen


def _weight(header: str, kind: str) -> float:
    """How much the most specific range of an Accept header that fits `kind` is wanted."""
    weights = {}
    for part in header.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weights[media.lower()] = _quality(parameters)
    for media in (kind, "application/*", "*/*"):
        if media in weights:
            return weights[media]
    return 0.0


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def read_body(request: Request) -> Any:
    """The JSON document of a request, its @context checked and taken off.

    Raises:
        LengthRequired, Unsupported, InvalidRequest, BadRequestData
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    allowed = (*SERVED, MERGE_PATCH) if request.method == "PATCH" else SERVED
    if kind not in allowed:
        raise Unsupported(f"send {' or '.join(allowed)}")
    if "content-length" not in request.headers:
        raise LengthRequired
    try:
        document = parse_json(request.body)
    except BadInput as error:
        raise InvalidRequest(error.detail) from None
    linked = CONTEXT_RELATION in request.headers.get("link", "")
    for each in document if isinstance(document, list) else [document]:
        if isinstance(each, dict):
            _take_context(each, kind == LD_JSON, linked)
    return document


def _take_context(document: dict[str, Any], linked_data: bool, linked: bool) -> None:
    if linked_data and linked:
        raise BadRequestData("application/ld+json carries its @context itself, not in Link")
    if linked_data and "@context" not in document:
        raise BadRequestData("application/ld+json needs an @context", field="@context")
    if not linked_data and "@context" in document:
        raise BadRequestData("send an @context as application/ld+json only", field="@context")
    if linked_data:
        check_context(document.pop("@context"))


def served(
    status: int, kind: str, bodies: list[bytes], *, many: bool, headers: Headers | None = None
) -> Response:
    """Entities as an answer: stored bytes joined, with the core context in its place."""
    if kind == LD_JSON:
        bodies = [_CONTEXT_MEMBER + body[1:] for body in bodies]
    body = b"[" + b",".join(bodies) + b"]" if many else bodies[0]
    extra = headers or []
    if kind == JSON:
        extra = [("link", LINK), *extra]
    return Response(status, [("content-type", kind), *extra], body)
