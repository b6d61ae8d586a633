"""Numbers that people type in: submitted with proof, reviewed by somebody else, then published.

Who may do it is asked before, at the doors in `permissions`; `by` says who did it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from simpul.desk import evidence, obligations, outbox, reviews, thread
from simpul.desk.evidence import Received
from simpul.desk.models import Period
from simpul.government import queries
from simpul.government.access import Walker
from simpul.government.models import Organisation, Post, Region
from simpul.indicators import periods
from simpul.indicators.closing import REVIEW_DUE, ask_for_value
from simpul.indicators.errors import (
    EntryDecided,
    EntryWaits,
    NoEvidence,
    NotTypedIn,
    NotYetOver,
    OwnEntry,
)
from simpul.indicators.models import Entry, Indicator, Value
from simpul.kernel.errors import NotSignedIn


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a number. received: what `desk.evidence.receive_…` gave; title: one line."""

    received: Received
    title: str = ""
    is_public: bool = False


@transaction.atomic
def submit_number(
    *,
    indicator: Indicator,
    day: date,
    number: Decimal,
    proofs: Sequence[Proof],
    now: datetime,
    by: Walker,
    note: str = "",
    area: Region | None = None,
    post: Post | None = None,
) -> Entry:
    """Hand in the number of the period that holds a local day.

    number: in the indicator's unit, rounded half away from zero to its decimals; post: in which
    the number is handed in, the walker's first without it.

    Raises:
        NotTypedIn: the indicator is computed.
        NotYetOver: the period has not ended.
        EntryWaits: a number for this period waits for its review.
        NoEvidence: nothing proves the number.
    """
    place = area or indicator.region
    period = periods.period_of(indicator.region, indicator.period_kind, day)
    _check(indicator, place, period, proofs, now)
    if by.account is None:
        raise NotSignedIn
    acting = post or (by.posts[0] if by.posts else None)
    entry = Entry.objects.create(
        indicator=indicator,
        area=place,
        period=period,
        number=number.quantize(Decimal(1).scaleb(-indicator.decimals), rounding=ROUND_HALF_UP),
        note=note,
        by=by.account,
        post=acting,
        reviewer=reviewer_for(indicator.owner, acting),
        at=now,
    )
    _attach(entry, proofs, now, by)
    reviews.submit(entry.urn, now=now, by=by, post=entry.post)
    ask_for_value(indicator, now)
    _ask_for_review(entry, now)
    return entry


def _check(
    indicator: Indicator, area: Region, period: Period, proofs: Sequence[Proof], now: datetime
) -> None:
    if indicator.is_computed:
        raise NotTypedIn
    if not proofs:
        raise NoEvidence(field="evidence")
    if period.ends > periods.today(indicator.region, now):
        raise NotYetOver(field="period")
    waiting = indicator.entries.filter(area=area, period=period, state=Entry.State.SUBMITTED)
    if waiting.exists():
        raise EntryWaits(field="period")


def _attach(entry: Entry, proofs: Sequence[Proof], now: datetime, by: Walker) -> None:
    for proof in proofs:
        evidence.attach(
            proof.received,
            subject=entry.urn,
            title=proof.title,
            now=now,
            by=by,
            is_public=proof.is_public,
        )


def reviewer_for(office: Organisation, post: Post | None) -> Post | None:
    """The post that reviews a number which `post` hands in: the head of the office, or of the next
    one above that has another head."""
    above: Organisation | None = office
    while above is not None:
        head = queries.head_post(above)
        if head is not None and head != post:
            return head
        above = above.parent
    return None


def _ask_for_review(entry: Entry, now: datetime) -> None:
    if entry.reviewer is None:
        return
    title = entry.indicator.title
    said = {language: periods.label(entry.period, language) for language in ("id", "en")}
    obligations.owe(
        subject=entry.urn,
        post=entry.reviewer,
        reason=REVIEW_DUE,
        title_id=f"Angka “{title}” untuk {said['id']} menunggu reviu."[:300],
        title_en=f"The number of “{title}” for {said['en']} waits for its review."[:300],
        due=entry.period.due,
        now=now,
    )


@transaction.atomic
def approve_number(*, entry: Entry, now: datetime, by: Walker, note: str = "") -> Value:
    """Publish a number that was handed in; one published before for its period is superseded.

    Raises:
        OwnEntry: whoever handed it in does not approve it.
        EntryDecided: it has been reviewed already.
    """
    _must_be_open(entry, by)
    reviews.accept(entry.urn, now=now, by=by, note=note)
    _decide(entry, Entry.State.APPROVED, now)
    _supersede(entry, now)
    value = Value.objects.create(
        key=entry.key,
        indicator=entry.indicator,
        area=entry.area,
        period=entry.period,
        number=entry.number,
        state=Value.State.PUBLISHED,
        quality=Value.Quality.TYPED,
        entry=entry,
        made_at=now,
    )
    thread.tie(entry.indicator.urn, value.urn, kind="value", now=now)
    outbox.announce("ValuePublished", value.urn, now=now, indicator=str(entry.indicator.urn))
    ask_for_value(entry.indicator, now)
    return value


@transaction.atomic
def return_number(*, entry: Entry, note: str, now: datetime, by: Walker) -> Entry:
    """Send a number back. note: what has to be changed; the office then owes another one.

    Raises:
        OwnEntry: whoever handed it in does not review it.
        EntryDecided: it has been reviewed already.
        simpul.desk.errors.NoteMissing: nobody said what has to be changed.
    """
    _must_be_open(entry, by)
    reviews.give_back(entry.urn, note=note, now=now, by=by)
    _decide(entry, Entry.State.RETURNED, now)
    ask_for_value(entry.indicator, now)
    return entry


def _must_be_open(entry: Entry, by: Walker) -> None:
    if by.account is not None and by.account.pk == entry.by_id:
        raise OwnEntry
    if entry.state != Entry.State.SUBMITTED:
        raise EntryDecided


def _decide(entry: Entry, state: str, now: datetime) -> None:
    entry.state = state
    entry.save(update_fields=["state"])
    obligations.settle(subject=entry.urn, reason=REVIEW_DUE, now=now)


def _supersede(entry: Entry, now: datetime) -> None:
    before = Value.objects.filter(
        indicator=entry.indicator,
        area=entry.area,
        period=entry.period,
        state=Value.State.PUBLISHED,
    ).first()
    if before is None:
        return
    before.state = Value.State.SUPERSEDED
    before.superseded_at = now
    before.save(update_fields=["state", "superseded_at"])
    thread.untie(entry.indicator.urn, before.urn, kind="value", now=now)
