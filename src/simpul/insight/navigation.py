"""The room's doors in the side rail and at the foot of every page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from simpul.web.registry import Entry, Job


def _home(request: HttpRequest) -> str:
    region = getattr(request, "region", None)
    return f"/{region.code}/" if region is not None else "/"


ENTRIES = (
    Entry(Job.HOME, _("Home"), _home, order=10),
    Entry(Job.DATA, _("Regions of Indonesia"), lambda request: "/wilayah/", order=90),
)
FOOT = (
    Entry(Job.HOME, _("What am I looking at?"), lambda request: "/tentang/", order=10),
    Entry(Job.DATA, _("Regions of Indonesia"), lambda request: "/wilayah/", order=20),
)
