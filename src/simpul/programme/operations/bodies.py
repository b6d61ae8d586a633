"""Writing down who sits in the bodies that steer the programme, and that they met."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from simpul.desk import outbox
from simpul.desk.models import Document
from simpul.government import audit
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Person, Post, Region
from simpul.kernel.ids import new_key
from simpul.programme.errors import BadDay, BadSpan
from simpul.programme.models import Body, Meeting, RosterEntry


@transaction.atomic
def record_meeting(
    *,
    region: Region,
    body: str,
    held_on: date,
    title: str,
    now: datetime,
    place: str = "",
    present: int | None = None,
    minutes: Document | None = None,
    is_public: bool = True,
    key: str = "",
    by: Walker = SYSTEM,
) -> Meeting:
    """Write down that a body met. held_on: local day, not in the future; minutes: what proves it.

    Raises:
        BadDay
    """
    if held_on > region.today(now):
        raise BadDay(field="held_on")
    meeting = Meeting.objects.create(
        key=key or new_key(),
        region=region,
        body=Body(body),
        held_on=held_on,
        title=title,
        place=place,
        present=present,
        minutes=minutes,
        is_public=is_public,
        added_at=now,
    )
    facts = {"body": str(body), "held_on": held_on.isoformat()}
    audit.record(by=by, verb="recorded", subject=meeting.urn, now=now, **facts)
    outbox.announce("MeetingRecorded", meeting.urn, now=now, **facts)
    return meeting


@transaction.atomic
def seat(
    *,
    region: Region,
    body: str,
    role: str,
    starts: date,
    now: datetime,
    post: Post | None = None,
    person: Person | None = None,
    decree: Document | None = None,
    ends: date | None = None,
    order: int = 0,
    by: Walker = SYSTEM,
) -> RosterEntry:
    """Give a post, or a person from outside the government, a seat in a body.

    Raises:
        BadSpan: neither or both of post and person, or an end that does not come after the start.
    """
    if (post is None) == (person is None) or (ends is not None and ends <= starts):
        raise BadSpan(field="ends")
    entry = RosterEntry.objects.create(
        region=region,
        body=Body(body),
        role=role,
        order=order,
        post=post,
        person=person,
        decree=decree,
        starts=starts,
        ends=ends,
    )
    facts = {"body": str(body), "role": role, "post": str(post.urn) if post else None}
    audit.record(by=by, verb="seated", subject=region.urn, now=now, **facts)
    return entry
