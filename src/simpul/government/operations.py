"""What can be done to regions, organisations, posts, people, accounts and grants.

Who may do it is asked before, at the doors in `permissions`; `by` only says who did it.
"""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from simpul.government import audit, reference
from simpul.government.access import SYSTEM, Walker
from simpul.government.errors import (
    AlreadyFilled,
    BadGrant,
    BadSpan,
    HeadExists,
    KeyTaken,
    NoSuchRegion,
    StillInUse,
    UsernameTaken,
    WeakPassword,
    WrongParent,
)
from simpul.government.models import (
    Account,
    Assignment,
    Boundary,
    CohortMembership,
    FormerName,
    Grant,
    Organisation,
    Person,
    Post,
    Region,
)
from simpul.kernel.ids import new_key

Manner = Assignment.Manner
FILLING = (Manner.DEFINITIVE, Manner.ACTING_TERM)
"""Manners of which only one person at a time can fill a post; Plt and Plh stand in beside."""


@transaction.atomic
def import_regions() -> int:
    """Write the shipped regions, outlines and cohorts; returns how many regions there are.

    Saying it again changes facts only, never whether a region runs here or what it wants to be.
    """
    regions = reference.regions()
    facts = ["name", "level", "parent", "capital", "population", "area_km2"]
    places = ["latitude", "longitude", "tz"]
    Region.objects.bulk_create(
        regions, update_conflicts=True, unique_fields=["code"], update_fields=facts + places
    )
    Boundary.objects.bulk_create(
        reference.boundaries(),
        batch_size=200,
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=["geometry"],
    )
    CohortMembership.objects.bulk_create(
        reference.cohorts(),
        update_conflicts=True,
        unique_fields=["region", "year"],
        update_fields=["source", "evidence"],
    )
    return len(regions)


@transaction.atomic
def open_region(
    *,
    code: str,
    now: datetime,
    vision: str = "",
    vision_language: str = "id",
    by: Walker = SYSTEM,
) -> Region:
    """Let a region run on this installation. vision: one sentence, in the language it came in.

    Raises:
        NoSuchRegion: no region has this code.
    """
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise NoSuchRegion(field="code")
    region.runs_here = True
    region.vision = vision or region.vision
    region.vision_language = vision_language
    region.save(update_fields=["runs_here", "vision", "vision_language"])
    audit.record(by=by, verb="opened", subject=region.urn, now=now)
    return region


def _check_span(starts: date | None, ends: date | None) -> None:
    if starts is not None and ends is not None and ends <= starts:
        raise BadSpan(field="ends")


@transaction.atomic
def create_organisation(
    *,
    region: Region,
    name: str,
    kind: str,
    now: datetime,
    parent: Organisation | None = None,
    short_name: str = "",
    key: str = "",
    valid_from: date | None = None,
    by: Walker = SYSTEM,
) -> Organisation:
    """Add an office of the region, or a partner.

    key: for a permanent address that people can read; without it a random one.

    Raises:
        WrongParent: the parent is of another region.
        KeyTaken: another organisation of the region has this key.
    """
    if parent is not None and parent.region_id != region.code:
        raise WrongParent(field="parent")
    if key and Organisation.objects.filter(region=region, key=key).exists():
        raise KeyTaken(field="key")
    organisation = Organisation.objects.create(
        key=key or new_key(),
        region=region,
        parent=parent,
        kind=kind,
        name=name,
        short_name=short_name,
        valid_from=valid_from,
    )
    audit.record(by=by, verb="created", subject=organisation.urn, now=now, name=name, kind=kind)
    return organisation


@transaction.atomic
def rename_organisation(
    *,
    organisation: Organisation,
    name: str,
    on: date,
    now: datetime,
    short_name: str = "",
    by: Walker = SYSTEM,
) -> Organisation:
    """Call the organisation otherwise from a local day on; the former name stays readable."""
    former = FormerName.objects.create(
        organisation=organisation,
        name=organisation.name,
        short_name=organisation.short_name,
        until=on,
    )
    organisation.name, organisation.short_name = name, short_name
    organisation.save(update_fields=["name", "short_name"])
    audit.record(
        by=by, verb="renamed", subject=organisation.urn, now=now, name=name, former=former.name
    )
    return organisation


@transaction.atomic
def end_organisation(
    *,
    organisation: Organisation,
    on: date,
    now: datetime,
    successor: Organisation | None = None,
    by: Walker = SYSTEM,
) -> Organisation:
    """Dissolve the organisation: `on` is the first local day without it; its posts end with it.

    successor: who takes over what it did, where somebody does.

    Raises:
        StillInUse: organisations below it still exist on that day.
        BadSpan: it would end before it began.
    """
    _check_span(organisation.valid_from, on)
    below = Organisation.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), parent=organisation)
    if below.exists():
        raise StillInUse
    organisation.valid_to, organisation.successor = on, successor
    organisation.save(update_fields=["valid_to", "successor"])
    posts = Post.objects.filter(organisation=organisation, valid_to=None)
    Assignment.objects.filter(Q(ends=None) | Q(ends__gt=on), post__in=posts, starts__lt=on).update(
        ends=on
    )
    posts.update(valid_to=on)
    audit.record(by=by, verb="ended", subject=organisation.urn, now=now, on=on.isoformat())
    return organisation


@transaction.atomic
def create_post(
    *,
    organisation: Organisation,
    title: str,
    now: datetime,
    is_head: bool = False,
    is_clerk: bool = False,
    key: str = "",
    valid_from: date | None = None,
    by: Walker = SYSTEM,
) -> Post:
    """Add a seat. is_head: who heads the organisation; is_clerk: who reports for it.

    Raises:
        HeadExists: the organisation has a living head post.
        KeyTaken: another post of the region has this key.
    """
    if is_head and organisation.posts.filter(is_head=True, valid_to=None).exists():
        raise HeadExists
    same_region = Post.objects.filter(organisation__region_id=organisation.region_id)
    if key and same_region.filter(key=key).exists():
        raise KeyTaken(field="key")
    post = Post.objects.create(
        key=key or new_key(),
        organisation=organisation,
        title=title,
        is_head=is_head,
        is_clerk=is_clerk,
        valid_from=valid_from,
    )
    audit.record(by=by, verb="created", subject=post.urn, now=now, title=title)
    return post


def add_person(*, name: str, nip: str = "", email: str = "", phone: str = "") -> Person:
    """Write down somebody. nip: the civil servant's number, 18 digits, where there is one.

    A person is no object of one region and stands in no audit row; the assignment that follows
    does.
    """
    return Person.objects.create(name=name, nip=nip, email=email, phone=phone)


@transaction.atomic
def assign(
    *,
    post: Post,
    person: Person,
    starts: date,
    now: datetime,
    manner: str = Manner.DEFINITIVE,
    ends: date | None = None,
    decree_number: str = "",
    decree_date: date | None = None,
    by: Walker = SYSTEM,
) -> Assignment:
    """Let a person fill a post from one local day to the day before another.

    manner: definitive and Pj fill the post alone; Plt and Plh stand in, until a day.

    Raises:
        BadSpan: the end does not come after the start, or an acting assignment has none.
        AlreadyFilled: the post is filled in that time.
    """
    _check_span(starts, ends)
    if manner != Manner.DEFINITIVE and ends is None:
        raise BadSpan(_("Whoever acts in a post does so until a day."), field="ends")
    if manner in FILLING and _filled(post, starts, ends):
        raise AlreadyFilled(field="starts")
    assignment = Assignment.objects.create(
        post=post,
        person=person,
        manner=manner,
        decree_number=decree_number,
        decree_date=decree_date,
        starts=starts,
        ends=ends,
    )
    facts = {"manner": str(manner), "starts": starts.isoformat(), "decree": decree_number}
    audit.record(by=by, verb="assigned", subject=post.urn, now=now, **facts)
    return assignment


def _filled(post: Post, starts: date, ends: date | None) -> bool:
    """Whether somebody fills the post alone at any time in a span of days."""
    rivals = Assignment.objects.filter(
        Q(ends=None) | Q(ends__gt=starts), post=post, manner__in=FILLING
    )
    if ends is not None:
        rivals = rivals.filter(starts__lt=ends)
    return rivals.exists()


@transaction.atomic
def end_assignment(
    *, assignment: Assignment, on: date, now: datetime, by: Walker = SYSTEM
) -> Assignment:
    """Let an assignment end: `on` is the first local day without it. What the post owes stays
    with the post.

    Raises:
        BadSpan: it would end before it began.
    """
    _check_span(assignment.starts, on)
    assignment.ends = on
    assignment.save(update_fields=["ends"])
    subject = assignment.post.urn
    audit.record(by=by, verb="relieved", subject=subject, now=now, on=on.isoformat())
    return assignment


@transaction.atomic
def grant(
    *,
    right: str,
    organisation: Organisation,
    now: datetime,
    post: Post | None = None,
    person: Person | None = None,
    kind: str = "*",
    plan: str = "",
    expires: date | None = None,
    by: Walker = SYSTEM,
) -> Grant:
    """Let a post, or a person until a day, do something to what `organisation` and all below own.

    right: a `Grant.Right`; kind: a `kernel.ids.Kind`, or ``*``; plan: URN of one plan, or empty;
    expires: the last local day. Granting the same again changes only that day.

    Raises:
        BadGrant: neither or both of post and person, or a person without a last day.
    """
    if (post is None) == (person is None):
        raise BadGrant
    if person is not None and expires is None:
        raise BadGrant(_("A right to a person ends on a day."), field="expires")
    given, _made = Grant.objects.update_or_create(
        post=post,
        person=person,
        organisation=organisation,
        kind=str(kind),
        plan=plan,
        right=right,
        defaults={"expires": expires},
    )
    facts = {"right": str(right), "kind": str(kind), "post": str(post.urn) if post else None}
    audit.record(by=by, verb="granted", subject=organisation.urn, now=now, **facts)
    return given


@transaction.atomic
def create_account(
    *, person: Person, username: str, password: str, now: datetime, language: str = "id"
) -> Account:
    """Let a person sign in. username: kept in lower case.

    Raises:
        UsernameTaken: somebody signs in with this name, or the person has an account.
        WeakPassword: with one sentence for each reason.
    """
    name = username.strip().lower()
    if Account.objects.filter(Q(username__iexact=name) | Q(person=person)).exists():
        raise UsernameTaken(field="username")
    account = Account(username=name, person=person, language=language, created_at=now)
    _put_password(account, password)
    account.save()
    return account


@transaction.atomic
def set_password(*, account: Account, password: str) -> Account:
    """Give the account a new password; whoever is signed in with the old one is not any more.

    Raises:
        WeakPassword: with one sentence for each reason.
    """
    _put_password(account, password)
    account.save(update_fields=["password"])
    return account


def _put_password(account: Account, password: str) -> None:
    try:
        validate_password(password, user=account)
    except ValidationError as error:
        raise WeakPassword(field="password", errors={"password": error.messages}) from None
    account.set_password(password)
