"""The doors of this room in the side rail."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from simpul.government.access import STRANGER, Walker
from simpul.government.models import Region


def organisations_door(request: HttpRequest) -> str | None:
    """The organisations of the region that the page is about."""
    region: Region | None = getattr(request, "region", None)
    return reverse("organisations", args=[region.code]) if region else None


def me_door(request: HttpRequest) -> str | None:
    """One's own page, for whoever is signed in."""
    walker: Walker = getattr(request, "walker", STRANGER)
    return reverse("me") if walker.signed_in else None
