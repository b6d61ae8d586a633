"""A small city hall for tests: the least that is valid, one function for each thing.

`official` makes somebody who can sign in, with a post and rights; `signed_in` gives a browser of
theirs. Everything runs through the same operations as the product.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.test import Client

from simpul.government import access, operations
from simpul.government.models import (
    Account,
    Assignment,
    Grant,
    Organisation,
    Person,
    Post,
    Region,
)

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
PASSWORD = "benang-merah-17"

Right = Grant.Right
_count = itertools.count(1)

_NAMES = {
    "19.71": ("Kota Pangkal Pinang", "Asia/Jakarta"),
    "64.09": ("Kabupaten Penajam Paser Utara", "Asia/Makassar"),
}


def region(code: str = "19.71", *, runs_here: bool = True) -> Region:
    """A region with its province; the same row each time it is asked for."""
    name, tz = _NAMES.get(code, (f"Kota {code}", "Asia/Jakarta"))
    province, _made = Region.objects.get_or_create(
        code=code[:2],
        defaults={
            "name": f"Provinsi {code[:2]}",
            "level": Region.Level.PROVINCE,
            "latitude": -2.0,
            "longitude": 106.0,
            "tz": tz,
        },
    )
    if code == province.code:
        return province
    found, _made = Region.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "level": Region.Level.CITY,
            "parent": province,
            "latitude": -2.13,
            "longitude": 106.11,
            "tz": tz,
            "runs_here": runs_here,
        },
    )
    return found


def government(in_region: Region | None = None) -> Organisation:
    """The regional government itself, root of the tree; the same row each time."""
    place = in_region or region()
    found = Organisation.objects.filter(
        region=place, parent=None, kind=Organisation.OrganisationKind.GOVERNMENT
    ).first()
    return found or operations.create_organisation(
        region=place,
        name=f"Pemerintah {place.name}",
        kind=Organisation.OrganisationKind.GOVERNMENT,
        now=NOW,
    )


def organisation(
    name: str = "",
    *,
    in_region: Region | None = None,
    parent: Organisation | None = None,
    kind: str = Organisation.OrganisationKind.AGENCY,
    short_name: str = "",
) -> Organisation:
    """An agency below the regional government."""
    place = in_region or (parent.region if parent else region())
    return operations.create_organisation(
        region=place,
        name=name or f"Dinas {next(_count)}",
        short_name=short_name,
        kind=kind,
        parent=parent or government(place),
        now=NOW,
    )


def partner(name: str = "PT Mitra", *, in_region: Region | None = None) -> Organisation:
    """A company that stands beside the regional government."""
    return operations.create_organisation(
        region=in_region or region(),
        name=name,
        kind=Organisation.OrganisationKind.COMPANY,
        now=NOW,
    )


def post(
    at: Organisation | None = None,
    *,
    title: str = "",
    is_head: bool = False,
    is_clerk: bool = False,
) -> Post:
    """A seat in an organisation, its own agency where none is given."""
    return operations.create_post(
        organisation=at or organisation(),
        title=title or f"Jabatan {next(_count)}",
        is_head=is_head,
        is_clerk=is_clerk,
        now=NOW,
    )


def person(name: str = "") -> Person:
    return operations.add_person(name=name or f"Orang {next(_count)}")


def assignment(
    of: Person | None = None,
    to: Post | None = None,
    *,
    manner: str = Assignment.Manner.DEFINITIVE,
    starts: date = date(2020, 1, 1),
    ends: date | None = None,
) -> Assignment:
    return operations.assign(
        post=to or post(), person=of or person(), manner=manner, starts=starts, ends=ends, now=NOW
    )


def account(of: Person | None = None, *, username: str = "", password: str = PASSWORD) -> Account:
    return operations.create_account(
        person=of or person(),
        username=username or f"akun{next(_count)}",
        password=password,
        now=NOW,
    )


def grant(
    right: str,
    to: Post,
    *,
    over: Organisation | None = None,
    kind: str = "*",
    plan: str = "",
) -> Grant:
    """A right of a post over an organisation, its own where none is given."""
    return operations.grant(
        right=right, post=to, organisation=over or to.organisation, kind=kind, plan=plan, now=NOW
    )


def official(
    at: Organisation | None = None,
    *,
    rights: Iterable[str] = (Right.SEE,),
    over: Organisation | None = None,
    title: str = "",
    is_head: bool = False,
    is_clerk: bool = False,
    name: str = "",
) -> Account:
    """Somebody with an account, a post at an organisation, and rights over it (or `over`)."""
    seat = post(at, title=title, is_head=is_head, is_clerk=is_clerk)
    somebody = person(name)
    assignment(somebody, seat)
    for right in rights:
        grant(right, seat, over=over)
    return account(somebody)


def clerk(at: Organisation | None = None) -> Account:
    """Who reports for an office."""
    return official(at, rights=[Right.SEE, Right.REPORT], title="Operator data", is_clerk=True)


def head(at: Organisation | None = None) -> Account:
    """Who heads an office: edits, reviews and signs for it."""
    rights = [Right.SEE, Right.EDIT, Right.REVIEW, Right.SIGN]
    return official(at, rights=rights, title="Kepala", is_head=True)


def smart_city_team(in_region: Region | None = None) -> Account:
    """Who runs the programme for the whole region."""
    top = government(in_region)
    office = organisation("Dinas Komunikasi dan Informatika", parent=top)
    rights = [Right.ADMINISTER, Right.EDIT, Right.REVIEW, Right.ASSESS, Right.SEE]
    return official(office, rights=rights, over=top, title="Sekretaris tim smart city")


def walker(who: Account | None = None, *, now: datetime = NOW) -> access.Walker:
    """The walker behind an account; a stranger without one."""
    return access.walker_for(who, now=now) if who else access.STRANGER


def seat_of(who: Account) -> Post:
    """The post that an official of these factories holds."""
    return access.posts_at(who, NOW)[0]


def signed_in(who: Account | None = None) -> Client:
    """A browser in which somebody is signed in; a stranger's without an account."""
    client = Client()
    if who is not None:
        client.force_login(who)
    return client
