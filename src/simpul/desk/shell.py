"""What this room hands to the shell and to pages below it: the visitor, what an office owes."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from simpul.desk import inbox
from simpul.government.access import STRANGER, Walker
from simpul.government.models import Organisation, Post
from simpul.government.permissions import is_insider
from simpul.government.requests import RegionVisit
from simpul.kernel.ids import Urn
from simpul.web.registry import Visitor


def visitor(request: HttpRequest) -> Visitor | None:
    """Who is signed in, with how many things wait."""
    walker: Walker = getattr(request, "walker", STRANGER)
    if walker.account is None:
        return None
    return Visitor(
        name=walker.account.person.name,
        post=walker.posts[0].title if walker.posts else "",
        waiting=inbox.count(walker.posts),
        address=reverse("inbox"),
    )


def walk_address(urn: Urn) -> str:
    """Where the whole thread through an object is shown."""
    return f"{reverse('walk', args=[urn.region])}?dari={quote(str(urn), safe='')}"


def inbox_door(request: HttpRequest) -> str | None:
    """The inbox, for whoever is signed in."""
    walker: Walker = getattr(request, "walker", STRANGER)
    return reverse("inbox") if walker.signed_in else None


def owes(request: RegionVisit, organisation: Organisation) -> str | None:
    """What the posts of an organisation owe, for those inside."""
    if not is_insider(request.walker, organisation):
        return None
    posts = Post.objects.filter(organisation=organisation)
    waiting = inbox.waiting_for(posts, request.now)
    return render_to_string("desk/parts/owes.html", {"waiting": waiting, "count": len(waiting)})
