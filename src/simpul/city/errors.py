"""What can go wrong in this room.

SimpulError
├── NotFound
│   ├── NoSuchEntity
│   ├── NoSuchReading
│   └── NoSuchFeed
└── Unavailable
    └── DataWingAway        data.db is missing, or the broker does not answer
"""

from __future__ import annotations

from simpul.kernel.errors import NotFound, Unavailable


class NoSuchEntity(NotFound):
    """There is no entity at this address."""

    problem = "no-such-entity"


class NoSuchReading(NotFound):
    """There is no reading at this address."""

    problem = "no-such-reading"


class NoSuchFeed(NotFound):
    """There is no feed at this address."""

    problem = "no-such-feed"


class DataWingAway(Unavailable):
    """The city's live data does not answer right now."""

    problem = "data-wing-away"
