"""The doors of this room: one for each kind of object, used by pages and jobs alike."""

from __future__ import annotations

from simpul.government.access import Right, Walker
from simpul.government.errors import NoSuchOrganisation, NoSuchPost
from simpul.government.models import Organisation, Post
from simpul.kernel.ids import Kind


def access_organisation(
    region: str, key: str, *, walker: Walker, to: str = Right.SEE
) -> Organisation:
    """The organisation at a permanent address; everybody may look.

    Raises:
        NoSuchOrganisation
        NotSignedIn, NotAllowed: `to` is more than looking, and not granted.
    """
    found = (
        Organisation.objects.filter(region=region, key=key)
        .select_related("region", "parent", "successor")
        .first()
    )
    if found is None:
        raise NoSuchOrganisation
    if to != Right.SEE:
        walker.must(to, region=region, kind=Kind.ORGANISATION, organisation=found.pk)
    return found


def access_post(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Post:
    """The post at a permanent address; everybody may look.

    Raises:
        NoSuchPost
        NotSignedIn, NotAllowed: `to` is more than looking, and not granted.
    """
    found = (
        Post.objects.filter(organisation__region=region, key=key)
        .select_related("organisation__region")
        .first()
    )
    if found is None:
        raise NoSuchPost
    if to != Right.SEE:
        walker.must(to, region=region, kind=Kind.POST, organisation=found.organisation_id)
    return found


def is_insider(walker: Walker, organisation: Organisation) -> bool:
    """Whether the walker belongs to the office: holds a post in it or below, or may look inside."""
    here = any(post.organisation_id == organisation.pk for post in walker.posts)
    return here or walker.may(
        Right.SEE, region=organisation.region_id, organisation=organisation.pk
    )
