"""What can go wrong with feeds and their tokens.

UnknownFeed, UnknownToken  404
FeedElsewhere              409
NoMapping, OutOfContract   422
"""

from __future__ import annotations

from simpul.kernel.errors import Conflict, NotFound, Unprocessable


class UnknownFeed(NotFound):
    """There is no such feed."""

    problem = "unknown-feed"


class UnknownToken(NotFound):
    """There is no such token."""

    problem = "unknown-token"


class FeedElsewhere(Conflict):
    """A feed with this key belongs to another region."""

    problem = "feed-elsewhere"


class NoMapping(Unprocessable):
    """This feed has no mapping: send NGSI-LD to /ngsi-ld/v1 with its token."""

    problem = "no-mapping"


class OutOfContract(Unprocessable):
    """A value does not keep what was agreed about the feed; it is held in quarantine."""

    problem = "out-of-contract"
