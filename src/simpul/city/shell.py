"""What this room hands to the shell: its door in the side rail."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from simpul.web.registry import Entry, Job


def _overview(request: HttpRequest) -> str | None:
    region = getattr(request, "region", None)
    return f"/{region.code}/kota/" if region is not None else None


ENTRIES = (Entry(Job.CITY, _("City now"), _overview, order=10),)
