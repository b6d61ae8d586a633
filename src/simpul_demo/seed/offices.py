"""Offices, posts, people, who fills what, rights and accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simpul.government import operations
from simpul.government.access import Walker, walker_for
from simpul.government.models import Account, Organisation, Person, Post, Region
from simpul_demo import story
from simpul_demo.story import PASSWORD, Calendar

SEATS = ("head", "deputy", "clerk")
LONG_AGO = -420


class Offices:
    """What was set up, by key."""

    def __init__(self, region: Region, calendar: Calendar) -> None:
        self.region = region
        self.calendar = calendar
        self.organisations: dict[str, Organisation] = {}
        self.posts: dict[str, Post] = {}
        self.people: dict[str, Person] = {}
        self.accounts: dict[str, Account] = {}
        self.start = calendar.moment(LONG_AGO)

    def walker(self, post: str, when: int | str) -> Walker:
        """Whoever sits in a post, as they were on a day of the story.

        Somebody who signs in to nothing in the demo gets an account on the way.
        """
        moment = self.calendar.moment(when)
        return walker_for(self.account_of(post), now=moment)

    def account_of(self, post: str) -> Account:
        """The account of whoever fills the post, made at first need."""
        person = self.people[post]
        known = self.accounts.get(person.key)
        if known is None:
            known = operations.create_account(
                person=person, username=post, password=PASSWORD, now=self.start
            )
            self.accounts[person.key] = known
        return known


def _seats(row: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for seat in SEATS:
        if seat in row:
            yield seat, row[seat]


def _add_office(offices: Offices, row: Mapping[str, Any], root: str) -> None:
    parent = None if row["key"] == root else row.get("parent", root)
    organisation = operations.create_organisation(
        region=offices.region,
        name=row["name"],
        kind=row["kind"],
        short_name=row["short"],
        key=row["key"],
        parent=None if parent is None or row.get("partner") else offices.organisations[parent],
        now=offices.start,
    )
    offices.organisations[row["key"]] = organisation
    for seat, described in _seats(row):
        _add_seat(offices, organisation, seat, described)


def _add_seat(
    offices: Offices, organisation: Organisation, seat: str, described: Mapping[str, Any]
) -> None:
    post = operations.create_post(
        organisation=organisation,
        title=described["title"],
        key=described["key"],
        is_head=seat == "head",
        is_clerk=seat == "clerk",
        now=offices.start,
    )
    offices.posts[post.key] = post
    if "person" not in described:
        return
    person = operations.add_person(name=described["person"])
    offices.people[post.key] = person
    operations.assign(
        post=post, person=person, starts=offices.calendar.day(LONG_AGO), now=offices.start
    )


def _add_acting(offices: Offices, row: Mapping[str, Any]) -> None:
    """Let somebody stand in for a post; from now on the post is that person's."""
    person = offices.people[row["person_of"]]
    starts = offices.calendar.day(row["starts"])
    operations.assign(
        post=offices.posts[row["post"]],
        person=person,
        manner=row["manner"],
        starts=starts,
        ends=offices.calendar.day(row["ends"]),
        decree_number=row["decree"],
        decree_date=starts,
        now=offices.calendar.moment(row["starts"]),
    )
    offices.people.setdefault(row["post"], person)


def _posts_of(offices: Offices, row: Mapping[str, Any]) -> list[Post]:
    """The posts a row of rights is for; heads and clerks are those of the city's own offices."""
    if row.get("heads") or row.get("clerks"):
        return [
            post
            for post in offices.posts.values()
            if post.organisation.parent_id is not None
            and post.is_head is bool(row.get("heads"))
            and post.is_clerk is bool(row.get("clerks"))
        ]
    return [offices.posts[key] for key in row["posts"]]


def _grant(offices: Offices, row: Mapping[str, Any]) -> None:
    for post in _posts_of(offices, row):
        organisation = (
            post.organisation if row.get("own") else offices.organisations[row["organisation"]]
        )
        for right in row["rights"]:
            operations.grant(right=right, organisation=organisation, post=post, now=offices.start)


def set_up(calendar: Calendar) -> Offices:
    """Open the region and fill its offices."""
    described = story.offices()
    region = operations.open_region(
        code=story.REGION, vision=story.programme()["vision"], now=calendar.moment(LONG_AGO)
    )
    offices = Offices(region, calendar)
    for row in described["organisations"]:
        _add_office(offices, row, described["root"])
    for row in described["acting"]:
        _add_acting(offices, row)
    for row in described["grants"]:
        _grant(offices, row)
    for row in described["accounts"]:
        person = offices.people[row["post"]]
        offices.accounts[person.key] = operations.create_account(
            person=person, username=row["username"], password=PASSWORD, now=offices.start
        )
    return offices
