"""What an office owes. Each room calls `owe` and `settle` in its own transaction."""

from __future__ import annotations

from datetime import date, datetime

from simpul.desk.models import Obligation
from simpul.government.models import Post
from simpul.kernel.ids import Urn


def owe(
    *,
    subject: Urn,
    post: Post,
    reason: str,
    title_id: str,
    title_en: str,
    now: datetime,
    due: date | None = None,
) -> Obligation:
    """That `post` owes something about `subject`; saying it again changes due and title only.

    reason: stable code, e.g. ``update_due``; titles: one sentence each that says why.
    """
    obligation, _made = Obligation.objects.update_or_create(
        subject=str(subject),
        post=post,
        reason=reason,
        settled_at=None,
        defaults={"title_id": title_id, "title_en": title_en, "due": due},
        create_defaults={
            "region_id": subject.region,
            "title_id": title_id,
            "title_en": title_en,
            "due": due,
            "arose_at": now,
        },
    )
    return obligation


def settle(*, subject: Urn, reason: str, now: datetime, post: Post | None = None) -> int:
    """That nothing is owed any more for this reason; returns how many obligations ended."""
    open_ones = Obligation.objects.filter(
        subject=str(subject), reason=reason, settled_at__isnull=True
    )
    if post is not None:
        open_ones = open_ones.filter(post=post)
    return open_ones.update(settled_at=now)
