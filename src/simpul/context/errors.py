"""What can go wrong at the NGSI-LD interface, with the error types of ETSI GS CIM 009, 5.5.2.

BadInput, BadRequestData   400      NonexistentTenant     404
InvalidRequest             400      AlreadyExists         409
NotAcceptable              406      OperationNotSupported 422
TooManyResults             403
"""

from __future__ import annotations

from typing import Any

from simpul.kernel import errors
from simpul.kernel.errors import SimpulError

ETSI = "https://uri.etsi.org/ngsi-ld/errors/"


class BadRequestData(errors.BadInput):
    """What was sent is not valid NGSI-LD."""

    problem = "BadRequestData"


class InvalidRequest(errors.BadInput):
    """The request is not one that the NGSI-LD interface knows."""

    problem = "InvalidRequest"


class NonexistentTenant(errors.NotFound):
    """This region holds no data here."""

    problem = "NonexistentTenant"


class ResourceNotFound(errors.NotFound):
    """There is no entity with this id."""

    problem = "ResourceNotFound"


class AlreadyExists(errors.Conflict):
    """An entity with this id exists already."""

    problem = "AlreadyExists"


class OperationNotSupported(errors.Unprocessable):
    """This part of NGSI-LD is not supported."""

    problem = "OperationNotSupported"


class TooManyResults(errors.NotAllowed):
    """The page asked for is too large."""

    problem = "TooManyResults"


class TooComplexQuery(errors.NotAllowed):
    """The query took too long; ask for less at a time."""

    problem = "TooComplexQuery"


class NotAcceptable(SimpulError):
    """None of the accepted media types can be served."""

    status = 406
    problem = "InvalidRequest"


_GENERAL: tuple[tuple[type[SimpulError], str], ...] = (
    (errors.BadInput, "BadRequestData"),
    (errors.NotFound, "ResourceNotFound"),
    (errors.Conflict, "AlreadyExists"),
    (errors.Unprocessable, "BadRequestData"),
)


def as_ngsi_problem(error: SimpulError) -> dict[str, Any]:
    """Problem details with ETSI's error type where it has one, else with Simpul's own."""
    if type(error).__module__ == __name__:
        return error.as_problem(ETSI)
    for kind, name in _GENERAL:
        if type(error) is kind:
            return error.as_problem() | {"type": ETSI + name}
    if error.status == 500:
        return error.as_problem() | {"type": ETSI + "InternalError"}
    return error.as_problem()
