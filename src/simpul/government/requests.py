"""What a view is handed: Django's request with what `middleware` has found out about it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from simpul.government.access import Walker
from simpul.government.models import Region


class Visit(HttpRequest):
    """A request with who is walking. now: the moment it came in, aware, UTC."""

    walker: Walker
    now: datetime


class RegionVisit(Visit):
    """A request whose address begins with a region's code."""

    region: Region


def at_home(visit: Visit) -> None:
    """Show a page that is about the walker in the frame of the region where they work, if that is
    one region."""
    regions = {post.organisation.region_id: post.organisation.region for post in visit.walker.posts}
    if len(regions) == 1:
        (visit.region,) = regions.values()  # type: ignore[attr-defined]
