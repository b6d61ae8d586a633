"""What can go wrong here."""

from __future__ import annotations

from simpul.kernel.errors import NotFound


class NoSuchPart(NotFound):
    """This city has no such district or village."""

    problem = "no-such-part"
