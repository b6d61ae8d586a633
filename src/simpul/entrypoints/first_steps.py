"""What must be done from the command line before anybody can sign in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from simpul.desk.classification import import_dimensions
from simpul.evaluation.operations import import_instruments, import_published_results
from simpul.government import operations, queries
from simpul.government.models import Account, Grant, Organisation, Person, Region
from simpul.kernel.errors import NotFound, Unprocessable
from simpul.kernel.time import Clock, system_clock

LONGEST_GRANT_DAYS = 366


class NoSuchAccount(NotFound):
    """Nobody signs in with this name."""

    problem = "no-such-account"


class NotOpened(Unprocessable):
    """This region does not run here yet; open it with `simpul region open`."""

    problem = "not-opened"


class BadDays(Unprocessable):
    """A right to a person lasts from 1 to 366 days."""

    problem = "bad-days"


def _top(region: Region) -> Organisation | None:
    """The office at the top of the region's tree."""
    government = Organisation.OrganisationKind.GOVERNMENT
    return Organisation.objects.filter(region=region, parent=None, kind=government).first()


def take_in_catalogues(*, clock: Clock = system_clock) -> str:
    """Take in what ships with the product: regions, dimensions, instruments, published results.

    Saying it again brings each to what the files say. Returns one sentence.
    """
    regions = operations.import_regions()
    dimensions = import_dimensions()
    instruments = len(import_instruments(now=clock()))
    results = import_published_results()
    return (
        f"known: {regions} regions, {dimensions} dimensions and sub-dimensions,"
        f" {instruments} instruments, {results} published results"
    )


def open_region(*, code: str, government: str | None, clock: Clock = system_clock) -> str:
    """Let a region run here, with the office at the top of its tree; one sentence about it.

    government: that office's name; without it, after the region.

    Raises:
        NoSuchRegion: no region has this code.
    """
    now = clock()
    with transaction.atomic():
        region = operations.open_region(code=code, now=now)
        top = _top(region) or operations.create_organisation(
            region=region,
            name=government or f"Pemerintah {region.name}",
            kind=Organisation.OrganisationKind.GOVERNMENT,
            key="pemerintah",
            now=now,
        )
    return f"{region.name} ({region.code}) runs here; its top office is {top.name}."


def _administer(person: Person, *, region: Region, days: int, now: datetime) -> str:
    """Let a person administer a region for some days; how far, in words.

    Raises:
        NotOpened: the region has no office at the top.
        BadDays: not from 1 to 366.
    """
    if not 1 <= days <= LONGEST_GRANT_DAYS:
        raise BadDays(field="days")
    top = _top(region)
    if top is None or not region.runs_here:
        raise NotOpened(field="administers")
    last = region.today(now) + timedelta(days=days)
    operations.grant(
        right=Grant.Right.ADMINISTER, organisation=top, person=person, expires=last, now=now
    )
    return f", and administers {region.name} until {last.isoformat()}"


def create_user(
    *,
    username: str,
    name: str,
    password: str,
    administers: str | None = None,
    days: int = 365,
    clock: Clock = system_clock,
) -> str:
    """Let somebody sign in; one sentence about it. administers: code of a region, or nothing.

    Raises:
        UsernameTaken, WeakPassword: see `government.operations.create_account`.
        NoSuchRegion, NotOpened, BadDays: the right cannot be given.
    """
    now = clock()
    with transaction.atomic():
        person = operations.add_person(name=name)
        account = operations.create_account(
            person=person, username=username, password=password, now=now
        )
        further = ""
        if administers:
            region = queries.region(administers)
            further = _administer(person, region=region, days=days, now=now)
    return f"{name} signs in as {account.username}{further}."


def change_password(*, username: str, password: str) -> str:
    """Give an account a new password; one sentence about it.

    Raises:
        NoSuchAccount: nobody signs in with this name.
        WeakPassword: with one sentence for each reason.
    """
    account = Account.objects.filter(username__iexact=username.strip()).first()
    if account is None:
        raise NoSuchAccount(f"Nobody signs in as {username}.", field="username")
    operations.set_password(account=account, password=password)
    return f"{account.username} has a new password."
