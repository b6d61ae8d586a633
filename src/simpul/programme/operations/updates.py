"""Reporting on an action, and checking what was reported.

Who may do it is asked before, at the doors in `permissions`; that the checker is not the maker is
held here.
"""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from simpul.desk import evidence, outbox, reviews
from simpul.desk.errors import NoPublicCopy
from simpul.desk.evidence import Received
from simpul.desk.models import Evidence
from simpul.government import audit
from simpul.government.access import Walker
from simpul.government.models import Account, Post
from simpul.indicators import periods
from simpul.kernel.errors import NotSignedIn
from simpul.kernel.ids import Kind, Urn, new_key
from simpul.programme import duties, permissions
from simpul.programme.errors import (
    ActionClosed,
    AlreadyDecided,
    BadDay,
    BadPercent,
    NoSuchUpdate,
    OwnUpdate,
    TextMissing,
)
from simpul.programme.models import Action, Update

HUNDREDTH = Decimal("0.01")


@transaction.atomic
def report_progress(
    *,
    action: Action,
    percent: Decimal,
    observed_on: date,
    text: str,
    by: Walker,
    now: datetime,
    key: str = "",
    public: bool = True,
    language: str = "id",
) -> Update:
    """Record how far an action has come, and ask for it to be checked.

    percent: share of the action's own scope, 0 to 100 [%]; observed_on: local day, not in the
    future and not before the action starts; text: what was done, in the words of the office;
    key: given out with the form, so that the same form sent twice is one update; public: show it
    to everybody once it is accepted.

    Raises:
        ActionClosed: the action no longer takes updates, or not yet.
        BadPercent, BadDay, TextMissing
        NotSignedIn
    """
    account = _account(by)
    known = _sent_before(action, key, account)
    if known is not None:
        return known
    _check(action, percent, observed_on, text, now)
    update = Update.objects.create(
        key=key or new_key(),
        region=action.region,
        action=action,
        period=periods.period_of(action.region, action.rhythm, observed_on),
        percent=percent.quantize(HUNDREDTH),
        text=text.strip(),
        language=language,
        observed_on=observed_on,
        public=public,
        by=account,
        post=_post_for(action, by),
        submitted_at=now,
    )
    reviews.submit(update.urn, now=now, by=by, post=update.post)
    duties.refresh_action(action, now)
    facts = {"update": str(update.urn), "percent": str(update.percent)}
    audit.record(by=by, verb="reported", subject=action.urn, now=now, **facts)
    outbox.announce("ActionReported", action.urn, now=now, **facts)
    return update


def _account(by: Walker) -> Account:
    if by.account is None:
        raise NotSignedIn
    return by.account


def _sent_before(action: Action, key: str, account: Account) -> Update | None:
    """The update that this very form has made already."""
    if not key:
        return None
    known = Update.objects.filter(region=action.region_id, key=key).first()
    if known is not None and (known.action_id != action.pk or known.by_id != account.pk):
        raise NoSuchUpdate
    return known


def _check(action: Action, percent: Decimal, observed_on: date, text: str, now: datetime) -> None:
    state = Action.objects.values_list("state", flat=True).get(pk=action.pk)
    if state != Action.State.PUBLISHED:
        raise ActionClosed
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise BadPercent(field="percent")
    if not action.starts <= observed_on <= action.region.today(now):
        raise BadDay(field="observed_on")
    if not text.strip():
        raise TextMissing(field="text")


def _post_for(action: Action, by: Walker) -> Post | None:
    """The post in which somebody speaks about the action: one at its office, else their first."""
    near = [post for post in by.posts if post.organisation_id == action.lead_id]
    return next(iter(near or by.posts), None)


# -- pictures on their way -----------------------------------------------------------------


@transaction.atomic
def attach_picture(*, received: Received, draft: Urn, now: datetime, by: Walker) -> Evidence:
    """Keep a picture for an update that is still being written. The same picture sent twice with
    one form is one piece of evidence.

    draft: the URN that the update will have; received: taken in before, outside any transaction.

    Raises:
        NoSuchUpdate: the update was sent, or the form is somebody else's.
        NotSignedIn
    """
    account = _account(by)
    _must_be_a_draft(draft, account)
    again = Evidence.objects.filter(subject=str(draft), original=received.original).first()
    if again is not None:
        return again
    return evidence.attach(received, subject=draft, title="", now=now, by=by)


@transaction.atomic
def drop_picture(*, picture: Evidence, now: datetime, by: Walker) -> None:
    """Leave out a picture of an update that is still being written. The file itself stays kept.

    Raises:
        NoSuchUpdate: the update was sent, or the form is somebody else's.
        NotSignedIn
    """
    _must_be_a_draft(Urn.parse(picture.subject), _account(by))
    audit.record(by=by, verb="removed", subject=picture.urn, now=now, from_=picture.subject)
    picture.delete()


def _must_be_a_draft(draft: Urn, account: Account) -> None:
    sent = Update.objects.filter(region=draft.region, key=draft.key).exists()
    others = Evidence.objects.filter(subject=str(draft)).exclude(added_by=account).exists()
    if draft.kind is not Kind.UPDATE or sent or others:
        raise NoSuchUpdate


def pictures_of_draft(draft: Urn, by: Walker) -> list[Evidence]:
    """The pictures that somebody has sent with a form so far, in their order."""
    rows = Evidence.objects.filter(subject=str(draft), added_by=_account(by))
    return list(rows.select_related("region", "original", "published").order_by("id"))


# -- checking ------------------------------------------------------------------------------


@transaction.atomic
def review_update(
    *, update: Update, accepted: bool, by: Walker, now: datetime, note: str = ""
) -> Update:
    """Accept an update, or return it with a note that says what is missing.

    Raises:
        AlreadyDecided: somebody checked it before.
        OwnUpdate: the checker reported it.
        NoteMissing: returned without a note.
        NotSignedIn
    """
    account = _account(by)
    update = Update.objects.select_related("region", "action__region", "action__lead").get(
        pk=update.pk
    )
    if update.state != Update.State.SUBMITTED:
        raise AlreadyDecided
    if account.pk == update.by_id:
        raise OwnUpdate
    post = _post_for(update.action, by)
    if accepted:
        reviews.accept(update.urn, note=note.strip(), now=now, by=by, post=post)
    else:
        reviews.give_back(update.urn, note=note, now=now, by=by, post=post)
    update.state = Update.State.ACCEPTED if accepted else Update.State.RETURNED
    update.decided_at = now
    update.save(update_fields=["state", "decided_at"])
    if accepted and update.public and permissions.is_open(update.action):
        _open_evidence(update, now, by)
    duties.refresh_action(update.action, now)
    facts = {"update": str(update.urn), "percent": str(update.percent)}
    outbox.announce(
        "UpdateAccepted" if accepted else "UpdateReturned", update.action.urn, now=now, **facts
    )
    return update


def _open_evidence(update: Update, now: datetime, by: Walker) -> None:
    """What proves an update that everybody reads is shown to everybody, as its public copy; a file
    of which none can be made stays with the office."""
    rows = Evidence.objects.filter(subject=str(update.urn), is_public=False)
    for row in rows.select_related("original", "published"):
        with contextlib.suppress(NoPublicCopy):
            evidence.open_to_public(evidence=row, now=now, by=by)
