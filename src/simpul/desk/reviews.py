"""Reviews of anything: submitted, then accepted or returned with a note. Rows are only added."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from simpul.desk import outbox
from simpul.desk.errors import NoteMissing, NotSubmitted
from simpul.desk.models import Review
from simpul.government import audit
from simpul.government.access import Walker
from simpul.government.models import Post
from simpul.kernel.ids import Urn

Verdict = Review.Verdict
_EVENTS = {
    Verdict.SUBMITTED: "ReviewSubmitted",
    Verdict.ACCEPTED: "ReviewAccepted",
    Verdict.RETURNED: "ReviewReturned",
}


def reviews_of(subject: Urn) -> list[Review]:
    """Every step of the review of `subject`, oldest first."""
    found = Review.objects.filter(subject=str(subject))
    return list(found.select_related("by__person", "post__organisation").order_by("id"))


def standing(subject: Urn) -> str | None:
    """The latest verdict on `subject`; None where it was never submitted."""
    latest = Review.objects.filter(subject=str(subject)).order_by("-id").first()
    return latest.verdict if latest else None


@transaction.atomic
def submit(
    subject: Urn, *, now: datetime, by: Walker, post: Post | None = None, note: str = ""
) -> Review:
    """Hand `subject` in for a review, for the first time or again."""
    return _write(subject, Verdict.SUBMITTED, note=note, now=now, by=by, post=post)


@transaction.atomic
def accept(
    subject: Urn, *, now: datetime, by: Walker, post: Post | None = None, note: str = ""
) -> Review:
    """
    Raises:
        NotSubmitted: it does not wait for a review.
    """
    _must_wait(subject)
    return _write(subject, Verdict.ACCEPTED, note=note, now=now, by=by, post=post)


@transaction.atomic
def give_back(
    subject: Urn, *, note: str, now: datetime, by: Walker, post: Post | None = None
) -> Review:
    """Return `subject` to be changed. note: what has to be changed.

    Raises:
        NoteMissing
        NotSubmitted: it does not wait for a review.
    """
    if not note.strip():
        raise NoteMissing(field="note")
    _must_wait(subject)
    return _write(subject, Verdict.RETURNED, note=note.strip(), now=now, by=by, post=post)


def _must_wait(subject: Urn) -> None:
    if standing(subject) != Verdict.SUBMITTED:
        raise NotSubmitted


def _write(
    subject: Urn, verdict: Verdict, *, note: str, now: datetime, by: Walker, post: Post | None
) -> Review:
    """post: in which the walker does it; without it the first they hold."""
    acting = post or (by.posts[0] if by.posts else None)
    review = Review(
        region_id=subject.region,
        subject=str(subject),
        verdict=verdict,
        note=note,
        by=by.account,
        post=acting,
        at=now,
    )
    review.save()
    audit.record(by=by, verb=str(verdict), subject=subject, now=now)
    outbox.announce(_EVENTS[verdict], subject, now=now, review=review.pk)
    return review
