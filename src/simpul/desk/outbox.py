"""Facts of the city hall on their way to whoever follows them.

`announce` writes the fact in the caller's transaction; `pending` and `advance` are what a follower
uses: it commits its cursor together with its effect and works at least once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simpul.desk.models import Cursor, OutboxEvent
from simpul.kernel.events import OfficeEvent
from simpul.kernel.ids import Urn

OUTBOX = "outbox"


def announce(name: str, subject: Urn, *, now: datetime, **facts: Any) -> None:
    """Write that something became true. name: past tense, e.g. ``ActionReported``."""
    OutboxEvent.objects.create(
        region=subject.region, name=name, subject=str(subject), at=now, facts=facts
    )


def pending(follower: str, *, limit: int = 100) -> list[tuple[int, OfficeEvent]]:
    """What the follower has not taken yet, oldest first, with its position."""
    cursor, _made = Cursor.objects.get_or_create(follower=follower, region=OUTBOX)
    rows = OutboxEvent.objects.filter(id__gt=cursor.position).order_by("id")[:limit]
    return [
        (row.id, OfficeEvent(row.region, row.name, row.subject, row.at, row.facts)) for row in rows
    ]


def advance(follower: str, position: int) -> None:
    """Remember how far the follower has come; call it in the transaction of the effect."""
    Cursor.objects.filter(follower=follower, region=OUTBOX).update(position=position)
