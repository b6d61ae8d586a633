"""Who is walking, and what they may do: the only answer to "may they?" in the city hall.

A `Walker` is made once per request. Rooms ask it through their own door, one per kind of object:
``access_action(key, walker=…, to=Right.REPORT)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from simpul.government.models import Account, Assignment, Grant, Organisation, Post
from simpul.kernel.errors import NotAllowed, NotSignedIn
from simpul.kernel.ids import Kind

Right = Grant.Right

IMPLIED: dict[str, frozenset[str]] = {
    Right.SEE: frozenset(Right.values),
    Right.REPORT: frozenset({Right.REPORT, Right.EDIT, Right.ADMINISTER}),
    Right.EDIT: frozenset({Right.EDIT, Right.ADMINISTER}),
    Right.REVIEW: frozenset({Right.REVIEW, Right.ADMINISTER}),
    Right.SIGN: frozenset({Right.SIGN}),
    Right.ASSESS: frozenset({Right.ASSESS, Right.ADMINISTER}),
    Right.OPERATE: frozenset({Right.OPERATE}),
    Right.ADMINISTER: frozenset({Right.ADMINISTER}),
}


@dataclass(frozen=True, slots=True)
class Given:
    """One grant as the walker holds it. organisations: ids of the whole subtree."""

    region: str
    organisations: frozenset[int]
    whole_region: bool
    kind: str
    plan: str
    right: str


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody who looks at pages: a stranger, or an account with the posts held today."""

    account: Account | None = None
    posts: tuple[Post, ...] = ()
    given: tuple[Given, ...] = field(default=())

    @property
    def signed_in(self) -> bool:
        return self.account is not None

    @property
    def regions(self) -> frozenset[str]:
        """Codes of the regions in which the walker holds anything."""
        return frozenset(given.region for given in self.given)

    def belongs_to(self, region: str) -> bool:
        return region in self.regions

    def may(
        self,
        right: str,
        *,
        region: str,
        kind: Kind | str = "*",
        organisation: int | None = None,
        plan: str = "",
    ) -> bool:
        """Whether a grant covers this. organisation: id of the owner; None: the whole region."""
        return any(
            given.region == region
            and given.right in IMPLIED[right]
            and given.kind in {"*", str(kind)}
            and given.plan in {"", plan}
            and (given.whole_region or (organisation in given.organisations))
            for given in self.given
        )

    def must(
        self,
        right: str,
        *,
        region: str,
        kind: Kind | str = "*",
        organisation: int | None = None,
        plan: str = "",
    ) -> None:
        """As `may`, for those who go on only if so.

        Raises:
            NotSignedIn: nobody is signed in.
            NotAllowed: somebody is, without the right.
        """
        if self.may(right, region=region, kind=kind, organisation=organisation, plan=plan):
            return
        if self.account is None:
            raise NotSignedIn
        raise NotAllowed


STRANGER = Walker()
SYSTEM = Walker()
"""The installation itself, as commands and imports run it: writes without an account."""


def posts_at(account: Account, now: datetime) -> list[Post]:
    """The posts that the account's person fills at a moment.

    Days are local: an assignment begins and ends at midnight where its post is.
    """
    around = now.date()
    held = Assignment.objects.filter(
        Q(ends=None) | Q(ends__gte=around),
        person_id=account.person_id,
        starts__lte=around + timedelta(days=1),
    ).select_related("post__organisation__region")
    return [
        assignment.post
        for assignment in held
        if assignment.covers(assignment.post.organisation.region.today(now))
    ]


def _subtrees(regions: set[str]) -> dict[int, frozenset[int]]:
    """For each organisation of these regions the ids of itself and of everything below it."""
    rows = Organisation.objects.filter(region_id__in=regions).values_list("id", "parent_id")
    parents: dict[int, int | None] = dict(rows)
    below: dict[int, set[int]] = {key: {key} for key in parents}
    for key in parents:
        above: int | None = parents[key]
        while above is not None:
            below.setdefault(above, {above}).add(key)
            above = parents.get(above)
    return {key: frozenset(members) for key, members in below.items()}


def _grants_at(account: Account, posts: list[Post], now: datetime) -> list[Grant]:
    """Grants of these posts and of the person that have not expired where they hold."""
    found = Grant.objects.filter(
        Q(expires=None) | Q(expires__gte=now.date() - timedelta(days=1)),
        Q(post__in=posts) | Q(person_id=account.person_id),
    ).select_related("organisation__region")
    return [
        grant
        for grant in found
        if grant.expires is None or grant.expires >= grant.organisation.region.today(now)
    ]


def walker_for(account: Account, *, now: datetime) -> Walker:
    """The walker behind an account at a moment, with all grants of posts and person."""
    posts = posts_at(account, now)
    grants = _grants_at(account, posts, now)
    trees = _subtrees({grant.organisation.region_id for grant in grants})
    given = tuple(
        Given(
            region=grant.organisation.region_id,
            organisations=trees[grant.organisation_id],
            whole_region=grant.organisation.is_the_region,
            kind=grant.kind,
            plan=grant.plan,
            right=grant.right,
        )
        for grant in grants
    )
    return Walker(account=account, posts=tuple(posts), given=given)
