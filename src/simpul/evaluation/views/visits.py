"""What every view of this room begins with."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from simpul.government.requests import RegionVisit


def visit(request: HttpRequest) -> RegionVisit:
    """The request with its region, walker and moment."""
    return cast(RegionVisit, request)
