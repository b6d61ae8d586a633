"""The parameters of NGSI-LD's queries, as values."""

from __future__ import annotations

from simpul.context.errors import BadRequestData, InvalidRequest, OperationNotSupported
from simpul.context.model import Grant, Selection
from simpul.context.query import parse_query
from simpul.context.representation import names
from simpul.context.terms import check_uri, shorten
from simpul.kernel.errors import BadInput
from simpul.kernel.http import Request

SHOWN = frozenset({"options", "format", "sysAttrs", "attrs", "pick", "omit"})
UNSUPPORTED = frozenset(
    {
        *("idPattern", "scopeQ", "csf", "georel", "geometry", "coordinates", "geoproperty"),
        *("geometryProperty", "datasetId", "lang", "containedBy", "join", "joinLevel"),
        *("expandValues", "jsonKeys", "orderBy", "orderFrom", "orderGeometry", "collation"),
        *("splitEntities", "entityMap", "entityMapLifetime", "via"),
    }
)


def read_parameters(request: Request, allowed: frozenset[str]) -> dict[str, str]:
    """The query's parameters.

    Raises:
        OperationNotSupported: one that NGSI-LD knows and Simpul does not. InvalidRequest: one
        that is not known at all, or given twice.
    """
    try:
        given = request.parameters(allowed | UNSUPPORTED)
    except BadInput as error:
        raise InvalidRequest(error.detail, field=error.field) from None
    for name in given:
        if name in UNSUPPORTED and name not in allowed:
            raise OperationNotSupported(f"the parameter {name!r} is not supported", field=name)
    return given


def whole_number(parameters: dict[str, str], name: str, default: int, *, least: int = 0) -> int:
    """A parameter that counts something.

    Raises:
        BadRequestData
    """
    text = parameters.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 9) or int(text) < least:
        raise BadRequestData(f"{name} must be a whole number from {least} on", field=name)
    return int(text)


def flag(parameters: dict[str, str], name: str) -> bool:
    """A parameter that is true or false.

    Raises:
        BadRequestData
    """
    text = parameters.get(name, "false")
    if text not in {"true", "false"}:
        raise BadRequestData(f"{name} must be true or false", field=name)
    return text == "true"


def read_selection(parameters: dict[str, str], grant: Grant, region: str) -> Selection:
    """Which entities ``id``, ``type``, ``attrs`` and ``q`` ask for, of those the caller may see.

    Raises:
        BadRequestData: also when nothing narrows the query down (5.7.2.4).
    """
    types = read_types(parameters.get("type"))
    narrow = types is not None or "q" in parameters or "attrs" in parameters
    if not narrow and not flag(parameters, "local"):
        raise BadRequestData("say at least one of type, attrs and q, or local=true")
    ids = parameters["id"].split(",") if "id" in parameters else []
    return Selection(
        types=types or (),
        ids=tuple(check_uri(each, "id") for each in ids),
        attributes=tuple(sorted(shorten(each) for each in names(parameters, "attrs"))),
        query=parse_query(parameters["q"]) if "q" in parameters else None,
        open_only=not grant.sees_all(region),
        feed=grant.feed if grant.region == region else None,
    )


def read_types(text: str | None) -> tuple[str, ...] | None:
    """The types of a selector (4.17); empty for any type, None where there is no selector."""
    if text is None or text == "*":
        return None if text is None else ()
    bare = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    if any(sign in bare for sign in ";()"):
        raise OperationNotSupported("entities have one type: name types with a comma", field="type")
    return tuple(shorten(each) for each in bare.replace("|", ",").split(","))
