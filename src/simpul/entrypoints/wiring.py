"""Joins the rooms: who offers knots, navigation, panels, search; which store serves which port."""

from __future__ import annotations

import hashlib

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

import simpul.desk.shell as desk_shell
import simpul.government.shell as government_shell
from simpul.desk import files, thread
from simpul.desk.knots import DeskKnots
from simpul.desk.papers import safe
from simpul.entrypoints.settings import Settings, secret
from simpul.government import panels as organisation_panels
from simpul.web.registry import Entry, Job, navigate, visitor_from, walk_at


def join() -> None:
    """Called once per process, when every room is loaded. Idempotent."""
    installation: Settings = django_settings.SIMPUL
    _government()
    _desk(installation)


def _government() -> None:
    navigate(
        Entry(Job.MANAGE, _("Organisations"), government_shell.organisations_door, order=20),
        Entry(Job.MANAGE, _("My account"), government_shell.me_door, order=90),
    )


def _desk(installation: Settings) -> None:
    files.use(installation.files, limit=installation.upload_limit_mb * 1024 * 1024)
    passphrase = hashlib.sha256(b"authority" + secret(installation)).hexdigest().encode()
    safe.use(installation.data / "authority", passphrase)
    thread.register(DeskKnots())
    visitor_from(desk_shell.visitor)
    walk_at(desk_shell.walk_address)
    navigate(Entry(Job.HOME, _("Inbox"), desk_shell.inbox_door, order=60))
    organisation_panels.show_on_organisation(
        organisation_panels.Panel("desk.owes", desk_shell.owes, order=90)
    )
