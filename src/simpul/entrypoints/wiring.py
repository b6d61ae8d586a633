"""Joins the rooms: who offers knots, navigation, panels, search; which store serves which port."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

import simpul.desk.shell as desk_shell
import simpul.evaluation.derived as evaluation_derived
import simpul.evaluation.shell as evaluation_shell
import simpul.government.shell as government_shell
from simpul.desk import files, obligations, thread
from simpul.desk.knots import DeskKnots
from simpul.desk.papers import safe
from simpul.entrypoints import jobs
from simpul.entrypoints.settings import Settings, secret
from simpul.evaluation.knots import ItemKnots
from simpul.evaluation.operations import refresh_all
from simpul.government import panels as organisation_panels
from simpul.insight import furnishing, searching
from simpul.insight import navigation as insight_navigation
from simpul.web.registry import (
    Entry,
    Job,
    Panel,
    foot,
    navigate,
    search_in,
    show_panel,
    stream_from,
    visitor_from,
    walk_at,
)


def join() -> None:
    """Called once per process, when every room is loaded. Idempotent."""
    installation: Settings = django_settings.SIMPUL
    _government()
    _desk(installation)
    _evaluation()
    _insight(installation)


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


def _evaluation() -> None:
    thread.register(ItemKnots())
    thread.links_from("evaluation", evaluation_derived.ties)
    obligations.duties_from("evaluation", evaluation_derived.duties)
    navigate(
        Entry(Job.EVALUATION, _("Evaluation"), evaluation_shell.evaluations_door, order=10),
        Entry(Job.EVALUATION, _("Published results"), evaluation_shell.results_door, order=20),
        Entry(Job.EVALUATION, _("Instruments"), evaluation_shell.instruments_door, order=30),
    )
    show_panel(Panel("evaluation", evaluation_shell.results_panel, order=70, aside=True))
    search_in(_("Evaluation items"), evaluation_shell.search_items)
    jobs.add("look for proof", _look_for_proof, pause=timedelta(minutes=2))


def _look_for_proof(now: datetime) -> int:
    return refresh_all(now=now).changed


def _insight(installation: Settings) -> None:
    navigate(*insight_navigation.ENTRIES)
    foot(*insight_navigation.FOOT)
    for label, source in searching.SOURCES:
        search_in(label, source)
    stream = f"{installation.stream_url.rstrip('/')}/stream"
    stream_from(installation.stream_url, furnishing.streams(stream, secret(installation)))
