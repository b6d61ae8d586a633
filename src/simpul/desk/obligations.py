"""What an office owes. Each room calls `owe` and `settle` in its own transaction.

An obligation belongs to a post: whoever fills it has it in the inbox, and when the post changes
hands nothing is lost. The table follows from the facts of the rooms: each says with `duties_from`
how, `differences` compares.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from simpul.desk.models import Obligation
from simpul.government.models import Post
from simpul.kernel.ids import Urn


class Duty(NamedTuple):
    """An open obligation as the facts of a room tell it. post: its id."""

    subject: Urn
    post: int
    reason: str
    due: date | None


_duties: dict[str, Callable[[datetime], Iterable[Duty]]] = {}


def duties_from(room: str, duties: Callable[[datetime], Iterable[Duty]]) -> None:
    """Called by the wiring: what the facts of a room say that is owed at a moment."""
    _duties[room] = duties


@transaction.atomic
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


def owed_by(posts: Collection[Post] | Collection[int]) -> QuerySet[Obligation]:
    """What these posts owe, the most urgent first."""
    found = Obligation.objects.filter(post__in=posts, settled_at=None)
    return found.select_related("post__organisation__region", "region")


def settled_by(posts: Collection[Post] | Collection[int]) -> QuerySet[Obligation]:
    """What these posts owed and have settled, the latest first."""
    found = Obligation.objects.filter(post__in=posts, settled_at__isnull=False)
    return found.select_related("post__organisation__region", "region").order_by("-settled_at")


def differences(now: datetime) -> tuple[set[Duty], set[Duty]]:
    """What the facts say is owed and the table lacks, and what only the table has."""
    told = {Duty(*duty) for duties in _duties.values() for duty in duties(now)}
    rows = Obligation.objects.filter(settled_at=None)
    stored = {
        Duty(Urn.parse(subject), post, reason, due)
        for subject, post, reason, due in rows.values_list("subject", "post_id", "reason", "due")
    }
    return told - stored, stored - told
