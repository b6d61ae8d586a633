"""The one root of everything Simpul raises on purpose.

A domain module raises a small subclass whose docstring is its default message; the edges turn it
into ``application/problem+json`` (RFC 9457) or into a page. What is raised from here is an answer,
not a fault of the program.

    SimpulError
    ├── BadInput          400  what was sent cannot be understood
    ├── NotSignedIn       401
    ├── NotAllowed        403
    ├── NotFound          404
    ├── Conflict          409
    ├── Gone              410
    ├── TooLarge          413
    ├── Unsupported       415
    ├── Unprocessable     422  understood, and not acceptable
    ├── TooMany           429
    └── Unavailable       503  try again later
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class SimpulError(Exception):
    """Something was not possible."""

    status: ClassVar[int] = 500
    problem: ClassVar[str] = "internal"

    def __init__(
        self,
        detail: str | None = None,
        *,
        field: str | None = None,
        errors: Mapping[str, list[str]] | None = None,
        **facts: Any,
    ) -> None:
        """detail: one sentence for the reader; field: the name of what was wrong in the input;
        errors: messages per field where there are several; facts: members added to the problem.
        """
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        self.field = field
        self.errors = dict(errors or {})
        self.facts = facts
        super().__init__(self.detail)

    @property
    def title(self) -> str:
        """The first sentence of the class's docstring: the same for every occurrence."""
        return (type(self).__doc__ or "").strip().splitlines()[0]

    def as_problem(self, base: str = "urn:simpul:problem:") -> dict[str, Any]:
        """The members of an RFC 9457 problem details object."""
        body: dict[str, Any] = {
            "type": base + self.problem,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.field:
            body["field"] = self.field
        if self.errors:
            body["errors"] = self.errors
        return body | self.facts


class BadInput(SimpulError):
    """What was sent cannot be understood."""

    status = 400
    problem = "bad-input"


class NotSignedIn(SimpulError):
    """Sign in first, or send a valid token."""

    status = 401
    problem = "not-signed-in"


class NotAllowed(SimpulError):
    """This is not open to you."""

    status = 403
    problem = "not-allowed"


class NotFound(SimpulError):
    """There is nothing at this address."""

    status = 404
    problem = "not-found"


class Conflict(SimpulError):
    """Somebody else changed this, or it exists already."""

    status = 409
    problem = "conflict"


class Gone(SimpulError):
    """This was here and has been removed."""

    status = 410
    problem = "gone"


class TooLarge(SimpulError):
    """What was sent is too large."""

    status = 413
    problem = "too-large"


class Unsupported(SimpulError):
    """This kind of content is not accepted here."""

    status = 415
    problem = "unsupported"


class Unprocessable(SimpulError):
    """What was sent is understood but not acceptable."""

    status = 422
    problem = "unprocessable"


class TooMany(SimpulError):
    """Too many requests; wait a little."""

    status = 429
    problem = "too-many"


class Unavailable(SimpulError):
    """This part of the system does not answer now; try again."""

    status = 503
    problem = "unavailable"
