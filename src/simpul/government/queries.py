"""What can be asked about regions, organisations, posts and who fills them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from simpul.government.errors import NoSuchRegion
from simpul.government.models import Assignment, Organisation, Person, Post, Region

Manner = Assignment.Manner

_PREFIX = {Manner.ACTING_TERM: "Pj.", Manner.ACTING: "Plt.", Manner.ACTING_DAILY: "Plh."}
_PRECEDENCE = [Manner.ACTING_DAILY, Manner.ACTING, Manner.ACTING_TERM, Manner.DEFINITIVE]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who fills a post on a day, and how. until: the first local day without them."""

    post: Post
    person: Person
    manner: str
    since: date
    until: date | None
    decree_number: str

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def prefix(self) -> str:
        """``Plt.`` and the like as it stands before the title; empty for a definitive holder."""
        return _PREFIX.get(Manner(self.manner), "")

    @property
    def title(self) -> str:
        """The post as it is signed, e.g. ``Plt. Kepala Dinas Kesehatan``."""
        return f"{self.prefix} {self.post.title}".strip()


@dataclass(frozen=True, slots=True)
class Branch:
    """An organisation with what stands below it. head: who heads it today, if anybody does."""

    organisation: Organisation
    head_post: Post | None
    head: Holder | None
    below: tuple[Branch, ...]


def region(code: str) -> Region:
    """The region with this code.

    Raises:
        NoSuchRegion
    """
    found = Region.objects.filter(code=code).first()
    if found is None:
        raise NoSuchRegion(field="region")
    return found


def regions_running() -> QuerySet[Region]:
    """The regions that run on this installation, by code."""
    return Region.objects.filter(runs_here=True)


def _on(day: date) -> Q:
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    return begun & (Q(valid_to=None) | Q(valid_to__gt=day))


def organisations_on(region: Region | str, day: date) -> QuerySet[Organisation]:
    """The organisations of a region that exist on a local day, by name."""
    return Organisation.objects.filter(_on(day), region=region)


def posts_of(organisation: Organisation, day: date) -> QuerySet[Post]:
    """The posts of an organisation that exist on a local day, the head first."""
    found = Post.objects.filter(_on(day), organisation=organisation)
    return found.select_related("organisation").order_by("-is_head", "title")


def head_post(organisation: Organisation, day: date | None = None) -> Post | None:
    """The post that heads an organisation, today or on a local day; None where there is none."""
    found = Post.objects.filter(organisation=organisation, is_head=True)
    found = found.filter(valid_to=None) if day is None else found.filter(_on(day))
    return found.select_related("organisation").first()


def clerk_post(organisation: Organisation, day: date | None = None) -> Post | None:
    """The post that reports for an organisation; the head's where there is no clerk."""
    found = Post.objects.filter(organisation=organisation, is_clerk=True)
    found = found.filter(valid_to=None) if day is None else found.filter(_on(day))
    return found.select_related("organisation").first() or head_post(organisation, day)


def holders_of(posts: Iterable[Post], day: date) -> dict[int, Holder]:
    """Who fills each of these posts on a local day, by the post's id; one query.

    Where somebody stands in (Plh, then Plt), they hold the post before the one they stand in for.
    """
    by_id = {post.pk: post for post in posts}
    rows = Assignment.objects.filter(
        Q(ends=None) | Q(ends__gt=day), post_id__in=by_id, starts__lte=day
    ).select_related("person")
    found: dict[int, Holder] = {}
    for row in sorted(rows, key=lambda row: (_PRECEDENCE.index(Manner(row.manner)), -row.pk)):
        post = by_id[row.post_id]
        found.setdefault(
            row.post_id,
            Holder(post, row.person, row.manner, row.starts, row.ends, row.decree_number),
        )
    return found


def holder_of(post: Post, day: date) -> Holder | None:
    """Who fills the post on a local day, and in which manner; None where nobody does."""
    return holders_of([post], day).get(post.pk)


def assignments_of(post: Post) -> QuerySet[Assignment]:
    """Everybody who filled, fills or will fill the post, latest first."""
    return post.assignments.select_related("person").order_by("-starts", "-id")


def organisation_tree(region: Region | str, day: date) -> tuple[Branch, ...]:
    """The organisations of a region on a local day as trees, with who heads them; three queries.

    An organisation whose parent no longer exists stands at the top.
    """
    organisations = list(organisations_on(region, day))
    heads = {
        post.organisation_id: post
        for post in Post.objects.filter(_on(day), organisation__in=organisations, is_head=True)
    }
    holders = holders_of(heads.values(), day)
    present = {organisation.pk for organisation in organisations}
    children: dict[int | None, list[Organisation]] = {}
    for organisation in organisations:
        parent = organisation.parent_id if organisation.parent_id in present else None
        children.setdefault(parent, []).append(organisation)
    return _branches(None, children, heads, holders)


def _branches(
    parent: int | None,
    children: dict[int | None, list[Organisation]],
    heads: dict[int, Post],
    holders: dict[int, Holder],
) -> tuple[Branch, ...]:
    return tuple(
        Branch(
            organisation,
            post := heads.get(organisation.pk),
            holders.get(post.pk) if post else None,
            _branches(organisation.pk, children, heads, holders),
        )
        for organisation in children.get(parent, [])
    )


def subtree(organisation: Organisation) -> Collection[int]:
    """The ids of an organisation and of everything below it, whenever it existed."""
    rows = Organisation.objects.filter(region_id=organisation.region_id)
    parents: dict[int, int | None] = dict(rows.values_list("id", "parent_id"))
    found = {organisation.pk}
    grown = True
    while grown:
        more = {key for key, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found
